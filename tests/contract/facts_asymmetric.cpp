// SPDX-License-Identifier: Apache-2.0
// CreateKey of every spec, key agreement, SM2 encryption, data key pairs, and the key-state table for what
// asymmetric and HMAC keys do (kms-semantics.md sections 2 and 5 to 7).
#include "probe.h"

#include "kms/operations/derive_shared_secret.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/generate_data_key_pair.h"
#include "kms/operations/generate_data_key_pair_without_plaintext.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/sign.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"

namespace keyturn::contract {
namespace {

using kms::DataKeyPairSpec;
using kms::EncryptionAlgorithmSpec;
using kms::KeySpec;
using kms::KeyUsageType;

template <class E>
std::string nameOf(E value) {
    return std::string(kms::Open<E>(value).text());
}

// --- CreateKey

struct SpecRow {
    KeySpec spec;
    KeyUsageType usage;
    std::size_t algorithms; ///< that DescribeKey lists
    Need need = Need::Asymmetric;
};
constexpr SpecRow specRows[] = {
    {KeySpec::RSA_2048, KeyUsageType::SIGN_VERIFY, 6},
    {KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY, 1},
    {KeySpec::ECC_NIST_P384, KeyUsageType::KEY_AGREEMENT, 1},
    {KeySpec::ECC_NIST_P521, KeyUsageType::SIGN_VERIFY, 1},
    {KeySpec::ECC_SECG_P256K1, KeyUsageType::SIGN_VERIFY, 1},
    {KeySpec::ECC_NIST_EDWARDS25519, KeyUsageType::SIGN_VERIFY, 2},
    {KeySpec::HMAC_224, KeyUsageType::GENERATE_VERIFY_MAC, 1},
    {KeySpec::HMAC_512, KeyUsageType::GENERATE_VERIFY_MAC, 1},
    {KeySpec::SM2, KeyUsageType::ENCRYPT_DECRYPT, 1, Need::Sm2},
    {KeySpec::SM2, KeyUsageType::SIGN_VERIFY, 1, Need::Sm2},
    {KeySpec::SM2, KeyUsageType::KEY_AGREEMENT, 1, Need::Sm2},
};

void checkMetadata(Probe &probe, const SpecRow &row) {
    const auto made = probe.sharedKey(row.spec, row.usage);
    const auto seen = probe.describe(*made.keyId);
    probe.check(seen.keySpec == row.spec && seen.keyUsage == row.usage, "another spec or usage");
    probe.check(!seen.currentKeyMaterialId, "CurrentKeyMaterialId is there");
    const auto size = [](const auto &list) { return list ? list->size() : 0; };
    const std::size_t crypts = size(seen.encryptionAlgorithms);
    const std::size_t signs = size(seen.signingAlgorithms);
    const std::size_t macs = size(seen.macAlgorithms);
    const std::size_t agrees = size(seen.keyAgreementAlgorithms);
    const std::size_t own = row.usage == KeyUsageType::ENCRYPT_DECRYPT ? crypts
                            : row.usage == KeyUsageType::SIGN_VERIFY   ? signs
                            : row.usage == KeyUsageType::KEY_AGREEMENT ? agrees
                                                                       : macs;
    probe.equal("algorithms of its usage", static_cast<std::int64_t>(own),
                static_cast<std::int64_t>(row.algorithms));
    probe.equal("algorithms in all", static_cast<std::int64_t>(crypts + signs + macs + agrees),
                static_cast<std::int64_t>(row.algorithms));
}

void addCreationFacts(Facts &facts) {
    for (const SpecRow &row : specRows) {
        facts.push_back({"CreateKey: " + nameOf(row.spec) + " for " + nameOf(row.usage),
                         [row](Probe &probe) { checkMetadata(probe, row); }, row.need});
    }
    facts.push_back({"CreateKey: specs and usages that do not go together",
                     [](Probe &probe) {
                         for (const auto &[spec, usage] :
                              {std::pair(KeySpec::ECC_NIST_P256, KeyUsageType::ENCRYPT_DECRYPT),
                               std::pair(KeySpec::ECC_SECG_P256K1, KeyUsageType::KEY_AGREEMENT),
                               std::pair(KeySpec::HMAC_256, KeyUsageType::SIGN_VERIFY),
                               std::pair(KeySpec::RSA_2048, KeyUsageType::KEY_AGREEMENT)}) {
                             probe.refused<kms::CreateKey>(
                                 {.keyUsage = usage, .keySpec = spec}, ErrorCode::Validation,
                                 "KeyUsage " + nameOf(usage) + " is not compatible with KeySpec " +
                                     nameOf(spec));
                         }
                     },
                     Need::Asymmetric});
    facts.push_back({"CreateKey: ECC and HMAC keys need a usage",
                     [](Probe &probe) {
                         for (const KeySpec spec : {KeySpec::ECC_NIST_P256, KeySpec::HMAC_256}) {
                             probe.refused<kms::CreateKey>(
                                 {.keySpec = spec}, ErrorCode::Validation,
                                 "You must specify a KeyUsage value for all KMS keys except for symmetric "
                                 "encryption keys.");
                         }
                     },
                     Need::Asymmetric});
}

// --- Agreement

Bytes publicKeyOf(Probe &probe, const kms::KeyMetadata &key) {
    return *probe.must<kms::GetPublicKey>({.keyId = key.keyId}).publicKey;
}

kms::DeriveSharedSecret::Request agreementRequest(const std::string &key, Bytes peer) {
    kms::DeriveSharedSecret::Request request;
    request.keyId = key;
    request.keyAgreementAlgorithm = kms::KeyAgreementAlgorithmSpec::ECDH;
    request.publicKey = std::move(peer);
    return request;
}

void checkAgreement(Probe &probe, KeySpec spec, std::int64_t sizeBytes) {
    const auto &one = probe.sharedKey(spec, KeyUsageType::KEY_AGREEMENT);
    const auto two = probe.newKey({.keyUsage = KeyUsageType::KEY_AGREEMENT, .keySpec = spec});
    const auto here =
        probe.must<kms::DeriveSharedSecret>(agreementRequest(*one.keyId, publicKeyOf(probe, two)));
    const auto there =
        probe.must<kms::DeriveSharedSecret>(agreementRequest(*two.keyId, publicKeyOf(probe, one)));
    probe.equal("bytes of secret", static_cast<std::int64_t>(here.sharedSecret->size()), sizeBytes);
    probe.check(here.sharedSecret->text() == there.sharedSecret->text(), "the two sides differ");
    probe.equal("KeyId", here.keyId.value_or(""), *one.arn);
    probe.check(here.keyAgreementAlgorithm == kms::KeyAgreementAlgorithmSpec::ECDH, "another algorithm");
    probe.check(here.keyOrigin == kms::OriginType::AWS_KMS, "KeyOrigin is another");
}

void addAgreementFacts(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("agreement: ") + name, std::move(check), Need::Asymmetric});
    };
    add("ECC_NIST_P256", [](Probe &probe) { checkAgreement(probe, KeySpec::ECC_NIST_P256, 32); });
    add("ECC_NIST_P384", [](Probe &probe) { checkAgreement(probe, KeySpec::ECC_NIST_P384, 48); });
    add("ECC_NIST_P521", [](Probe &probe) { checkAgreement(probe, KeySpec::ECC_NIST_P521, 66); });
    facts.push_back(
        {"agreement: SM2", [](Probe &probe) { checkAgreement(probe, KeySpec::SM2, 32); }, Need::Sm2});
    add("a public key that is none, or on another curve", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::KEY_AGREEMENT).keyId;
        Bytes offCurve =
            publicKeyOf(probe, probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY));
        offCurve.back() ^= 1U;
        for (const Bytes &peer :
             {Bytes(91, 1), offCurve,
              publicKeyOf(probe, probe.sharedKey(KeySpec::ECC_NIST_P384, KeyUsageType::KEY_AGREEMENT))}) {
            probe.refused<kms::DeriveSharedSecret>(agreementRequest(key, peer), ErrorCode::Validation);
        }
    });
    add("a key of another usage", [](Probe &probe) {
        const auto &key = probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY);
        probe.refused<kms::DeriveSharedSecret>(
            agreementRequest(*key.keyId, publicKeyOf(probe, key)), ErrorCode::InvalidKeyUsage,
            *key.arn + " key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.");
    });
    add("a dry run", [](Probe &probe) {
        const auto &key = probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::KEY_AGREEMENT);
        auto request = agreementRequest(*key.keyId, publicKeyOf(probe, key));
        request.dryRun = true;
        probe.refused<kms::DeriveSharedSecret>(std::move(request), ErrorCode::DryRunOperation);
    });
}

