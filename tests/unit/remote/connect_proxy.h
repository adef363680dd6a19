// SPDX-License-Identifier: Apache-2.0
// ConnectProxy: an HTTP proxy on loopback that knows CONNECT and leads everything to one port, whatever host
// was asked for. Keeps what it was told. A thread for each connection; the destructor ends them all.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::test {

struct ConnectProxyOptions {
    std::uint16_t leadsTo = 0;
    std::string authorization; ///< the value of Proxy-Authorization that it wants; empty: none
    std::string refusal;       ///< a whole answer instead of a tunnel
    bool silent = false;       ///< never answers
};

class ConnectProxy {
public:
    explicit ConnectProxy(ConnectProxyOptions options);
    ~ConnectProxy();

    std::uint16_t port() const;
    std::vector<std::string> heads() const; ///< of all requests
    int tunnels() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::test
