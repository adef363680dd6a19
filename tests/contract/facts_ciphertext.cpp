// SPDX-License-Identifier: Apache-2.0
// Encrypt and Decrypt (kms-semantics.md sections 3, 5 and 12).
#include "probe.h"

#include "base/text.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/rotate_key_on_demand.h"

#include <algorithm>

namespace keyturn::contract {
namespace {

constexpr std::string_view message = "a plaintext";

bool isMaterialId(const std::optional<std::string> &id) {
    return id && id->size() == 64 && id->find_first_not_of("0123456789abcdef") == std::string::npos;
}

kms::Encrypt::Request encryptRequest(const std::string &keyId, std::string_view text = message) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf(text);
    return request;
}

void addSizeFacts(Facts &facts) {
    for (const std::size_t size : {1, 2, 16, 4095, 4096}) {
        facts.push_back({"Encrypt: plaintext of " + std::to_string(size) + " bytes", [size](Probe &probe) {
                             const std::string text(size, 'x');
                             const auto blob = probe.encrypt(probe.newKeyId(), text);
                             probe.check(blob.size() <= 6144, "the ciphertext is longer than Decrypt takes");
                             probe.opensTo(blob, text);
                         }});
    }
    facts.push_back(
        {"Encrypt: no plaintext bytes", [](Probe &probe) {
             probe.refused<kms::Encrypt>(
                 encryptRequest(probe.newKeyId(), ""), ErrorCode::Validation,
                 "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
                 "Member must have length greater than or equal to 1");
         }});
    facts.push_back(
        {"Encrypt: plaintext of 4097 bytes", [](Probe &probe) {
             probe.refused<kms::Encrypt>(
                 encryptRequest(probe.newKeyId(), std::string(4097, 'x')), ErrorCode::Validation,
                 "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
                 "Member must have length less than or equal to 4096");
         }});
    facts.push_back({"Decrypt: ciphertext of 6145 bytes", [](Probe &probe) {
                         probe.refused<kms::Decrypt>(probe.decryptRequest(Bytes(6145, 1)),
                                                     ErrorCode::Validation);
                     }});
    facts.push_back({"Decrypt: no ciphertext bytes", [](Probe &probe) {
                         probe.refused<kms::Decrypt>(probe.decryptRequest(Bytes()), ErrorCode::Validation);
                         probe.refused<kms::Decrypt>({}, ErrorCode::Validation);
                     }});
}

void addDamageFacts(Facts &facts) {
    facts.push_back({"Decrypt: every single-bit flip is refused",
                     [](Probe &probe) {
                         const auto blob = probe.encrypt(probe.newKeyId(), message, {{{"a", "b"}}});
                         for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
                             Bytes flipped = blob;
                             flipped[bit / 8] =
                                 static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
                             probe.refused<kms::Decrypt>(probe.decryptRequest(flipped, {{{"a", "b"}}}),
                                                         ErrorCode::InvalidCiphertext, "");
                         }
                     },
                     Need::ManyCalls});
    facts.push_back({"Decrypt: cut at every length",
                     [](Probe &probe) {
                         const auto blob = probe.encrypt(probe.newKeyId(), message);
                         for (std::size_t size = 1; size < blob.size(); ++size) {
                             const Bytes cut(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(size));
                             probe.refused<kms::Decrypt>(probe.decryptRequest(cut),
                                                         ErrorCode::InvalidCiphertext, "");
                         }
                     },
                     Need::ManyCalls});
    facts.push_back({"Decrypt: a byte more", [](Probe &probe) {
                         auto blob = probe.encrypt(probe.newKeyId(), message);
                         blob.push_back('\n');
                         probe.refused<kms::Decrypt>(probe.decryptRequest(blob), ErrorCode::InvalidCiphertext,
                                                     "");
                     }});
    for (const std::size_t size : {1, 100, 6144}) {
        facts.push_back(
            {"Decrypt: " + std::to_string(size) + " bytes that are no ciphertext", [size](Probe &probe) {
                 probe.refused<kms::Decrypt>(probe.decryptRequest(Bytes(size, 0xAA)),
                                             ErrorCode::InvalidCiphertext, "");
             }});
    }
    facts.push_back({"Decrypt: a flip is refused with the key named too", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         auto blob = probe.encrypt(key, message);
                         blob.back() = static_cast<std::uint8_t>(blob.back() ^ 1U);
                         auto request = probe.decryptRequest(blob);
                         request.keyId = key;
                         probe.refused<kms::Decrypt>(std::move(request), ErrorCode::InvalidCiphertext, "");
                     }});
}

