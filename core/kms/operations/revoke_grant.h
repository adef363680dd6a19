// SPDX-License-Identifier: Apache-2.0
// RevokeGrant: request and reply as in kms-api.json, members in the order of the service model. Key and grant
// id; it takes no token. Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct RevokeGrant {
    static constexpr OperationId id = OperationId::RevokeGrant;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;   ///< required; 1 to 2048 characters
        std::optional<std::string> grantId; ///< required; 1 to 128 characters
        std::optional<bool> dryRun;
    };
    struct Reply {};
};

} // namespace keyturn::kms
