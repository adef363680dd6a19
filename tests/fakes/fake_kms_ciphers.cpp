// SPDX-License-Identifier: Apache-2.0
// Ciphers (kms-semantics.md sections 4 to 6). A symmetric ciphertext is one line of text that names key,
// material, nonce and a checksum over everything including the context, and then the plaintext as it is.
#include "fakes/fake_kms_store.h"

#include <QCryptographicHash>

#include <algorithm>

namespace keyturn::test {

namespace {

constexpr std::string_view magic = "FAKE1";
constexpr std::size_t symmetricLimit = 4096;

std::size_t plaintextLimit(const FakeKey &key, Algorithm algorithm) {
    const std::size_t hashBytes = algorithm == Algorithm::RSAES_OAEP_SHA_1 ? 20 : 32;
    const std::size_t modulusBytes = rsaSizeBits(key.spec) / 8;
    return modulusBytes == 0 ? symmetricLimit : modulusBytes - 2 * hashBytes - 2;
}

Status checkPlaintextSize(const FakeKey &key, Algorithm algorithm, std::size_t sizeBytes) {
    const std::size_t limit = plaintextLimit(key, algorithm);
    if (sizeBytes <= limit) {
        return {};
    }
    return refuse(ErrorCode::Validation, "Algorithm " + std::string(kms::Open(algorithm).text()) +
                                             " and key spec " + std::string(kms::Open(key.spec).text()) +
                                             " cannot encrypt data larger than " + std::to_string(limit) +
                                             " bytes.");
}

crypto::OaepHash hashOf(Algorithm algorithm) {
    return algorithm == Algorithm::RSAES_OAEP_SHA_1 ? crypto::OaepHash::Sha1 : crypto::OaepHash::Sha256;
}

bool isDryRun(const auto &request) {
    return request.dryRun.value_or(false);
}

tl::unexpected<Error> wouldHaveSucceeded() {
    return refuse(ErrorCode::DryRunOperation,
                  "The request would have succeeded, but the DryRun option is set.");
}

tl::unexpected<Error> mustNotBeNull(std::string_view member) {
    return refuse(ErrorCode::Validation, "1 validation error detected: Value null at '" +
                                             std::string(member) +
                                             "' failed to satisfy constraint: Member must not be null");
}

Status refuseRecipient(bool given) {
    if (!given) {
        return {};
    }
    return refuse(ErrorCode::UnsupportedOperation, "Recipient is not supported by FakeKms.");
}

void addPart(QCryptographicHash &hash, std::string_view part) {
    const std::string size = std::to_string(part.size()) + ':';
    hash.addData(QByteArrayView(size.data(), static_cast<qsizetype>(size.size())));
    hash.addData(QByteArrayView(part.data(), static_cast<qsizetype>(part.size())));
}

} // namespace

std::string FakeKms::Store::sealOf(const FakeKey &key, const FakeMaterial &material, std::string_view nonce,
                                   const Context &context, ByteView plaintext) const {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const std::string_view part : {std::string_view(material.secret), std::string_view(key.id),
                                        std::string_view(material.id), nonce, asText(plaintext)}) {
        addPart(hash, part);
    }
    if (context) {
        auto pairs = std::vector(context->begin(), context->end());
        std::sort(pairs.begin(), pairs.end());
        for (const auto &[name, value] : pairs) {
            addPart(hash, name);
            addPart(hash, value);
        }
    }
    return hash.result().toHex().toStdString();
}

Bytes FakeKms::Store::seal(const FakeKey &key, const Context &context, ByteView plaintext) {
    const FakeMaterial &material = key.materials.back();
    const std::string nonce = uniqueHex(16);
    const std::string line = std::string(magic) + ' ' + key.id + ' ' + material.id + ' ' + nonce + ' ' +
                             sealOf(key, material, nonce, context, plaintext) + '\n';
    Bytes blob = toBytes(line);
    blob.insert(blob.end(), plaintext.begin(), plaintext.end());
    return blob;
}

Result<Bytes> FakeKms::Store::encryptWith(const FakeKey &key, Algorithm algorithm, const Context &context,
                                          ByteView plaintext) {
    if (auto size = checkPlaintextSize(key, algorithm, plaintext.size()); !size) {
        return failFrom(size);
    }
    return key.rsa ? key.rsa->publicKey().encryptOaep(hashOf(algorithm), plaintext)
                   : Result<Bytes>(seal(key, context, plaintext));
}

