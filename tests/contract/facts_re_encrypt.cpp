// SPDX-License-Identifier: Apache-2.0
// ReEncrypt between symmetric keys (kms-semantics.md section 5).
#include "probe.h"

#include "kms/operations/disable_key.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/rotate_key_on_demand.h"

namespace keyturn::contract {
namespace {

constexpr std::string_view message = "what is moved";

kms::ReEncrypt::Request move(Bytes blob, const std::string &destination) {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = std::move(blob);
    request.destinationKeyId = destination;
    return request;
}

void addMoveFacts(Facts &facts) {
    facts.push_back({"ReEncrypt: to another key", [](Probe &probe) {
                         const auto source = probe.newKey();
                         const auto destination = probe.newKey();
                         const auto reply = probe.must<kms::ReEncrypt>(
                             move(probe.encrypt(*source.keyId, message), *destination.keyId));
                         probe.opensTo(*reply.ciphertextBlob, message);
                         const auto opened =
                             probe.must<kms::Decrypt>(probe.decryptRequest(*reply.ciphertextBlob));
                         probe.equal("key of the new ciphertext", *opened.keyId, *destination.arn);
                     }});
    facts.push_back({"ReEncrypt: the reply names both keys, algorithms and materials", [](Probe &probe) {
                         const auto source = probe.newKey();
                         const auto destination = probe.newKey();
                         const auto reply = probe.must<kms::ReEncrypt>(
                             move(probe.encrypt(*source.keyId, message), *destination.keyId));
                         probe.equal("SourceKeyId", reply.sourceKeyId.value_or(""), *source.arn);
                         probe.equal("KeyId", reply.keyId.value_or(""), *destination.arn);
                         probe.equal("SourceKeyMaterialId", reply.sourceKeyMaterialId.value_or(""),
                                     *source.currentKeyMaterialId);
                         probe.equal("DestinationKeyMaterialId", reply.destinationKeyMaterialId.value_or(""),
                                     *destination.currentKeyMaterialId);
                         const auto plain = kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT;
                         probe.check(reply.sourceEncryptionAlgorithm == plain &&
                                         reply.destinationEncryptionAlgorithm == plain,
                                     "an algorithm is not SYMMETRIC_DEFAULT");
                     }});
}

void addSameKeyFacts(Facts &facts) {
    facts.push_back({"ReEncrypt: the same key with a new context", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         auto request = move(probe.encrypt(key, message, {{{"old", "1"}}}), key);
                         request.sourceKeyId = key;
                         request.sourceEncryptionContext = {{"old", "1"}};
                         request.destinationEncryptionContext = {{"new", "2"}};
                         const auto reply = probe.must<kms::ReEncrypt>(std::move(request));
                         probe.opensTo(*reply.ciphertextBlob, message, {{{"new", "2"}}});
                         probe.refused<kms::Decrypt>(
                             probe.decryptRequest(*reply.ciphertextBlob, {{{"old", "1"}}}),
                             ErrorCode::InvalidCiphertext);
                     }});
    facts.push_back({"ReEncrypt: no destination context means none, not the source's", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         auto request = move(probe.encrypt(key, message, {{{"old", "1"}}}), key);
                         request.sourceEncryptionContext = {{"old", "1"}};
                         probe.opensTo(*probe.must<kms::ReEncrypt>(std::move(request)).ciphertextBlob,
                                       message);
                     }});
    facts.push_back(
        {"ReEncrypt: the same key after a rotation moves to the newest material", [](Probe &probe) {
             const auto key = probe.newKey();
             auto blob = probe.encrypt(*key.keyId, message);
             probe.must<kms::RotateKeyOnDemand>({.keyId = *key.keyId});
             const auto reply = probe.must<kms::ReEncrypt>(move(std::move(blob), *key.keyId));
             probe.equal("SourceKeyMaterialId", *reply.sourceKeyMaterialId, *key.currentKeyMaterialId);
             probe.equal("DestinationKeyMaterialId", *reply.destinationKeyMaterialId,
                         *probe.describe(*key.keyId).currentKeyMaterialId);
             probe.check(*reply.sourceKeyMaterialId != *reply.destinationKeyMaterialId,
                         "the material did not change");
             probe.opensTo(*reply.ciphertextBlob, message);
         }});
    facts.push_back({"ReEncrypt: the largest plaintext", [](Probe &probe) {
                         const std::string text(4096, 'm');
                         const auto reply = probe.must<kms::ReEncrypt>(
                             move(probe.encrypt(probe.newKeyId(), text), probe.newKeyId()));
                         probe.opensTo(*reply.ciphertextBlob, text);
                     }});
}

