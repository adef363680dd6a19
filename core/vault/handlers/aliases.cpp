// SPDX-License-Identifier: Apache-2.0
// CreateAlias, UpdateAlias, DeleteAlias.
#include "kms/identifier.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

constexpr std::size_t maxAliasesPerKey = 50;

Status checkName(std::string_view name) {
    if (!name.starts_with("alias/")) {
        return validationFault("Alias must start with the prefix \"alias/\". Please see "
                               "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
    }
    if (name.starts_with("alias/aws/")) {
        return serviceFault(ErrorCode::NotAuthorized, "Aliases that begin with alias/aws/ are reserved.");
    }
    if (!kms::isWellFormedAliasName(name)) {
        return serviceFault(ErrorCode::InvalidAliasName, "The alias name is not valid.");
    }
    return {};
}

/// The key that an alias is to name.
Result<KeyPointer> targetOf(Call &call, const std::string &keyId) {
    const auto identifier = kms::parseKeyIdentifier(keyId);
    if (identifier.isAlias()) {
        return validationFault("Aliases must refer to keys. Not aliases");
    }
    return resolveKey(call, keyId, kms::keyIdOrArn);
}

Status checkQuota(const Call &call, const KeyState &key) {
    if (call.core.keys.aliasCount(key.id) < maxAliasesPerKey) {
        return {};
    }
    return serviceFault(ErrorCode::LimitExceeded, key.arn + " has 50 aliases, which is the limit.");
}

Result<AliasState> existingAlias(const Call &call, const std::string &name) {
    if (auto alias = call.core.keys.findAlias(name)) {
        return std::move(*alias);
    }
    return noSuchAliasFault(call.core.names, name);
}

} // namespace

Result<kms::CreateAlias::Reply> createAlias(Call &call, Changes &changes,
                                            const kms::CreateAlias::Request &request) {
    const std::string &name = *request.aliasName;
    if (auto checked = checkName(name); !checked) {
        return failFrom(checked);
    }
    const auto key = targetOf(call, *request.targetKeyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    if (call.core.keys.findAlias(name)) {
        return serviceFault(ErrorCode::AlreadyExists,
                            "An alias with the name " + call.core.names.aliasArn(name) + " already exists");
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    if (auto quota = checkQuota(call, **key); !quota) {
        return failFrom(quota);
    }
    if (auto put = changes.putAlias({call.core.names.rowRegion, name, (*key)->id, call.now, call.now});
        !put) {
        return failFrom(put);
    }
    return kms::CreateAlias::Reply{};
}

Result<kms::UpdateAlias::Reply> updateAlias(Call &call, Changes &changes,
                                            const kms::UpdateAlias::Request &request) {
    if (auto checked = checkName(*request.aliasName); !checked) {
        return failFrom(checked);
    }
    auto alias = existingAlias(call, *request.aliasName);
    if (!alias) {
        return failFrom(alias);
    }
    const auto key = targetOf(call, *request.targetKeyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    const KeyPointer old = call.core.keys.find(alias->target);
    if (old && (old->usage != (*key)->usage || old->isSymmetric() != (*key)->isSymmetric())) {
        return validationFault("Alias " + call.core.names.aliasArn(alias->name) +
                               " cannot be moved to a key of another type or usage.");
    }
    if (alias->target != (*key)->id) {
        if (auto quota = checkQuota(call, **key); !quota) {
            return failFrom(quota);
        }
    }
    alias->target = (*key)->id;
    alias->updated = call.now;
    if (auto put = changes.putAlias(*alias); !put) {
        return failFrom(put);
    }
    return kms::UpdateAlias::Reply{};
}

Result<kms::DeleteAlias::Reply> deleteAlias(Call &call, Changes &changes,
                                            const kms::DeleteAlias::Request &request) {
    if (auto checked = checkName(*request.aliasName); !checked) {
        return failFrom(checked);
    }
    const auto alias = existingAlias(call, *request.aliasName);
    if (!alias) {
        return tl::unexpected<Error>(alias.error());
    }
    if (const KeyPointer key = call.core.keys.find(alias->target)) {
        call.trace.found(key);
    }
    if (auto removed = changes.deleteAlias(*alias); !removed) {
        return failFrom(removed);
    }
    return kms::DeleteAlias::Reply{};
}

} // namespace keyturn::vault
