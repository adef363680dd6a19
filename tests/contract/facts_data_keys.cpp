// SPDX-License-Identifier: Apache-2.0
// Data keys and random bytes (kms-semantics.md section 6).
#include "probe.h"

#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_random.h"

namespace keyturn::contract {
namespace {

using kms::GenerateDataKey;
using kms::GenerateDataKeyWithoutPlaintext;
using kms::GenerateRandom;

struct LengthRow {
    const char *name;
    std::optional<std::int64_t> bytes;
    std::optional<kms::Open<kms::DataKeySpec>> spec;
    int length; ///< of the data key; 0: refused
};

std::vector<LengthRow> lengthRows() {
    return {
        {"AES_128", {}, kms::DataKeySpec::AES_128, 16},
        {"AES_256", {}, kms::DataKeySpec::AES_256, 32},
        {"1 byte", 1, {}, 1},
        {"64 bytes", 64, {}, 64},
        {"1024 bytes", 1024, {}, 1024},
        {"0 bytes", 0, {}, 0},
        {"1025 bytes", 1025, {}, 0},
        {"both", 32, kms::DataKeySpec::AES_256, 0},
        {"neither", {}, {}, 0},
        {"a spec that is none", {}, kms::Open<kms::DataKeySpec>::fromText("AES_512"), 0},
    };
}

template <class Op>
typename Op::Request requestOf(const LengthRow &row, const std::string &keyId) {
    typename Op::Request request;
    request.keyId = keyId;
    request.numberOfBytes = row.bytes;
    request.keySpec = row.spec;
    return request;
}

void addLengthRow(Facts &facts, const LengthRow &row) {
    facts.push_back({std::string("GenerateDataKey: ") + row.name, [row](Probe &probe) {
                         auto request = requestOf<GenerateDataKey>(row, probe.newKeyId());
                         if (row.length == 0) {
                             probe.refused<GenerateDataKey>(std::move(request), ErrorCode::Validation);
                             return;
                         }
                         const auto reply = probe.must<GenerateDataKey>(std::move(request));
                         probe.equal("bytes", static_cast<std::int64_t>(reply.plaintext->size()), row.length);
                         probe.opensTo(*reply.ciphertextBlob, reply.plaintext->text());
                     }});
    facts.push_back(
        {std::string("GenerateDataKeyWithoutPlaintext: ") + row.name, [row](Probe &probe) {
             auto request = requestOf<GenerateDataKeyWithoutPlaintext>(row, probe.newKeyId());
             if (row.length == 0) {
                 probe.refused<GenerateDataKeyWithoutPlaintext>(std::move(request), ErrorCode::Validation);
                 return;
             }
             const auto made = probe.must<GenerateDataKeyWithoutPlaintext>(std::move(request));
             const auto opened = probe.must<kms::Decrypt>(probe.decryptRequest(*made.ciphertextBlob));
             probe.equal("bytes", static_cast<std::int64_t>(opened.plaintext->size()), row.length);
         }});
}

template <class Op>
void addSharedFacts(Facts &facts, const std::string &name) {
    static const LengthRow aes{"", {}, kms::DataKeySpec::AES_256, 32};
    facts.push_back({name + ": the reply names key and material", [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto reply = probe.must<Op>(requestOf<Op>(aes, *key.keyId));
                         probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
                         probe.equal("KeyMaterialId", reply.keyMaterialId.value_or(""),
                                     *key.currentKeyMaterialId);
                     }});
    facts.push_back({name + ": a dry run that would work", [](Probe &probe) {
                         auto request = requestOf<Op>(aes, probe.newKeyId());
                         request.dryRun = true;
                         probe.refused<Op>(std::move(request), ErrorCode::DryRunOperation,
                                           "The request would have succeeded, but the DryRun option is set.");
                     }});
    facts.push_back({name + ": a grant token that was never issued", [](Probe &probe) {
                         auto request = requestOf<Op>(aes, probe.newKeyId());
                         request.grantTokens = std::vector<std::string>{"x"};
                         probe.refused<Op>(std::move(request), ErrorCode::InvalidGrantToken);
                     }});
    facts.push_back({name + ": an asymmetric key",
                     [](Probe &probe) {
                         probe.refused<Op>(
                             requestOf<Op>(aes, *probe.sharedRsaKey(kms::KeySpec::RSA_2048).keyId),
                             ErrorCode::InvalidKeyUsage);
                     },
                     Need::Rsa});
    facts.push_back({name + ": a key that nobody has", [](Probe &probe) {
                         probe.refused<Op>(requestOf<Op>(aes, probe.unusedKeyId()), ErrorCode::NotFound);
                     }});
}

void addRandomFacts(Facts &facts) {
    for (const int size : {1, 32, 1024}) {
        facts.push_back({"GenerateRandom: " + std::to_string(size) + " bytes", [size](Probe &probe) {
                             const auto reply = probe.must<GenerateRandom>({.numberOfBytes = size});
                             probe.equal("bytes", static_cast<std::int64_t>(reply.plaintext->size()), size);
                         }});
    }
    for (const int size : {0, 1025, -1}) {
        facts.push_back(
            {"GenerateRandom: " + std::to_string(size) + " bytes are refused", [size](Probe &probe) {
                 probe.refused<GenerateRandom>({.numberOfBytes = size}, ErrorCode::Validation);
             }});
    }
    facts.push_back({"GenerateRandom: no number", [](Probe &probe) {
                         probe.refused<GenerateRandom>({}, ErrorCode::Validation,
                                                       "NumberOfBytes is required.");
                     }});
    facts.push_back({"GenerateRandom: never the same twice", [](Probe &probe) {
                         const auto first = probe.must<GenerateRandom>({.numberOfBytes = 32});
                         const auto second = probe.must<GenerateRandom>({.numberOfBytes = 32});
                         probe.check(first.plaintext->text() != second.plaintext->text(),
                                     "the same bytes twice");
                     }});
}

} // namespace

void addDataKeyFacts(Facts &facts) {
    for (const LengthRow &row : lengthRows()) {
        addLengthRow(facts, row);
    }
    addSharedFacts<GenerateDataKey>(facts, "GenerateDataKey");
    addSharedFacts<GenerateDataKeyWithoutPlaintext>(facts, "GenerateDataKeyWithoutPlaintext");
    facts.push_back({"GenerateDataKeyWithoutPlaintext: just its three members", [](Probe &probe) {
                         GenerateDataKeyWithoutPlaintext::Request request;
                         request.keyId = probe.newKeyId();
                         request.keySpec = kms::DataKeySpec::AES_256;
                         auto reply = kms::submitAndWait(
                             probe.service(),
                             kms::AnyRequest::of<GenerateDataKeyWithoutPlaintext>(std::move(request)), {});
                         probe.check(reply.has_value(), "it should work");
                         std::string present;
                         for (const kms::Field &field : GenerateDataKeyWithoutPlaintext::info().reply) {
                             if (field.access->get(reply->object()) != nullptr) {
                                 present += std::string(field.name) + ' ';
                             }
                         }
                         probe.equal("members", present, "CiphertextBlob KeyId KeyMaterialId ");
                     }});
    addRandomFacts(facts);
}

} // namespace keyturn::contract
