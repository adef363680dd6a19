// SPDX-License-Identifier: Apache-2.0
// GenerateDataKeyPairWithoutPlaintext: request and reply as in kms-api.json, members in the order of the
// service model. As GenerateDataKeyPair, the private key only under the wrapping key. Plain values.
#pragma once

#include "base/bytes.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct GenerateDataKeyPairWithoutPlaintext {
    static constexpr OperationId id = OperationId::GenerateDataKeyPairWithoutPlaintext;
    static const OperationInfo &info();

    struct Request {
        std::optional<EncryptionContext> encryptionContext;
        std::optional<std::string> keyId;                 ///< required; 1 to 2048 characters
        std::optional<Open<DataKeyPairSpec>> keyPairSpec; ///< required
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<Bytes> privateKeyCiphertextBlob; ///< 1 to 6144 bytes
        std::optional<Bytes> publicKey;                ///< 1 to 8192 bytes
        std::optional<std::string> keyId;              ///< 1 to 2048 characters
        std::optional<Open<DataKeyPairSpec>> keyPairSpec;
        std::optional<std::string> keyMaterialId; ///< 64 to 64 characters
    };
};

} // namespace keyturn::kms
