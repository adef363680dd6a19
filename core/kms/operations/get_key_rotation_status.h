// SPDX-License-Identifier: Apache-2.0
// GetKeyRotationStatus: request and reply as in kms-api.json, members in the order of the service model.
// Plain values.
#pragma once

#include "base/clock.h"
#include "kms/operation.h"

#include <cstdint>
#include <optional>
#include <string>

namespace keyturn::kms {

struct GetKeyRotationStatus {
    static constexpr OperationId id = OperationId::GetKeyRotationStatus;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
    };
    struct Reply {
        std::optional<bool> keyRotationEnabled;
        std::optional<std::string> keyId;                 ///< 1 to 2048 characters
        std::optional<std::int64_t> rotationPeriodInDays; ///< 90 to 2560
        std::optional<Timestamp> nextRotationDate;
        std::optional<Timestamp> onDemandRotationStartDate;
    };
};

} // namespace keyturn::kms
