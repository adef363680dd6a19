// SPDX-License-Identifier: Apache-2.0
// HttpClient: one small request, one small answer, for the services that give credentials (STS, Identity
// Center). TLS 1.2 or newer with the system's roots or a CA bundle; http:// to loopback only; no redirect is
// followed; no cookie; nothing is sent twice; the answer is bounded in size and time. exchange() blocks, so
// it is for worker threads, never the GUI's; the connections live in a thread of their own. Any thread; owned
// by shared pointer. Errors: Configuration (URL, CA bundle), InsecureEndpoint, HostNotFound,
// ConnectionFailed, TlsFailed, TimedOut, ReplyTooLarge, Redirected, BadReply, Cancelled.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_text.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::credentials {

struct HttpHeader {
    std::string name;
    SecretText value;
};

struct HttpRequest {
    std::string method = "POST";
    std::string url;
    std::vector<HttpHeader> headers;
    SecretText body;
    std::optional<std::chrono::milliseconds> timeout; ///< in place of the client's
};

struct HttpReply {
    int status = 0;
    std::string contentType;
    std::string requestId;
    std::string errorType;               ///< x-amzn-ErrorType
    std::optional<Timestamp> serverDate; ///< the Date header
    SecretText body;
};

struct HttpOptions {
    std::string caBundle;                      ///< PEM file; empty: the system's roots
    std::chrono::milliseconds timeout{30'000}; ///< from the call to the whole answer
    std::size_t maxReplyBytes = 256 * 1024;
    /// The proxy for a URL, "http://[user:password@]host:port", "socks5://host:port" or empty for none;
    /// unset: none.
    std::function<Result<std::string>(const std::string &url)> proxyFor;
};

class HttpClient {
public:
    static Result<std::shared_ptr<HttpClient>> open(HttpOptions options = {});
    ~HttpClient(); ///< open exchanges end as Cancelled

    Result<HttpReply> exchange(HttpRequest request, const CancelToken &cancel = {});

private:
    struct Impl;
    explicit HttpClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::credentials
