// SPDX-License-Identifier: Apache-2.0
// UpdateKeyDescription: request and reply as in kms-api.json, members in the order of the service model.
// Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct UpdateKeyDescription {
    static constexpr OperationId id = OperationId::UpdateKeyDescription;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;       ///< required; 1 to 2048 characters
        std::optional<std::string> description; ///< required; 0 to 8192 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
