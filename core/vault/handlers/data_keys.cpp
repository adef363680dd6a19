// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"
#include "vault/handlers/ciphers.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

struct DataKey {
    KeyPointer key;
    SecretBytes plaintext;
    Bytes ciphertext;
};

/// Exactly one of the two is there: validation saw to it.
std::size_t sizeOf(const std::optional<kms::Open<kms::DataKeySpec>> &spec,
                   const std::optional<std::int64_t> &numberOfBytes) {
    if (spec) {
        return *spec == kms::DataKeySpec::AES_128 ? 16 : 32;
    }
    return static_cast<std::size_t>(numberOfBytes.value_or(0));
}

template <class Request>
Result<DataKey> makeDataKey(Call &call, const Request &request) {
    constexpr Algorithm algorithm = Algorithm::SYMMETRIC_DEFAULT;
    auto key = keyToEncrypt(call, *request.keyId, algorithm, request.encryptionContext);
    if (!key) {
        return failFrom(key);
    }
    auto context = contextToEncrypt(call, request.encryptionContext, request.dryRun);
    if (!context) {
        return failFrom(context);
    }
    auto plaintext = crypto::randomSecret(sizeOf(request.keySpec, request.numberOfBytes));
    if (!plaintext) {
        return failFrom(plaintext);
    }
    auto ciphertext = encryptUnder(call, *key, 0, algorithm, *context, plaintext->view());
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    return DataKey{std::move(*key), std::move(*plaintext), std::move(*ciphertext)};
}

} // namespace

Result<kms::GenerateDataKey::Reply> generateDataKey(Call &call,
                                                    const kms::GenerateDataKey::Request &request) {
    auto made = makeDataKey(call, request);
    if (!made) {
        return failFrom(made);
    }
    kms::GenerateDataKey::Reply reply;
    reply.ciphertextBlob = std::move(made->ciphertext);
    reply.plaintext = std::move(made->plaintext);
    reply.keyId = made->key->arn;
    reply.keyMaterialId = made->key->currentMaterial().externalId;
    return reply;
}

Result<kms::GenerateDataKeyWithoutPlaintext::Reply>
generateDataKeyWithoutPlaintext(Call &call, const kms::GenerateDataKeyWithoutPlaintext::Request &request) {
    auto made = makeDataKey(call, request);
    if (!made) {
        return failFrom(made);
    }
    return kms::GenerateDataKeyWithoutPlaintext::Reply{std::move(made->ciphertext), made->key->arn,
                                                       made->key->currentMaterial().externalId};
}

Result<kms::GenerateRandom::Reply> generateRandom(Call &, const kms::GenerateRandom::Request &request) {
    if (request.customKeyStoreId) {
        return unsupportedFault("CustomKeyStoreId is not supported: a local vault has no custom key stores.");
    }
    auto random = crypto::randomSecret(static_cast<std::size_t>(*request.numberOfBytes));
    if (!random) {
        return failFrom(random);
    }
    kms::GenerateRandom::Reply reply;
    reply.plaintext = std::move(*random);
    return reply;
}

} // namespace keyturn::vault
