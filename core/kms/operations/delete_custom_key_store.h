// SPDX-License-Identifier: Apache-2.0
// DeleteCustomKeyStore: request and reply as in kms-api.json, members in the order of the service model. Only
// an empty key store that is disconnected can go. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct DeleteCustomKeyStore {
    static constexpr OperationId id = OperationId::DeleteCustomKeyStore;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> customKeyStoreId; ///< required; 1 to 64 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
