// SPDX-License-Identifier: Apache-2.0
// What is refused by its headers alone, before a body is read and a signature checked: another method or
// path, a foreign Host (DNS rebinding), anything that a browser sent (Origin, Sec-Fetch-*), a body of another
// kind. Pure functions. Follows reliability-security.md section 6 "DNS rebinding, CSRF".
#pragma once

#include "endpoint/http_request.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::endpoint {

inline constexpr std::string_view jsonType = "application/x-amz-json-1.1";

/// Values of Host that are ours: loopback names with the port, and `more`.
std::vector<std::string> allowedHosts(std::uint16_t port, const std::vector<std::string> &more);

std::optional<Refusal> refusalByHeaders(const HttpRequest &request, const std::vector<std::string> &hosts);

} // namespace keyturn::endpoint
