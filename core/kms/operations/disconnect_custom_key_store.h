// SPDX-License-Identifier: Apache-2.0
// DisconnectCustomKeyStore: request and reply as in kms-api.json, members in the order of the service model.
// Its keys are Unavailable until it is connected again. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct DisconnectCustomKeyStore {
    static constexpr OperationId id = OperationId::DisconnectCustomKeyStore;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> customKeyStoreId; ///< required; 1 to 64 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
