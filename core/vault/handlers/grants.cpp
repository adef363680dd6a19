// SPDX-License-Identifier: Apache-2.0
// CreateGrant, RetireGrant, RevokeGrant.
#include "vault/handlers/grants.h"

#include "base/encoding.h"
#include "crypto/random.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/principals.h"
#include "vault/handlers/resolve.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

std::vector<kms::GrantOperation> sortedOperations(const kms::CreateGrant::Request &request) {
    std::vector<kms::GrantOperation> operations;
    for (const auto &operation : *request.operations) {
        if (const auto known = operation.known()) {
            operations.push_back(*known);
        }
    }
    std::sort(operations.begin(), operations.end());
    operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
    return operations;
}

/// Who answers for the grant: the account of whoever makes it.
std::string issuerOf(const Call &call) {
    const std::string_view account = accountOf(call.principalArn);
    const bool isServed = !call.context.principal.accessKeyId.empty() && !account.empty();
    return rootOf(call.core.names.partition, isServed ? account : call.core.names.account);
}

GrantState grantOf(const Call &call, const kms::CreateGrant::Request &request, const KeyState &key) {
    GrantState grant;
    grant.region = call.core.names.rowRegion;
    grant.key = key.id;
    grant.created = call.now;
    grant.name = request.name.value_or("");
    grant.granteePrincipal = request.granteePrincipal.value_or("");
    grant.retiringPrincipal = request.retiringPrincipal.value_or("");
    grant.granteeService = request.granteeServicePrincipal.value_or("");
    grant.retiringService = request.retiringServicePrincipal.value_or("");
    grant.issuingAccount = issuerOf(call);
    grant.operations = sortedOperations(request);
    // Constraints that say nothing are none.
    if (request.constraints && !(*request.constraints == kms::GrantConstraints())) {
        grant.constraints = request.constraints;
    }
    return grant;
}

/// The one of the same name that says the same.
GrantPointer twinOf(const VaultCore &core, const GrantState &grant) {
    if (grant.name.empty()) {
        return nullptr;
    }
    for (GrantPointer &other : core.grants.named(grant.key, grant.name)) {
        if (other->isSameWish(grant)) {
            return std::move(other);
        }
    }
    return nullptr;
}

Result<kms::CreateGrant::Reply> replyOf(const VaultCore &core, const GrantState &grant) {
    auto token = makeGrantToken(core, grant);
    if (!token) {
        return failFrom(token);
    }
    return kms::CreateGrant::Reply{std::move(*token), grant.idText};
}

Result<GrantPointer> grantById(Call &call, const std::string &keyId, const std::string &grantId) {
    auto key = resolveKey(call, keyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    const auto id = parseGrantId(grantId);
    if (!id) {
        return serviceFault(ErrorCode::InvalidGrantId, "Invalid grant ID: 64 hexadecimal digits are one.");
    }
    auto grant = call.core.grants.find((*key)->id, *id);
    if (!grant) {
        return serviceFault(ErrorCode::NotFound, "Grant ID " + grantId + " not found");
    }
    return grant;
}

/// Retiring and revoking end in the same.
Status endGrant(Changes &changes, const GrantPointer &grant, bool dryRun) {
    if (dryRun) {
        return dryRunFault();
    }
    return changes.deleteGrant(grant);
}

} // namespace

Result<kms::CreateGrant::Reply> createGrant(Call &call, Changes &changes,
                                            const kms::CreateGrant::Request &request) {
    const auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    if (auto wish = checkGrantWish(request, **key); !wish) {
        return failFrom(wish);
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    GrantState grant = grantOf(call, request, **key);
    const GrantPointer twin = twinOf(call.core, grant);
    if (!twin && call.core.grants.count(grant.key) >= maxGrantsPerKey) {
        return serviceFault(ErrorCode::LimitExceeded, (*key)->arn + " has 50000 grants, which is the limit.");
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    if (twin) {
        return replyOf(call.core, *twin);
    }
    if (auto filled = crypto::fillRandom(grant.id); !filled) {
        return failFrom(filled);
    }
    grant.idText = toHex(grant.id);
    auto reply = replyOf(call.core, grant);
    if (!reply) {
        return reply;
    }
    if (auto put = changes.putGrant(std::move(grant)); !put) {
        return failFrom(put);
    }
    return reply;
}

Result<GrantPointer> grantToRetire(Call &call, const kms::RetireGrant::Request &request) {
    const bool byId = request.keyId && request.grantId;
    if (request.grantToken ? request.keyId || request.grantId : !byId) {
        return validationFault("Give either a GrantToken, or a KeyId together with a GrantId.");
    }
    if (byId) {
        return grantById(call, *request.keyId, *request.grantId);
    }
    auto grant = grantOfToken(call.core, *request.grantToken);
    if (!grant) {
        return grant;
    }
    if (*grant == nullptr) {
        return serviceFault(ErrorCode::NotFound, "The grant of that token is no more.");
    }
    if (const KeyPointer key = call.core.keys.find((*grant)->key)) {
        call.trace.found(key);
    }
    return grant;
}

Result<kms::RetireGrant::Reply> retireGrant(Call &call, Changes &changes,
                                            const kms::RetireGrant::Request &request) {
    const auto grant = grantToRetire(call, request);
    if (!grant) {
        return tl::unexpected<Error>(grant.error());
    }
    if (auto ended = endGrant(changes, *grant, request.dryRun.value_or(false)); !ended) {
        return failFrom(ended);
    }
    return kms::RetireGrant::Reply{};
}

Result<kms::RevokeGrant::Reply> revokeGrant(Call &call, Changes &changes,
                                            const kms::RevokeGrant::Request &request) {
    const auto grant = grantById(call, *request.keyId, *request.grantId);
    if (!grant) {
        return tl::unexpected<Error>(grant.error());
    }
    if (auto ended = endGrant(changes, *grant, request.dryRun.value_or(false)); !ended) {
        return failFrom(ended);
    }
    return kms::RevokeGrant::Reply{};
}

} // namespace keyturn::vault
