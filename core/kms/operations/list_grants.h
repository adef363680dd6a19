// SPDX-License-Identifier: Apache-2.0
// ListGrants: request and reply as in kms-api.json, members in the order of the service model. Grant tokens
// are never listed. Plain values.
#pragma once

#include "kms/operation.h"
#include "kms/structures.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct ListGrants {
    static constexpr OperationId id = OperationId::ListGrants;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;                   ///< required; 1 to 2048 characters
        std::optional<std::int64_t> limit;                  ///< 1 to 100
        std::optional<std::string> marker;                  ///< 1 to 1024 characters
        std::optional<std::string> grantId;                 ///< 1 to 128 characters
        std::optional<std::string> granteePrincipal;        ///< 1 to 256 characters
        std::optional<std::string> granteeServicePrincipal; ///< 1 to 128 characters
    };
    struct Reply {
        std::optional<std::vector<GrantListEntry>> grants;
        std::optional<std::string> nextMarker; ///< 1 to 1024 characters
        std::optional<bool> truncated;
    };
};

} // namespace keyturn::kms
