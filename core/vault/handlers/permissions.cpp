// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/permissions.h"

#include "blob/ciphertext.h"
#include "kms/identifier.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/replicate_key.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/update_primary_region.h"
#include "kms/request_keys.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/grants.h"
#include "vault/handlers/policy_facts.h"
#include "vault/handlers/principals.h"
#include "vault/handlers/resolve.h"
#include "vault/vault_regions.h"

#include <algorithm>

namespace keyturn::vault {

using kms::KeySide;
using kms::OperationId;

namespace {

/// The ciphertext whose key is meant where no key is named.
const Bytes *ciphertextOf(const kms::AnyRequest &request) {
    const std::optional<Bytes> *blob = nullptr;
    if (request.operation() == OperationId::Decrypt) {
        blob = &request.as<kms::Decrypt>().ciphertextBlob;
    } else if (request.operation() == OperationId::ReEncrypt) {
        blob = &request.as<kms::ReEncrypt>().ciphertextBlob;
    }
    return blob != nullptr && blob->has_value() ? &**blob : nullptr;
}

bool isSourceSide(const Call &call, KeySide side) {
    return side == KeySide::Source || call.operation.id == OperationId::Decrypt;
}

KeyPointer keyOfCiphertext(const Call &call) {
    const Bytes *ciphertext = ciphertextOf(call.request);
    if (ciphertext == nullptr) {
        return nullptr;
    }
    const auto parts = blob::parse(*ciphertext);
    return parts ? call.core.keys.find(parts->header.keyId) : nullptr;
}

KeyPointer keyOf(Call &call, KeySide side) {
    const std::string *named = kms::keyNamed(call.request, side);
    if (named == nullptr && side == KeySide::Key) {
        named = kms::keyNamed(call.request, KeySide::Alias); // DeleteAlias
    }
    if (named == nullptr) {
        return isSourceSide(call, side) ? keyOfCiphertext(call) : nullptr;
    }
    auto key = lookUpKey(call, *named, kms::anyKeyIdentifier);
    return key ? *key : nullptr;
}

/// ARN of what is asked for; empty when it cannot be told.
std::string resourceOf(Call &call, KeySide side) {
    if (const KeyPointer key = keyOf(call, side)) {
        return key->arn;
    }
    const std::string *named = kms::keyNamed(call.request, side);
    if (named == nullptr) {
        return {};
    }
    const auto identifier = kms::parseKeyIdentifier(*named);
    if (identifier.isArn()) {
        return *named;
    }
    return identifier.isAlias() ? call.core.names.aliasArn(*named) : call.core.names.keyArn(*named);
}

Fault denied(Call &call, KeySide side, std::string_view action, kms::DenialReason reason) {
    return fail(kms::accessDenied(call.principalArn, call.operation, resourceOf(call, side), action, reason));
}

bool isForeign(const Call &call) {
    return accountOf(call.principalArn) != call.core.names.account;
}

/// A bare id or alias of somebody else is looked for among their own keys, of which there are none here.
Status checkForeignName(const Call &call, KeySide side) {
    const std::string *named = kms::keyNamed(call.request, side);
    if (named == nullptr) {
        return {};
    }
    const auto identifier = kms::parseKeyIdentifier(*named);
    if (identifier.isArn()) {
        return {};
    }
    const VaultNames &names = call.core.names;
    const std::string_view account = accountOf(call.principalArn);
    if (identifier.isAlias()) {
        return serviceFault(ErrorCode::NotFound,
                            "Alias " + kms::aliasArn(names.partition, names.region, account, *named) +
                                " is not found.");
    }
    const Bytes *ciphertext = ciphertextOf(call.request);
    if (isSourceSide(call, side) && ciphertext != nullptr && blob::parse(*ciphertext)) {
        return {};
    }
    return serviceFault(ErrorCode::NotFound, "Key '" +
                                                 kms::keyArn(names.partition, names.region, account, *named) +
                                                 "' does not exist");
}

bool anyGrantAllows(Call &call, const KeyState &key, std::string_view action, KeySide side) {
    call.trace.restOnGrants(call.core);
    const kms::PolicyCaller caller = callerOf(call);
    std::vector<std::string> names{caller.arn, rootOf(call.core.names.partition, caller.account)};
    if (caller.role) {
        names.push_back(*caller.role);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return std::any_of(names.begin(), names.end(), [&](const std::string &name) {
        const auto grants = call.core.grants.ofGrantee(key.id, name);
        return std::any_of(grants.begin(), grants.end(), [&](const GrantPointer &grant) {
            return grantAllows(call, *grant, action, side);
        });
    });
}

Status checkKey(Call &call, const KeyPointer &key, std::string_view action, KeySide side) {
    call.trace.permittedBy(key);
    const auto policy = call.core.policies.find(key->policy);
    if (policy == nullptr) { // stored by an older program that did not read it: nobody can tell what it says
        return denied(call, side, action, kms::DenialReason::NoResourcePolicy);
    }
    const kms::PolicyQuestion question{action, key->arn, callerOf(call), [&](std::string_view name) {
                                           return policyFact(call, *key, side, name);
                                       }};
    switch (policy->answer(question)) {
    case kms::PolicyAnswer::Denies:
        return denied(call, side, action, kms::DenialReason::ExplicitDenial);
    case kms::PolicyAnswer::Allows:
        return {};
    case kms::PolicyAnswer::Silent:
        break;
    }
    if (anyGrantAllows(call, *key, action, side)) {
        return {};
    }
    return denied(call, side, action, kms::DenialReason::NoResourcePolicy);
}

/// UpdatePrimaryRegion needs the permission of both keys, each by its own policy.
Status checkReplica(Call &call, const KeyState &key, std::string_view action) {
    const auto &region = call.request.as<kms::UpdatePrimaryRegion>().primaryRegion;
    VaultCore *there = call.core.regions.find(*region);
    const KeyPointer replica = there != nullptr ? there->keys.find(key.id) : nullptr;
    if (!replica || there == &call.core) {
        return {}; // the handler says what is missing
    }
    Call inRegion{*there,     call.request,  call.context,     call.operation, call.now,
                  call.trace, call.stopping, call.mayTakeLong, false,          call.principalArn};
    return checkKey(inRegion, replica, action, KeySide::Key);
}

/// By whom it may be retired, whoever it is from, and the account that issued it. Policies have no say.
Status checkRetire(Call &call) {
    call.trace.restOnGrants(call.core);
    const auto found = grantToRetire(call, call.request.as<kms::RetireGrant>());
    call.trace.keyCount = 0; // the handler finds it again
    if (!found) {
        return {}; // the handler says why
    }
    const GrantState &grant = **found;
    const kms::PolicyCaller caller = callerOf(call);
    const auto isCaller = [&](const std::string &principal) {
        return !principal.empty() && (principal == caller.arn || principal == caller.role);
    };
    const bool isIssuer = !caller.account.empty() && accountOf(grant.issuingAccount) == caller.account;
    if (isCaller(grant.retiringPrincipal) || isIssuer ||
        (isCaller(grant.granteePrincipal) && grant.allows(kms::GrantOperation::RetireGrant))) {
        return {};
    }
    return denied(call, KeySide::Key, "kms:RetireGrant", kms::DenialReason::NoIdentityPolicy);
}

bool bringsTags(const kms::AnyRequest &request) {
    const auto &tags = request.operation() == OperationId::CreateKey ? request.as<kms::CreateKey>().tags
                                                                     : request.as<kms::ReplicateKey>().tags;
    return tags && !tags->empty();
}

/// Where no key's policy has a say, the caller's own list of operations has: a new replica is a new key, and
/// tags of a new key are tags.
bool mayInAccount(const Call &call, const kms::AccessKeyEntry &caller, std::string_view action) {
    if (action == "kms:TagResource") {
        return !bringsTags(call.request) || caller.allows(OperationId::TagResource);
    }
    return action != "kms:CreateKey" || caller.allows(OperationId::CreateKey);
}

/// What is on no key. Somebody else's account has nothing here.
Status checkAccount(Call &call, const kms::AccessKeyEntry &caller, std::string_view action) {
    const bool mayForeigner =
        call.operation.id == OperationId::GenerateRandom ||
        (call.operation.id == OperationId::ListRetirableGrants &&
         call.request.as<kms::ListRetirableGrants>().retiringPrincipal == call.principalArn);
    if (isForeign(call) ? mayForeigner : mayInAccount(call, caller, action)) {
        return {};
    }
    return denied(call, KeySide::None, action, kms::DenialReason::NoIdentityPolicy);
}

Status checkNeed(Call &call, const kms::AccessKeyEntry &caller, const kms::PermissionNeed &need) {
    if (need.side == KeySide::None) {
        return checkAccount(call, caller, need.action);
    }
    if (isForeign(call)) {
        if (!call.operation.crossAccount) {
            return denied(call, need.side, need.action, kms::DenialReason::NoResourcePolicy);
        }
        if (auto name = checkForeignName(call, need.side); !name) {
            return name;
        }
    }
    const KeyPointer key = keyOf(call, need.side);
    Status checked =
        key ? checkKey(call, key, need.action, need.side) : Status(); // else the handler says why
    return checked && key && call.operation.id == OperationId::UpdatePrimaryRegion
               ? checkReplica(call, *key, need.action)
               : std::move(checked);
}

} // namespace

Status checkPermission(Call &call, const kms::AccessKeyStore &accessKeys) {
    const kms::Principal &principal = call.context.principal;
    if (principal.accessKeyId.empty()) {
        return {};
    }
    const auto entry = accessKeys.find(principal.accessKeyId);
    if (entry == nullptr) {
        return serviceFault(ErrorCode::UnrecognizedClient,
                            "The security token included in the request is invalid.");
    }
    call.principalArn = entry->facts.principalArn;
    const auto &needs = call.operation.permissions;
    if (!entry->allows(call.operation.id)) {
        const KeySide side = needs.empty() ? KeySide::Key : needs.front().side;
        return denied(call, side, {}, kms::DenialReason::NoIdentityPolicy);
    }
    if (call.operation.id == OperationId::RetireGrant) {
        return checkRetire(call);
    }
    for (const kms::PermissionNeed &need : needs) {
        if (auto checked = checkNeed(call, *entry, need); !checked) {
            return checked;
        }
    }
    return {};
}

} // namespace keyturn::vault
