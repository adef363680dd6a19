// SPDX-License-Identifier: Apache-2.0
// What a grant lets its grantee do.
#include "kms/operations/create_grant.h"
#include "vault/handlers/permissions.h"
#include "vault/handlers/policy_facts.h"

#include <algorithm>

namespace keyturn::vault {

using kms::EncryptionContext;
using kms::GrantOperation;

namespace {

bool holdsAll(const EncryptionContext &context, const EncryptionContext &wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const EncryptionContext::Pair &pair) {
        const std::string *value = context.find(pair.first);
        return value != nullptr && *value == pair.second;
    });
}

/// A grant that a grantee makes may only narrow its own.
bool narrows(const kms::CreateGrant::Request &wish, const GrantState &own) {
    const bool within = std::all_of(wish.operations->begin(), wish.operations->end(), [&](const auto &open) {
        return open.known() && own.allows(*open.known());
    });
    if (!within || !own.constraints) {
        return within;
    }
    const kms::GrantConstraints asked = wish.constraints.value_or(kms::GrantConstraints());
    if (const auto &equals = own.constraints->encryptionContextEquals;
        equals && (!asked.encryptionContextEquals || !(*asked.encryptionContextEquals == *equals))) {
        return false;
    }
    const auto &subset = own.constraints->encryptionContextSubset;
    const bool keepsSubset =
        !subset || (asked.encryptionContextEquals && holdsAll(*asked.encryptionContextEquals, *subset)) ||
        (asked.encryptionContextSubset && holdsAll(*asked.encryptionContextSubset, *subset));
    return keepsSubset && (!own.constraints->sourceArn || asked.sourceArn == own.constraints->sourceArn);
}

bool constraintsHold(const Call &call, const GrantState &grant, GrantOperation operation, kms::KeySide side) {
    if (!grant.constraints) {
        return true;
    }
    if (grant.constraints->sourceArn) {
        return false; // only services of AWS bring one
    }
    if (operation == GrantOperation::DescribeKey || operation == GrantOperation::RetireGrant ||
        operation == GrantOperation::CreateGrant) {
        return true; // the last one was looked at by narrows()
    }
    const EncryptionContext *given = contextOf(call.request, side);
    const EncryptionContext context = given != nullptr ? *given : EncryptionContext();
    const auto &equals = grant.constraints->encryptionContextEquals;
    const auto &subset = grant.constraints->encryptionContextSubset;
    return (!equals || context == *equals) && (!subset || holdsAll(context, *subset));
}

} // namespace

bool grantAllows(const Call &call, const GrantState &grant, std::string_view action, kms::KeySide side) {
    constexpr std::string_view prefix = "kms:";
    if (!action.starts_with(prefix)) {
        return false;
    }
    const auto operation = kms::Open<GrantOperation>::fromText(action.substr(prefix.size())).known();
    if (!operation || !grant.allows(*operation)) {
        return false;
    }
    if (*operation == GrantOperation::CreateGrant && !narrows(call.request.as<kms::CreateGrant>(), grant)) {
        return false;
    }
    return constraintsHold(call, grant, *operation, side);
}

} // namespace keyturn::vault
