// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/key_rules.h"

#include "vault/handlers/faults.h"
#include "vault/handlers/state_table.h"

namespace keyturn::vault {

using kms::KeySpec;
using kms::OperationId;

namespace {

constexpr std::size_t hashSizeBytes(Algorithm algorithm) {
    return algorithm == Algorithm::RSAES_OAEP_SHA_1 ? 20 : 32;
}

bool fits(KeySpec spec, Algorithm algorithm) {
    switch (algorithm) {
    case Algorithm::SYMMETRIC_DEFAULT:
        return spec == KeySpec::SYMMETRIC_DEFAULT;
    case Algorithm::RSAES_OAEP_SHA_1:
    case Algorithm::RSAES_OAEP_SHA_256:
        return rsaSizeBits(spec) != 0;
    case Algorithm::SM2PKE:
        return spec == KeySpec::SM2;
    }
    return false;
}

} // namespace

Status checkState(const KeyState &key, OperationId operation) {
    const States states = statesOf(operation);
    if (states == States::Any) {
        return {};
    }
    const bool isPending = key.state == kms::KeyState::PendingDeletion;
    if (states == States::PendingDeletionOnly) {
        return isPending ? Status() : notPendingDeletionFault(key);
    }
    if (isPending) {
        return pendingDeletionFault(key);
    }
    if (states == States::EnabledOnly && key.state != kms::KeyState::Enabled) {
        return disabledFault(key);
    }
    return {};
}

Status checkRotatable(const KeyState &key) {
    if (key.isSymmetric()) {
        return {};
    }
    return unsupportedFault(key.arn + " is an asymmetric key: its key material is never rotated.");
}

Algorithm algorithmOf(const std::optional<kms::Open<Algorithm>> &given) {
    return given ? given->known().value_or(Algorithm::SYMMETRIC_DEFAULT) : Algorithm::SYMMETRIC_DEFAULT;
}

Status checkSide(const Call &call, const KeyState &key, Algorithm algorithm,
                 const std::optional<kms::EncryptionContext> &context, std::string_view contextMember) {
    if (key.usage != kms::KeyUsageType::ENCRYPT_DECRYPT) {
        return serviceFault(ErrorCode::InvalidKeyUsage,
                            key.arn + " key usage is " + std::string(kms::Open(key.usage).text()) +
                                " which is not valid for " + std::string(call.operation.name) + ".");
    }
    if (!fits(key.spec, algorithm)) {
        return algorithmFault(kms::Open(algorithm).text(), key);
    }
    if (context && !context->empty() && !key.isSymmetric()) {
        return validationFault(std::string(contextMember) + " is not supported with asymmetric keys, and " +
                               key.arn + " is one.");
    }
    return checkState(key, call.operation.id);
}

std::vector<kms::Open<Algorithm>> algorithmsOf(KeySpec spec) {
    if (spec == KeySpec::SYMMETRIC_DEFAULT) {
        return {Algorithm::SYMMETRIC_DEFAULT};
    }
    if (rsaSizeBits(spec) != 0) {
        return {Algorithm::RSAES_OAEP_SHA_1, Algorithm::RSAES_OAEP_SHA_256};
    }
    return {};
}

unsigned rsaSizeBits(KeySpec spec) {
    if (spec == KeySpec::RSA_2048) {
        return 2048;
    }
    if (spec == KeySpec::RSA_3072) {
        return 3072;
    }
    return spec == KeySpec::RSA_4096 ? 4096 : 0;
}

std::size_t maxPlaintextSizeBytes(KeySpec spec, Algorithm algorithm) {
    constexpr std::size_t symmetricLimit = 4096;
    const std::size_t modulusSizeBytes = rsaSizeBits(spec) / 8;
    return modulusSizeBytes == 0 ? symmetricLimit : modulusSizeBytes - 2 * hashSizeBytes(algorithm) - 2;
}

Status checkPlaintextSize(const KeyState &key, Algorithm algorithm, std::size_t sizeBytes) {
    const std::size_t limit = maxPlaintextSizeBytes(key.spec, algorithm);
    if (sizeBytes <= limit) {
        return {};
    }
    return validationFault("Algorithm " + std::string(kms::Open(algorithm).text()) + " and key spec " +
                           std::string(kms::Open(key.spec).text()) + " cannot encrypt data larger than " +
                           std::to_string(limit) + " bytes.");
}

Status checkGrantTokens(const std::optional<std::vector<std::string>> &tokens) {
    if (!tokens || tokens->empty()) {
        return {};
    }
    return serviceFault(ErrorCode::InvalidGrantToken, "This vault has not issued that grant token.");
}

Status refuseRecipient(bool given) {
    if (!given) {
        return {};
    }
    return unsupportedFault("Recipient is not supported: a local vault verifies no attestation documents.");
}

} // namespace keyturn::vault
