// SPDX-License-Identifier: Apache-2.0
// Counts what this program allocates: through operator new and through OpenSSL. Include in one file only, and
// call countOpensslAllocations() before anything else of OpenSSL.
#pragma once

#include <openssl/crypto.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace keyturn::test {

inline std::atomic<long> allocationCount{0};

inline void *countedMalloc(std::size_t size, const char *, int) {
    ++allocationCount;
    return std::malloc(size);
}
inline void *countedRealloc(void *block, std::size_t size, const char *, int) {
    ++allocationCount;
    return std::realloc(block, size);
}
inline void countedFree(void *block, const char *, int) {
    std::free(block);
}

inline bool countOpensslAllocations() {
    return CRYPTO_set_mem_functions(countedMalloc, countedRealloc, countedFree) == 1;
}

} // namespace keyturn::test

void *operator new(std::size_t size) {
    ++keyturn::test::allocationCount;
    void *block = std::malloc(size == 0 ? 1 : size);
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    return block;
}
void operator delete(void *block) noexcept {
    std::free(block);
}
void operator delete(void *block, std::size_t) noexcept {
    std::free(block);
}
