// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/table_batch.h"

#include "base/text.h"
#include "reencrypt/documents/slot_document.h"

namespace keyturn::reencrypt {
namespace {

/// Stands for a masked cell. No record holds it as text: it is never a byte of UTF-8.
constexpr std::uint8_t mask = 0xFF;
/// The longest ciphertext in the widest dress, twice. What is longer is not looked at.
constexpr std::size_t lookedAtBytesMax = 64 * 1024;
constexpr std::size_t smallBytesMax = 64 * 1024;
/// What one record of 10 MiB needed is not kept for ever.
constexpr std::size_t keptBytesMax = 8 * 1024 * 1024;

void append(Bytes &out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Forms that need no second look: a Keyturn vault's, AWS KMS's.
bool isOfAKnownForm(ByteView ciphertext) {
    const std::string_view text = asText(ciphertext);
    return text.starts_with("KTCB") || text.starts_with(std::string_view("\x01\x02\x02\x00", 4));
}

} // namespace

void MaskedDigest::add(ByteView bytes) {
    if (m_small.size() + bytes.size() > smallBytesMax) {
        m_digest.update(m_small);
        m_small.clear();
    }
    if (bytes.size() > smallBytesMax) {
        m_digest.update(bytes);
    } else {
        append(m_small, bytes);
    }
}

void MaskedDigest::add(const Record &record) {
    const MaskedRecord parts = masked(record);
    add(parts.before);
    if (parts.hasCell) {
        add(ByteView(&mask, 1));
        add(parts.after);
    }
}

Digest MaskedDigest::soFar() {
    m_digest.update(m_small);
    m_small.clear();
    return crypto::Sha256(m_digest).finish();
}

TableCells::TableCells(const JobSpec &spec)
    : m_spec(spec) {
    JobSpec contextsOnly = spec;
    contextsOnly.finder.id.clear();
    if (placesOf(contextsOnly).empty()) {
        auto fixed = contextsOf(spec, [](std::string_view) { return std::nullopt; });
        m_fixed = fixed ? std::optional(std::move(*fixed)) : std::nullopt;
    }
}

TableCells::Found TableCells::look(const Record &record, const RecordReader &reader) const {
    Found found;
    findBlob(record.blob, found);
    if (found.cause == Cause::None) {
        setContexts(reader, found);
    }
    if (found.cause != Cause::None) {
        found.message = "line " + std::to_string(record.line) + ": " + found.message;
    }
    return found;
}

void TableCells::findBlob(std::string_view cell, Found &found) const {
    if (m_spec.finder.jsonPointer.empty() && cell.size() > lookedAtBytesMax) {
        found.cause = Cause::NotACiphertext;
        found.message = "longer than any ciphertext.";
        return;
    }
    auto blob = findInCell(asBytes(cell), m_spec.finder);
    // Text of another tool, or bytes that are no text's: both are told apart by their look.
    const bool isRaw =
        blob && blob->dress.encoding == Encoding::Raw && m_spec.finder.encoding != Encoding::Raw;
    if (!blob || isRaw) {
        const bool inJson = !m_spec.finder.jsonPointer.empty();
        const Look look = inJson ? Look() : lookAt(asBytes(cell));
        found.cause = look.cause != Cause::None                          ? look.cause
                      : !blob && blob.error().code == ErrorCode::BadJson ? Cause::BadSyntax
                                                                         : Cause::NotACiphertext;
        found.message = look.cause != Cause::None ? look.message
                        : !blob                   ? blob.error().detail
                                                  : "no text in an encoding of ciphertexts.";
        return;
    }
    found.blob = std::move(*blob);
    if (!isOfAKnownForm(found.blob.ciphertext)) {
        Look look = lookAt(found.blob.ciphertext);
        found.cause = look.cause;
        found.message = std::move(look.message);
    }
}

void TableCells::setContexts(const RecordReader &reader, Found &found) const {
    if (m_fixed) {
        found.contexts = *m_fixed;
        return;
    }
    const auto lookup = [&reader](std::string_view place) {
        auto value = reader.value(place);
        return value && isValidUtf8(*value) ? std::move(value) : std::nullopt;
    };
    if (auto contexts = contextsOf(m_spec, lookup)) {
        found.contexts = std::move(*contexts);
    } else {
        found.cause = Cause::BadTemplate;
        found.message = contexts.error().detail;
    }
}

Bytes TableCells::newValue(const CellBlob &found, std::string_view old, ByteView ciphertext) const {
    return replaceInCell(asBytes(old), found, ciphertext, m_spec.finder);
}

Place TableCells::place(const std::string &unit, const Record &record, const RecordReader &reader) const {
    constexpr std::size_t idCharactersMax = 200;
    Place place{unit, {}, record.line};
    if (!m_spec.finder.id.empty()) {
        const auto id = reader.value(m_spec.finder.id);
        place.part = id && isValidUtf8(*id) ? elideMiddle(*id, idCharactersMax) : std::string();
    }
    return place;
}

TableBatch::TableBatch(const JobSpec &spec, std::string unit)
    : m_cells(spec)
    , m_dryRun(spec.safety.dryRun)
    , m_unit(std::move(unit)) {}

void TableBatch::clear() {
    m_records = 0;
    m_changed = m_failed = 0;
    m_bytes.clear();
    if (m_bytes.capacity() > keptBytesMax) {
        m_bytes.shrink_to_fit();
    }
    m_slots.clear();
    m_requests.clear();
    m_items.clear();
}

void TableBatch::add(const Record &record, const RecordReader &reader) {
    const std::size_t begin = m_bytes.size();
    if (record.bytes.size() > smallBytesMax) {
        m_bytes.reserve(begin + record.bytes.size());
    }
    append(m_bytes, record.bytes);
    ++m_records;
    const bool isFault = record.fault != Cause::None && !record.message.empty(); // further pieces have none
    if (!record.hasBlob && !isFault) {
        return;
    }
    ItemRecord &item = m_items.emplace_back();
    item.place = m_cells.place(m_unit, record, reader);
    item.state = ItemState::Failed;
    if (isFault) {
        item.cause = record.fault;
        item.message = record.message;
        return;
    }
    TableCells::Found found = m_cells.look(record, reader);
    if (found.cause != Cause::None) {
        item.cause = found.cause;
        item.message = std::move(found.message);
        return;
    }
    m_requests.push_back(
        {found.blob.ciphertext, std::move(found.contexts.present), std::move(found.contexts.next), {}});
    Slot slot{begin, record.bytes.size(), record.cell, std::move(found.blob), {}, m_items.size() - 1};
    if (record.cell.escaped) {
        slot.value = record.blob;
    }
    m_slots.push_back(std::move(slot));
}

std::string_view TableBatch::valueOf(const Slot &slot) const {
    if (slot.cell.escaped) {
        return slot.value;
    }
    const std::size_t quote = slot.cell.quoted ? 1 : 0;
    return asText(
        ByteView(m_bytes).subspan(slot.begin + slot.cell.offset + quote, slot.cell.length - 2 * quote));
}

void TableBatch::judge(const std::vector<MoveResult> &results) {
    for (std::size_t i = 0; i < m_slots.size() && i < results.size(); ++i) {
        ItemRecord &item = m_items[m_slots[i].item];
        item = recordOf(item.place, m_slots[i].blob.ciphertext, results[i]);
        if (m_dryRun && (item.state == ItemState::Applied || item.state == ItemState::Verified)) {
            item.state = ItemState::Pending;
            item.message = "would be moved";
            item.after.reset();
        }
    }
    for (const ItemRecord &item : m_items) {
        m_failed += item.state == ItemState::Failed || item.state == ItemState::Conflict ? 1 : 0;
    }
}

Status TableBatch::write(const std::vector<MoveResult> &results, const RecordReader &reader,
                         const Sink &sink) {
    Bytes small;
    const auto give = [&](ByteView bytes) -> Status {
        if (small.size() + bytes.size() > smallBytesMax) {
            if (auto written = sink(small); !written) {
                return written;
            }
            small.clear();
        }
        if (bytes.size() > smallBytesMax) {
            return sink(bytes);
        }
        append(small, bytes);
        return {};
    };
    Bytes changed;
    std::size_t done = 0;
    for (std::size_t i = 0; i < m_slots.size() && i < results.size(); ++i) {
        const Slot &slot = m_slots[i];
        if (results[i].state != ItemState::Verified && results[i].state != ItemState::Applied) {
            continue;
        }
        const Bytes value = m_cells.newValue(slot.blob, valueOf(slot), results[i].ciphertext);
        changed.clear();
        changed.reserve(slot.length + 2 * value.size());
        reader.appendReplaced(ByteView(m_bytes).subspan(slot.begin, slot.length), slot.cell, asText(value),
                              changed);
        auto given = give(ByteView(m_bytes).subspan(done, slot.begin - done));
        given = given ? give(changed) : given;
        if (!given) {
            return given;
        }
        done = slot.begin + slot.length;
        ++m_changed;
    }
    const auto given = give(ByteView(m_bytes).subspan(done));
    return given && !small.empty() ? sink(small) : given;
}

} // namespace keyturn::reencrypt
