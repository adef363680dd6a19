// SPDX-License-Identifier: Apache-2.0
// SecretScratch: secret bytes for the length of one call, from a piece of the secure heap that each thread
// takes once and keeps. Hot paths (derive, open, seal) use it so that no request takes the secure heap's
// lock. Wiped when it dies. Thread rule: lives and dies on one thread, in a local variable (last made, first
// gone). More than the thread's piece holds is taken from the secure heap itself, as SecretBytes are.
#pragma once

#include "base/secret_bytes.h"

#include <cstddef>

namespace keyturn::crypto {

class SecretScratch {
public:
    static constexpr std::size_t arenaSizeBytes = 8192; ///< per thread: one 4 KiB plaintext and its keys

    /// `sizeBytes` zero bytes.
    explicit SecretScratch(std::size_t sizeBytes);
    SecretScratch(const SecretScratch &) = delete;
    SecretScratch &operator=(const SecretScratch &) = delete;
    ~SecretScratch();

    std::size_t size() const { return m_bytes.size(); }
    ByteView view() const { return m_bytes; }
    MutableByteView mutableView() { return m_bytes; }

private:
    MutableByteView m_bytes;
    std::size_t m_arenaBytes = 0; ///< 0: m_overflow owns the bytes
    SecretBytes m_overflow;
};

} // namespace keyturn::crypto
