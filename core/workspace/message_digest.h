// SPDX-License-Identifier: Apache-2.0
// The digest that a signing algorithm of KMS signs, for a message that is too long to be sent whole. Pure
// functions, any thread. Errors: UnsupportedOperation (the algorithm takes whole messages), CryptoFailed.
// Follows kms-semantics.md section 7.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <optional>
#include <string_view>

namespace keyturn::workspace {

/// Bytes of a digest that the algorithm takes; nothing: it takes none.
std::optional<std::size_t> digestSizeBytes(std::string_view signingAlgorithm);
/// Whether a digest that is made of the message alone gives the signature that the message itself gives.
/// Not so for Ed25519 (hashed twice) and SM2 (the public key goes into the digest).
bool hashesMessageAlone(std::string_view signingAlgorithm);
Result<Bytes> digestToSign(std::string_view signingAlgorithm, ByteView message);

} // namespace keyturn::workspace
