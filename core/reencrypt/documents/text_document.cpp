// SPDX-License-Identifier: Apache-2.0
// Ciphertexts inside any text: .env, HCL, YAML, properties, scripts. Found by their shape, the bytes of each
// replaced where it stands and nothing else.
#include "reencrypt/documents/blob_tokens.h"
#include "reencrypt/documents/kinds.h"
#include "reencrypt/documents/yaml_text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// Documents whose other parts would have to change with the ciphertext.
std::string_view kindOfItsOwn(std::string_view text) {
    if (has(text, "ENC[AES256_GCM,") && has(text, "lastmodified") && has(text, "sops")) {
        return "a SOPS document: use source kind sops, which changes its arn too";
    }
    if (has(text, "secretsprovider:") && has(text, "awskms://") && has(text, "encryptedkey:")) {
        return "a Pulumi stack file: use source kind pulumi, which changes its key's name too";
    }
    return {};
}

std::string hclMap(const kms::EncryptionContext &context) {
    std::string out = "{";
    for (const auto &[name, value] : context) {
        out += (out.size() > 1 ? ", " : " ") + quotedText(name) + " = " + quotedText(value);
    }
    return out + (out.size() > 1 ? " }" : "}");
}

class TextReader {
public:
    TextReader(std::string_view text, const JobSpec &spec)
        : m_text(text)
        , m_spec(spec)
        , m_document(std::make_unique<SlotDocument>()) {}

    std::unique_ptr<Document> read() {
        if (const auto own = kindOfItsOwn(m_text); !own.empty()) {
            DocumentEntry entry;
            setFault(entry.blob, Cause::OtherCiphertext, std::string(own));
            m_document->add(std::move(entry), m_spec, ShapeRule::Known);
            return std::move(m_document);
        }
        if (has(m_text, "aws_kms_secrets")) {
            m_hcl = hclContexts(m_text);
        }
        m_isBinary = m_text.find('\0') != std::string_view::npos;
        for (const BlobToken &token : findBlobTokens(m_text)) {
            add(token);
        }
        return std::move(m_document);
    }

private:
    void add(const BlobToken &token) {
        const std::string_view between = m_text.substr(m_at, token.offset - m_at);
        m_line += static_cast<std::uint64_t>(std::count(between.begin(), between.end(), '\n'));
        m_at = token.offset;
        const auto lineFeed = m_text.substr(0, token.offset).rfind('\n');
        const std::size_t column = token.offset - (lineFeed == std::string_view::npos ? 0 : lineFeed + 1) + 1;
        DocumentEntry entry;
        entry.blob.place.line = m_line;
        entry.blob.place.part = "line " + std::to_string(m_line) + " column " + std::to_string(column);
        const std::string where = entry.blob.place.part + ": ";
        setFault(entry.blob, token.cause, token.cause == Cause::None ? "" : where + token.message);
        if (m_isBinary) {
            setFault(entry.blob, Cause::NotACiphertext,
                     where + "a ciphertext in a file that is no text (zero bytes): left alone");
        }
        entry.cipher = plainSlot(m_text, token.offset, token.length);
        addContext(token, where, entry);
        m_document->add(std::move(entry), m_spec, ShapeRule::Known);
    }

    void addContext(const BlobToken &token, const std::string &where, DocumentEntry &entry) {
        const auto none = [](std::string_view) { return std::optional<std::string>(); };
        const auto beside = std::find_if(m_hcl.begin(), m_hcl.end(), [&](const HclContext &each) {
            return token.offset >= each.payloadOffset &&
                   token.offset + token.length <= each.payloadOffset + each.payloadLength;
        });
        if (beside == m_hcl.end()) {
            setContexts(entry.blob, m_spec, std::nullopt, none);
            return;
        }
        if (!beside->fault.empty()) {
            setFault(entry.blob, Cause::BadTemplate, where + beside->fault);
        }
        setContexts(entry.blob, m_spec, beside->context, none);
        const bool changes = !(entry.blob.context == entry.blob.newContext);
        if (changes && beside->mapLength == 0) {
            setFault(entry.blob, Cause::BadTemplate,
                     where + "there is no context = {} beside the payload that could hold the new context");
        }
        entry.contextEdits = [offset = beside->mapOffset,
                              length = beside->mapLength](const kms::EncryptionContext &context) {
            return Result<std::vector<Edit>>(std::vector<Edit>{{offset, length, toBytes(hclMap(context))}});
        };
    }

    std::string_view m_text;
    const JobSpec &m_spec;
    std::unique_ptr<SlotDocument> m_document;
    std::vector<HclContext> m_hcl;
    bool m_isBinary = false;
    std::size_t m_at = 0;
    std::uint64_t m_line = 1;
};

} // namespace

ParsedDocument parseText(std::string_view text, const JobSpec &spec) {
    return TextReader(text, spec).read();
}

} // namespace keyturn::reencrypt
