// SPDX-License-Identifier: Apache-2.0
// The layout of a vault's ciphertext: what stands before the sealed part, and reading it back.
// Pure functions, any thread. Follows FORMAT.md. Errors: InvalidCiphertext; its detail says what is wrong
// with the form (too short, other magic, newer format, unknown suite, flags) and never quotes bytes.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keyturn::blob {

using VaultId = std::array<std::uint8_t, 8>;
using KeyId = std::array<std::uint8_t, 16>;
using MaterialId = std::array<std::uint8_t, 16>;

inline constexpr std::array<std::uint8_t, 4> magic{'K', 'T', 'C', 'B'};
inline constexpr std::uint8_t formatVersion = 1;
inline constexpr std::uint8_t suiteHmacKdfAes256Gcm = 1;
inline constexpr std::size_t headerSizeBytes = 52;    ///< magic to material version
inline constexpr std::size_t prefixSizeBytes = 112;   ///< all before the ciphertext
inline constexpr std::size_t overheadSizeBytes = 128; ///< a blob is this much longer than its plaintext
/// The label of the key derivation of suite 1.
inline constexpr std::string_view sealingLabel = "kv1/blob";

struct Header {
    std::uint8_t format = formatVersion;
    std::uint8_t suite = suiteHmacKdfAes256Gcm;
    VaultId vaultId{};
    KeyId keyId{};
    MaterialId materialId{};
    std::uint32_t materialVersion = 1;

    bool operator==(const Header &) const = default;
};

/// Writes the first headerSizeBytes of a blob.
void writeHeader(const Header &header, std::span<std::uint8_t, headerSizeBytes> out);

/// A blob taken apart; views into the caller's bytes.
struct Parts {
    Header header;
    ByteView headerBytes; ///< the first headerSizeBytes, as they stand
    ByteView sealed;      ///< N | IV | commitment | ciphertext | tag, as crypto::CommittingAead takes it
    std::size_t plaintextSizeBytes() const { return sealed.size() - (overheadSizeBytes - headerSizeBytes); }
};

Result<Parts> parse(ByteView blob);

/// Starts with our magic: worth an explanation when parse() refuses it.
bool hasMagic(ByteView bytes);

} // namespace keyturn::blob
