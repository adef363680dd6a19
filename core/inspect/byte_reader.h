// SPDX-License-Identifier: Apache-2.0
// ByteReader: reads forward and never past the end. Once a read fails, every later one fails. Private.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace keyturn::inspect {

class ByteReader {
public:
    explicit ByteReader(ByteView bytes)
        : m_bytes(bytes) {}

    bool ok() const { return m_ok; }
    std::size_t position() const { return m_position; }
    std::size_t remaining() const { return m_bytes.size() - m_position; }

    ByteView take(std::size_t count) {
        if (!m_ok || count > remaining()) {
            m_ok = false;
            return {};
        }
        const ByteView part = m_bytes.subspan(m_position, count);
        m_position += count;
        return part;
    }
    std::uint8_t u8() {
        const ByteView part = take(1);
        return m_ok ? part[0] : std::uint8_t{0};
    }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::string text(std::size_t count) { return std::string(asText(take(count))); }

private:
    std::uint64_t number(std::size_t count) {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : take(count)) {
            value = value << 8 | byte;
        }
        return value;
    }
    ByteView m_bytes;
    std::size_t m_position = 0;
    bool m_ok = true;
};

} // namespace keyturn::inspect
