// SPDX-License-Identifier: Apache-2.0
// Big-endian numbers and length-prefixed bytes, as all our formats have them: appended to a buffer, and read
// back with every bound checked. Plain values, any thread. A reader that once ran out of bytes stays failed:
// read everything, then ask ok() once.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace keyturn::chainlog {

template <class Number>
void appendNumber(Bytes &out, Number value) {
    for (std::size_t shift = sizeof(Number) * 8; shift > 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (shift - 8)));
    }
}

inline void appendRaw(Bytes &out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void appendRaw(Bytes &out, std::string_view text) {
    appendRaw(out, asBytes(text));
}

inline void appendTime(Bytes &out, Timestamp time) {
    appendNumber(out, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

/// Length as u16, then the bytes; the caller has checked that they fit.
inline void appendShort(Bytes &out, ByteView bytes) {
    appendNumber(out, static_cast<std::uint16_t>(bytes.size()));
    appendRaw(out, bytes);
}

class WireReader {
public:
    explicit WireReader(ByteView bytes)
        : m_rest(bytes) {}

    template <class Number>
    Number number() {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : raw(sizeof(Number))) {
            value = value << 8 | byte;
        }
        return static_cast<Number>(value);
    }
    ByteView raw(std::size_t sizeBytes) {
        if (!m_ok || sizeBytes > m_rest.size()) {
            m_ok = false;
            return {};
        }
        const ByteView taken = m_rest.first(sizeBytes);
        m_rest = m_rest.subspan(sizeBytes);
        return taken;
    }
    template <std::size_t size>
    std::array<std::uint8_t, size> array() {
        std::array<std::uint8_t, size> value{};
        const ByteView taken = raw(size);
        for (std::size_t i = 0; i < taken.size(); ++i) {
            value[i] = taken[i];
        }
        return value;
    }
    ByteView shortBytes() { return raw(number<std::uint16_t>()); }
    Timestamp time() {
        return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(number<std::uint64_t>())));
    }
    void fail() { m_ok = false; }
    bool ok() const { return m_ok; }
    /// Everything was there and nothing is left.
    bool finished() const { return m_ok && m_rest.empty(); }

private:
    ByteView m_rest;
    bool m_ok = true;
};

} // namespace keyturn::chainlog