// --- SM2PKE

kms::Encrypt::Request encryptRequest(const std::string &key, EncryptionAlgorithmSpec algorithm,
                                     std::string_view text) {
    kms::Encrypt::Request request;
    request.keyId = key;
    request.plaintext = SecretBytes::copyOf(text);
    request.encryptionAlgorithm = algorithm;
    return request;
}

kms::Decrypt::Request decryptRequest(const std::string &key, EncryptionAlgorithmSpec algorithm, Bytes blob) {
    kms::Decrypt::Request request;
    request.keyId = key;
    request.encryptionAlgorithm = algorithm;
    request.ciphertextBlob = std::move(blob);
    return request;
}

void addSm2Facts(Facts &facts) {
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("SM2PKE: ") + name, std::move(check), Need::Sm2});
    };
    add("the longest plaintext, and one byte more", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::SM2, KeyUsageType::ENCRYPT_DECRYPT).keyId;
        const std::string longest(1024, 'x');
        const auto blob =
            *probe.must<kms::Encrypt>(encryptRequest(key, EncryptionAlgorithmSpec::SM2PKE, longest))
                 .ciphertextBlob;
        const auto opened =
            probe.must<kms::Decrypt>(decryptRequest(key, EncryptionAlgorithmSpec::SM2PKE, blob));
        probe.check(opened.plaintext->text() == longest, "other bytes than were encrypted");
        probe.refused<kms::Encrypt>(
            encryptRequest(key, EncryptionAlgorithmSpec::SM2PKE, longest + 'x'), ErrorCode::Validation,
            "Algorithm SM2PKE and key spec SM2 cannot encrypt data larger than 1024 bytes.");
    });
    add("a flipped bit, another key and another algorithm", [](Probe &probe) {
        const std::string key = *probe.sharedKey(KeySpec::SM2, KeyUsageType::ENCRYPT_DECRYPT).keyId;
        auto blob = *probe.must<kms::Encrypt>(encryptRequest(key, EncryptionAlgorithmSpec::SM2PKE, "sealed"))
                         .ciphertextBlob;
        const auto other = probe.newKey({.keyUsage = KeyUsageType::ENCRYPT_DECRYPT, .keySpec = KeySpec::SM2});
        probe.refused<kms::Decrypt>(decryptRequest(*other.keyId, EncryptionAlgorithmSpec::SM2PKE, blob),
                                    ErrorCode::InvalidCiphertext, "");
        probe.refused<kms::Decrypt>(decryptRequest(key, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256, blob),
                                    ErrorCode::InvalidKeyUsage,
                                    "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SM2.");
        blob.back() ^= 1U;
        probe.refused<kms::Decrypt>(decryptRequest(key, EncryptionAlgorithmSpec::SM2PKE, blob),
                                    ErrorCode::InvalidCiphertext, "");
    });
    add("from symmetric to SM2, to RSA, and back", [](Probe &probe) {
        const std::string sm2 = *probe.sharedKey(KeySpec::SM2, KeyUsageType::ENCRYPT_DECRYPT).keyId;
        const std::string rsa = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        kms::ReEncrypt::Request first;
        first.ciphertextBlob = probe.encrypt(probe.newKeyId(), "around");
        first.destinationKeyId = sm2;
        first.destinationEncryptionAlgorithm = EncryptionAlgorithmSpec::SM2PKE;
        auto moved = probe.must<kms::ReEncrypt>(std::move(first));
        probe.check(!moved.destinationKeyMaterialId && moved.sourceKeyMaterialId, "material ids are wrong");
        kms::ReEncrypt::Request second;
        second.ciphertextBlob = moved.ciphertextBlob;
        second.sourceKeyId = sm2;
        second.sourceEncryptionAlgorithm = EncryptionAlgorithmSpec::SM2PKE;
        second.destinationKeyId = rsa;
        second.destinationEncryptionAlgorithm = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1;
        moved = probe.must<kms::ReEncrypt>(std::move(second));
        kms::ReEncrypt::Request third;
        third.ciphertextBlob = moved.ciphertextBlob;
        third.sourceKeyId = rsa;
        third.sourceEncryptionAlgorithm = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1;
        third.destinationKeyId = probe.newKeyId();
        moved = probe.must<kms::ReEncrypt>(std::move(third));
        probe.opensTo(*moved.ciphertextBlob, "around");
    });
}