void addRefusalFacts(Facts &facts) {
    facts.push_back({"ReEncrypt: a wrong SourceKeyId", [](Probe &probe) {
                         auto request = move(probe.encrypt(probe.newKeyId(), message), probe.newKeyId());
                         request.sourceKeyId = probe.newKeyId();
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::IncorrectKey);
                     }});
    facts.push_back({"ReEncrypt: no SourceKeyId is needed", [](Probe &probe) {
                         probe.must<kms::ReEncrypt>(
                             move(probe.encrypt(probe.newKeyId(), message), probe.newKeyId()));
                     }});
    facts.push_back({"ReEncrypt: a wrong source is told before the destination's usage",
                     [](Probe &probe) {
                         auto request =
                             move(probe.encrypt(probe.newKeyId(), message), *probe.newHmacKey().keyId);
                         request.sourceKeyId = probe.newKeyId();
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::IncorrectKey);
                     },
                     Need::Hmac});
    facts.push_back({"ReEncrypt: a destination of another usage",
                     [](Probe &probe) {
                         probe.refused<kms::ReEncrypt>(
                             move(probe.encrypt(probe.newKeyId(), message), *probe.newHmacKey().keyId),
                             ErrorCode::InvalidKeyUsage);
                     },
                     Need::Hmac});
    facts.push_back({"ReEncrypt: a damaged ciphertext", [](Probe &probe) {
                         auto blob = probe.encrypt(probe.newKeyId(), message);
                         blob[blob.size() - 2] = static_cast<std::uint8_t>(blob[blob.size() - 2] ^ 4U);
                         probe.refused<kms::ReEncrypt>(move(std::move(blob), probe.newKeyId()),
                                                       ErrorCode::InvalidCiphertext, "");
                     }});
    facts.push_back({"ReEncrypt: a destination that nobody has", [](Probe &probe) {
                         probe.refused<kms::ReEncrypt>(
                             move(probe.encrypt(probe.newKeyId(), message), probe.unusedKeyId()),
                             ErrorCode::NotFound);
                     }});
    facts.push_back({"ReEncrypt: no destination", [](Probe &probe) {
                         kms::ReEncrypt::Request request;
                         request.ciphertextBlob = probe.encrypt(probe.newKeyId(), message);
                         probe.refused<kms::ReEncrypt>(
                             std::move(request), ErrorCode::Validation,
                             "1 validation error detected: Value null at "
                             "'destinationKeyId' failed to satisfy constraint: Member "
                             "must not be null");
                     }});
    facts.push_back({"ReEncrypt: no ciphertext", [](Probe &probe) {
                         kms::ReEncrypt::Request request;
                         request.destinationKeyId = probe.newKeyId();
                         request.sourceKeyId = *request.destinationKeyId;
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::Validation);
                     }});
    facts.push_back({"ReEncrypt: a grant token that was never issued", [](Probe &probe) {
                         auto request = move(probe.encrypt(probe.newKeyId(), message), probe.newKeyId());
                         request.grantTokens = std::vector<std::string>{"x"};
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::InvalidGrantToken);
                     }});
}

void addDryRunFacts(Facts &facts) {
    constexpr std::string_view wouldWork = "The request would have succeeded, but the DryRun option is set.";
    facts.push_back({"ReEncrypt: a dry run that would work", [=](Probe &probe) {
                         auto request = move(probe.encrypt(probe.newKeyId(), message), probe.newKeyId());
                         request.dryRun = true;
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::DryRunOperation,
                                                       wouldWork);
                     }});
    facts.push_back({"ReEncrypt: a dry run with a disabled destination", [](Probe &probe) {
                         const auto destination = probe.newKey();
                         probe.must<kms::DisableKey>({.keyId = *destination.keyId});
                         auto request = move(probe.encrypt(probe.newKeyId(), message), *destination.keyId);
                         request.dryRun = true;
                         probe.refused<kms::ReEncrypt>(std::move(request), ErrorCode::Disabled,
                                                       *destination.arn + " is disabled.");
                     }});
    facts.push_back(
        {"ReEncrypt: a dry run that ignores the ciphertext", [=](Probe &probe) {
             kms::ReEncrypt::Request request;
             request.destinationKeyId = probe.newKeyId();
             request.dryRun = true;
             request.dryRunModifiers =
                 std::vector<kms::Open<kms::DryRunModifierType>>{kms::DryRunModifierType::IGNORE_CIPHERTEXT};
             probe.refused<kms::ReEncrypt>(request, ErrorCode::Validation,
                                           "1 validation error detected: Value null at 'sourceKeyId' "
                                           "failed to satisfy constraint: Member must not be null");
             request.sourceKeyId = probe.newKeyId();
             probe.refused<kms::ReEncrypt>(request, ErrorCode::DryRunOperation, wouldWork);
         }});
}

} // namespace

void addReEncryptFacts(Facts &facts) {
    addMoveFacts(facts);
    addSameKeyFacts(facts);
    addRefusalFacts(facts);
    addDryRunFacts(facts);
}

} // namespace keyturn::contract
