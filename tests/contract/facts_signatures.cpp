// SPDX-License-Identifier: Apache-2.0
// Sign, Verify, GenerateMac, VerifyMac and GetPublicKey (kms-semantics.md section 7): every algorithm of
// every spec, what is refused and in which words.
#include "probe.h"

#include "kms/operations/generate_mac.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/sign.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"

#include <QCryptographicHash>

namespace keyturn::contract {
namespace {

using kms::KeySpec;
using kms::KeyUsageType;
using kms::MessageType;
using Algorithm = kms::SigningAlgorithmSpec;
using MacAlgorithm = kms::MacAlgorithmSpec;

constexpr std::string_view message = "a message that is signed";

template <class E>
std::string nameOf(E value) {
    return std::string(kms::Open<E>(value).text());
}

struct SigningRow {
    KeySpec spec;
    Algorithm algorithm;
    Need need = Need::Asymmetric;
};

constexpr SigningRow signingRows[] = {
    {KeySpec::RSA_2048, Algorithm::RSASSA_PSS_SHA_256},
    {KeySpec::RSA_2048, Algorithm::RSASSA_PSS_SHA_384},
    {KeySpec::RSA_2048, Algorithm::RSASSA_PSS_SHA_512},
    {KeySpec::RSA_2048, Algorithm::RSASSA_PKCS1_V1_5_SHA_256},
    {KeySpec::RSA_2048, Algorithm::RSASSA_PKCS1_V1_5_SHA_384},
    {KeySpec::RSA_2048, Algorithm::RSASSA_PKCS1_V1_5_SHA_512},
    {KeySpec::ECC_NIST_P256, Algorithm::ECDSA_SHA_256},
    {KeySpec::ECC_NIST_P384, Algorithm::ECDSA_SHA_384},
    {KeySpec::ECC_NIST_P521, Algorithm::ECDSA_SHA_512},
    {KeySpec::ECC_SECG_P256K1, Algorithm::ECDSA_SHA_256},
    {KeySpec::ECC_NIST_EDWARDS25519, Algorithm::ED25519_SHA_512},
    {KeySpec::ECC_NIST_EDWARDS25519, Algorithm::ED25519_PH_SHA_512},
    {KeySpec::SM2, Algorithm::SM2DSA, Need::Sm2},
};

bool endsWith(Algorithm algorithm, std::string_view end) {
    return nameOf(algorithm).ends_with(end);
}

/// By the algorithm's hash; nothing for SM3, which Qt lacks.
std::string digestOf(Algorithm algorithm, std::string_view text) {
    if (algorithm == Algorithm::SM2DSA) {
        return {};
    }
    const auto hash = endsWith(algorithm, "256")   ? QCryptographicHash::Sha256
                      : endsWith(algorithm, "384") ? QCryptographicHash::Sha384
                                                   : QCryptographicHash::Sha512;
    return QCryptographicHash::hash(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())), hash)
        .toStdString();
}

kms::Sign::Request signRequest(const std::string &key, Algorithm algorithm, std::string_view text,
                               std::optional<MessageType> type = {}) {
    kms::Sign::Request request;
    request.keyId = key;
    request.message = SecretBytes::copyOf(text);
    request.signingAlgorithm = algorithm;
    if (type) {
        request.messageType = *type;
    }
    return request;
}

kms::Verify::Request verifyRequest(const std::string &key, Algorithm algorithm, std::string_view text,
                                   Bytes signature, std::optional<MessageType> type = {}) {
    kms::Verify::Request request;
    request.keyId = key;
    request.message = SecretBytes::copyOf(text);
    request.signingAlgorithm = algorithm;
    request.signature = std::move(signature);
    if (type) {
        request.messageType = *type;
    }
    return request;
}

void expectRefusedSignature(Probe &probe, kms::Verify::Request request) {
    probe.refused<kms::Verify>(std::move(request), ErrorCode::KMSInvalidSignature, "");
}

