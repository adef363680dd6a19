// SPDX-License-Identifier: Apache-2.0
// Encryption contexts (kms-semantics.md section 4): the match is exact over all pairs, only order is free.
#include "probe.h"

#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/re_encrypt.h"

namespace keyturn::contract {
namespace {

using kms::EncryptionContext;
using Context = std::optional<EncryptionContext>;

struct ContextRow {
    const char *name;
    Context sealedWith;
    Context openedWith;
    bool opens;
};

const EncryptionContext two{{"Department", "IT"}, {"Purpose", "Test"}};

std::vector<ContextRow> contextRows() {
    return {
        {"the same", two, two, true},
        {"reordered", two, {{{"Purpose", "Test"}, {"Department", "IT"}}}, true},
        {"value of other case", two, {{{"Department", "it"}, {"Purpose", "Test"}}}, false},
        {"name of other case", two, {{{"department", "IT"}, {"Purpose", "Test"}}}, false},
        {"one pair more", two, {{{"Department", "IT"}, {"Purpose", "Test"}, {"a", "b"}}}, false},
        {"one pair less", two, {{{"Department", "IT"}}}, false},
        {"values exchanged", two, {{{"Department", "Test"}, {"Purpose", "IT"}}}, false},
        {"left out", two, {}, false},
        {"given where none was", {}, two, false},
        {"empty where none was", {}, EncryptionContext{}, true},
        {"none where empty was", EncryptionContext{}, {}, true},
        {"boundary between name and value", {{{"ab", "c"}}}, {{{"a", "bc"}}}, false},
        {"boundary between pairs", {{{"a", "b"}, {"c", "d"}}}, {{{"a", "bc"}, {"d", ""}}}, false},
        {"two pairs as one", {{{"a", "b"}, {"c", "d"}}}, {{{"a", "bcd"}}}, false},
        {"empty value", {{{"a", ""}}}, {{{"a", ""}}}, true},
        {"empty value left out", {{{"a", ""}}}, {}, false},
        {"blank at the end", {{{"a", "b"}}}, {{{"a", "b "}}}, false},
        {"beyond ASCII",
         {{{"Stra\xc3\x9f"
            "e",
            "\xf0\x9f\x94\x91"}}},
         {{{"Stra\xc3\x9f"
            "e",
            "\xf0\x9f\x94\x91"}}},
         true},
        {"other normal form", {{{"a", "\xc3\xa9"}}}, {{{"a", "e\xcc\x81"}}}, false},
        {"quotes and line feeds", {{{"\"\\", "\n\t"}}}, {{{"\"\\", "\n\t"}}}, true},
    };
}

template <class Op>
void expect(Probe &probe, typename Op::Request request, bool works) {
    if (works) {
        probe.must<Op>(std::move(request));
    } else {
        probe.refused<Op>(std::move(request), ErrorCode::InvalidCiphertext, "");
    }
}

void addRow(Facts &facts, const ContextRow &row) {
    const std::string name = std::string("contexts: ") + row.name;
    facts.push_back({name + ", by Decrypt", [row](Probe &probe) {
                         const auto blob = probe.encrypt(probe.newKeyId(), "text", row.sealedWith);
                         expect<kms::Decrypt>(probe, probe.decryptRequest(blob, row.openedWith), row.opens);
                     }});
    facts.push_back({name + ", by ReEncrypt", [row](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         kms::ReEncrypt::Request request;
                         request.ciphertextBlob = probe.encrypt(key, "text", row.sealedWith);
                         request.destinationKeyId = key;
                         request.sourceEncryptionContext = row.openedWith;
                         expect<kms::ReEncrypt>(probe, std::move(request), row.opens);
                     }});
    facts.push_back({name + ", on the destination of ReEncrypt", [row](Probe &probe) {
                         kms::ReEncrypt::Request request;
                         request.ciphertextBlob = probe.encrypt(probe.newKeyId(), "text");
                         request.destinationKeyId = probe.newKeyId();
                         request.destinationEncryptionContext = row.sealedWith;
                         const auto moved = probe.must<kms::ReEncrypt>(std::move(request));
                         expect<kms::Decrypt>(
                             probe, probe.decryptRequest(*moved.ciphertextBlob, row.openedWith), row.opens);
                     }});
    facts.push_back({name + ", of a data key", [row](Probe &probe) {
                         kms::GenerateDataKey::Request request;
                         request.keyId = probe.newKeyId();
                         request.keySpec = kms::DataKeySpec::AES_256;
                         request.encryptionContext = row.sealedWith;
                         const auto made = probe.must<kms::GenerateDataKey>(std::move(request));
                         expect<kms::Decrypt>(
                             probe, probe.decryptRequest(*made.ciphertextBlob, row.openedWith), row.opens);
                     }});
    facts.push_back({name + ", of a data key without plaintext", [row](Probe &probe) {
                         kms::GenerateDataKeyWithoutPlaintext::Request request;
                         request.keyId = probe.newKeyId();
                         request.keySpec = kms::DataKeySpec::AES_256;
                         request.encryptionContext = row.sealedWith;
                         const auto made =
                             probe.must<kms::GenerateDataKeyWithoutPlaintext>(std::move(request));
                         expect<kms::Decrypt>(
                             probe, probe.decryptRequest(*made.ciphertextBlob, row.openedWith), row.opens);
                     }});
}

} // namespace

void addContextFacts(Facts &facts) {
    for (const ContextRow &row : contextRows()) {
        addRow(facts, row);
    }
    facts.push_back({"contexts: every single bit counts",
                     [](Probe &probe) {
                         const auto blob = probe.encrypt(probe.newKeyId(), "text", {{{"name", "value"}}});
                         for (const bool inName : {true, false}) {
                             const std::string whole = inName ? "name" : "value";
                             for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
                                 if (bit % 8 == 7) {
                                     continue; // no UTF-8 any more
                                 }
                                 std::string flipped = whole;
                                 flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
                                 EncryptionContext context;
                                 context.set(inName ? flipped : "name", inName ? "value" : flipped);
                                 probe.refused<kms::Decrypt>(probe.decryptRequest(blob, context),
                                                             ErrorCode::InvalidCiphertext, "");
                             }
                         }
                     },
                     Need::ManyCalls});
    facts.push_back(
        {"contexts: many long pairs", [](Probe &probe) {
             EncryptionContext context;
             for (int i = 0; i < 60; ++i) {
                 context.set("name" + std::to_string(i), std::string(300, static_cast<char>('a' + i % 26)));
             }
             const auto blob = probe.encrypt(probe.newKeyId(), "text", context);
             probe.opensTo(blob, "text", context);
             context.set("name59", std::string(300, 'z'));
             probe.refused<kms::Decrypt>(probe.decryptRequest(blob, context), ErrorCode::InvalidCiphertext);
         }});
}

} // namespace keyturn::contract
