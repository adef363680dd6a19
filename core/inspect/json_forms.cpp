// SPDX-License-Identifier: Apache-2.0
// JSON that other programs made. The only file here that knows nlohmann_json.
#include "inspect/flat_json.h"
#include "inspect/recognisers.h"
#include "inspect/record.h"
#include "inspect/s3_metadata.h"

#include "base/encoding.h"
#include "base/text.h"

#include <nlohmann/json.hpp>

namespace keyturn::inspect {
namespace {

using nlohmann::json;

constexpr int depthMax = 32;

/// Discarded for malformed text and for nesting that nobody needs.
json parsed(std::string_view text) {
    bool tooDeep = false;
    auto watch = [&tooDeep](int depth, json::parse_event_t, json &) {
        tooDeep = tooDeep || depth > depthMax;
        return !tooDeep;
    };
    json document = json::parse(text, watch, false);
    return tooDeep ? json(json::value_t::discarded) : document;
}

std::string textMember(const json &object, const char *name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

MetadataValues metadataOf(const json &object) {
    MetadataValues values;
    for (const auto &[name, value] : object.items()) {
        if (value.is_string()) {
            values[metadataName(name)] = value.get<std::string>();
        }
    }
    return values;
}

bool recogniseS3(const json &document, Inspection &out) {
    const auto inner = document.find("Metadata"); // as head-object prints it
    if (inner != document.end() && inner->is_object()) {
        return describeS3Metadata(metadataOf(*inner), out);
    }
    if (!describeS3Metadata(metadataOf(document), out)) {
        return false;
    }
    const bool instruction = document.contains("x-amz-key-v2") || document.contains("x-amz-3");
    if (instruction) {
        out.hints.push_back(
            "If this is an instruction file (<object>.instruction), it can simply be replaced.");
    }
    return true;
}

void addSopsKeys(const json &entries, Inspection &out) {
    if (!entries.is_array()) {
        return;
    }
    for (const json &entry : entries) {
        if (!entry.is_object()) {
            continue;
        }
        addFact(out, "Key", textMember(entry, "arn"));
        const auto blob = fromBase64(textMember(entry, "enc"));
        addFact(out, "Size of the data key's ciphertext",
                blob ? byteCount(blob->size()) : "is no base64 text");
        if (out.sourceKey.empty()) {
            out.sourceKey = textMember(entry, "arn");
        }
    }
}

bool recogniseSops(const json &document, Inspection &out) {
    const auto sops = document.find("sops");
    if (sops == document.end() || !sops->is_object()) {
        return false;
    }
    out.kind = Kind::SopsDocument;
    out.summary =
        "A file encrypted by SOPS. As a whole it is no KMS ciphertext; the member \"enc\" of each sops.kms "
        "entry is.";
    if (const auto keys = sops->find("kms"); keys != sops->end()) {
        addSopsKeys(*keys, out);
    }
    if (const auto groups = sops->find("key_groups"); groups != sops->end() && groups->is_array()) {
        for (const json &group : *groups) {
            if (group.is_object() && group.contains("kms")) {
                addSopsKeys(group["kms"], out);
            }
        }
    }
    return true;
}

bool recogniseTink(const json &document, Inspection &out) {
    if (!document.contains("encryptedKeyset")) {
        return false;
    }
    out.kind = Kind::TinkKeyset;
    out.summary =
        "An encrypted keyset of Tink. The file is no KMS ciphertext; its encryptedKeyset value may be one.";
    if (auto blob = fromBase64(textMember(document, "encryptedKeyset"))) {
        addFact(out, "Size of encryptedKeyset", byteCount(blob->size()));
        out.hints.push_back(
            "Inspect the value of encryptedKeyset by itself. Tink's context, if it has associated data, "
            "is {\"associatedData\": \"<hex>\"}.");
    }
    return true;
}

void describeRecord(std::string_view text, Inspection &out) {
    out.kind = Kind::Record;
    const auto record = parseRecord(text);
    if (!record) {
        out.summary = "A record of a ciphertext file that cannot be read: " + record.error().detail;
        return;
    }
    out.summary = "The record of a ciphertext file. It is no ciphertext itself.";
    addFact(out, "Key", record->keyId.value_or("not said"));
    if (record->encryptionContext) {
        addFact(out, "Encryption context", contextText(*record->encryptionContext));
        out.context = record->encryptionContext;
    }
    out.sourceKey = record->keyId.value_or("");
    out.hints.push_back("Inspect the file that this belongs to; its name is the same without \".kms.json\".");
}

void describeReply(const json &document, Inspection &out) {
    if (const std::string blob = textMember(document, "CiphertextBlob"); !blob.empty()) {
        out.hints.push_back(
            "This looks like an answer of a KMS operation. Inspect the value of CiphertextBlob.");
        if (const std::string key = textMember(document, "KeyId"); !key.empty()) {
            addFact(out, "Key", key);
            out.sourceKey = key;
        }
    }
}

} // namespace

bool looksLikeJson(std::string_view text) {
    const std::string_view content = trimmed(text);
    return content.size() >= 2 && ((content.front() == '{' && content.back() == '}') ||
                                   (content.front() == '[' && content.back() == ']'));
}

bool recogniseJson(std::string_view text, Inspection &out) {
    if (!looksLikeJson(text)) {
        return false;
    }
    const json document = parsed(text);
    if (document.is_discarded()) {
        return false;
    }
    if (document.is_object()) {
        if (looksLikeRecord(text)) {
            describeRecord(text, out);
            return true;
        }
        if (recogniseS3(document, out) || recogniseSops(document, out) || recogniseTink(document, out)) {
            return true;
        }
        describeReply(document, out);
    }
    out.kind = Kind::Json;
    out.summary = "A JSON document, no KMS ciphertext.";
    addFact(out, "Members", std::to_string(document.size()));
    return true;
}

std::optional<kms::EncryptionContext> flatJsonObject(std::string_view text) {
    const json document = parsed(text);
    if (!document.is_object()) {
        return std::nullopt;
    }
    kms::EncryptionContext pairs;
    for (const auto &[name, value] : document.items()) {
        if (!value.is_string() || !pairs.insert(name, value.get<std::string>())) {
            return std::nullopt;
        }
    }
    return pairs;
}

} // namespace keyturn::inspect
