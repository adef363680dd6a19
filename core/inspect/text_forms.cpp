// SPDX-License-Identifier: Apache-2.0
// Texts of other tools: what they are, and where their KMS ciphertext is, if there is one (ecosystem.md 4.2).
#include "inspect/recognisers.h"

#include "base/text.h"
#include "inspect/s3_metadata.h"

#include <algorithm>

namespace keyturn::inspect {
namespace {

bool isNumber(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool recogniseVaultTransit(std::string_view text, Inspection &out) {
    constexpr std::string_view prefix = "vault:v";
    if (!text.starts_with(prefix)) {
        return false;
    }
    const auto colon = text.find(':', prefix.size());
    if (colon == std::string_view::npos || !isNumber(text.substr(prefix.size(), colon - prefix.size()))) {
        return false;
    }
    out.kind = Kind::VaultTransitText;
    out.summary = "A ciphertext of HashiCorp Vault's transit engine, no KMS ciphertext.";
    addFact(out, "Key version", std::string(text.substr(prefix.size(), colon - prefix.size())));
    out.hints.push_back("Vault's own transit/rewrap moves it to the newest version of its key.");
    return true;
}

bool recogniseSopsValue(std::string_view text, Inspection &out) {
    if (!text.starts_with("ENC[") || !text.ends_with("]") || text.find(",data:") == std::string_view::npos) {
        return false;
    }
    out.kind = Kind::SopsValue;
    out.summary = "A value encrypted by SOPS under its file's data key, no KMS ciphertext.";
    addFact(out, "Algorithm", std::string(text.substr(4, text.find(',') - 4)));
    const auto type = text.find(",type:");
    if (type != std::string_view::npos) {
        addFact(out, "Type of the value", std::string(text.substr(type + 6, text.size() - type - 7)));
    }
    out.hints.push_back("The KMS ciphertext of a SOPS file is the member \"enc\" of its sops.kms entries.");
    return true;
}

bool recogniseKubernetes(std::string_view text, Inspection &out) {
    constexpr std::string_view prefix = "k8s:enc:kms:";
    if (!text.starts_with(prefix)) {
        return false;
    }
    const auto parts =
        split(text.substr(prefix.size(), std::min<std::size_t>(text.size() - prefix.size(), 256)), ':');
    out.kind = Kind::KubernetesValue;
    out.summary =
        "A value that Kubernetes keeps in etcd, encrypted through a KMS plug-in. As a whole it is no KMS "
        "ciphertext.";
    addFact(out, "Version", std::string(parts[0]));
    if (parts.size() > 1) {
        addFact(out, "Provider", std::string(parts[1]));
    }
    out.hints.push_back(
        "Rotate it by adding a provider to EncryptionConfiguration and rewriting the Secrets.");
    return true;
}

bool recognisePem(std::string_view text, Inspection &out) {
    constexpr std::string_view begin = "-----BEGIN ";
    const auto at = text.find(begin);
    if (at == std::string_view::npos || (at != 0 && text[at - 1] != '\n')) {
        return false;
    }
    const auto end = text.find("-----", at + begin.size());
    if (end == std::string_view::npos || end - at > 80) {
        return false;
    }
    const std::string label(text.substr(at + begin.size(), end - at - begin.size()));
    out.kind = Kind::Pem;
    out.summary = "A PEM file, no KMS ciphertext.";
    addFact(out, "Label", label);
    if (label.find("PRIVATE KEY") != std::string::npos) {
        out.hints.push_back("This is a private key in the clear. Keep it out of tickets and chats.");
    }
    return true;
}

bool recogniseSopsYaml(std::string_view text, Inspection &out) {
    if (text.find("ENC[AES256_GCM,data:") == std::string_view::npos) {
        return false;
    }
    out.kind = Kind::SopsDocument;
    out.certainty = Certainty::Likely;
    out.summary = "Looks like a file encrypted by SOPS. As a whole it is no KMS ciphertext.";
    out.hints.push_back("The KMS ciphertext of a SOPS file is the member \"enc\" of its sops.kms entries.");
    return true;
}

} // namespace

bool recogniseTextForm(std::string_view text, Inspection &out) {
    return recogniseVaultTransit(text, out) || recogniseSopsValue(text, out) ||
           recogniseKubernetes(text, out) || recognisePem(text, out) || recogniseS3HeaderLines(text, out) ||
           recogniseSopsYaml(text, out);
}

} // namespace keyturn::inspect
