// SPDX-License-Identifier: Apache-2.0
// A file that is one ciphertext, raw or encoded.
#include "reencrypt/documents/kinds.h"

namespace keyturn::reencrypt {
namespace {

/// Raw bytes, and line feeds that some tool put behind them, where the ciphertext tells its own end.
Undressed undressRawFile(ByteView content) {
    Undressed raw;
    raw.dress.encoding = Encoding::Raw;
    raw.dress.padded = false;
    const std::size_t behind = lookAt(content).bytesBehind;
    const std::string_view rest = asText(content.last(behind));
    const bool lineFeeds = rest.find_first_not_of("\r\n") == std::string_view::npos;
    const std::size_t kept = lineFeeds ? behind : 0;
    raw.ciphertext = toBytes(content.first(content.size() - kept));
    raw.dress.suffix = asText(content.last(kept));
    return raw;
}

class FileDocument final : public Document {
public:
    FileDocument(ByteView content, const JobSpec &spec)
        : m_length(content.size()) {
        FoundBlob blob;
        const bool mayBeRaw = !spec.finder.encoding || spec.finder.encoding == Encoding::Raw;
        Look look = lookAt(content.first(std::min<std::size_t>(content.size(), 8192)));
        std::optional<Undressed> found;
        if (content.size() <= 6144 && mayBeRaw && look.known) {
            found = undressRawFile(content);
        } else if (!content.empty()) {
            found = undress(content, spec.finder.encoding);
        }
        if (!found) {
            const bool isOther = look.cause != Cause::None && !content.empty();
            setFault(blob, isOther ? look.cause : Cause::NotACiphertext,
                     isOther           ? look.message
                     : content.empty() ? "the file is empty"
                                       : "the file is no ciphertext of the encoding that the job takes");
        } else {
            look = lookAt(found->ciphertext);
            setFault(blob, look.cause, look.message);
            m_dress = std::move(found->dress);
            if (spec.finder.newPrefix && m_dress.encoding != Encoding::Raw) {
                m_dress.prefix = *spec.finder.newPrefix;
            }
            blob.ciphertext = std::move(found->ciphertext);
        }
        setContexts(blob, spec, std::nullopt, [](std::string_view) { return std::optional<std::string>(); });
        m_blobs.push_back(std::move(blob));
    }

    const std::vector<FoundBlob> &blobs() const override { return m_blobs; }

    Result<std::vector<Edit>> edits(const std::vector<NewBlob> &news) const override {
        if (news.empty()) {
            return std::vector<Edit>();
        }
        if (news.size() > 1 || news.front().index != 0 || m_blobs.front().cause != Cause::None) {
            return fail(ErrorCode::Usage, "no blob of this document that can be moved");
        }
        return std::vector<Edit>{{0, m_length, dress(news.front().ciphertext, m_dress)}};
    }

private:
    std::size_t m_length;
    Dress m_dress;
    std::vector<FoundBlob> m_blobs;
};

} // namespace

ParsedDocument parseFile(ByteView content, const JobSpec &spec) {
    return std::unique_ptr<Document>(std::make_unique<FileDocument>(content, spec));
}

} // namespace keyturn::reencrypt