void checkSigning(Probe &probe, const SigningRow &row) {
    const auto &key = probe.sharedKey(row.spec, KeyUsageType::SIGN_VERIFY);
    const bool onlyDigest = row.algorithm == Algorithm::ED25519_PH_SHA_512;
    const std::string signedText = onlyDigest ? digestOf(row.algorithm, message) : std::string(message);
    const auto type = onlyDigest ? std::optional(MessageType::DIGEST) : std::nullopt;
    const auto reply = probe.must<kms::Sign>(signRequest(*key.keyId, row.algorithm, signedText, type));
    probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
    probe.check(reply.signingAlgorithm == row.algorithm, "another algorithm than asked");
    const Bytes signature = reply.signature.value_or(Bytes());
    const auto valid =
        probe.must<kms::Verify>(verifyRequest(*key.keyId, row.algorithm, signedText, signature, type));
    probe.check(valid.signatureValid == true && valid.signingAlgorithm == row.algorithm,
                "Verify does not say that it is valid");
    probe.equal("KeyId", valid.keyId.value_or(""), *key.arn);
    Bytes flipped = signature;
    flipped.back() ^= 1U;
    expectRefusedSignature(probe, verifyRequest(*key.keyId, row.algorithm, signedText, flipped, type));
    expectRefusedSignature(probe, verifyRequest(*key.keyId, row.algorithm, signedText, Bytes{1}, type));
    std::string otherText = signedText;
    otherText[0] = static_cast<char>(otherText[0] ^ 1);
    expectRefusedSignature(probe, verifyRequest(*key.keyId, row.algorithm, otherText, signature, type));
    const std::string digest = digestOf(row.algorithm, message);
    if (!onlyDigest && row.algorithm != Algorithm::ED25519_SHA_512 && !digest.empty()) {
        probe.must<kms::Verify>(
            verifyRequest(*key.keyId, row.algorithm, digest, signature, MessageType::DIGEST));
        const auto second =
            probe.must<kms::Sign>(signRequest(*key.keyId, row.algorithm, digest, MessageType::DIGEST));
        probe.must<kms::Verify>(verifyRequest(*key.keyId, row.algorithm, message, *second.signature));
    }
}

void addMessageRefusals(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("signatures: ") + name, std::move(check), Need::Asymmetric});
    };
    add("a digest of another length", [](Probe &probe) {
        for (const auto &[spec, algorithm, size] :
             {std::tuple(KeySpec::ECC_NIST_P384, Algorithm::ECDSA_SHA_384, 47),
              std::tuple(KeySpec::RSA_2048, Algorithm::RSASSA_PSS_SHA_512, 65),
              std::tuple(KeySpec::ECC_NIST_EDWARDS25519, Algorithm::ED25519_PH_SHA_512, 32)}) {
            const auto &key = probe.sharedKey(spec, KeyUsageType::SIGN_VERIFY);
            const std::string digest(static_cast<std::size_t>(size), 'x');
            const std::string words = "Digest is invalid length for algorithm " + nameOf(algorithm) + ".";
            probe.refused<kms::Sign>(signRequest(*key.keyId, algorithm, digest, MessageType::DIGEST),
                                     ErrorCode::Validation, words);
            probe.refused<kms::Verify>(
                verifyRequest(*key.keyId, algorithm, digest, Bytes(64), MessageType::DIGEST),
                ErrorCode::Validation, words);
        }
    });
    add("kinds of message that an algorithm does not take", [](Probe &probe) {
        const std::string key =
            *probe.sharedKey(KeySpec::ECC_NIST_EDWARDS25519, KeyUsageType::SIGN_VERIFY).keyId;
        const std::string digest(64, 'x');
        probe.refused<kms::Sign>(signRequest(key, Algorithm::ED25519_SHA_512, digest, MessageType::DIGEST),
                                 ErrorCode::Validation);
        probe.refused<kms::Sign>(signRequest(key, Algorithm::ED25519_PH_SHA_512, digest),
                                 ErrorCode::Validation);
        probe.refused<kms::Sign>(
            signRequest(key, Algorithm::ED25519_SHA_512, digest, MessageType::EXTERNAL_MU),
            ErrorCode::Validation);
    });
    add("the longest message, and one byte more", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY).keyId;
        const std::string longest(4096, 'x');
        const auto reply = probe.must<kms::Sign>(signRequest(key, Algorithm::ECDSA_SHA_256, longest));
        probe.must<kms::Verify>(verifyRequest(key, Algorithm::ECDSA_SHA_256, longest, *reply.signature));
        probe.refused<kms::Sign>(signRequest(key, Algorithm::ECDSA_SHA_256, longest + 'x'),
                                 ErrorCode::Validation,
                                 "1 validation error detected: Value at 'message' failed to satisfy "
                                 "constraint: Member must have length less than or equal to 4096");
        probe.refused<kms::Sign>(signRequest(key, Algorithm::ECDSA_SHA_256, ""), ErrorCode::Validation);
    });
}

