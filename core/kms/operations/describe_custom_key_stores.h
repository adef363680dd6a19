// SPDX-License-Identifier: Apache-2.0
// DescribeCustomKeyStores: request and reply as in kms-api.json, members in the order of the service model.
// By id, by name, or all of them page by page; no default of Limit is published. Plain values.
#pragma once

#include "kms/operation.h"
#include "kms/structures.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct DescribeCustomKeyStores {
    static constexpr OperationId id = OperationId::DescribeCustomKeyStores;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> customKeyStoreId;   ///< 1 to 64 characters
        std::optional<std::string> customKeyStoreName; ///< 1 to 256 characters
        std::optional<std::int64_t> limit;             ///< 1 to 1000
        std::optional<std::string> marker;             ///< 1 to 1024 characters
    };
    struct Reply {
        std::optional<std::vector<CustomKeyStoresListEntry>> customKeyStores;
        std::optional<std::string> nextMarker; ///< 1 to 1024 characters
        std::optional<bool> truncated;
    };
};

} // namespace keyturn::kms
