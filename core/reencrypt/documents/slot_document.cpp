// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/slot_document.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

Edit editOf(const Slot &slot, std::string_view text) {
    return {slot.offset, slot.length, toBytes(text)};
}

Status appendSlot(const Slot &slot, std::string_view value, const Place &place, std::string_view member,
                  std::vector<Edit> &out) {
    if (value == slot.value) {
        return {};
    }
    const auto text = slot.write(value);
    if (!text) {
        return fail(ErrorCode::Usage,
                    faultText(place, std::string(member) + " cannot be written the way it stands there"));
    }
    out.push_back(editOf(slot, *text));
    return {};
}

} // namespace

Slot plainSlot(std::string_view text, std::size_t offset, std::size_t length) {
    return {offset, length, std::string(text.substr(offset, length)),
            [](std::string_view value) { return std::string(value); }};
}

void setFault(FoundBlob &blob, Cause cause, std::string message) {
    if (blob.cause == Cause::None) {
        blob.cause = cause;
        blob.message = std::move(message);
    }
}

std::string faultText(const Place &place, std::string_view what) {
    std::string text = place.line > 0 ? "line " + std::to_string(place.line) + ": " : std::string();
    if (!place.part.empty() && !place.part.starts_with("line ")) {
        text += place.part + ": ";
    }
    return text += what;
}

void SlotDocument::add(DocumentEntry entry, const JobSpec &spec, ShapeRule rule) {
    FoundBlob &blob = entry.blob;
    blob.index = m_blobs.size();
    if (blob.cause == Cause::None) {
        const auto encoding = spec.finder.encoding == Encoding::Raw ? std::nullopt : spec.finder.encoding;
        auto found = undressRegion(entry.cipher.value, encoding);
        if (!found) {
            setFault(blob, Cause::NotACiphertext, faultText(blob.place, "no encoded ciphertext"));
        } else {
            const Look look = lookAt(found->ciphertext);
            const bool strange = rule == ShapeRule::Known && !look.known && look.cause == Cause::None;
            if (look.cause != Cause::None || strange) {
                setFault(blob, strange ? Cause::NotACiphertext : look.cause,
                         faultText(blob.place, strange ? "no known form of a KMS ciphertext" : look.message));
            }
            blob.ciphertext = std::move(found->ciphertext);
            entry.dress = std::move(found->dress);
        }
    }
    m_blobs.push_back(std::move(blob));
    m_entries.push_back(std::move(entry));
}

Status SlotDocument::appendEdits(const DocumentEntry &entry, const NewBlob &fresh,
                                 std::vector<Edit> &out) const {
    const FoundBlob &blob = m_blobs[fresh.index];
    const Bytes dressed = dress(fresh.ciphertext, entry.dress);
    const auto cipher = entry.cipher.write(asText(dressed));
    if (!cipher) {
        return fail(ErrorCode::Usage, faultText(blob.place, "cannot be written the way it stands there"));
    }
    out.push_back(editOf(entry.cipher, *cipher));
    if (entry.key) {
        Result<std::string> key =
            entry.keyText ? entry.keyText(fresh) : Result<std::string>(fresh.destinationKey);
        if (!key) {
            return failFrom(key);
        }
        if (auto done = appendSlot(*entry.key, *key, blob.place, "the key", out); !done) {
            return done;
        }
    }
    if (entry.createdAt) {
        if (auto done = appendSlot(*entry.createdAt, formatIso8601(fresh.at), blob.place, "the time", out);
            !done) {
            return done;
        }
    }
    if (entry.contextEdits && fresh.context && !(*fresh.context == blob.context)) {
        auto edits = entry.contextEdits(*fresh.context);
        if (!edits) {
            return failFrom(edits);
        }
        out.insert(out.end(), edits->begin(), edits->end());
    }
    return {};
}

Result<std::vector<Edit>> SlotDocument::edits(const std::vector<NewBlob> &news) const {
    std::vector<Edit> out;
    for (const NewBlob &fresh : news) {
        if (fresh.index >= m_blobs.size() || m_blobs[fresh.index].cause != Cause::None) {
            return fail(ErrorCode::Usage, "no blob of this document that can be moved");
        }
        if (auto done = appendEdits(m_entries[fresh.index], fresh, out); !done) {
            return failFrom(done);
        }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Edit &a, const Edit &b) { return a.offset < b.offset; });
    for (std::size_t i = 1; i < out.size(); ++i) {
        if (out[i - 1].offset + out[i - 1].length > out[i].offset) {
            return fail(ErrorCode::Usage, "two blobs of this document share bytes");
        }
    }
    return out;
}

bool startsWithByteOrderMark(std::string_view text) {
    return text.starts_with("\xEF\xBB\xBF");
}

} // namespace keyturn::reencrypt
