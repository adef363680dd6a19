// SPDX-License-Identifier: Apache-2.0
// RetireGrant: request and reply as in kms-api.json, members in the order of the service model. A grant is
// named by its token, or by key and grant id. There is no permission for it in a policy: who may retire
// stands in the grant (kms-semantics.md section 11). Plain values.
#pragma once

#include "kms/operation.h"

#include <optional>
#include <string>

namespace keyturn::kms {

struct RetireGrant {
    static constexpr OperationId id = OperationId::RetireGrant;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> grantToken; ///< 1 to 8192 characters
        std::optional<std::string> keyId;      ///< 1 to 2048 characters
        std::optional<std::string> grantId;    ///< 1 to 128 characters
        std::optional<bool> dryRun;
    };
    struct Reply {};
};

} // namespace keyturn::kms