void addKeyRefusals(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("signatures: ") + name, std::move(check), Need::Asymmetric});
    };
    add("another spec's algorithm", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY).keyId;
        const std::string words = "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.";
        probe.refused<kms::Sign>(signRequest(key, Algorithm::ECDSA_SHA_384, message),
                                 ErrorCode::InvalidKeyUsage, words);
        probe.refused<kms::Verify>(verifyRequest(key, Algorithm::ECDSA_SHA_384, message, Bytes(64)),
                                   ErrorCode::InvalidKeyUsage, words);
        probe.refused<kms::Sign>(signRequest(key, Algorithm::ML_DSA_SHAKE_256, message),
                                 ErrorCode::InvalidKeyUsage);
    });
    add("a key of another usage", [](Probe &probe) {
        const auto key = probe.newKey();
        probe.refused<kms::Sign>(signRequest(*key.keyId, Algorithm::ECDSA_SHA_256, message),
                                 ErrorCode::InvalidKeyUsage,
                                 *key.arn + " key usage is ENCRYPT_DECRYPT which is not valid for Sign.");
        probe.refused<kms::Verify>(verifyRequest(*key.keyId, Algorithm::ECDSA_SHA_256, message, Bytes(64)),
                                   ErrorCode::InvalidKeyUsage,
                                   *key.arn + " key usage is ENCRYPT_DECRYPT which is not valid for Verify.");
    });
    add("a key that nobody has", [](Probe &probe) {
        probe.refused<kms::Sign>(signRequest(probe.unusedKeyId(), Algorithm::ECDSA_SHA_256, message),
                                 ErrorCode::NotFound);
    });
    add("another key's signature", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY).keyId;
        const auto other =
            probe.newKey({.keyUsage = KeyUsageType::SIGN_VERIFY, .keySpec = KeySpec::ECC_NIST_P256});
        const auto reply =
            probe.must<kms::Sign>(signRequest(*other.keyId, Algorithm::ECDSA_SHA_256, message));
        expectRefusedSignature(probe,
                               verifyRequest(key, Algorithm::ECDSA_SHA_256, message, *reply.signature));
    });
    add("every form of the key's name", [](Probe &probe) {
        const auto key =
            probe.newKey({.keyUsage = KeyUsageType::SIGN_VERIFY, .keySpec = KeySpec::ECC_NIST_P256});
        const std::string alias = probe.newAlias(*key.keyId);
        const std::string aliasArn = key.arn->substr(0, key.arn->find(":key/") + 1) + alias;
        for (const std::string &name : {*key.keyId, *key.arn, alias, aliasArn}) {
            const auto made = probe.must<kms::Sign>(signRequest(name, Algorithm::ECDSA_SHA_256, message));
            probe.equal("KeyId", made.keyId.value_or(""), *key.arn);
            const auto seen = probe.must<kms::Verify>(
                verifyRequest(name, Algorithm::ECDSA_SHA_256, message, *made.signature));
            probe.equal("KeyId", seen.keyId.value_or(""), *key.arn);
        }
    });
    add("dry runs", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY).keyId;
        auto dry = signRequest(key, Algorithm::ECDSA_SHA_256, message);
        dry.dryRun = true;
        probe.refused<kms::Sign>(std::move(dry), ErrorCode::DryRunOperation);
        const auto made = probe.must<kms::Sign>(signRequest(key, Algorithm::ECDSA_SHA_256, message));
        auto check = verifyRequest(key, Algorithm::ECDSA_SHA_256, message, *made.signature);
        check.dryRun = true;
        probe.refused<kms::Verify>(std::move(check), ErrorCode::DryRunOperation);
    });
}