void addKeyMatchFacts(Facts &facts) {
    facts.push_back({"Decrypt: a wrong KeyId is told apart", [](Probe &probe) {
                         auto request = probe.decryptRequest(probe.encrypt(probe.newKeyId(), message));
                         request.keyId = probe.newKeyId();
                         probe.refused<kms::Decrypt>(std::move(request), ErrorCode::IncorrectKey);
                     }});
    facts.push_back({"Decrypt: a wrong KeyId of another usage is IncorrectKey too",
                     [](Probe &probe) {
                         auto request = probe.decryptRequest(probe.encrypt(probe.newKeyId(), message));
                         request.keyId = *probe.newHmacKey().keyId;
                         probe.refused<kms::Decrypt>(std::move(request), ErrorCode::IncorrectKey);
                     },
                     Need::Hmac});
    facts.push_back({"Decrypt: no KeyId is needed",
                     [](Probe &probe) { probe.opensTo(probe.encrypt(probe.newKeyId(), message), message); }});
    facts.push_back({"Decrypt: a KeyId that nobody has", [](Probe &probe) {
                         auto request = probe.decryptRequest(probe.encrypt(probe.newKeyId(), message));
                         request.keyId = probe.unusedKeyId();
                         probe.refused<kms::Decrypt>(std::move(request), ErrorCode::NotFound);
                     }});
    facts.push_back({"Encrypt: a key of another usage",
                     [](Probe &probe) {
                         const auto key = probe.newHmacKey();
                         probe.refused<kms::Encrypt>(encryptRequest(*key.keyId), ErrorCode::InvalidKeyUsage,
                                                     *key.arn +
                                                         " key usage is GENERATE_VERIFY_MAC which is not "
                                                         "valid for Encrypt.");
                     },
                     Need::Hmac});
    facts.push_back({"Encrypt: an algorithm that the key does not have", [](Probe &probe) {
                         auto request = encryptRequest(probe.newKeyId());
                         request.encryptionAlgorithm = kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
                         probe.refused<kms::Encrypt>(std::move(request), ErrorCode::InvalidKeyUsage);
                     }});
}

void addReplyFacts(Facts &facts) {
    facts.push_back({"Encrypt: the reply names key and algorithm", [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto reply = probe.must<kms::Encrypt>(encryptRequest(*key.keyId));
                         probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
                         probe.check(reply.encryptionAlgorithm ==
                                         kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT,
                                     "EncryptionAlgorithm is not SYMMETRIC_DEFAULT");
                     }});
    facts.push_back({"Decrypt: the reply names key, algorithm and material", [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto blob = probe.encrypt(*key.keyId, message);
                         const auto reply = probe.must<kms::Decrypt>(probe.decryptRequest(blob));
                         probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
                         probe.check(reply.encryptionAlgorithm ==
                                         kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT,
                                     "EncryptionAlgorithm is not SYMMETRIC_DEFAULT");
                         probe.check(isMaterialId(reply.keyMaterialId), "KeyMaterialId is not 64 hex digits");
                         probe.equal("KeyMaterialId", *reply.keyMaterialId,
                                     probe.describe(*key.keyId).currentKeyMaterialId.value_or(""));
                     }});
    facts.push_back({"Encrypt: never the same ciphertext twice", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.check(probe.encrypt(key, message) != probe.encrypt(key, message),
                                     "two ciphertexts are equal");
                     }});
    facts.push_back({"Decrypt: the material is picked by what the ciphertext says", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         std::vector<Bytes> blobs{probe.encrypt(key, message)};
                         std::vector<std::string> materials{*probe.describe(key).currentKeyMaterialId};
                         for (int i = 0; i < 4; ++i) {
                             probe.must<kms::RotateKeyOnDemand>({.keyId = key});
                             blobs.push_back(probe.encrypt(key, message));
                             materials.push_back(*probe.describe(key).currentKeyMaterialId);
                         }
                         for (std::size_t i = 0; i < blobs.size(); ++i) {
                             const auto reply = probe.must<kms::Decrypt>(probe.decryptRequest(blobs[i]));
                             probe.check(reply.plaintext->text() == message,
                                         "other bytes than were encrypted");
                             probe.equal("KeyMaterialId", *reply.keyMaterialId, materials[i]);
                         }
                         std::sort(materials.begin(), materials.end());
                         probe.check(std::unique(materials.begin(), materials.end()) == materials.end(),
                                     "two materials have one id");
                     }});
}

