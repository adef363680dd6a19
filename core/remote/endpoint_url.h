// SPDX-License-Identifier: Apache-2.0
// EndpointTarget: an endpoint URL taken apart and checked, in exactly the form that goes on the wire and
// under the signature. Internal to this module; plain value. Errors: Configuration, InsecureEndpoint.
#pragma once

#include "base/result.h"

#include <QUrl>

#include <string>
#include <string_view>

namespace keyturn::remote {

struct EndpointTarget {
    QUrl url;               ///< with a path, without a default port
    std::string hostHeader; ///< "host" or "host:port"
    std::string path;       ///< as sent: "/" or the URL's own
    bool tls = true;
};

/// https:// to anywhere, http:// to loopback only; no user name, query or fragment.
Result<EndpointTarget> parseEndpoint(std::string_view url);

} // namespace keyturn::remote
