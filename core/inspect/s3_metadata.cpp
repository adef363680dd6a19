// SPDX-License-Identifier: Apache-2.0
#include "inspect/s3_metadata.h"

#include "base/encoding.h"
#include "base/text.h"
#include "inspect/flat_json.h"
#include "inspect/recognisers.h"

namespace keyturn::inspect {
namespace {

std::string valueOf(const MetadataValues &values, std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

void takeWrappedKey(const std::string &base64, std::string_view member, bool wrappedByKms, Inspection &out) {
    auto decoded = fromBase64(base64);
    if (!decoded || decoded->empty()) {
        addFact(out, "Wrapped data key", "is no base64 text");
        return;
    }
    addFact(out, "Wrapped data key", std::string(member) + ", " + byteCount(decoded->size()));
    if (wrappedByKms) {
        out.ciphertext = std::move(*decoded);
    }
}

void takeContext(const std::string &json, Inspection &out) {
    if (const auto pairs = flatJsonObject(json)) {
        out.context = *pairs;
        addFact(out, "Encryption context", contextText(*pairs));
    } else {
        addFact(out, "Encryption context", "cannot be read");
    }
}

void describeVersion2(const MetadataValues &values, Inspection &out) {
    const std::string wrap = valueOf(values, "x-amz-wrap-alg");
    const bool byKms = wrap == "kms" || wrap == "kms+context";
    addFact(out, "Version", "2");
    addFact(out, "Wrapped by", wrap.empty() ? "not said" : wrap);
    addFact(out, "Content encrypted with", valueOf(values, "x-amz-cek-alg"));
    takeWrappedKey(valueOf(values, "x-amz-key-v2"), "x-amz-key-v2", byKms, out);
    const std::string description = valueOf(values, "x-amz-matdesc");
    if (byKms && !description.empty()) {
        takeContext(description, out);
    }
    if (wrap == "kms" && out.context) {
        if (const std::string *key = out.context->find("kms_cmk_id")) {
            out.sourceKey = *key;
            addFact(out, "Key", *key);
        }
        out.hints.push_back(
            "With wrap algorithm \"kms\" the context names the key: change kms_cmk_id in x-amz-matdesc "
            "together with the key.");
    }
}

void describeVersion3(const MetadataValues &values, Inspection &out) {
    const std::string wrap = valueOf(values, "x-amz-w");
    const bool byKms = wrap == "12";
    addFact(out, "Version", "3");
    addFact(out, "Wrapped by", byKms ? "12 (kms+context)" : wrap);
    addFact(out, "Content encrypted with", valueOf(values, "x-amz-c"));
    takeWrappedKey(valueOf(values, "x-amz-3"), "x-amz-3", byKms, out);
    const std::string context = valueOf(values, "x-amz-t");
    if (byKms && !context.empty()) {
        takeContext(context, out);
    }
}

} // namespace

std::string metadataName(std::string_view name) {
    std::string lower = toLowerAscii(name);
    constexpr std::string_view prefix = "x-amz-meta-";
    return lower.starts_with(prefix) ? lower.substr(prefix.size()) : lower;
}

bool describeS3Metadata(const MetadataValues &values, Inspection &out) {
    const bool version2 = values.contains("x-amz-key-v2");
    const bool version3 = values.contains("x-amz-3") && values.contains("x-amz-w");
    if (!version2 && !version3) {
        return false;
    }
    out.kind = Kind::S3ClientMetadata;
    if (version2) {
        describeVersion2(values, out);
    } else {
        describeVersion3(values, out);
    }
    const std::string member = version2 ? "x-amz-key-v2" : "x-amz-3";
    out.summary =
        "Metadata of an object that an S3 client encrypted. The object's body is no KMS ciphertext; ";
    out.summary += out.isKmsCiphertext() ? "its " + member + " value is."
                                         : "its " + member + " value was not wrapped by KMS either.";
    if (out.isKmsCiphertext()) {
        out.hints.push_back(
            "Metadata cannot be changed in place: after ReEncrypt, copy the object onto itself with "
            "replaced metadata.");
    }
    return true;
}

bool recogniseS3HeaderLines(std::string_view text, Inspection &out) {
    if (text.find("x-amz-") == std::string_view::npos) {
        return false;
    }
    MetadataValues values;
    for (const std::string_view line : split(text, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || line.find("x-amz-") > colon) {
            continue;
        }
        values[metadataName(trimmed(line.substr(0, colon)))] = std::string(trimmed(line.substr(colon + 1)));
    }
    return describeS3Metadata(values, out);
}

} // namespace keyturn::inspect
