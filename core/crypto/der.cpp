// SPDX-License-Identifier: Apache-2.0
#include "crypto/der.h"

#include <algorithm>

namespace keyturn::crypto {

ByteView DerReader::element(std::uint8_t tag) {
    const std::uint8_t found = byte();
    std::size_t length = byte();
    if (length > 0x7f) {
        length = longLength(length & 0x7fU);
    }
    if (found != tag || length > m_rest.size()) {
        m_failed = true;
        return {};
    }
    const ByteView content = m_rest.first(length);
    m_rest = m_rest.subspan(length);
    return content;
}

ByteView DerReader::number() {
    const ByteView content = element(derInteger);
    const bool padded = content.size() > 1 && content[0] == 0;
    if (content.empty() || (content[0] & 0x80U) != 0 || (padded && (content[1] & 0x80U) == 0)) {
        m_failed = true;
        return {};
    }
    return padded ? content.subspan(1) : content;
}

ByteView DerReader::bits() {
    const ByteView content = element(derBitString);
    if (content.empty() || content[0] != 0) {
        m_failed = true;
        return {};
    }
    return content.subspan(1);
}

std::uint8_t DerReader::byte() {
    if (m_rest.empty()) {
        m_failed = true;
        return 0;
    }
    const std::uint8_t value = m_rest.front();
    m_rest = m_rest.subspan(1);
    return value;
}

std::size_t DerReader::longLength(std::size_t byteCount) {
    if (byteCount == 0 || byteCount > 3) {
        m_failed = true;
        return 0;
    }
    std::size_t length = 0;
    for (std::size_t i = 0; i < byteCount; ++i) {
        length = length << 8U | byte();
    }
    m_failed = m_failed || length < 0x80 || length >> (8 * (byteCount - 1)) == 0; // not the shortest form
    return length;
}

std::size_t derHeaderSize(std::size_t length) {
    return length > 0xff ? 4 : length > 0x7f ? 3 : 2;
}

DerWriter &DerWriter::header(std::uint8_t tag, std::size_t length) {
    m_out[m_size++] = tag;
    if (length > 0xff) {
        m_out[m_size++] = 0x82;
        m_out[m_size++] = static_cast<std::uint8_t>(length >> 8U);
    } else if (length > 0x7f) {
        m_out[m_size++] = 0x81;
    }
    m_out[m_size++] = static_cast<std::uint8_t>(length);
    return *this;
}

DerWriter &DerWriter::bytes(ByteView content) {
    std::copy(content.begin(), content.end(), m_out.begin() + static_cast<std::ptrdiff_t>(m_size));
    m_size += content.size();
    return *this;
}

} // namespace keyturn::crypto
