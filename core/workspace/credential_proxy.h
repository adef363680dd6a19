// SPDX-License-Identifier: Apache-2.0
// The proxy on the way to STS and Identity Center: the same one that leads to KMS (remote/proxy_rules.h), for
// HttpOptions::proxyFor, by the environment's rules. Any thread. No errors: where no proxy can be told, the
// way is direct.
#pragma once

#include <functional>
#include <string>

namespace keyturn::workspace {

std::function<std::string(const std::string &url)> credentialProxy();

} // namespace keyturn::workspace
