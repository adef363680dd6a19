// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/sops_entry.h"

#include "base/text.h"

namespace keyturn::reencrypt {
namespace {

/// What sops itself asks of an arn, as far as it matters here: it must be one.
Result<std::string> arnText(const NewBlob &fresh) {
    if (!fresh.destinationKey.starts_with("arn:")) {
        return fail(ErrorCode::Usage, "the service named no ARN of the destination key, and sops needs one");
    }
    return fresh.destinationKey;
}

bool hasExtension(const std::string &name, std::string_view extension) {
    return toLowerAscii(name).ends_with(extension);
}

bool anyLineStartsWith(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) || text.find("\n" + std::string(prefix)) != std::string_view::npos;
}

} // namespace

void addSopsEntry(SlotDocument &document, SopsEntry entry, const JobSpec &spec) {
    DocumentEntry made;
    FoundBlob &blob = made.blob;
    blob.place.part = entry.path + ".enc";
    blob.place.line = entry.line;
    if (entry.arn) {
        blob.keyHint = entry.arn->value;
        if (!keyIsMeant(blob.keyHint, spec)) {
            return;
        }
    }
    if (!entry.fault.empty()) {
        setFault(blob, Cause::BadSyntax, entry.fault);
    } else if (!entry.arn || !entry.enc) {
        blob.place.part = entry.path;
        setFault(blob, Cause::BadSyntax,
                 faultText(blob.place, entry.arn ? "there is no enc" : "there is no arn"));
    } else {
        made.cipher = std::move(*entry.enc);
        made.key = std::move(entry.arn);
        made.keyText = arnText;
        made.createdAt = std::move(entry.createdAt);
        made.contextEdits = std::move(entry.contextEdits);
    }
    setContexts(blob, spec, entry.context, [](std::string_view) { return std::optional<std::string>(); });
    document.add(std::move(made), spec, ShapeRule::Any);
}

Result<std::unique_ptr<Document>> parseSops(std::string_view text, const std::string &name,
                                            const JobSpec &spec) {
    if (text.find("sops") == std::string_view::npos) {
        return std::unique_ptr<Document>(std::make_unique<SlotDocument>());
    }
    if (hasExtension(name, ".yaml") || hasExtension(name, ".yml")) {
        return parseSopsYaml(text, spec);
    }
    if (hasExtension(name, ".json")) {
        return parseSopsJson(text, spec);
    }
    if (hasExtension(name, ".env")) {
        return parseSopsLines(text, SopsLines::Env, spec);
    }
    if (hasExtension(name, ".ini")) {
        return parseSopsLines(text, SopsLines::Ini, spec);
    }
    const std::string_view content = trimmed(text.substr(startsWithByteOrderMark(text) ? 3 : 0));
    if (content.starts_with('{')) { // sops calls it binary: JSON, whatever the name
        return parseSopsJson(text, spec);
    }
    if (anyLineStartsWith(text, "sops_version=") || anyLineStartsWith(text, "sops_mac=")) {
        return parseSopsLines(text, SopsLines::Env, spec);
    }
    if (anyLineStartsWith(text, "[sops]")) {
        return parseSopsLines(text, SopsLines::Ini, spec);
    }
    if (anyLineStartsWith(text, "sops:")) {
        return parseSopsYaml(text, spec);
    }
    return std::unique_ptr<Document>(std::make_unique<SlotDocument>());
}

} // namespace keyturn::reencrypt
