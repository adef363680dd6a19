// SPDX-License-Identifier: Apache-2.0
// Decrypt: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct Decrypt {
    static constexpr OperationId id = OperationId::Decrypt;
    static const OperationInfo &info();

    struct Request {
        std::optional<Bytes> ciphertextBlob; ///< 1 to 6144 bytes
        std::optional<EncryptionContext> encryptionContext;
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<Open<EncryptionAlgorithmSpec>> encryptionAlgorithm;
        std::optional<RecipientInfo> recipient;
        std::optional<bool> dryRun;
        std::optional<std::vector<Open<DryRunModifierType>>> dryRunModifiers;
    };
    struct Reply {
        std::optional<std::string> keyId;     ///< 1 to 2048 characters
        std::optional<SecretBytes> plaintext; ///< 1 to 4096 bytes
        std::optional<Open<EncryptionAlgorithmSpec>> encryptionAlgorithm;
        std::optional<Bytes> ciphertextForRecipient; ///< 1 to 6144 bytes
        std::optional<std::string> keyMaterialId;    ///< 64 to 64 characters
    };
};

} // namespace keyturn::kms
