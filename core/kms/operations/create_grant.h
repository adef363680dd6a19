// SPDX-License-Identifier: Apache-2.0
// CreateGrant: request and reply as in kms-api.json, members in the order of the service model. Exactly one
// of GranteePrincipal and GranteeServicePrincipal is given. Without a Name every call makes a grant of its
// own, so it is not sent twice (kms-semantics.md section 11). Whoever holds the token may use the grant: it
// is shown to nobody but the caller. Plain values.
#pragma once

#include "kms/enums.h"
#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct CreateGrant {
    static constexpr OperationId id = OperationId::CreateGrant;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;                            ///< required; 1 to 2048 characters
        std::optional<std::string> granteePrincipal;                 ///< 1 to 256 characters
        std::optional<std::string> retiringPrincipal;                ///< 1 to 256 characters
        std::optional<std::vector<Open<GrantOperation>>> operations; ///< required
        std::optional<GrantConstraints> constraints;
        std::optional<std::vector<std::string>> grantTokens;
        std::optional<std::string> name; ///< 1 to 256 characters
        std::optional<bool> dryRun;
        std::optional<std::string> granteeServicePrincipal;  ///< 1 to 128 characters
        std::optional<std::string> retiringServicePrincipal; ///< 1 to 128 characters
    };
    struct Reply {
        std::optional<std::string> grantToken; ///< 1 to 8192 characters
        std::optional<std::string> grantId;    ///< 1 to 128 characters
    };
};

} // namespace keyturn::kms