void addDryRunFacts(Facts &facts) {
    constexpr std::string_view wouldWork = "The request would have succeeded, but the DryRun option is set.";
    facts.push_back({"Encrypt: a dry run that would work", [=](Probe &probe) {
                         auto request = encryptRequest(probe.newKeyId());
                         request.dryRun = true;
                         probe.refused<kms::Encrypt>(std::move(request), ErrorCode::DryRunOperation,
                                                     wouldWork);
                     }});
    facts.push_back({"Encrypt: DryRun false is none", [](Probe &probe) {
                         auto request = encryptRequest(probe.newKeyId());
                         request.dryRun = false;
                         probe.must<kms::Encrypt>(std::move(request));
                     }});
    facts.push_back({"Decrypt: a dry run that would work", [=](Probe &probe) {
                         auto request = probe.decryptRequest(probe.encrypt(probe.newKeyId(), message));
                         request.dryRun = true;
                         probe.refused<kms::Decrypt>(std::move(request), ErrorCode::DryRunOperation,
                                                     wouldWork);
                     }});
    facts.push_back(
        {"Decrypt: a dry run with a context that does not fit", [](Probe &probe) {
             auto request = probe.decryptRequest(probe.encrypt(probe.newKeyId(), message), {{{"a", "b"}}});
             request.dryRun = true;
             probe.refused<kms::Decrypt>(std::move(request), ErrorCode::InvalidCiphertext, "");
         }});
    facts.push_back({"Decrypt: a dry run that ignores the ciphertext needs the key", [=](Probe &probe) {
                         kms::Decrypt::Request request;
                         request.dryRun = true;
                         request.dryRunModifiers = std::vector<kms::Open<kms::DryRunModifierType>>{
                             kms::DryRunModifierType::IGNORE_CIPHERTEXT};
                         probe.refused<kms::Decrypt>(request, ErrorCode::Validation);
                         request.keyId = probe.newKeyId();
                         probe.refused<kms::Decrypt>(request, ErrorCode::DryRunOperation, wouldWork);
                     }});
}

void addGrantTokenFacts(Facts &facts) {
    facts.push_back({"grant tokens: one that was never issued, for Encrypt", [](Probe &probe) {
                         auto request = encryptRequest(probe.newKeyId());
                         request.grantTokens = std::vector<std::string>{"bm90IGEgdG9rZW4="};
                         probe.refused<kms::Encrypt>(std::move(request), ErrorCode::InvalidGrantToken);
                     }});
    facts.push_back({"grant tokens: one that was never issued, for Decrypt", [](Probe &probe) {
                         auto request = probe.decryptRequest(probe.encrypt(probe.newKeyId(), message));
                         request.grantTokens = std::vector<std::string>{"bm90IGEgdG9rZW4="};
                         probe.refused<kms::Decrypt>(std::move(request), ErrorCode::InvalidGrantToken);
                     }});
    facts.push_back({"grant tokens: one that was never issued, for DescribeKey", [](Probe &probe) {
                         probe.refused<kms::DescribeKey>(
                             {.keyId = probe.newKeyId(), .grantTokens = std::vector<std::string>{"x"}},
                             ErrorCode::InvalidGrantToken);
                     }});
    facts.push_back({"grant tokens: none in the list", [](Probe &probe) {
                         auto request = encryptRequest(probe.newKeyId());
                         request.grantTokens = std::vector<std::string>{};
                         probe.must<kms::Encrypt>(std::move(request));
                     }});
    facts.push_back({"grant tokens: eleven", [](Probe &probe) {
                         auto request = encryptRequest(probe.newKeyId());
                         request.grantTokens = std::vector<std::string>(11, "x");
                         probe.refused<kms::Encrypt>(std::move(request), ErrorCode::Validation);
                     }});
}

} // namespace

void addCiphertextFacts(Facts &facts) {
    addSizeFacts(facts);
    addDamageFacts(facts);
    addKeyMatchFacts(facts);
    addReplyFacts(facts);
    addDryRunFacts(facts);
    addGrantTokenFacts(facts);
}

} // namespace keyturn::contract
