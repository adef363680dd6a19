// SPDX-License-Identifier: Apache-2.0
#include "freed_memory.h"

#include <algorithm>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

std::string_view watched;
std::size_t blocksFound = 0;

void look(const void *block) {
    if (block == nullptr || watched.empty()) {
        return;
    }
    const auto *bytes = static_cast<const char *>(block);
    const char *end = bytes + malloc_usable_size(const_cast<void *>(block));
    if (std::search(bytes, end, watched.begin(), watched.end()) != end) {
        ++blocksFound;
    }
}

void *take(std::size_t size) {
    void *block = std::calloc(1, size == 0 ? 1 : size);
    return block != nullptr ? block : throw std::bad_alloc();
}

} // namespace

namespace keyturn::test {

void watchFreedMemoryFor(std::string_view text) {
    watched = text;
    blocksFound = 0;
}

std::size_t freedBlocksWithText() {
    return blocksFound;
}

} // namespace keyturn::test

void *operator new(std::size_t size) {
    return take(size);
}
void *operator new[](std::size_t size) {
    return take(size);
}
void operator delete(void *block) noexcept {
    look(block);
    std::free(block);
}
void operator delete[](void *block) noexcept {
    look(block);
    std::free(block);
}
void operator delete(void *block, std::size_t) noexcept {
    look(block);
    std::free(block);
}
void operator delete[](void *block, std::size_t) noexcept {
    look(block);
    std::free(block);
}