// --- Data key pairs

template <class Op>
typename Op::Request pairRequest(const std::string &key, DataKeyPairSpec spec) {
    typename Op::Request request;
    request.keyId = key;
    request.keyPairSpec = spec;
    return request;
}

void checkPair(Probe &probe, DataKeyPairSpec spec) {
    const auto key = probe.newKey();
    auto request = pairRequest<kms::GenerateDataKeyPair>(*key.keyId, spec);
    request.encryptionContext = {{"pair", "1"}};
    const auto reply = probe.must<kms::GenerateDataKeyPair>(std::move(request));
    probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
    probe.equal("KeyMaterialId", reply.keyMaterialId.value_or(""), *key.currentKeyMaterialId);
    probe.check(reply.keyPairSpec == spec, "another spec than asked");
    probe.check(reply.publicKey && !reply.publicKey->empty(), "there is no public key");
    probe.opensTo(*reply.privateKeyCiphertextBlob, reply.privateKeyPlaintext->text(), {{{"pair", "1"}}});
    probe.refused<kms::Decrypt>(probe.decryptRequest(*reply.privateKeyCiphertextBlob, {}),
                                ErrorCode::InvalidCiphertext, "");
}

void addPairFacts(Facts &facts) {
    for (const DataKeyPairSpec spec :
         {DataKeyPairSpec::RSA_2048, DataKeyPairSpec::ECC_NIST_P256, DataKeyPairSpec::ECC_NIST_P384,
          DataKeyPairSpec::ECC_NIST_P521, DataKeyPairSpec::ECC_SECG_P256K1,
          DataKeyPairSpec::ECC_NIST_EDWARDS25519, DataKeyPairSpec::SM2}) {
        facts.push_back({"data key pairs: " + nameOf(spec), [spec](Probe &probe) { checkPair(probe, spec); },
                         spec == DataKeyPairSpec::SM2 ? Need::Sm2 : Need::Asymmetric});
    }
    const auto add = [&](const char *name, std::function<void(Probe &)> check) {
        facts.push_back({std::string("data key pairs: ") + name, std::move(check), Need::Asymmetric});
    };
    add("without plaintext", [](Probe &probe) {
        using Op = kms::GenerateDataKeyPairWithoutPlaintext;
        const auto key = probe.newKey();
        const auto reply = probe.must<Op>(pairRequest<Op>(*key.keyId, DataKeyPairSpec::ECC_NIST_P256));
        probe.equal("KeyMaterialId", reply.keyMaterialId.value_or(""), *key.currentKeyMaterialId);
        probe.check(reply.keyPairSpec == DataKeyPairSpec::ECC_NIST_P256 && reply.publicKey, "a member fails");
        const auto opened = probe.must<kms::Decrypt>(probe.decryptRequest(*reply.privateKeyCiphertextBlob));
        probe.check(opened.plaintext && opened.plaintext->size() > 100, "the private key does not open");
    });
    add("under a key that does not encrypt with SYMMETRIC_DEFAULT", [](Probe &probe) {
        const auto &key = probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY);
        using Op = kms::GenerateDataKeyPairWithoutPlaintext;
        probe.refused<kms::GenerateDataKeyPair>(
            pairRequest<kms::GenerateDataKeyPair>(*key.keyId, DataKeyPairSpec::ECC_NIST_P256),
            ErrorCode::InvalidKeyUsage,
            *key.arn + " key usage is SIGN_VERIFY which is not valid for GenerateDataKeyPair.");
        const std::string rsa = *probe.sharedRsaKey(KeySpec::RSA_2048).keyId;
        probe.refused<Op>(pairRequest<Op>(rsa, DataKeyPairSpec::ECC_NIST_P256), ErrorCode::InvalidKeyUsage);
    });
    add("a key that nobody has", [](Probe &probe) {
        using Op = kms::GenerateDataKeyPairWithoutPlaintext;
        probe.refused<Op>(pairRequest<Op>(probe.unusedKeyId(), DataKeyPairSpec::ECC_NIST_P256),
                          ErrorCode::NotFound);
    });
    add("dry runs", [](Probe &probe) {
        auto one = pairRequest<kms::GenerateDataKeyPair>(probe.newKeyId(), DataKeyPairSpec::RSA_4096);
        one.dryRun = true;
        probe.refused<kms::GenerateDataKeyPair>(std::move(one), ErrorCode::DryRunOperation);
        using Op = kms::GenerateDataKeyPairWithoutPlaintext;
        auto other = pairRequest<Op>(probe.newKeyId(), DataKeyPairSpec::RSA_4096);
        other.dryRun = true;
        probe.refused<Op>(std::move(other), ErrorCode::DryRunOperation);
    });
}

