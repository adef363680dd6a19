// SPDX-License-Identifier: Apache-2.0
// SlotDocument: a document as a list of entries, each with the texts that may be replaced where they stand
// (slots). Every kind of document but plain text fills one of these. Private to documents/.
#pragma once

#include "reencrypt/documents/document.h"

#include <functional>

namespace keyturn::reencrypt {

/// A text of a document that may be replaced.
struct Slot {
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string value; ///< without quotes and escapes
    /// What [offset, offset + length) becomes for another value; nothing: it cannot be written there.
    std::function<std::optional<std::string>(std::string_view value)> write;
    std::size_t end() const { return offset + length; }
};
/// A slot that is written as it is.
Slot plainSlot(std::string_view text, std::size_t offset, std::size_t length);

struct DocumentEntry {
    FoundBlob blob;
    Slot cipher;
    Dress dress;
    std::optional<Slot> key; ///< names the key, changes with it
    /// What the key's slot becomes; without it the destination key itself, which then must be an ARN.
    std::function<Result<std::string>(const NewBlob &)> keyText;
    std::optional<Slot> createdAt;
    /// Where the document itself holds the context.
    std::function<Result<std::vector<Edit>>(const kms::EncryptionContext &context)> contextEdits;
};

/// What a ciphertext must look like to be moved.
enum class ShapeRule : std::uint8_t {
    Any,  ///< anything that is not known to be something else
    Known ///< a form that is known to be a KMS ciphertext
};

class SlotDocument : public Document {
public:
    const std::vector<FoundBlob> &blobs() const override { return m_blobs; }
    Result<std::vector<Edit>> edits(const std::vector<NewBlob> &news) const override;

    /// Takes the dress off `entry.cipher` unless the entry has a fault already. Faults do not stop others.
    void add(DocumentEntry entry, const JobSpec &spec, ShapeRule rule);

private:
    Status appendEdits(const DocumentEntry &entry, const NewBlob &fresh, std::vector<Edit> &out) const;
    std::vector<FoundBlob> m_blobs;
    std::vector<DocumentEntry> m_entries; ///< by FoundBlob::index; blobs moved out
};

/// Marks a blob as one that cannot be moved; the first fault stays.
void setFault(FoundBlob &blob, Cause cause, std::string message);
/// "line 7: sops.kms[0].enc: what": how every fault of a document names its place.
std::string faultText(const Place &place, std::string_view what);

/// Encoded bytes that may be broken into equally long lines; what stands between them (indentation, a
/// backslash, a line feed) is the dress's lineEnd. Never raw.
std::optional<Undressed> undressRegion(std::string_view region, std::optional<Encoding> encoding);

/// The length of a line break with the blanks and the backslash around it; 0: there is none here.
std::size_t lineBreakLength(std::string_view text);

/// By the look of its bytes (inspect): is it something else than a KMS ciphertext?
struct Look {
    Cause cause = Cause::None;
    std::string message;
    bool known = false;          ///< a form of a KMS ciphertext
    std::size_t bytesBehind = 0; ///< behind the end that the ciphertext itself tells
};
Look lookAt(ByteView ciphertext);

/// Does a document's key count as one that the job names? "alias/x", ids and ARNs are matched by what they
/// have in common. True where the job names none.
bool keyIsMeant(std::string_view documentKey, const JobSpec &spec);

/// Values that context templates may name; nothing: none there.
using Places = std::function<std::optional<std::string>(std::string_view place)>;
/// Fills context and newContext: the document's own context where it has one, else the job's.
void setContexts(FoundBlob &blob, const JobSpec &spec, const std::optional<kms::EncryptionContext> &own,
                 const Places &places);

inline ByteView viewOf(std::string_view text) {
    return asBytes(text);
}
bool startsWithByteOrderMark(std::string_view text);

} // namespace keyturn::reencrypt
