// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret_scratch.h"

#include <cassert>

namespace keyturn::crypto {

namespace {

/// What one thread has taken from the secure heap, given out and back like a stack.
struct Arena {
    SecretBytes bytes{SecretScratch::arenaSizeBytes};
    std::size_t used = 0;
};

Arena &threadArena() {
    thread_local Arena arena;
    return arena;
}

constexpr std::size_t rounded(std::size_t sizeBytes) {
    return (sizeBytes + 15) / 16 * 16;
}

} // namespace

SecretScratch::SecretScratch(std::size_t sizeBytes) {
    Arena &arena = threadArena();
    if (sizeBytes <= arenaSizeBytes && rounded(sizeBytes) <= arenaSizeBytes - arena.used) {
        m_arenaBytes = rounded(sizeBytes);
        m_bytes = {arena.bytes.data() + arena.used, sizeBytes}; // zero: wiped when given back
        arena.used += m_arenaBytes;
    } else {
        m_overflow = SecretBytes(sizeBytes);
        m_bytes = m_overflow.mutableView();
    }
}

SecretScratch::~SecretScratch() {
    if (m_arenaBytes != 0) {
        Arena &arena = threadArena();
        assert(m_bytes.data() + m_arenaBytes == arena.bytes.data() + arena.used); // last made, first gone
        wipe(m_bytes);
        arena.used -= m_arenaBytes;
    }
}

} // namespace keyturn::crypto
