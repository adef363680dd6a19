// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/key_rules.h"

#include "vault/handlers/faults.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/state_table.h"

#include <algorithm>

namespace keyturn::vault {

using kms::KeySpec;
using kms::OperationId;

namespace {

constexpr std::size_t hashSizeBytes(Algorithm algorithm) {
    return algorithm == Algorithm::RSAES_OAEP_SHA_1 ? 20 : 32;
}

bool fits(KeySpec spec, Algorithm algorithm) {
    const auto algorithms = encryptionAlgorithmsOf(spec);
    return std::find(algorithms.begin(), algorithms.end(), kms::Open(algorithm)) != algorithms.end();
}

} // namespace

Status checkState(const KeyState &key, OperationId operation) {
    const States states = statesOf(operation);
    if (states == States::Any) {
        return {};
    }
    const bool isPending = key.isPendingDeletion();
    if (states == States::PendingDeletionOnly) {
        return isPending ? Status() : notPendingDeletionFault(key);
    }
    if (isPending) {
        return pendingDeletionFault(key);
    }
    if (states != States::NotPendingDeletion && key.state == kms::KeyState::PendingImport) {
        return pendingImportFault(key);
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
    return unsupportedFault(key.arn + (macHashOf(key.spec) ? " is an HMAC key" : " is an asymmetric key") +
                            ": its key material is never rotated.");
}

Status checkRotatesByItself(const KeyState &key) {
    if (auto rotatable = checkRotatable(key); !rotatable) {
        return rotatable;
    }
    if (key.isImported) {
        return originFault(key);
    }
    return {};
}

Algorithm algorithmOf(const std::optional<kms::Open<Algorithm>> &given) {
    return given ? given->known().value_or(Algorithm::SYMMETRIC_DEFAULT) : Algorithm::SYMMETRIC_DEFAULT;
}

Status checkUsage(const Call &call, const KeyState &key, kms::KeyUsageType usage) {
    if (key.usage == usage) {
        return {};
    }
    return serviceFault(ErrorCode::InvalidKeyUsage,
                        key.arn + " key usage is " + std::string(kms::Open(key.usage).text()) +
                            " which is not valid for " + std::string(call.operation.name) + ".");
}

Status checkSide(const Call &call, const KeyState &key, Algorithm algorithm,
                 const std::optional<kms::EncryptionContext> &context, std::string_view contextMember) {
    if (auto usage = checkUsage(call, key, kms::KeyUsageType::ENCRYPT_DECRYPT); !usage) {
        return usage;
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

std::size_t maxPlaintextSizeBytes(KeySpec spec, Algorithm algorithm) {
    constexpr std::size_t symmetricLimit = 4096;
    constexpr std::size_t sm2Limit = 1024;
    if (algorithm == Algorithm::SM2PKE) {
        return sm2Limit;
    }
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

Status refuseRecipient(bool given) {
    if (!given) {
        return {};
    }
    return unsupportedFault("Recipient is not supported: a local vault verifies no attestation documents.");
}

} // namespace keyturn::vault
