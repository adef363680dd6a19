// SPDX-License-Identifier: Apache-2.0
// free() and realloc() of the C library, replaced for the whole process: the dynamic linker finds the
// program's before the library's, in every library and for operator delete too. Allocating stays the C
// library's, which is also who gets the block after it was wiped. (mallopt(M_PERTURB) is no substitute: it
// leaves out the thread cache, where nearly every freed block goes first.)
#include "base/platform/wiping_heap.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace keyturn::inline base::platform {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

bool heapWipesFreedMemory() {
    return false;
}

} // namespace keyturn::inline base::platform

#else

bool heapWipesFreedMemory() {
    return true;
}

namespace {

/// With a barrier, or the compiler drops a write to memory that nobody reads again.
void overwrite(void *from, std::size_t sizeBytes) {
    std::memset(from, 0, sizeBytes);
    asm volatile("" : : "r"(from) : "memory");
}

} // namespace

} // namespace keyturn::inline base::platform

extern "C" {

void __libc_free(void *block);

[[gnu::visibility("default")]] void free(void *block) noexcept {
    if (block != nullptr) {
        keyturn::platform::overwrite(block, malloc_usable_size(block));
        __libc_free(block);
    }
}

/// The C library would move a block and free the old one out of our sight.
[[gnu::visibility("default")]] void *realloc(void *block, std::size_t sizeBytes) noexcept {
    if (block == nullptr) {
        return std::malloc(sizeBytes);
    }
    if (sizeBytes == 0) {
        free(block);
        return nullptr;
    }
    const std::size_t hadBytes = malloc_usable_size(block);
    if (sizeBytes <= hadBytes && sizeBytes >= hadBytes / 2) {
        return block; // what is cut off stays this block's and is wiped with it
    }
    void *moved = std::malloc(sizeBytes);
    if (moved != nullptr) {
        std::memcpy(moved, block, std::min(sizeBytes, hadBytes));
        free(block);
    }
    return moved;
}

} // extern "C"

#endif
