// SPDX-License-Identifier: Apache-2.0
// CommittingAead: how Keyturn seals rows, log pages and ciphertexts. Each sealing draws N and IV and derives
// its own AES-256-GCM key and a commitment to it from the long-lived key, so that one key serves any number
// of messages and no ciphertext opens under two keys:
//   sealed = N 16 | IV 12 | commitment 32 | ciphertext | tag 16
//   Kbkdf(key, label, N) = AES key 32 | commitment 32
//   associated data = before | N | IV | commitment | after
// Follows core/vault/FORMAT.md section 4 and core/blob/FORMAT.md. Thread rule: const members may be called by
// any number of threads at once. Into a span nothing is allocated. Errors: NotAuthentic (open: anything
// differs), Usage (a size is off), CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/kbkdf.h"

#include <cstddef>
#include <string_view>

namespace keyturn::crypto {

class CommittingAead {
public:
    static constexpr std::size_t randomSizeBytes = 28;   ///< N and IV
    static constexpr std::size_t prefixSizeBytes = 60;   ///< N, IV, commitment
    static constexpr std::size_t overheadSizeBytes = 76; ///< prefix and tag

    /// `label` tells purposes apart and has static storage (a literal).
    CommittingAead(ByteView key, std::string_view label)
        : m_kdf(key)
        , m_label(label) {}

    /// out.size() is plaintext.size() + overheadSizeBytes. `random` are randomSizeBytes fresh random bytes.
    Status sealWith(ByteView random, ByteView before, ByteView after, ByteView plaintext,
                    MutableByteView out) const;
    /// The same with random bytes fetched here.
    Status seal(ByteView before, ByteView after, ByteView plaintext, MutableByteView out) const;
    /// out.size() is sealed.size() - overheadSizeBytes; wiped when anything differs.
    Status open(ByteView before, ByteView after, ByteView sealed, MutableByteView out) const;

private:
    Kbkdf m_kdf;
    std::string_view m_label;
};

} // namespace keyturn::crypto
