// SPDX-License-Identifier: Apache-2.0
// A public key (DER SubjectPublicKeyInfo, as KMS gives it) written down for others: PEM (RFC 7468), JWK (RFC
// 7517, 7518, 8037, 8812) with its thumbprint as `kid` (RFC 7638), fingerprint. Pure functions. Errors:
// BadEncoding (no key of a form that is known here), UnsupportedOperation (a key that JWK has no name for).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::ui {

/// With the line breaks of PEM, and one at the end.
std::string pemOfPublicKey(ByteView der);

/// `algorithms` are KMS's names of what the key is used with: where they say one thing it becomes "alg", and
/// their kind becomes "use". Members in the order that people expect, one a line.
Result<std::string> jwkOfPublicKey(ByteView der, const std::vector<std::string> &algorithms = {});

/// SHA-256 over the DER, in hex; what `openssl pkey -pubin -outform der | sha256sum` says.
std::string fingerprintOfPublicKey(ByteView der);

} // namespace keyturn::ui
