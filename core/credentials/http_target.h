// SPDX-License-Identifier: Apache-2.0
// HttpTarget: a URL taken apart and checked, in exactly the form that goes on the wire and under a signature;
// and the encodings that put texts into URLs and forms. Internal to this module; pure, any thread. Errors:
// Configuration, InsecureEndpoint.
#pragma once

#include "base/result.h"
#include "base/secret_text.h"

#include <QUrl>

#include <string>
#include <string_view>

namespace keyturn::credentials {

struct HttpTarget {
    QUrl url;
    std::string hostHeader; ///< "host" or "host:port"
    std::string path;       ///< as sent
    std::string query;      ///< as sent, without '?'
    bool tls = true;
    bool loopback = false;
};

/// https:// to anywhere, http:// to loopback only; no user name, no fragment.
Result<HttpTarget> parseTarget(std::string_view url);

/// An address that a browser may be sent to: https, or http to this computer.
bool isWebPage(std::string_view url);

/// "https://host/" and "token" are "https://host/token".
std::string joinUrl(std::string_view base, std::string_view path);

/// Percent-encodes all but letters, digits and "_.-~".
std::string percentEncoded(std::string_view text);
/// Adds "name=value" to a form, with '&' between; a blank becomes '+'.
void appendFormField(std::string_view name, std::string_view value, SecretText &form);

} // namespace keyturn::credentials
