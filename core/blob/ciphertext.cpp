// SPDX-License-Identifier: Apache-2.0
#include "blob/ciphertext.h"

#include <algorithm>
#include <string>

namespace keyturn::blob {

namespace {

// Offsets of FORMAT.md.
constexpr std::size_t formatAt = 4;
constexpr std::size_t suiteAt = 5;
constexpr std::size_t flagsAt = 6;
constexpr std::size_t vaultAt = 8;
constexpr std::size_t keyAt = 16;
constexpr std::size_t materialAt = 32;
constexpr std::size_t versionAt = 48;

template <std::size_t size>
void readArray(ByteView blob, std::size_t at, std::array<std::uint8_t, size> &out) {
    std::copy_n(blob.begin() + static_cast<std::ptrdiff_t>(at), size, out.begin());
}

} // namespace

void writeHeader(const Header &header, std::span<std::uint8_t, headerSizeBytes> out) {
    std::copy(magic.begin(), magic.end(), out.begin());
    out[formatAt] = header.format;
    out[suiteAt] = header.suite;
    out[flagsAt] = 0;
    out[flagsAt + 1] = 0;
    std::copy(header.vaultId.begin(), header.vaultId.end(), out.begin() + vaultAt);
    std::copy(header.keyId.begin(), header.keyId.end(), out.begin() + keyAt);
    std::copy(header.materialId.begin(), header.materialId.end(), out.begin() + materialAt);
    for (std::size_t i = 0; i < 4; ++i) {
        out[versionAt + i] = static_cast<std::uint8_t>(header.materialVersion >> (24 - 8 * i));
    }
}

Result<Parts> parse(ByteView blob) {
    if (!hasMagic(blob)) {
        return fail(ErrorCode::InvalidCiphertext, "no ciphertext of a Keyturn vault");
    }
    if (blob.size() < overheadSizeBytes) {
        return fail(ErrorCode::InvalidCiphertext,
                    "cut short: a Keyturn ciphertext has at least 128 bytes, this one " +
                        std::to_string(blob.size()));
    }
    Parts parts;
    parts.header.format = blob[formatAt];
    parts.header.suite = blob[suiteAt];
    if (parts.header.format != formatVersion) {
        return fail(ErrorCode::InvalidCiphertext,
                    "ciphertext format " + std::to_string(parts.header.format) + " needs a newer Keyturn");
    }
    if (parts.header.suite != suiteHmacKdfAes256Gcm) {
        return fail(ErrorCode::InvalidCiphertext,
                    "cipher suite " + std::to_string(parts.header.suite) + " needs a newer Keyturn");
    }
    if (blob[flagsAt] != 0 || blob[flagsAt + 1] != 0) {
        return fail(ErrorCode::InvalidCiphertext, "ciphertext with unknown flags");
    }
    readArray(blob, vaultAt, parts.header.vaultId);
    readArray(blob, keyAt, parts.header.keyId);
    readArray(blob, materialAt, parts.header.materialId);
    parts.header.materialVersion = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        parts.header.materialVersion = parts.header.materialVersion << 8 | blob[versionAt + i];
    }
    parts.headerBytes = blob.first(headerSizeBytes);
    parts.sealed = blob.subspan(headerSizeBytes);
    return parts;
}

bool hasMagic(ByteView bytes) {
    return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

} // namespace keyturn::blob
