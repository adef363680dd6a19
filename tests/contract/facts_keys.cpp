// SPDX-License-Identifier: Apache-2.0
// CreateKey, DescribeKey, UpdateKeyDescription, and what every service must say of itself.
#include "probe.h"

#include "kms/identifier.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/update_key_description.h"

#include <atomic>
#include <thread>

namespace keyturn::contract {
namespace {

void addCreateFacts(Facts &facts) {
    facts.push_back(
        {"CreateKey: what is there when nothing was asked", [](Probe &probe) {
             const auto key = probe.newKey();
             probe.check(kms::looksLikeKeyId(*key.keyId), "KeyId is no UUID: " + *key.keyId);
             const auto arn = kms::parseKeyIdentifier(*key.arn);
             probe.check(arn.form == kms::IdForm::KeyArn && arn.resource == *key.keyId, "Arn: " + *key.arn);
             probe.equal("AWSAccountId", key.awsAccountId.value_or(""), arn.accountId);
             probe.check(key.enabled == true && key.keyState == kms::KeyState::Enabled, "it is not enabled");
             probe.equal("Description", key.description.value_or("(absent)"), "");
             probe.check(key.keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT, "KeyUsage is another");
             probe.check(key.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT, "KeySpec is another");
             probe.check(key.customerMasterKeySpec == kms::CustomerMasterKeySpec::SYMMETRIC_DEFAULT,
                         "CustomerMasterKeySpec is another");
             probe.check(key.origin == kms::OriginType::AWS_KMS, "Origin is another");
             probe.check(key.keyManager == kms::KeyManagerType::CUSTOMER, "KeyManager is another");
             probe.check(key.multiRegion == false, "MultiRegion is not false");
             probe.check(key.creationDate.has_value(), "CreationDate is absent");
             probe.check(key.encryptionAlgorithms && key.encryptionAlgorithms->size() == 1,
                         "EncryptionAlgorithms is not one");
             probe.check(!key.deletionDate && !key.validTo && !key.signingAlgorithms, "too much is there");
             probe.equal("length of CurrentKeyMaterialId",
                         static_cast<std::int64_t>(key.currentKeyMaterialId.value_or("").size()), 64);
         }});
    facts.push_back({"CreateKey: description and tags", [](Probe &probe) {
                         const auto key =
                             probe.newKey({.description = "for tests",
                                           .tags = std::vector<kms::Tag>{{"Team", "Red"}, {"Empty", ""}}});
                         probe.equal("Description", *key.description, "for tests");
                         const auto tags = probe.must<kms::ListResourceTags>({.keyId = key.keyId});
                         probe.equal("tags", static_cast<std::int64_t>(tags.tags->size()), 2);
                     }});
    facts.push_back({"CreateKey: the deprecated CustomerMasterKeySpec", [](Probe &probe) {
                         const auto key = probe.newKey(
                             {.customerMasterKeySpec = kms::CustomerMasterKeySpec::SYMMETRIC_DEFAULT});
                         probe.check(key.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT, "KeySpec is another");
                     }});
}

void addSpecFacts(Facts &facts) {
    facts.push_back({"CreateKey: usage is needed for asymmetric keys", [](Probe &probe) {
                         probe.refused<kms::CreateKey>(
                             {.keySpec = kms::KeySpec::RSA_2048}, ErrorCode::Validation,
                             "You must specify a KeyUsage value for all KMS keys except for "
                             "symmetric encryption keys.");
                     }});
    facts.push_back(
        {"CreateKey: a usage that the spec does not have", [](Probe &probe) {
             probe.refused<kms::CreateKey>(
                 {.keyUsage = kms::KeyUsageType::SIGN_VERIFY, .keySpec = kms::KeySpec::SYMMETRIC_DEFAULT},
                 ErrorCode::Validation,
                 "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT");
         }});
    facts.push_back({"CreateKey: a spec that is none", [](Probe &probe) {
                         kms::CreateKey::Request request;
                         request.keyUsage = kms::Open<kms::KeyUsageType>::fromText("JUGGLE");
                         probe.refused<kms::CreateKey>(
                             std::move(request), ErrorCode::Validation,
                             "1 validation error detected: Value 'JUGGLE' at 'keyUsage' failed to "
                             "satisfy constraint: Member must satisfy enum value set: [SIGN_VERIFY, "
                             "ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT, "
                             "ENCAPSULATE_DECAPSULATE]");
                     }});
    facts.push_back({"CreateKey: description of 8192 characters", [](Probe &probe) {
                         std::string longest;
                         for (int i = 0; i < 8192; ++i) {
                             longest += "\xc3\xa9";
                         }
                         probe.equal("Description", *probe.newKey({.description = longest}).description,
                                     longest);
                         probe.refused<kms::CreateKey>({.description = longest + 'x'}, ErrorCode::Validation);
                     }});
}

void addDescribeFacts(Facts &facts) {
    facts.push_back({"DescribeKey: as CreateKey told it", [](Probe &probe) {
                         const auto key = probe.newKey({.description = "the same"});
                         probe.check(probe.describe(*key.keyId) == key, "DescribeKey and CreateKey differ");
                     }});
    facts.push_back({"DescribeKey: Enabled follows the state", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.must<kms::DisableKey>({.keyId = key});
                         auto seen = probe.describe(key);
                         probe.check(seen.enabled == false && seen.keyState == kms::KeyState::Disabled,
                                     "it is not disabled");
                         probe.must<kms::DisableKey>({.keyId = key}); // once more is fine
                         probe.must<kms::EnableKey>({.keyId = key});
                         probe.must<kms::EnableKey>({.keyId = key});
                         seen = probe.describe(key);
                         probe.check(seen.enabled == true && seen.keyState == kms::KeyState::Enabled,
                                     "it is not enabled");
                     }});
    facts.push_back({"UpdateKeyDescription: another, and none", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         for (const char *text : {"new", ""}) {
                             probe.must<kms::UpdateKeyDescription>({.keyId = key, .description = text});
                             probe.equal("Description", probe.describe(key).description.value_or("(absent)"),
                                         text);
                         }
                         probe.refused<kms::UpdateKeyDescription>({.keyId = key}, ErrorCode::Validation);
                         probe.refused<kms::UpdateKeyDescription>(
                             {.keyId = key, .description = std::string(8193, 'x')}, ErrorCode::Validation);
                     }});
}

