// SPDX-License-Identifier: Apache-2.0
// RotateKeyOnDemand: request and reply as in kms-api.json, members in the order of the service model. Plain
// values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct RotateKeyOnDemand {
    static constexpr OperationId id = OperationId::RotateKeyOnDemand;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
    };
};

} // namespace keyturn::kms