kms::GenerateMac::Request macRequest(const std::string &key, MacAlgorithm algorithm, std::string_view text) {
    kms::GenerateMac::Request request;
    request.message = SecretBytes::copyOf(text);
    request.keyId = key;
    request.macAlgorithm = algorithm;
    return request;
}

kms::VerifyMac::Request macCheck(const std::string &key, MacAlgorithm algorithm, std::string_view text,
                                 Bytes mac) {
    kms::VerifyMac::Request request;
    request.message = SecretBytes::copyOf(text);
    request.keyId = key;
    request.macAlgorithm = algorithm;
    request.mac = std::move(mac);
    return request;
}

struct MacRow {
    KeySpec spec;
    MacAlgorithm algorithm;
    std::int64_t sizeBytes;
};
constexpr MacRow macRows[] = {{KeySpec::HMAC_224, MacAlgorithm::HMAC_SHA_224, 28},
                              {KeySpec::HMAC_256, MacAlgorithm::HMAC_SHA_256, 32},
                              {KeySpec::HMAC_384, MacAlgorithm::HMAC_SHA_384, 48},
                              {KeySpec::HMAC_512, MacAlgorithm::HMAC_SHA_512, 64}};

void checkMac(Probe &probe, const MacRow &row) {
    const auto &key = probe.sharedKey(row.spec, KeyUsageType::GENERATE_VERIFY_MAC);
    const std::string id = *key.keyId;
    const auto reply = probe.must<kms::GenerateMac>(macRequest(id, row.algorithm, message));
    probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
    probe.check(reply.macAlgorithm == row.algorithm, "another algorithm than asked");
    const Bytes mac = reply.mac.value_or(Bytes());
    probe.equal("bytes of MAC", static_cast<std::int64_t>(mac.size()), row.sizeBytes);
    probe.check(probe.must<kms::GenerateMac>(macRequest(id, row.algorithm, message)).mac == mac,
                "the same message has another MAC");
    const auto valid = probe.must<kms::VerifyMac>(macCheck(id, row.algorithm, message, mac));
    probe.check(valid.macValid == true && valid.macAlgorithm == row.algorithm,
                "VerifyMac does not say that it is valid");
    probe.equal("KeyId", valid.keyId.value_or(""), *key.arn);
    Bytes flipped = mac;
    flipped.back() ^= 1U;
    Bytes cut = mac;
    cut.pop_back();
    for (const Bytes &wrong : {flipped, cut}) {
        probe.refused<kms::VerifyMac>(macCheck(id, row.algorithm, message, wrong), ErrorCode::KMSInvalidMac,
                                      "");
    }
    probe.refused<kms::VerifyMac>(macCheck(id, row.algorithm, "another", mac), ErrorCode::KMSInvalidMac, "");
}

