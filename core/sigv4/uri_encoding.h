// SPDX-License-Identifier: Apache-2.0
// URI texts as Signature Version 4 wants them. Internal to this module; plain functions. A query may hold a
// session token, so what is built here goes into SecretText.
#pragma once

#include "base/secret_text.h"

#include <string>
#include <string_view>

namespace keyturn::sigv4 {

/// Percent-encodes all but A-Z a-z 0-9 - . _ ~ (and '/' when asked), upper-case hex.
void appendUriEncoded(std::string_view text, bool keepSlash, SecretText &out);

/// The path without "." and ".." segments and doubled slashes; "" is "/".
std::string normalizedPath(std::string_view path);

/// Parameters decoded, encoded again, sorted by name and then value.
void appendCanonicalQuery(std::string_view query, SecretText &out);

} // namespace keyturn::sigv4
