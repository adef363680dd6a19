// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/permissions.h"

#include "blob/ciphertext.h"
#include "kms/identifier.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/re_encrypt.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

/// The ciphertext whose key is meant where no key is named.
const Bytes *ciphertextOf(const kms::AnyRequest &request) {
    const std::optional<Bytes> *blob = nullptr;
    if (request.operation() == kms::OperationId::Decrypt) {
        blob = &request.as<kms::Decrypt>().ciphertextBlob;
    } else if (request.operation() == kms::OperationId::ReEncrypt) {
        blob = &request.as<kms::ReEncrypt>().ciphertextBlob;
    }
    return blob != nullptr && blob->has_value() ? &**blob : nullptr;
}

/// ARN of what is asked for; empty when it cannot be told.
std::string resourceOf(Call &call) {
    if (const std::string *named = kms::resourceNamed(call.request)) {
        if (const auto key = lookUpKey(call, *named, kms::anyKeyIdentifier)) {
            return (*key)->arn;
        }
        const auto identifier = kms::parseKeyIdentifier(*named);
        if (identifier.isArn()) {
            return *named;
        }
        return identifier.isAlias() ? call.core.names.aliasArn(*named) : call.core.names.keyArn(*named);
    }
    if (const Bytes *ciphertext = ciphertextOf(call.request)) {
        const auto parts = blob::parse(*ciphertext);
        const auto key = parts ? call.core.keys.find(parts->header.keyId) : nullptr;
        return key != nullptr ? key->arn : std::string();
    }
    return {};
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
    if (entry->allows(call.operation.id)) {
        return {};
    }
    return fail(kms::accessDenied(entry->facts.principalArn, call.operation, resourceOf(call)));
}

} // namespace keyturn::vault
