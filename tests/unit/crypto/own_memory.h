// SPDX-License-Identifier: Apache-2.0
// Looks for bytes in all writable memory of this process. What is looked for is held masked, so that the
// search does not find itself.
#pragma once

#include "base/bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace keyturn::test {

class MaskedNeedle {
public:
    explicit MaskedNeedle(ByteView bytes) {
        for (const std::uint8_t byte : bytes) {
            m_masked.push_back(static_cast<std::uint8_t>(byte ^ mask));
        }
    }
    int occurrencesIn(ByteView memory) const {
        int found = 0;
        for (std::size_t at = 0; at + m_masked.size() <= memory.size(); ++at) {
            std::size_t same = 0;
            while (same < m_masked.size() && (memory[at + same] ^ mask) == m_masked[same]) {
                ++same;
            }
            found += same == m_masked.size() ? 1 : 0;
        }
        return found;
    }

private:
    static constexpr std::uint8_t mask = 0xa5;
    Bytes m_masked;
};

/// How often the bytes lie in writable memory. Regions that a sanitizer reserves (over 1 GiB) are left out.
inline int occurrencesInOwnMemory(const MaskedNeedle &needle) {
    constexpr unsigned long largestRegionBytes = 1UL << 30;
    constexpr std::size_t chunkBytes = 1 << 20;
    static Bytes chunk(chunkBytes);
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    std::ifstream maps("/proc/self/maps");
    int found = 0;
    for (std::string line; std::getline(maps, line);) {
        unsigned long begin = 0;
        unsigned long end = 0;
        char writable = '-';
        if (std::sscanf(line.c_str(), "%lx-%lx r%c", &begin, &end, &writable) != 3 || writable != 'w' ||
            end - begin > largestRegionBytes) {
            continue;
        }
        for (unsigned long at = begin; at < end; at += chunkBytes) {
            const auto chunkAddress = reinterpret_cast<unsigned long>(chunk.data());
            const ssize_t size = pread(memory, chunk.data(), std::min<unsigned long>(chunkBytes, end - at),
                                       static_cast<off_t>(at));
            const bool isTheChunk = at < chunkAddress + chunkBytes && chunkAddress < at + chunkBytes;
            if (size > 0 && !isTheChunk) {
                found += needle.occurrencesIn(ByteView(chunk).first(static_cast<std::size_t>(size)));
            }
        }
    }
    ::close(memory);
    return found;
}

} // namespace keyturn::test
