// SPDX-License-Identifier: Apache-2.0
// GenerateDataKeyWithoutPlaintext: request and reply as in kms-api.json, members in the order of the service
// model. Plain values.
#pragma once

#include "base/bytes.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct GenerateDataKeyWithoutPlaintext {
    static constexpr OperationId id = OperationId::GenerateDataKeyWithoutPlaintext;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
        std::optional<EncryptionContext> encryptionContext;
        std::optional<Open<DataKeySpec>> keySpec;
        std::optional<std::int64_t> numberOfBytes; ///< 1 to 1024
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<bool> dryRun;
    };
    struct Reply {
        std::optional<Bytes> ciphertextBlob;      ///< 1 to 6144 bytes
        std::optional<std::string> keyId;         ///< 1 to 2048 characters
        std::optional<std::string> keyMaterialId; ///< 64 to 64 characters
    };
};

} // namespace keyturn::kms
