// SPDX-License-Identifier: Apache-2.0
// Server: a KmsService served on loopback to the AWS CLI and SDKs: POST to "/", X-Amz-Target: TrentService.*,
// JSON 1.1, Signature Version 4 checked against access keys.
//   Server::start(service, keys, options) -> url() -> stop()
// Thread rule: start(), stop() and the getters from any thread; the server has one thread of its own, on
// which the observer is called, and the service is called too. Completions may come on any thread.
// Owner: whoever started it; it shares the service and the access keys. Destroying stops it.
// Errors of start(): Usage (an address that is not loopback), ConnectionFailed (the port is taken),
// IoFailed. What goes wrong with a request is an answer to its client (DESIGN.md section 5). Follows
// reliability-security.md 5.4 and 6: nothing is done for a request whose Host is foreign, that a browser
// sent, or that no access key signed; everything has a limit and a time-out.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "endpoint/request_note.h"
#include "kms/access_keys.h"
#include "kms/service.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::endpoint {

/// Bounds; what is over one is refused, and the connection closed.
struct ServerLimits {
    std::size_t connections = 256; ///< with one more, the one that has been idle for longest is closed
    std::size_t headerBytes = 16 * 1024;
    std::size_t headerFields = 64;
    std::size_t bodyBytes = 256 * 1024;
    std::chrono::milliseconds headerTime{
        5'000}; ///< from the first byte of a request to the end of its headers
    std::chrono::milliseconds bodyTime{10'000};
    std::chrono::milliseconds idleTime{30'000};    ///< without a byte of a next request
    std::chrono::milliseconds writeTime{10'000};   ///< for the peer to take an answer
    std::chrono::milliseconds requestTime{60'000}; ///< the deadline that the service is given; 0: none
    std::chrono::milliseconds stopTime{5'000};     ///< that stop() gives to requests under way
};

struct ServerOptions {
    std::string address = "127.0.0.1"; ///< or "::1"
    std::uint16_t port = 0;            ///< 0: a free one
    std::string region;                ///< that requests are signed for
    /// Regions that they may be signed for as well, which the service is told of; empty: none.
    std::function<bool(std::string_view)> otherRegions;
    std::vector<std::string>
        moreHosts; ///< Host values allowed besides loopback names with the port: of a front
    ServerLimits limits;
    std::shared_ptr<const Clock> clock = systemClock();
    RequestObserver observer; ///< called once for each answer, on the server's thread; must be quick
};

class Server {
public:
    static Result<std::unique_ptr<Server>> start(std::shared_ptr<kms::KmsService> service,
                                                 std::shared_ptr<kms::AccessKeyStore> keys,
                                                 ServerOptions options);
    ~Server();

    std::uint16_t port() const;
    std::string url() const; ///< "http://127.0.0.1:4711"
    std::size_t connectionCount() const;

    /// No new connections and requests; those under way are answered, or cancelled when their time is up.
    /// Blocks until the thread has ended. Idempotent. Not from the observer.
    void stop();

private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::endpoint
