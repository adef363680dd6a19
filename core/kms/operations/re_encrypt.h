// SPDX-License-Identifier: Apache-2.0
// ReEncrypt: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "base/bytes.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct ReEncrypt {
    static constexpr OperationId id = OperationId::ReEncrypt;
    static const OperationInfo &info();

    struct Request {
        std::optional<Bytes> ciphertextBlob; ///< 1 to 6144 bytes
        std::optional<EncryptionContext> sourceEncryptionContext;
        std::optional<std::string> sourceKeyId;      ///< 1 to 2048 characters
        std::optional<std::string> destinationKeyId; ///< required; 1 to 2048 characters
        std::optional<EncryptionContext> destinationEncryptionContext;
        std::optional<Open<EncryptionAlgorithmSpec>> sourceEncryptionAlgorithm;
        std::optional<Open<EncryptionAlgorithmSpec>> destinationEncryptionAlgorithm;
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
        std::optional<std::vector<Open<DryRunModifierType>>> dryRunModifiers;
    };
    struct Reply {
        std::optional<Bytes> ciphertextBlob;    ///< 1 to 6144 bytes
        std::optional<std::string> sourceKeyId; ///< 1 to 2048 characters
        std::optional<std::string> keyId;       ///< 1 to 2048 characters
        std::optional<Open<EncryptionAlgorithmSpec>> sourceEncryptionAlgorithm;
        std::optional<Open<EncryptionAlgorithmSpec>> destinationEncryptionAlgorithm;
        std::optional<std::string> sourceKeyMaterialId;      ///< 64 to 64 characters
        std::optional<std::string> destinationKeyMaterialId; ///< 64 to 64 characters
    };
};

} // namespace keyturn::kms