// --- States

struct StateRow {
    const char *name;
    KeySpec spec;
    KeyUsageType usage;
    std::function<Status(Probe &, const kms::KeyMetadata &)> act;
};

template <class Op>
Status outcome(Probe &probe, typename Op::Request request) {
    auto reply = probe.ask<Op>(std::move(request));
    return reply ? Status() : Status(failFrom(reply));
}

template <class Op>
std::function<Status(Probe &, const kms::KeyMetadata &)> pairUnder() {
    return [](Probe &probe, const kms::KeyMetadata &key) {
        return outcome<Op>(probe, pairRequest<Op>(*key.keyId, DataKeyPairSpec::ECC_NIST_P256));
    };
}

kms::Sign::Request signRequest(const std::string &key) {
    kms::Sign::Request request;
    request.keyId = key;
    request.message = SecretBytes(4);
    request.signingAlgorithm = kms::SigningAlgorithmSpec::ECDSA_SHA_256;
    return request;
}

kms::GenerateMac::Request macRequest(const std::string &key) {
    kms::GenerateMac::Request request;
    request.keyId = key;
    request.message = SecretBytes(4);
    request.macAlgorithm = kms::MacAlgorithmSpec::HMAC_SHA_256;
    return request;
}

/// A wrong signature or MAC is the answer of an enabled key: its state was fine.
Status wrongIsFine(Status status) {
    const bool wrong = !status && (status.error().code == ErrorCode::KMSInvalidSignature ||
                                   status.error().code == ErrorCode::KMSInvalidMac);
    return wrong ? Status() : status;
}

