// SPDX-License-Identifier: Apache-2.0
// EnableKeyRotation: request and reply as in kms-api.json, members in the order of the service model. Plain
// values.
#pragma once

#include "kms/operation.h"

#include <cstdint>
#include <optional>
#include <string>

namespace keyturn::kms {

struct EnableKeyRotation {
    static constexpr OperationId id = OperationId::EnableKeyRotation;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;                 ///< required; 1 to 2048 characters
        std::optional<std::int64_t> rotationPeriodInDays; ///< 90 to 2560
    };
    struct Reply {};
};

} // namespace keyturn::kms
