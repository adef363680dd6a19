// SPDX-License-Identifier: Apache-2.0
// Which proxy leads to an endpoint: one that is given, the environment's by the rules of the AWS CLI
// (HTTPS_PROXY and https_proxy, NO_PROXY and no_proxy, lower case first, ALL_PROXY not at all), else the
// system's. Loopback is always reached directly. A proxy's user name and password are in a header that wipes
// itself and in no text. Pure but for the system's proxies, which are asked for only where nothing else
// answers; any thread. Errors: Configuration.
#pragma once

#include "base/result.h"
#include "base/secret_text.h"
#include "credentials/environment.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace keyturn::remote {

enum class ProxySource : std::uint8_t {
    Environment, ///< as the AWS CLI
    EnvironmentThenSystem,
    Given, ///< `url`
    None
};

struct ProxyOptions {
    ProxySource source = ProxySource::Environment;
    std::string url;                      ///< of Given: "http://[user:password@]host:port" or socks5://
    credentials::Environment environment; ///< empty: the process's
};

/// Where to go first on the way to an endpoint.
struct Proxy {
    enum class Kind : std::uint8_t { Direct, Http, Socks5 };
    Kind kind = Kind::Direct;
    std::string host;
    std::uint16_t port = 0;
    SecretText authorization; ///< value of Proxy-Authorization; empty: none
    std::string origin;       ///< "HTTPS_PROXY", "the system's settings", "the profile"

    /// "host:port (HTTPS_PROXY)"; empty when direct.
    std::string text() const;
};

/// `host` is the endpoint's, `port` 0 where the URL names none.
Result<Proxy> proxyFor(const ProxyOptions &options, std::string_view host, std::uint16_t port, bool tls);

/// "http://user:pass@host:port", with or without the scheme.
Result<Proxy> parseProxy(std::string_view url, std::string origin);

/// The rule for NO_PROXY, as Python's urllib has it for the AWS CLI.
bool bypassesProxy(std::string_view noProxy, std::string_view host, std::uint16_t port);

} // namespace keyturn::remote
