// SPDX-License-Identifier: Apache-2.0
// GenerateDataKeyPair and GenerateDataKeyPairWithoutPlaintext (kms-semantics.md section 6).
#include "vault/handlers/ciphers.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_pairs.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

struct SealedPair {
    KeyPointer key;
    MadeKeyPair pair;
    Bytes ciphertext;
};

/// Its specs are named as the keys' are.
Result<kms::KeySpec> specOf(const kms::Open<kms::DataKeyPairSpec> &pairSpec) {
    const auto spec = kms::Open<kms::KeySpec>::fromText(pairSpec.text()).known();
    auto reason = spec ? whyAbsent(*spec) : std::string("That key pair spec is not known here.");
    if (!reason.empty()) {
        return unsupportedFault(std::move(reason));
    }
    return *spec;
}

template <class Request>
Result<SealedPair> makeSealedPair(Call &call, const Request &request) {
    constexpr Algorithm algorithm = Algorithm::SYMMETRIC_DEFAULT;
    auto key = keyToEncrypt(call, *request.keyId, algorithm, request.encryptionContext);
    if (!key) {
        return failFrom(key);
    }
    const auto spec = specOf(*request.keyPairSpec);
    if (!spec) {
        return tl::unexpected<Error>(spec.error());
    }
    auto context = contextToEncrypt(call, request.encryptionContext, request.dryRun);
    if (!context) {
        return failFrom(context);
    }
    auto pair = makeKeyPair(call, *spec);
    if (!pair) {
        return failFrom(pair);
    }
    auto ciphertext = encryptUnder(call, *key, 0, algorithm, *context, pair->privateKey.view());
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    return SealedPair{std::move(*key), std::move(*pair), std::move(*ciphertext)};
}

} // namespace

Result<kms::GenerateDataKeyPair::Reply>
generateDataKeyPair(Call &call, const kms::GenerateDataKeyPair::Request &request) {
    auto made = makeSealedPair(call, request);
    if (!made) {
        return failFrom(made);
    }
    kms::GenerateDataKeyPair::Reply reply;
    reply.privateKeyCiphertextBlob = std::move(made->ciphertext);
    reply.privateKeyPlaintext = std::move(made->pair.privateKey);
    reply.publicKey = std::move(made->pair.publicKey);
    reply.keyId = made->key->arn;
    reply.keyPairSpec = request.keyPairSpec;
    reply.keyMaterialId = made->key->currentMaterial().externalId;
    return reply;
}

Result<kms::GenerateDataKeyPairWithoutPlaintext::Reply>
generateDataKeyPairWithoutPlaintext(Call &call,
                                    const kms::GenerateDataKeyPairWithoutPlaintext::Request &request) {
    auto made = makeSealedPair(call, request);
    if (!made) {
        return failFrom(made);
    }
    kms::GenerateDataKeyPairWithoutPlaintext::Reply reply;
    reply.privateKeyCiphertextBlob = std::move(made->ciphertext);
    reply.publicKey = std::move(made->pair.publicKey);
    reply.keyId = made->key->arn;
    reply.keyPairSpec = request.keyPairSpec;
    reply.keyMaterialId = made->key->currentMaterial().externalId;
    return reply;
}

} // namespace keyturn::vault
