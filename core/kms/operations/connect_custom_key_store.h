// SPDX-License-Identifier: Apache-2.0
// ConnectCustomKeyStore: request and reply as in kms-api.json, members in the order of the service model.
// Answers at once; how it ends is told by DescribeCustomKeyStores. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct ConnectCustomKeyStore {
    static constexpr OperationId id = OperationId::ConnectCustomKeyStore;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> customKeyStoreId; ///< required; 1 to 64 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
