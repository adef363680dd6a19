// SPDX-License-Identifier: Apache-2.0
// What every HTTPS exchange holds to, with the services that give credentials and with the endpoint itself:
// which TLS, which roots, what counts as this computer, and how hosts and dates are written. Pure but for
// reading the CA bundle; any thread. Errors: file errors, Configuration.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <optional>
#include <string>

class QByteArray;
class QSslConfiguration;
class QUrl;

namespace keyturn::credentials {

/// TLS 1.2 or newer, names and chains checked against the PEM file `caBundle`; empty: the system's roots.
Result<QSslConfiguration> tlsConfiguration(const std::string &caBundle);

/// Whether the host is "localhost" or a loopback address: where http:// may go.
bool isLoopback(const QUrl &url);

/// "host" or "host:port", an IPv6 address in brackets; `url` has no default port.
std::string hostHeaderOf(const QUrl &url);

/// "Sun, 22 Nov 2026 04:17:00 GMT"; none for anything else.
std::optional<Timestamp> parseHttpDate(const QByteArray &text);

} // namespace keyturn::credentials
