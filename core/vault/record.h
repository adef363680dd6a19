// SPDX-License-Identifier: Apache-2.0
// The payload of a sealed row: a version and tagged fields (FORMAT.md section 4). What the fields mean is the
// handlers' matter. A reader skips tags that it does not know, so fields can be added within a version.
// Lists: write each element as a record of its own and add it under one tag with addToList().
// Thread rule: plain values. A writer's buffer is secret memory; a reader only looks at the caller's bytes,
// which must outlive it. Errors: VaultDamaged (no record, field missing or of another size; the detail names
// the tag).
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_text.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace keyturn::vault {

class RecordWriter {
public:
    explicit RecordWriter(std::uint16_t version);

    /// Tags are added in strictly ascending order (asserted).
    RecordWriter &bytes(std::uint16_t tag, ByteView value);
    RecordWriter &text(std::uint16_t tag, std::string_view value) { return bytes(tag, asBytes(value)); }
    RecordWriter &number(std::uint16_t tag, std::uint64_t value);
    RecordWriter &flag(std::uint16_t tag, bool value);
    RecordWriter &time(std::uint16_t tag, Timestamp value);
    /// One field of length-prefixed elements.
    RecordWriter &list(std::uint16_t tag, const std::vector<ByteView> &elements);

    ByteView view() const { return asBytes(m_buffer.view()); }

private:
    void head(std::uint16_t tag, std::size_t sizeBytes);
    SecretText m_buffer;
    int m_lastTag = -1;
};

class RecordReader {
public:
    /// Walks the whole record once; afterwards every field is known to lie inside it.
    static Result<RecordReader> parse(ByteView record);

    std::uint16_t version() const { return m_version; }
    bool has(std::uint16_t tag) const { return find(tag).has_value(); }

    Result<ByteView> bytes(std::uint16_t tag) const;
    Result<std::string_view> text(std::uint16_t tag) const;
    Result<std::uint64_t> number(std::uint16_t tag) const;
    Result<bool> flag(std::uint16_t tag) const;
    Result<Timestamp> time(std::uint16_t tag) const;
    Result<std::vector<ByteView>> list(std::uint16_t tag) const;

    /// Where a field may be missing. A field that is there and of a wrong size is still an error.
    Result<std::uint64_t> numberOr(std::uint16_t tag, std::uint64_t otherwise) const;
    Result<bool> flagOr(std::uint16_t tag, bool otherwise) const;
    Result<std::string_view> textOr(std::uint16_t tag, std::string_view otherwise) const;
    Result<std::optional<Timestamp>> optionalTime(std::uint16_t tag) const;

private:
    explicit RecordReader(std::uint16_t version, ByteView fields)
        : m_version(version)
        , m_fields(fields) {}
    std::optional<ByteView> find(std::uint16_t tag) const;

    std::uint16_t m_version;
    ByteView m_fields;
};

} // namespace keyturn::vault
