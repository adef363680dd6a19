// SPDX-License-Identifier: Apache-2.0
// ReplicateKey: request and reply as in kms-api.json, members in the order of the service model. Asked of the
// primary; the replica starts with a policy, description, tags and aliases of its own (kms-semantics.md
// section 10). Plain values.
#pragma once

#include "kms/operation.h"
#include "kms/structures.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct ReplicateKey {
    static constexpr OperationId id = OperationId::ReplicateKey;
    static const OperationInfo &info();

    struct Request {
        std::optional<std::string> keyId;         ///< required; 1 to 2048 characters
        std::optional<std::string> replicaRegion; ///< required; 1 to 32 characters
        std::optional<std::string> policy;        ///< 1 to 131072 characters
        std::optional<bool> bypassPolicyLockoutSafetyCheck;
        std::optional<std::string> description; ///< 0 to 8192 characters
        std::optional<std::vector<Tag>> tags;
    };
    struct Reply {
        std::optional<KeyMetadata> replicaKeyMetadata;
        std::optional<std::string> replicaPolicy; ///< 1 to 131072 characters
        std::optional<std::vector<Tag>> replicaTags;
    };
};

} // namespace keyturn::kms
