// SPDX-License-Identifier: Apache-2.0
// The proxy on the way to STS and Identity Center: the same one that leads to KMS (remote/proxy_rules.h), for
// HttpOptions::proxyFor. Any thread. Errors: Configuration, as there.
#pragma once

#include "remote/proxy_rules.h"

#include <functional>
#include <string>

namespace keyturn::workspace {

std::function<Result<std::string>(const std::string &url)> credentialProxy(remote::ProxySource source);

} // namespace keyturn::workspace