std::vector<StateRow> stateRows() {
    return {
        {"Sign", KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY,
         [](Probe &probe, const kms::KeyMetadata &key) {
             return outcome<kms::Sign>(probe, signRequest(*key.keyId));
         }},
        {"Verify", KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY,
         [](Probe &probe, const kms::KeyMetadata &key) {
             kms::Verify::Request request;
             request.keyId = key.keyId;
             request.message = SecretBytes(4);
             request.signature = Bytes(70);
             request.signingAlgorithm = kms::SigningAlgorithmSpec::ECDSA_SHA_256;
             return wrongIsFine(outcome<kms::Verify>(probe, std::move(request)));
         }},
        {"GenerateMac", KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC,
         [](Probe &probe, const kms::KeyMetadata &key) {
             return outcome<kms::GenerateMac>(probe, macRequest(*key.keyId));
         }},
        {"VerifyMac", KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC,
         [](Probe &probe, const kms::KeyMetadata &key) {
             kms::VerifyMac::Request request;
             request.keyId = key.keyId;
             request.message = SecretBytes(4);
             request.mac = Bytes(32);
             request.macAlgorithm = kms::MacAlgorithmSpec::HMAC_SHA_256;
             return wrongIsFine(outcome<kms::VerifyMac>(probe, std::move(request)));
         }},
        {"DeriveSharedSecret", KeySpec::ECC_NIST_P256, KeyUsageType::KEY_AGREEMENT,
         [](Probe &probe, const kms::KeyMetadata &key) {
             const auto &peer = probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY);
             return outcome<kms::DeriveSharedSecret>(probe,
                                                     agreementRequest(*key.keyId, publicKeyOf(probe, peer)));
         }},
        {"GetPublicKey of a curve", KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY,
         [](Probe &probe, const kms::KeyMetadata &key) {
             return outcome<kms::GetPublicKey>(probe, {.keyId = key.keyId});
         }},
        {"GenerateDataKeyPair", KeySpec::SYMMETRIC_DEFAULT, KeyUsageType::ENCRYPT_DECRYPT,
         pairUnder<kms::GenerateDataKeyPair>()},
        {"GenerateDataKeyPairWithoutPlaintext", KeySpec::SYMMETRIC_DEFAULT, KeyUsageType::ENCRYPT_DECRYPT,
         pairUnder<kms::GenerateDataKeyPairWithoutPlaintext>()},
    };
}

