// SPDX-License-Identifier: Apache-2.0
// ScheduleKeyDeletion: request and reply as in kms-api.json, members in the order of the service model. Plain
// values.
#pragma once

#include "base/clock.h"
#include "kms/enums.h"
#include "kms/operation.h"

#include <cstdint>
#include <optional>
#include <string>

namespace keyturn::kms {

struct ScheduleKeyDeletion {
    static constexpr OperationId id = OperationId::ScheduleKeyDeletion;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;                ///< required; 1 to 2048 characters
        std::optional<std::int64_t> pendingWindowInDays; ///< 1 to 365
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<Timestamp> deletionDate;
        std::optional<Open<KeyState>> keyState;
        std::optional<std::int64_t> pendingWindowInDays; ///< 1 to 365
    };
};

} // namespace keyturn::kms
