// SPDX-License-Identifier: Apache-2.0
// GetKeyLastUsage: request and reply as in kms-api.json, members in the order of the service model.
// KeyLastUsage is absent for a key that has not been used since TrackingStartDate. Plain values.
#pragma once

#include "base/clock.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct GetKeyLastUsage {
    static constexpr OperationId id = OperationId::GetKeyLastUsage;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
    };
    struct Reply {
        std::optional<std::string> keyId; ///< 1 to 2048 characters
        std::optional<KeyLastUsageData> keyLastUsage;
        std::optional<Timestamp> trackingStartDate;
        std::optional<Timestamp> keyCreationDate;
    };
};

} // namespace keyturn::kms
