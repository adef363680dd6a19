// SPDX-License-Identifier: Apache-2.0
// PutKeyPolicy: request and reply as in kms-api.json, members in the order of the service model. Replaces the
// whole policy. The service refuses one that would lock its caller out unless BypassPolicyLockoutSafetyCheck
// is set. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct PutKeyPolicy {
    static constexpr OperationId id = OperationId::PutKeyPolicy;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;      ///< required; 1 to 2048 characters
        std::optional<std::string> policyName; ///< 1 to 128 characters
        std::optional<std::string> policy;     ///< required; 1 to 131072 characters
        std::optional<bool> bypassPolicyLockoutSafetyCheck;
    };
    struct Reply {};
};

} // namespace keyturn::kms
