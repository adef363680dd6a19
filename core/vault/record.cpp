// SPDX-License-Identifier: Apache-2.0
#include "vault/record.h"

#include <array>
#include <cassert>
#include <string>

namespace keyturn::vault {

namespace {

constexpr std::size_t fieldHeadBytes = 6;
constexpr std::size_t initialBufferBytes = 256;

template <std::size_t size>
std::array<std::uint8_t, size> bigEndian(std::uint64_t value) {
    std::array<std::uint8_t, size> bytes{};
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
    }
    return bytes;
}

std::uint64_t numberOf(ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = value << 8 | byte;
    }
    return value;
}

tl::unexpected<Error> damagedField(std::uint16_t tag, std::string_view what) {
    return fail(ErrorCode::VaultDamaged, "field " + std::to_string(tag) + " " + std::string(what),
                ErrorOrigin::Vault);
}

} // namespace

RecordWriter::RecordWriter(std::uint16_t version)
    : m_buffer(initialBufferBytes) {
    m_buffer.append(asText(bigEndian<2>(version)));
}

void RecordWriter::head(std::uint16_t tag, std::size_t sizeBytes) {
    assert(static_cast<int>(tag) > m_lastTag);
    m_lastTag = tag;
    m_buffer.append(asText(bigEndian<2>(tag)));
    m_buffer.append(asText(bigEndian<4>(sizeBytes)));
}

RecordWriter &RecordWriter::bytes(std::uint16_t tag, ByteView value) {
    head(tag, value.size());
    m_buffer.append(asText(value));
    return *this;
}

RecordWriter &RecordWriter::number(std::uint16_t tag, std::uint64_t value) {
    return bytes(tag, bigEndian<8>(value));
}

RecordWriter &RecordWriter::flag(std::uint16_t tag, bool value) {
    return bytes(tag, bigEndian<1>(value ? 1 : 0));
}

RecordWriter &RecordWriter::time(std::uint16_t tag, Timestamp value) {
    return number(tag, static_cast<std::uint64_t>(value.time_since_epoch().count()));
}

RecordWriter &RecordWriter::list(std::uint16_t tag, const std::vector<ByteView> &elements) {
    std::size_t total = 0;
    for (const ByteView element : elements) {
        total += 4 + element.size();
    }
    head(tag, total);
    for (const ByteView element : elements) {
        m_buffer.append(asText(bigEndian<4>(element.size())));
        m_buffer.append(asText(element));
    }
    return *this;
}

Result<RecordReader> RecordReader::parse(ByteView record) {
    if (record.size() < 2) {
        return fail(ErrorCode::VaultDamaged, "row without a version", ErrorOrigin::Vault);
    }
    const auto version = static_cast<std::uint16_t>(numberOf(record.first(2)));
    const ByteView fields = record.subspan(2);
    std::int64_t lastTag = -1;
    for (ByteView rest = fields; !rest.empty();) {
        if (rest.size() < fieldHeadBytes) {
            return fail(ErrorCode::VaultDamaged, "row that ends inside a field", ErrorOrigin::Vault);
        }
        const auto tag = static_cast<std::uint16_t>(numberOf(rest.first(2)));
        const auto size = static_cast<std::size_t>(numberOf(rest.subspan(2, 4)));
        if (tag <= lastTag || size > rest.size() - fieldHeadBytes) {
            return damagedField(tag, "is out of order or too long");
        }
        lastTag = tag;
        rest = rest.subspan(fieldHeadBytes + size);
    }
    return RecordReader(version, fields);
}

std::optional<ByteView> RecordReader::find(std::uint16_t tag) const {
    // parse() has checked every length; records have few fields.
    for (ByteView rest = m_fields; !rest.empty();) {
        const auto at = static_cast<std::uint16_t>(numberOf(rest.first(2)));
        const auto size = static_cast<std::size_t>(numberOf(rest.subspan(2, 4)));
        if (at >= tag) {
            return at == tag ? std::optional(rest.subspan(fieldHeadBytes, size)) : std::nullopt;
        }
        rest = rest.subspan(fieldHeadBytes + size);
    }
    return std::nullopt;
}

Result<ByteView> RecordReader::bytes(std::uint16_t tag) const {
    const auto found = find(tag);
    return found ? Result<ByteView>(*found) : damagedField(tag, "is missing");
}

Result<std::string_view> RecordReader::text(std::uint16_t tag) const {
    auto found = bytes(tag);
    return found ? Result<std::string_view>(asText(*found)) : failFrom(found);
}

Result<std::uint64_t> RecordReader::number(std::uint16_t tag) const {
    auto found = bytes(tag);
    if (!found) {
        return failFrom(found);
    }
    return found->size() == 8 ? Result<std::uint64_t>(numberOf(*found)) : damagedField(tag, "is no number");
}

Result<bool> RecordReader::flag(std::uint16_t tag) const {
    auto found = bytes(tag);
    if (!found) {
        return failFrom(found);
    }
    return found->size() == 1 && found->front() <= 1 ? Result<bool>(found->front() == 1)
                                                     : damagedField(tag, "is no truth value");
}

Result<Timestamp> RecordReader::time(std::uint16_t tag) const {
    auto found = number(tag);
    if (!found) {
        return failFrom(found);
    }
    return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(*found)));
}

Result<std::vector<ByteView>> RecordReader::list(std::uint16_t tag) const {
    auto found = bytes(tag);
    if (!found) {
        return failFrom(found);
    }
    std::vector<ByteView> elements;
    for (ByteView rest = *found; !rest.empty();) {
        const std::size_t size = rest.size() < 4 ? rest.size() : numberOf(rest.first(4));
        if (rest.size() < 4 || size > rest.size() - 4) {
            return damagedField(tag, "is no list");
        }
        elements.push_back(rest.subspan(4, size));
        rest = rest.subspan(4 + size);
    }
    return elements;
}

Result<std::uint64_t> RecordReader::numberOr(std::uint16_t tag, std::uint64_t otherwise) const {
    return has(tag) ? number(tag) : otherwise;
}

Result<bool> RecordReader::flagOr(std::uint16_t tag, bool otherwise) const {
    return has(tag) ? flag(tag) : otherwise;
}

Result<std::string_view> RecordReader::textOr(std::uint16_t tag, std::string_view otherwise) const {
    return has(tag) ? text(tag) : otherwise;
}

Result<std::optional<Timestamp>> RecordReader::optionalTime(std::uint16_t tag) const {
    if (!has(tag)) {
        return std::optional<Timestamp>();
    }
    auto found = time(tag);
    return found ? Result<std::optional<Timestamp>>(*found) : failFrom(found);
}

} // namespace keyturn::vault
