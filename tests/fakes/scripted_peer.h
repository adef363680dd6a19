// SPDX-License-Identifier: Apache-2.0
// ScriptedPeer: an HTTP server on loopback that does exactly what a script says, faults included: raw TCP or
// TLS, no HTTP library, nothing sent that the script did not write. Every connection runs the script in a
// thread of its own; the destructor ends them all. Any thread may ask what was received.
#pragma once

#include "fakes/test_certificates.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::test {

struct PeerRequest {
    std::string head; ///< request line and headers, as received
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
    std::string body;
    int connection = 0; ///< 1 for the first
    int number = 0;     ///< 1 for the first request of all connections

    std::string header(std::string_view lowerCaseName) const;
};

/// The server's end of one connection, for the script that runs on it.
class PeerConnection {
public:
    virtual ~PeerConnection() = default;
    /// The next request, whole; nothing when the client has closed.
    virtual std::optional<PeerRequest> readRequest() = 0;
    /// At least one byte has come (and is left unread); false when the client has closed.
    virtual bool waitForBytes() = 0;
    /// False when the client has gone.
    virtual bool write(std::string_view bytes) = 0;
    /// Ends the connection with a TCP reset.
    virtual void reset() = 0;
    /// Waits until the client closes.
    virtual void hold() = 0;
    /// 1 for the first connection.
    virtual int number() const = 0;
};

/// A whole HTTP answer; Content-Length and Content-Type (JSON 1.1) are added when not given.
std::string httpAnswer(int status, std::string_view body,
                       const std::vector<std::pair<std::string, std::string>> &headers = {});

using PeerScript = std::function<void(PeerConnection &)>;
/// Answers every request of every connection with what the function returns.
PeerScript answerAll(std::function<std::string(const PeerRequest &)> answer);

class ScriptedPeer {
public:
    /// `newestTlsVersion` is one of OpenSSL's TLS1_*_VERSION; 0: any.
    explicit ScriptedPeer(PeerScript script, std::optional<CertificateFiles> tls = std::nullopt,
                          int newestTlsVersion = 0);
    ~ScriptedPeer();

    std::uint16_t port() const;
    std::string url() const; ///< "http://127.0.0.1:port" or https
    int connections() const;
    std::vector<PeerRequest> requests() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::test
