// SPDX-License-Identifier: Apache-2.0
// Bodies of journal records: numbers big-endian, texts and bytes behind their length. Writing appends to a
// Bytes; reading checks every bound, and fails once and for good. Plain values. Errors: NotAuthentic (a body
// that authenticates and cannot be read was written by another version, or wrongly), never content.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace keyturn::reencrypt {

void appendU8(Bytes &out, std::uint8_t value);
void appendU16(Bytes &out, std::uint16_t value);
void appendU32(Bytes &out, std::uint32_t value);
void appendU64(Bytes &out, std::uint64_t value);
/// 1 byte for values under 128, 10 at most (LEB128).
void appendCount(Bytes &out, std::uint64_t value);
void appendBytes(Bytes &out, ByteView value);       ///< its size as a count, then the bytes
void appendText(Bytes &out, std::string_view text); ///< the same

class BodyReader {
public:
    explicit BodyReader(ByteView body)
        : m_rest(body) {}

    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    std::uint64_t count();
    ByteView bytes(); ///< a view into the body
    std::string text();
    ByteView raw(std::size_t sizeBytes); ///< without a length in front

    ByteView rest() const { return m_rest; }
    bool failed() const { return m_failed; } ///< everything read since is empty or 0
    /// What was read is good; `what` names the record for the error.
    Status check(std::string_view what) const;

private:
    ByteView m_rest;
    bool m_failed = false;
};

} // namespace keyturn::reencrypt
