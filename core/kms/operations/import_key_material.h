// SPDX-License-Identifier: Apache-2.0
// ImportKeyMaterial: request and reply as in kms-api.json, members in the order of the service model.
// EncryptedKeyMaterial is wrapped under the public key of GetParametersForImport, so it is no secret here.
// ValidTo is needed unless ExpirationModel says KEY_MATERIAL_DOES_NOT_EXPIRE (kms-semantics.md section 9).
// Plain values.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct ImportKeyMaterial {
    static constexpr OperationId id = OperationId::ImportKeyMaterial;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;          ///< required; 1 to 2048 characters
        std::optional<Bytes> importToken;          ///< required; 1 to 6144 bytes
        std::optional<Bytes> encryptedKeyMaterial; ///< required; 1 to 6144 bytes
        std::optional<Timestamp> validTo;
        std::optional<Open<ExpirationModelType>> expirationModel;
        std::optional<Open<ImportType>> importType;
        std::optional<std::string> keyMaterialDescription; ///< 0 to 256 characters
        std::optional<std::string> keyMaterialId;          ///< 64 to 64 characters
    };
    struct Reply {
        std::optional<std::string> keyId;         ///< 1 to 2048 characters
        std::optional<std::string> keyMaterialId; ///< 64 to 64 characters
    };
};

} // namespace keyturn::kms
