// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/resolve.h"

#include "kms/identifier.h"
#include "vault/handlers/faults.h"

namespace keyturn::vault {

using kms::IdForm;

namespace {

Result<KeyPointer> findById(const Call &call, std::string_view keyId, std::string_view text) {
    if (const auto id = parseKeyId(keyId)) {
        if (auto key = call.core.keys.find(*id); key && key->uuid == keyId) {
            return key;
        }
    } else if (!kms::looksLikeKeyId(keyId)) {
        return invalidKeyIdFault(text);
    }
    return noSuchKeyFault(call.core.names, keyId);
}

Result<KeyPointer> findByAlias(Call &call, std::string_view name) {
    // Read before the alias, so that a change in between is seen as one.
    call.trace.directoryGeneration = call.core.keys.generation();
    const auto alias = call.core.keys.findAlias(name);
    auto key = alias ? call.core.keys.find(alias->target) : nullptr;
    if (!key) {
        return noSuchAliasFault(call.core.names, name);
    }
    return key;
}

Result<KeyPointer> findByArn(Call &call, const kms::KeyIdentifier &identifier) {
    const VaultNames &names = call.core.names;
    if (identifier.partition != names.partition || identifier.service != "kms" || identifier.region.empty() ||
        identifier.accountId.empty()) {
        // Where the model gives the operation no InvalidArnException, the answer is NotFoundException.
        const bool hasInvalidArn = kms::hasError(call.operation, ErrorCode::InvalidArn);
        return serviceFault(hasInvalidArn ? ErrorCode::InvalidArn : ErrorCode::NotFound,
                            "Invalid arn " + identifier.text);
    }
    if (identifier.region != names.region) {
        return serviceFault(ErrorCode::NotFound, "Invalid arn " + identifier.region);
    }
    const bool isAlias = identifier.isAlias();
    if (identifier.accountId != names.account) { // this vault is one account: nobody else's keys are in it
        return serviceFault(ErrorCode::NotFound, isAlias ? "Alias " + identifier.text + " is not found."
                                                         : "Key '" + identifier.text + "' does not exist");
    }
    return isAlias ? findByAlias(call, identifier.resource)
                   : findById(call, identifier.resource, identifier.resource);
}

} // namespace

Result<KeyPointer> lookUpKey(Call &call, std::string_view text, IdForm forms) {
    const std::string_view ownArns = call.core.names.keyArnPrefix;
    if (text.starts_with(ownArns)) {
        return findById(call, text.substr(ownArns.size()), text.substr(ownArns.size()));
    }
    if (parseKeyId(text)) {
        return findById(call, text, text);
    }
    const auto identifier = kms::parseKeyIdentifier(text);
    if (!includes(forms, identifier.form)) {
        return invalidKeyIdFault(text);
    }
    if (identifier.isArn()) {
        return findByArn(call, identifier);
    }
    return identifier.isAlias() ? findByAlias(call, identifier.resource) : findById(call, text, text);
}

Result<KeyPointer> resolveKey(Call &call, std::string_view text, IdForm forms) {
    auto key = lookUpKey(call, text, forms);
    if (key) {
        call.trace.found(*key);
    }
    return key;
}

} // namespace keyturn::vault
