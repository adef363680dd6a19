// SPDX-License-Identifier: Apache-2.0
// Data keys and random bytes (kms-semantics.md section 6).
#include "crypto/random.h"
#include "fakes/fake_kms_store.h"

namespace keyturn::test {

template <class Request>
Result<FakeKey *> FakeKms::Store::dataKeyOwner(const Request &request) {
    if (auto tokens = checkGrantTokens(request.grantTokens); !tokens) {
        return failFrom(tokens);
    }
    auto key = find(*request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return key;
    }
    auto allowed =
        checkCipherSide(**key, Algorithm::SYMMETRIC_DEFAULT, request.encryptionContext, "EncryptionContext");
    if (!allowed) {
        return failFrom(allowed);
    }
    if (request.dryRun.value_or(false)) {
        return refuse(ErrorCode::DryRunOperation,
                      "The request would have succeeded, but the DryRun option is set.");
    }
    return key;
}

namespace {

Result<SecretBytes> randomFor(const auto &request) {
    const std::size_t bySpec = request.keySpec && *request.keySpec == kms::DataKeySpec::AES_128 ? 16 : 32;
    return crypto::randomSecret(request.numberOfBytes ? static_cast<std::size_t>(*request.numberOfBytes)
                                                      : bySpec);
}

} // namespace

Result<kms::GenerateDataKey::Reply> FakeKms::Store::handle(const kms::GenerateDataKey::Request &request) {
    if (request.recipient) {
        return refuse(ErrorCode::UnsupportedOperation, "Recipient is not supported by FakeKms.");
    }
    auto key = dataKeyOwner(request);
    if (!key) {
        return failFrom(key);
    }
    auto plaintext = randomFor(request);
    if (!plaintext) {
        return failFrom(plaintext);
    }
    kms::GenerateDataKey::Reply reply;
    reply.ciphertextBlob = seal(**key, request.encryptionContext, plaintext->view());
    reply.plaintext = std::move(*plaintext);
    reply.keyId = (*key)->arn;
    reply.keyMaterialId = (*key)->materials.back().id;
    return reply;
}

Result<kms::GenerateDataKeyWithoutPlaintext::Reply>
FakeKms::Store::handle(const kms::GenerateDataKeyWithoutPlaintext::Request &request) {
    auto key = dataKeyOwner(request);
    if (!key) {
        return failFrom(key);
    }
    auto plaintext = randomFor(request);
    if (!plaintext) {
        return failFrom(plaintext);
    }
    return kms::GenerateDataKeyWithoutPlaintext::Reply{
        seal(**key, request.encryptionContext, plaintext->view()), (*key)->arn, (*key)->materials.back().id};
}

Result<kms::GenerateRandom::Reply> FakeKms::Store::handle(const kms::GenerateRandom::Request &request) {
    if (request.recipient || request.customKeyStoreId) {
        return refuse(ErrorCode::UnsupportedOperation, "FakeKms has neither enclaves nor custom key stores.");
    }
    auto random = crypto::randomSecret(static_cast<std::size_t>(*request.numberOfBytes));
    if (!random) {
        return failFrom(random);
    }
    kms::GenerateRandom::Reply reply;
    reply.plaintext = std::move(*random);
    return reply;
}

} // namespace keyturn::test
