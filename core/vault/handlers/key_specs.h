// SPDX-License-Identifier: Apache-2.0
// Which key specs, usages and algorithms go together at AWS KMS, and which specs this vault makes. Pure
// functions.
#pragma once

#include "crypto/ec_key.h"
#include "crypto/hash.h"
#include "kms/enums.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keyturn::vault {

/// kms-semantics.md section 7, "Usage per spec".
bool isCompatible(kms::KeySpec spec, kms::KeyUsageType usage);
/// Why no such key is made here; empty when it is.
std::string whyAbsent(kms::KeySpec spec);
/// Those that CreateKey makes.
const std::vector<kms::KeySpec> &creatableSpecs();

/// 2048, 3072 or 4096; 0 for a spec that is not RSA.
unsigned rsaSizeBits(kms::KeySpec spec);
/// Of NIST's curves, secp256k1 and SM2.
std::optional<crypto::Curve> curveOf(kms::KeySpec spec);
/// Of the HMAC specs.
std::optional<crypto::Hash> macHashOf(kms::KeySpec spec);
/// How long an HMAC key may be: from its hash's size to the hash's block. Those made here are the shortest.
struct SizeRange {
    std::size_t least;
    std::size_t most;
    bool has(std::size_t sizeBytes) const { return sizeBytes >= least && sizeBytes <= most; }
};
SizeRange macKeySizeBytes(crypto::Hash hash);

/// The algorithms that a spec has for each usage, as DescribeKey and GetPublicKey list them.
std::vector<kms::Open<kms::EncryptionAlgorithmSpec>> encryptionAlgorithmsOf(kms::KeySpec spec);
std::vector<kms::Open<kms::SigningAlgorithmSpec>> signingAlgorithmsOf(kms::KeySpec spec);
std::vector<kms::Open<kms::MacAlgorithmSpec>> macAlgorithmsOf(kms::KeySpec spec);
/// What an algorithm's digest is made with; nothing for the Ed25519 ones, which take the message itself.
std::optional<crypto::Hash> hashOf(kms::SigningAlgorithmSpec algorithm);

} // namespace keyturn::vault
