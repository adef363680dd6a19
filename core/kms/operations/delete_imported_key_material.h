// SPDX-License-Identifier: Apache-2.0
// DeleteImportedKeyMaterial: request and reply as in kms-api.json, members in the order of the service model.
// Without KeyMaterialId the current material goes. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct DeleteImportedKeyMaterial {
    static constexpr OperationId id = OperationId::DeleteImportedKeyMaterial;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;         ///< required; 1 to 2048 characters
        std::optional<std::string> keyMaterialId; ///< 64 to 64 characters
    };
    struct Reply {
        std::optional<std::string> keyId;         ///< 1 to 2048 characters
        std::optional<std::string> keyMaterialId; ///< 0 to 64 characters
    };
};

} // namespace keyturn::kms
