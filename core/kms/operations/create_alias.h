// SPDX-License-Identifier: Apache-2.0
// CreateAlias: request and reply as in kms-api.json, members in the order of the service model. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct CreateAlias {
    static constexpr OperationId id = OperationId::CreateAlias;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> aliasName;   ///< required; 1 to 256 characters
        std::optional<std::string> targetKeyId; ///< required; 1 to 2048 characters
    };
    struct Reply {};
};

} // namespace keyturn::kms
