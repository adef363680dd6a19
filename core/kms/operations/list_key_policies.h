// SPDX-License-Identifier: Apache-2.0
// ListKeyPolicies: request and reply as in kms-api.json, members in the order of the service model. There is
// one, "default"; paged all the same. Plain values.
#pragma once

#include "kms/operation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct ListKeyPolicies {
    static constexpr OperationId id = OperationId::ListKeyPolicies;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;  ///< required; 1 to 2048 characters
        std::optional<std::int64_t> limit; ///< 1 to 1000
        std::optional<std::string> marker; ///< 1 to 1024 characters
    };
    struct Reply {
        std::optional<std::vector<std::string>> policyNames; ///< each 1 to 128 characters
        std::optional<std::string> nextMarker;               ///< 1 to 1024 characters
        std::optional<bool> truncated;
    };
};

} // namespace keyturn::kms
