// SPDX-License-Identifier: Apache-2.0
#include "inspect/inspection.h"

#include "inspect/recognisers.h"

#include <iterator>

namespace keyturn::inspect {
namespace {

struct KindNames {
    std::string_view wire;
    std::string_view title;
};
/// In the order of Kind.
constexpr KindNames kindNames[] = {
    {"empty", "Nothing"},
    {"keyturn-blob", "Keyturn ciphertext"},
    {"aws-kms-blob", "AWS KMS ciphertext"},
    {"emulator-blob", "Ciphertext of a KMS emulator"},
    {"encryption-sdk-message", "AWS Encryption SDK message"},
    {"s3-client-metadata", "S3 client-side encryption metadata"},
    {"sops-document", "SOPS file"},
    {"sops-value", "SOPS value"},
    {"vault-transit-text", "HashiCorp Vault transit ciphertext"},
    {"kubernetes-value", "Kubernetes encrypted value"},
    {"tink-keyset", "Tink keyset"},
    {"record", "Record of a ciphertext file"},
    {"keyturn-vault", "Keyturn vault"},
    {"rsa-sized", "Possibly an RSA ciphertext"},
    {"pem", "PEM file"},
    {"der", "DER structure"},
    {"gzip", "gzip data"},
    {"zip", "ZIP archive"},
    {"json", "JSON document"},
    {"text", "Text"},
    {"binary", "Unknown binary data"},
};
static_assert(std::size(kindNames) == static_cast<std::size_t>(Kind::Binary) + 1);

constexpr std::string_view layerWireNames[] = {
    "base64", "base64-with-line-breaks", "base64url", "hex", "newline", "data-url", "numbered-prefix"};
constexpr std::string_view layerTitles[] = {
    "base64",   "base64 with line breaks", "base64url", "hex", "line feed around it",
    "data URL", "numbered prefix"};
static_assert(std::size(layerWireNames) == static_cast<std::size_t>(Layer::NumberedPrefix) + 1);
static_assert(std::size(layerTitles) == std::size(layerWireNames));

} // namespace

std::string_view Inspection::fact(std::string_view label) const {
    for (const Fact &fact : facts) {
        if (fact.label == label) {
            return fact.value;
        }
    }
    return {};
}

std::string_view wireName(Kind kind) {
    return kindNames[static_cast<std::size_t>(kind)].wire;
}

std::string_view title(Kind kind) {
    return kindNames[static_cast<std::size_t>(kind)].title;
}

std::string_view wireName(Layer layer) {
    return layerWireNames[static_cast<std::size_t>(layer)];
}

std::string_view title(Layer layer) {
    return layerTitles[static_cast<std::size_t>(layer)];
}

std::string_view wireName(Certainty certainty) {
    switch (certainty) {
    case Certainty::Read:
        return "read";
    case Certainty::Likely:
        return "likely";
    case Certainty::Unknown:
        break;
    }
    return "unknown";
}

void addFact(Inspection &out, std::string label, std::string value, Certainty certainty) {
    out.facts.push_back({std::move(label), std::move(value), certainty});
}

std::string byteCount(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string contextText(const kms::EncryptionContext &context) {
    if (context.empty()) {
        return "none";
    }
    std::string text;
    for (const auto &[name, value] : context) {
        text += text.empty() ? "" : ", ";
        text += name + "=" + value;
    }
    return text;
}

} // namespace keyturn::inspect