Status FakeKms::Store::checkCipherSide(const FakeKey &key, Algorithm algorithm, const Context &context,
                                       std::string_view contextMember) const {
    if (key.usage != kms::KeyUsageType::ENCRYPT_DECRYPT) {
        return refuse(ErrorCode::InvalidKeyUsage,
                      key.arn + " key usage is " + std::string(kms::Open(key.usage).text()) +
                          " which is not valid for " + std::string(kms::operationInfo(m_operation).name) +
                          ".");
    }
    const auto algorithms = algorithmsOf(key);
    if (std::find(algorithms.begin(), algorithms.end(), kms::Open(algorithm)) == algorithms.end()) {
        return refuse(ErrorCode::InvalidKeyUsage, "Algorithm " + std::string(kms::Open(algorithm).text()) +
                                                      " is incompatible with key spec " +
                                                      std::string(kms::Open(key.spec).text()) + ".");
    }
    if (!key.isSymmetric() && context && !context->empty()) {
        return refuse(ErrorCode::Validation,
                      std::string(contextMember) + " is not supported with asymmetric keys.");
    }
    return checkState(key);
}

Result<FakeKms::Store::Opened> FakeKms::Store::openSymmetric(const Bytes &ciphertext, FakeKey *named) {
    const std::string_view text = asText(ciphertext);
    constexpr std::size_t idSize = 36;
    constexpr std::size_t lineSize = 5 + 1 + idSize + 1 + 64 + 1 + 16 + 1 + 64 + 1;
    if (text.size() <= lineSize || !text.starts_with("FAKE1 ") || text[42] != ' ' || text[107] != ' ' ||
        text[124] != ' ' || text[lineSize - 1] != '\n') {
        if (named != nullptr && named->rsa) {
            return refuse(ErrorCode::InvalidKeyUsage,
                          "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec " +
                              std::string(kms::Open(named->spec).text()) + ".");
        }
        return refuse(ErrorCode::InvalidCiphertext);
    }
    const auto key = m_keys.find(std::string(text.substr(6, idSize)));
    Opened opened{.nonce = std::string(text.substr(108, 16)),
                  .seal = std::string(text.substr(125, 64)),
                  .body = toBytes(text.substr(lineSize))};
    if (key != m_keys.end()) {
        opened.key = &key->second;
        for (const FakeMaterial &material : key->second.materials) {
            opened.material = material.id == text.substr(43, 64) ? &material : opened.material;
        }
    }
    if (opened.material == nullptr) {
        return refuse(ErrorCode::InvalidCiphertext);
    }
    if (named != nullptr && named != opened.key) {
        return refuse(ErrorCode::IncorrectKey,
                      "The key ID in the request does not identify a CMK that can perform this operation.");
    }
    return opened;
}

Result<FakeKms::Store::Opened> FakeKms::Store::open(const std::optional<Bytes> &ciphertext,
                                                    const std::optional<std::string> &keyId,
                                                    const OpenAlgorithm &given, std::string_view keyMember) {
    FakeKey *named = nullptr;
    if (keyId) {
        auto key = find(*keyId, kms::anyKeyIdentifier);
        if (!key) {
            return failFrom(key);
        }
        named = *key;
    }
    const Algorithm algorithm = algorithmOf(given);
    if (named == nullptr && (!ciphertext || algorithm != Algorithm::SYMMETRIC_DEFAULT)) {
        return mustNotBeNull(keyMember);
    }
    if (ciphertext && algorithm == Algorithm::SYMMETRIC_DEFAULT) {
        return openSymmetric(*ciphertext, named);
    }
    Opened opened{.key = named, .algorithm = algorithm};
    opened.body = ciphertext.value_or(Bytes());
    return opened;
}

Result<SecretBytes> FakeKms::Store::decryptWith(const Opened &opened, const Context &context) const {
    if (opened.key->rsa) {
        auto plaintext = opened.key->rsa->decryptOaep(hashOf(opened.algorithm), opened.body);
        return plaintext ? std::move(plaintext) : refuse(ErrorCode::InvalidCiphertext);
    }
    if (opened.seal != sealOf(*opened.key, *opened.material, opened.nonce, context, opened.body)) {
        return refuse(ErrorCode::InvalidCiphertext);
    }
    return SecretBytes::copyOf(opened.body);
}

