// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/body.h"

namespace keyturn::reencrypt {
namespace {

template <class Number>
void appendNumber(Bytes &out, Number value) {
    for (int shift = (static_cast<int>(sizeof(Number)) - 1) * 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

template <class Number>
Number number(ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = value << 8 | byte;
    }
    return static_cast<Number>(value);
}

} // namespace

void appendU8(Bytes &out, std::uint8_t value) {
    out.push_back(value);
}

void appendU16(Bytes &out, std::uint16_t value) {
    appendNumber(out, value);
}

void appendU32(Bytes &out, std::uint32_t value) {
    appendNumber(out, value);
}

void appendU64(Bytes &out, std::uint64_t value) {
    appendNumber(out, value);
}

void appendCount(Bytes &out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

void appendBytes(Bytes &out, ByteView value) {
    appendCount(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
}

void appendText(Bytes &out, std::string_view text) {
    appendBytes(out, asBytes(text));
}

ByteView BodyReader::raw(std::size_t sizeBytes) {
    if (m_failed || sizeBytes > m_rest.size()) {
        m_failed = true;
        return {};
    }
    const ByteView taken = m_rest.first(sizeBytes);
    m_rest = m_rest.subspan(sizeBytes);
    return taken;
}

std::uint8_t BodyReader::u8() {
    return number<std::uint8_t>(raw(1));
}

std::uint16_t BodyReader::u16() {
    return number<std::uint16_t>(raw(2));
}

std::uint32_t BodyReader::u32() {
    return number<std::uint32_t>(raw(4));
}

std::uint64_t BodyReader::u64() {
    return number<std::uint64_t>(raw(8));
}

std::uint64_t BodyReader::count() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = u8();
        const std::uint64_t bits = byte & 0x7FU;
        if (m_failed || (shift == 63 && bits > 1)) {
            break;
        }
        value |= bits << shift;
        if ((byte & 0x80U) == 0) {
            return value;
        }
    }
    m_failed = true;
    return 0;
}

ByteView BodyReader::bytes() {
    return raw(static_cast<std::size_t>(count()));
}

std::string BodyReader::text() {
    return std::string(asText(bytes()));
}

Status BodyReader::check(std::string_view what) const {
    if (!m_failed) {
        return {};
    }
    return fail(ErrorCode::NotAuthentic,
                std::string(what) +
                    ": the record is not as this version writes it. Go on with the version that wrote it.");
}

} // namespace keyturn::reencrypt
