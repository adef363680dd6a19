// SPDX-License-Identifier: Apache-2.0
// CreateKey: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "kms/enums.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct CreateKey {
    static constexpr OperationId id = OperationId::CreateKey;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> policy;      ///< 1 to 131072 characters
        std::optional<std::string> description; ///< 0 to 8192 characters
        std::optional<Open<KeyUsageType>> keyUsage;
        std::optional<Open<CustomerMasterKeySpec>> customerMasterKeySpec; ///< deprecated
        std::optional<Open<KeySpec>> keySpec;
        std::optional<Open<OriginType>> origin;
        std::optional<std::string> customKeyStoreId; ///< 1 to 64 characters
        std::optional<bool> bypassPolicyLockoutSafetyCheck;
        std::optional<std::vector<Tag>> tags;
        std::optional<bool> multiRegion;
        std::optional<std::string> xksKeyId; ///< 1 to 128 characters
    };
    struct Reply {
        std::optional<KeyMetadata> keyMetadata;
    };
};

} // namespace keyturn::kms