void addServiceFacts(Facts &facts) {
    facts.push_back(
        {"service: what it lacks, it refuses with the reason", [](Probe &probe) {
             const auto capabilities = probe.service().capabilities();
             for (std::size_t i = 0; i < kms::operationCount; ++i) {
                 const auto id = static_cast<kms::OperationId>(i);
                 if (!capabilities.of(id).available) {
                     const auto reply =
                         kms::submitAndWait(probe.service(), kms::operationInfo(id).makeRequest(), {});
                     probe.check(!reply && reply.error().code == ErrorCode::UnsupportedOperation &&
                                     !capabilities.of(id).reason.empty(),
                                 std::string(kms::operationInfo(id).name) + " is absent without a reason");
                 }
             }
         }});
    facts.push_back({"service: errors name their operation", [](Probe &probe) {
                         const auto error = probe.refused<kms::DescribeKey>({.keyId = probe.unusedKeyId()},
                                                                            ErrorCode::NotFound);
                         probe.equal("operation", error.operation, "DescribeKey");
                         probe.equal("service code", error.serviceCode, "NotFoundException");
                     }});
    facts.push_back(
        {"service: a call that is cancelled before it begins is not made", [](Probe &probe) {
             const std::string key = probe.newKeyId();
             CancelSource source;
             source.cancel();
             const auto reply = kms::callAndWait<kms::DisableKey>(probe.service(), {.keyId = key},
                                                                  {.cancel = source.token()});
             probe.check(!reply && reply.error().code == ErrorCode::Cancelled, "it was not cancelled");
             probe.check(probe.describe(key).enabled == true, "the key was disabled all the same");
         }});
    facts.push_back({"service: calls from many threads are each answered once", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         std::atomic<int> good = 0;
                         std::vector<std::thread> threads;
                         for (int t = 0; t < 4; ++t) {
                             threads.emplace_back([&] {
                                 for (int i = 0; i < 25; ++i) {
                                     kms::Encrypt::Request request;
                                     request.keyId = key;
                                     request.plaintext = SecretBytes(8);
                                     auto sealed = probe.ask<kms::Encrypt>(std::move(request));
                                     auto opened = sealed ? probe.ask<kms::Decrypt>(
                                                                probe.decryptRequest(*sealed->ciphertextBlob))
                                                          : Result<kms::Decrypt::Reply>(failFrom(sealed));
                                     good += opened && opened->plaintext->size() == 8 ? 1 : 0;
                                 }
                             });
                         }
                         for (std::thread &thread : threads) {
                             thread.join();
                         }
                         probe.equal("good answers", good.load(), 100);
                     }});
}

} // namespace

void addKeyFacts(Facts &facts) {
    addCreateFacts(facts);
    addSpecFacts(facts);
    addDescribeFacts(facts);
    addServiceFacts(facts);
}

} // namespace keyturn::contract