Result<kms::Encrypt::Reply> FakeKms::Store::handle(const kms::Encrypt::Request &request) {
    if (auto tokens = checkGrantTokens(request.grantTokens); !tokens) {
        return failFrom(tokens);
    }
    auto key = find(*request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    const Algorithm algorithm = algorithmOf(request.encryptionAlgorithm);
    auto allowed = checkCipherSide(**key, algorithm, request.encryptionContext, "EncryptionContext");
    if (!allowed) {
        return failFrom(allowed);
    }
    auto ciphertext = encryptWith(**key, algorithm, request.encryptionContext, request.plaintext->view());
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    if (isDryRun(request)) {
        return wouldHaveSucceeded();
    }
    return kms::Encrypt::Reply{std::move(*ciphertext), (*key)->arn, algorithm};
}

Result<kms::Decrypt::Reply> FakeKms::Store::handle(const kms::Decrypt::Request &request) {
    auto allowed = refuseRecipient(request.recipient.has_value());
    if (allowed) {
        allowed = checkGrantTokens(request.grantTokens);
    }
    if (!allowed) {
        return failFrom(allowed);
    }
    auto opened = open(request.ciphertextBlob, request.keyId, request.encryptionAlgorithm, "keyId");
    if (!opened) {
        return failFrom(opened);
    }
    allowed =
        checkCipherSide(*opened->key, opened->algorithm, request.encryptionContext, "EncryptionContext");
    if (!allowed) {
        return failFrom(allowed);
    }
    if (!request.ciphertextBlob) {
        return wouldHaveSucceeded();
    }
    auto plaintext = decryptWith(*opened, request.encryptionContext);
    if (!plaintext) {
        return failFrom(plaintext);
    }
    if (isDryRun(request)) {
        return wouldHaveSucceeded();
    }
    kms::Decrypt::Reply reply;
    reply.keyId = opened->key->arn;
    reply.plaintext = std::move(*plaintext);
    reply.encryptionAlgorithm = opened->algorithm;
    if (opened->material != nullptr) {
        reply.keyMaterialId = opened->material->id;
    }
    return reply;
}

Result<kms::ReEncrypt::Reply> FakeKms::Store::handle(const kms::ReEncrypt::Request &request) {
    if (auto tokens = checkGrantTokens(request.grantTokens); !tokens) {
        return failFrom(tokens);
    }
    auto destination = find(*request.destinationKeyId, kms::anyKeyIdentifier);
    if (!destination) {
        return failFrom(destination);
    }
    auto source =
        open(request.ciphertextBlob, request.sourceKeyId, request.sourceEncryptionAlgorithm, "sourceKeyId");
    if (!source) {
        return failFrom(source);
    }
    const Algorithm algorithm = algorithmOf(request.destinationEncryptionAlgorithm);
    auto allowed = checkCipherSide(*source->key, source->algorithm, request.sourceEncryptionContext,
                                   "SourceEncryptionContext");
    if (allowed) {
        allowed = checkCipherSide(**destination, algorithm, request.destinationEncryptionContext,
                                  "DestinationEncryptionContext");
    }
    if (!allowed) {
        return failFrom(allowed);
    }
    if (!request.ciphertextBlob) {
        return wouldHaveSucceeded();
    }
    auto plaintext = decryptWith(*source, request.sourceEncryptionContext);
    if (!plaintext) {
        return failFrom(plaintext);
    }
    auto ciphertext =
        encryptWith(**destination, algorithm, request.destinationEncryptionContext, plaintext->view());
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    if (isDryRun(request)) {
        return wouldHaveSucceeded();
    }
    kms::ReEncrypt::Reply reply{
        std::move(*ciphertext), source->key->arn, (*destination)->arn, source->algorithm, algorithm, {}, {}};
    if (source->material != nullptr) {
        reply.sourceKeyMaterialId = source->material->id;
    }
    if ((*destination)->isSymmetric()) {
        reply.destinationKeyMaterialId = (*destination)->materials.back().id;
    }
    return reply;
}

} // namespace keyturn::test