void addMacRefusals(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("MACs: ") + name, std::move(check), Need::Asymmetric});
    };
    add("another spec's algorithm", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::HMAC_384, KeyUsageType::GENERATE_VERIFY_MAC).keyId;
        const std::string words = "Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_384.";
        probe.refused<kms::GenerateMac>(macRequest(key, MacAlgorithm::HMAC_SHA_256, message),
                                        ErrorCode::InvalidKeyUsage, words);
        probe.refused<kms::VerifyMac>(macCheck(key, MacAlgorithm::HMAC_SHA_256, message, Bytes(32)),
                                      ErrorCode::InvalidKeyUsage, words);
    });
    add("a key of another usage", [](Probe &probe) {
        const auto key = probe.newKey();
        probe.refused<kms::GenerateMac>(
            macRequest(*key.keyId, MacAlgorithm::HMAC_SHA_256, message), ErrorCode::InvalidKeyUsage,
            *key.arn + " key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.");
        probe.refused<kms::VerifyMac>(
            macCheck(*key.keyId, MacAlgorithm::HMAC_SHA_256, message, Bytes(32)), ErrorCode::InvalidKeyUsage,
            *key.arn + " key usage is ENCRYPT_DECRYPT which is not valid for VerifyMac.");
    });
    add("the longest message, and one byte more", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC).keyId;
        const std::string longest(4096, 'x');
        const auto reply = probe.must<kms::GenerateMac>(macRequest(key, MacAlgorithm::HMAC_SHA_256, longest));
        probe.must<kms::VerifyMac>(macCheck(key, MacAlgorithm::HMAC_SHA_256, longest, *reply.mac));
        probe.refused<kms::GenerateMac>(macRequest(key, MacAlgorithm::HMAC_SHA_256, longest + 'x'),
                                        ErrorCode::Validation);
    });
    add("dry runs", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC).keyId;
        auto dry = macRequest(key, MacAlgorithm::HMAC_SHA_256, message);
        dry.dryRun = true;
        probe.refused<kms::GenerateMac>(std::move(dry), ErrorCode::DryRunOperation);
        const auto made = probe.must<kms::GenerateMac>(macRequest(key, MacAlgorithm::HMAC_SHA_256, message));
        auto check = macCheck(key, MacAlgorithm::HMAC_SHA_256, message, *made.mac);
        check.dryRun = true;
        probe.refused<kms::VerifyMac>(std::move(check), ErrorCode::DryRunOperation);
    });
}

void addPublicKeyFacts(Facts &facts) {
    facts.push_back({"GetPublicKey: a signing key lists what signs",
                     [](Probe &probe) {
                         const auto &key = probe.sharedKey(KeySpec::RSA_2048, KeyUsageType::SIGN_VERIFY);
                         const auto reply = probe.must<kms::GetPublicKey>({.keyId = key.keyId});
                         probe.check(reply.signingAlgorithms && reply.signingAlgorithms->size() == 6,
                                     "SigningAlgorithms are not six");
                         probe.check(!reply.encryptionAlgorithms && !reply.keyAgreementAlgorithms,
                                     "there are algorithms of another usage");
                         probe.check(reply.keyUsage == KeyUsageType::SIGN_VERIFY, "KeyUsage is another");
                     },
                     Need::Asymmetric});
    facts.push_back(
        {"GetPublicKey: an HMAC key has none",
         [](Probe &probe) {
             const auto &key = probe.sharedKey(KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC);
             probe.refused<kms::GetPublicKey>({.keyId = key.keyId}, ErrorCode::UnsupportedOperation);
         },
         Need::Asymmetric});
}

} // namespace

void addSignatureFacts(Facts &facts) {
    for (const SigningRow &row : signingRows) {
        facts.push_back({"signatures: " + nameOf(row.spec) + ' ' + nameOf(row.algorithm),
                         [row](Probe &probe) { checkSigning(probe, row); }, row.need});
    }
    addMessageRefusals(facts);
    addKeyRefusals(facts);
    for (const MacRow &row : macRows) {
        facts.push_back(
            {"MACs: " + nameOf(row.spec), [row](Probe &probe) { checkMac(probe, row); }, Need::Asymmetric});
    }
    addMacRefusals(facts);
    addPublicKeyFacts(facts);
}

} // namespace keyturn::contract
