// SPDX-License-Identifier: Apache-2.0
// GetKeyPolicy: request and reply as in kms-api.json, members in the order of the service model. The only
// policy of a key is named "default". Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct GetKeyPolicy {
    static constexpr OperationId id = OperationId::GetKeyPolicy;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;      ///< required; 1 to 2048 characters
        std::optional<std::string> policyName; ///< 1 to 128 characters
    };
    struct Reply {
        std::optional<std::string> policy;     ///< 1 to 131072 characters
        std::optional<std::string> policyName; ///< 1 to 128 characters
    };
};

} // namespace keyturn::kms
