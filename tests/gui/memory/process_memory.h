// SPDX-License-Identifier: Apache-2.0
// The memory of another process, read from outside through /proc/<pid>/mem: every page that is there of every
// mapping that can hold written data, locked and never-dumped ones too. The process must let us (dumpable,
// and its tracer where Yama asks for one). Linux.
#pragma once

#include "base/bytes.h"

#include <functional>
#include <string>

namespace keyturn::test {

struct MemoryRead {
    std::string fault;         ///< why not all could be read; empty: all was
    std::size_t bytesRead = 0; ///< of pages that are there
    std::size_t mappings = 0;  ///< that were read
    std::size_t sanitizerShadow =
        0; ///< mappings left out: more than 64 GiB, which only a sanitizer's shadow has
};

/// `see` gets runs that overlap by `overlapBytes`; `place` names address and mapping.
MemoryRead readMemoryOf(long long pid, std::size_t overlapBytes,
                        const std::function<void(ByteView run, const std::string &place)> &see);

} // namespace keyturn::test
