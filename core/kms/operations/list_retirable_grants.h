// SPDX-License-Identifier: Apache-2.0
// ListRetirableGrants: request and reply as in kms-api.json, members in the order of the service model.
// Exactly one of the two retiring principals is given; the grants are those of the caller's own account.
// Plain values.
#pragma once

#include "kms/operation.h"
#include "kms/structures.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct ListRetirableGrants {
    static constexpr OperationId id = OperationId::ListRetirableGrants;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::int64_t> limit;                   ///< 1 to 100
        std::optional<std::string> marker;                   ///< 1 to 1024 characters
        std::optional<std::string> retiringPrincipal;        ///< 1 to 256 characters
        std::optional<std::string> retiringServicePrincipal; ///< 1 to 128 characters
    };
    struct Reply {
        std::optional<std::vector<GrantListEntry>> grants;
        std::optional<std::string> nextMarker; ///< 1 to 1024 characters
        std::optional<bool> truncated;
    };
};

} // namespace keyturn::kms