void checkStates(Probe &probe, const StateRow &row) {
    const auto key = probe.newKey({.keyUsage = row.usage, .keySpec = row.spec});
    const Status enabled = row.act(probe, key);
    probe.check(enabled.has_value(), "enabled: " + (enabled ? "" : told(enabled.error())));
    probe.must<kms::DisableKey>({.keyId = key.keyId});
    const Status disabled = row.act(probe, key);
    probe.check(!disabled && disabled.error().code == ErrorCode::Disabled,
                "disabled: " + (disabled ? "it worked" : told(disabled.error())));
    probe.equal("disabled", disabled.error().serviceMessage, *key.arn + " is disabled.");
    probe.must<kms::ScheduleKeyDeletion>({.keyId = key.keyId});
    const Status pending = row.act(probe, key);
    probe.check(!pending && (pending.error().code == ErrorCode::KMSInvalidState ||
                             pending.error().code == ErrorCode::Disabled),
                "pending deletion: " + (pending ? "it worked" : told(pending.error())));
}

template <class Op>
void refusesToken(Probe &probe, typename Op::Request request) {
    request.grantTokens = std::vector<std::string>{"bm90IGEgdG9rZW4="};
    probe.refused<Op>(std::move(request), ErrorCode::InvalidGrantToken);
}

void checkTokens(Probe &probe) {
    kms::Sign::Request signing;
    signing.keyId = probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY).keyId;
    signing.message = SecretBytes::copyOf("a message");
    signing.signingAlgorithm = kms::SigningAlgorithmSpec::ECDSA_SHA_256;
    refusesToken<kms::Sign>(probe, std::move(signing));
    kms::GenerateMac::Request mac;
    mac.keyId = probe.sharedKey(KeySpec::HMAC_512, KeyUsageType::GENERATE_VERIFY_MAC).keyId;
    mac.message = SecretBytes::copyOf("a message");
    mac.macAlgorithm = kms::MacAlgorithmSpec::HMAC_SHA_512;
    refusesToken<kms::GenerateMac>(probe, std::move(mac));
    const auto &agreeing = probe.sharedKey(KeySpec::ECC_NIST_P256, KeyUsageType::KEY_AGREEMENT);
    refusesToken<kms::DeriveSharedSecret>(probe,
                                          agreementRequest(*agreeing.keyId, publicKeyOf(probe, agreeing)));
    refusesToken<kms::GenerateDataKeyPair>(
        probe, pairRequest<kms::GenerateDataKeyPair>(probe.newKeyId(), DataKeyPairSpec::ECC_NIST_P256));
}

} // namespace

void addAsymmetricFacts(Facts &facts) {
    facts.push_back({"grant tokens: one that was never issued, for signatures, MACs, agreement and pairs",
                     checkTokens, Need::Asymmetric});
    addCreationFacts(facts);
    addAgreementFacts(facts);
    addSm2Facts(facts);
    addPairFacts(facts);
    for (const StateRow &row : stateRows()) {
        facts.push_back({std::string("states: ") + row.name + ", enabled, disabled and pending deletion",
                         [row](Probe &probe) { checkStates(probe, row); }, Need::Asymmetric});
    }
}

} // namespace keyturn::contract
