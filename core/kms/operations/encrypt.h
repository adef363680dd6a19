// SPDX-License-Identifier: Apache-2.0
// Encrypt: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct Encrypt {
    static constexpr OperationId id = OperationId::Encrypt;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;     ///< required; 1 to 2048 characters
        std::optional<SecretBytes> plaintext; ///< required; 1 to 4096 bytes
        std::optional<EncryptionContext> encryptionContext;
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<Open<EncryptionAlgorithmSpec>> encryptionAlgorithm;
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<Bytes> ciphertextBlob; ///< 1 to 6144 bytes
        std::optional<std::string> keyId;    ///< 1 to 2048 characters
        std::optional<Open<EncryptionAlgorithmSpec>> encryptionAlgorithm;
    };
};

} // namespace keyturn::kms
