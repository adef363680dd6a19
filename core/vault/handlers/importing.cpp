// SPDX-License-Identifier: Apache-2.0
// What is asked for and looked at before anything is written: GetParametersForImport and the first half of
// ImportKeyMaterial.
#include "vault/handlers/importing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/import_rules.h"
#include "vault/handlers/wrapping.h"

#include <chrono>

namespace keyturn::vault {

namespace {

constexpr std::chrono::hours parametersHold{24};
constexpr std::chrono::days longestValidity{365};

/// When the material expires, as the request says it.
Status checkExpiration(const Call &call, const kms::ImportKeyMaterial::Request &request) {
    const bool expires = expiresByRequest(request);
    if (expires && !request.validTo) {
        return validationFault("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    }
    if (!expires && request.validTo) {
        return validationFault("The parameter ValidTo cannot be specified for a key with an expiration model "
                               "of KEY_MATERIAL_DOES_NOT_EXPIRE");
    }
    if (request.validTo && *request.validTo <= call.now) {
        return validationFault("ValidTo must be in the future");
    }
    if (request.validTo && *request.validTo > call.now + longestValidity) {
        return validationFault("ValidTo must be at most 365 days ahead");
    }
    return {};
}

Result<ImportToken> tokenOf(const Call &call, const KeyState &key, ByteView sealed) {
    auto token = openImportToken(*call.core.rowKeys, key.id, sealed);
    if (!token) {
        return token;
    }
    if (token->keyArn != key.arn) {
        return serviceFault(ErrorCode::InvalidImportToken, "The import token is not one of this key.");
    }
    if (call.now >= token->validTo) {
        return serviceFault(ErrorCode::ExpiredImportToken,
                            "The import token has expired: it holds for 24 hours. Ask for a new one with "
                            "GetParametersForImport.");
    }
    return token;
}

} // namespace

Result<kms::GetParametersForImport::Reply>
getParametersForImport(Call &call, const kms::GetParametersForImport::Request &request) {
    auto key = importableKey(call, *request.keyId);
    if (!key) {
        return failFrom(key);
    }
    // Validation lets no value through that is not in the enumeration.
    const auto algorithm = request.wrappingAlgorithm->known().value_or(kms::AlgorithmSpec::RSAES_PKCS1_V1_5);
    const auto spec = request.wrappingKeySpec->known().value_or(kms::WrappingKeySpec::RSA_4096);
    if (auto wrapping = checkWrapping((*key)->spec, algorithm, spec); !wrapping) {
        return failFrom(wrapping);
    }
    auto pair = makeWrappingKey(call, spec);
    if (!pair) {
        return failFrom(pair);
    }
    const ImportToken token{(*key)->arn, algorithm, spec, call.now + parametersHold,
                            std::move(pair->privateKey)};
    auto sealed = sealImportToken(*call.core.rowKeys, (*key)->id, token);
    if (!sealed) {
        return failFrom(sealed);
    }
    return kms::GetParametersForImport::Reply{(*key)->arn, std::move(*sealed),
                                              SecretBytes::copyOf(ByteView(pair->publicKey)), token.validTo};
}

Result<PreparedImport> prepareImport(Call &call, const kms::ImportKeyMaterial::Request &request) {
    if (auto expiration = checkExpiration(call, request); !expiration) {
        return failFrom(expiration);
    }
    const auto key = importableKey(call, *request.keyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    if (auto members = checkImportMembers(**key, request); !members) {
        return failFrom(members);
    }
    const auto token = tokenOf(call, **key, *request.importToken);
    if (!token) {
        return tl::unexpected<Error>(token.error());
    }
    const auto bytes = unwrapMaterial(call, *token, *request.encryptedKeyMaterial);
    if (!bytes) {
        return tl::unexpected<Error>(bytes.error());
    }
    return materialFrom(**key, bytes->view());
}

} // namespace keyturn::vault
