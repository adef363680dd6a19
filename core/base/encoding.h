// SPDX-License-Identifier: Apache-2.0
// Strict hex and base64 (RFC 4648 section 4: alphabet with + and /, padding required, no white space,
// unused bits zero). Plain functions. Errors: BadEncoding; the detail names position and kind of fault,
// never the input.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"

#include <string>
#include <string_view>

namespace keyturn::inline base {

std::string toHex(ByteView bytes); ///< lower case
Result<Bytes> fromHex(std::string_view text);

std::string toBase64(ByteView bytes);
void appendBase64(ByteView bytes, SecretText &out);
Result<Bytes> fromBase64(std::string_view text);
Result<SecretBytes> secretFromBase64(std::string_view text);

} // namespace keyturn::inline base
