// SPDX-License-Identifier: Apache-2.0
// DescribeKey: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct DescribeKey {
    static constexpr OperationId id = OperationId::DescribeKey;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
        std::optional<std::vector<std::string>> grantTokens;
    };
    struct Reply {
        std::optional<KeyMetadata> keyMetadata;
    };
};

} // namespace keyturn::kms
