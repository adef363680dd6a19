// SPDX-License-Identifier: Apache-2.0
// DER for private keys, read and written straight between SecretBytes and numbers: OpenSSL's own decoders
// leave copies of the DER in freed memory. Only what PKCS#8 and SubjectPublicKeyInfo need (X.690 sections 8
// and 10). Private to crypto. Plain values, one thread. A reader that met a fault stays failed.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"

#include <cstddef>
#include <cstdint>

namespace keyturn::crypto {

enum DerTag : std::uint8_t {
    derInteger = 0x02,
    derBitString = 0x03,
    derOctetString = 0x04,
    derSequence = 0x30,
    derContext0 = 0xa0, ///< constructed
    derContext1 = 0xa1,
    derContext1Primitive = 0x81
};

class DerReader {
public:
    explicit DerReader(ByteView bytes)
        : m_rest(bytes) {}

    /// The content of the next element; empty and failed when it has another tag or a length out of form.
    ByteView element(std::uint8_t tag);
    /// A number from zero, without its sign byte.
    ByteView number();
    /// The content of a BIT STRING of whole bytes.
    ByteView bits();
    bool isNext(std::uint8_t tag) const { return !m_rest.empty() && m_rest.front() == tag; }
    bool atEnd() const { return m_rest.empty(); }
    bool failed() const { return m_failed; }
    /// All was read, and in form.
    bool isDone() const { return atEnd() && !m_failed; }

private:
    std::uint8_t byte();
    std::size_t longLength(std::size_t byteCount);

    ByteView m_rest;
    bool m_failed = false;
};

/// Bytes of a header for a content of `length` bytes, at most 65,535.
std::size_t derHeaderSize(std::size_t length);
/// Bytes of a whole element.
inline std::size_t derSize(std::size_t length) {
    return derHeaderSize(length) + length;
}

/// Writes from the front into a buffer that was measured before.
class DerWriter {
public:
    explicit DerWriter(MutableByteView out)
        : m_out(out) {}

    DerWriter &header(std::uint8_t tag, std::size_t length);
    DerWriter &bytes(ByteView content);
    DerWriter &zero() { return bytes(zeroByte); }

private:
    static constexpr std::uint8_t zeroByte[1] = {0};
    MutableByteView m_out;
    std::size_t m_size = 0;
};

} // namespace keyturn::crypto
