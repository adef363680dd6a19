// SPDX-License-Identifier: Apache-2.0
// DisableKey: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct DisableKey {
    static constexpr OperationId id = OperationId::DisableKey;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId; ///< required; 1 to 2048 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
