// SPDX-License-Identifier: Apache-2.0
#include "base/secret_bytes.h"

#include <openssl/crypto.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

namespace keyturn::inline base {

namespace {

std::atomic<std::size_t> heapFallbacks{0};
std::mutex heapMutex;
SecureHeapState heapState; // guarded by heapMutex

/// Blocks are freed with OPENSSL_secure_clear_free, which knows by the address which heap they are from.
std::uint8_t *allocate(std::size_t sizeBytes) {
    void *block = OPENSSL_secure_malloc(sizeBytes);
    if (block == nullptr) {
        block = OPENSSL_malloc(sizeBytes);
        if (block == nullptr) {
            throw std::bad_alloc();
        }
        heapFallbacks.fetch_add(1, std::memory_order_relaxed);
    }
    return static_cast<std::uint8_t *>(block);
}

} // namespace

SecretBytes::SecretBytes(std::size_t sizeBytes) {
    if (sizeBytes != 0) {
        m_data = allocate(sizeBytes);
        std::memset(m_data, 0, sizeBytes);
        m_size = m_capacity = sizeBytes;
    }
}

SecretBytes SecretBytes::copyOf(ByteView source) {
    SecretBytes copy;
    if (!source.empty()) {
        copy.m_data = allocate(source.size());
        std::memcpy(copy.m_data, source.data(), source.size());
        copy.m_size = copy.m_capacity = source.size();
    }
    return copy;
}

SecretBytes::SecretBytes(SecretBytes &&other) noexcept
    : m_data(std::exchange(other.m_data, nullptr))
    , m_size(std::exchange(other.m_size, 0))
    , m_capacity(std::exchange(other.m_capacity, 0)) {}

SecretBytes &SecretBytes::operator=(SecretBytes &&other) noexcept {
    if (this != &other) {
        clear();
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
        m_capacity = std::exchange(other.m_capacity, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    clear();
}

void SecretBytes::shrink(std::size_t sizeBytes) {
    if (sizeBytes < m_size) {
        OPENSSL_cleanse(m_data + sizeBytes, m_size - sizeBytes);
        m_size = sizeBytes;
    }
}

void SecretBytes::clear() {
    if (m_data != nullptr) {
        OPENSSL_secure_clear_free(m_data, m_capacity);
        m_data = nullptr;
        m_size = m_capacity = 0;
    }
}

bool equalConstantTime(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(MutableByteView bytes) {
    if (!bytes.empty()) {
        OPENSSL_cleanse(bytes.data(), bytes.size());
    }
}

void wipe(std::string &text) {
    text.resize(text.capacity()); // does not reallocate; what is left of longer texts goes too
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

SecureHeapState initialiseSecureHeap(std::size_t sizeBytes) {
    constexpr std::size_t smallestBlockBytes = 64;
    {
        const std::scoped_lock lock(heapMutex);
        if (!heapState.initialised && CRYPTO_secure_malloc_initialized() == 0) {
            const int outcome = CRYPTO_secure_malloc_init(sizeBytes, smallestBlockBytes);
            heapState.initialised = outcome != 0;
            heapState.locked = outcome == 1; // 2: usable, but a page lock or guard page was refused
            heapState.sizeBytes = outcome != 0 ? sizeBytes : 0;
        }
    }
    return secureHeapState();
}

SecureHeapState secureHeapState() {
    const std::scoped_lock lock(heapMutex);
    SecureHeapState state = heapState;
    state.usedBytes = CRYPTO_secure_used();
    state.fallbacks = heapFallbacks.load(std::memory_order_relaxed);
    return state;
}

} // namespace keyturn::inline base
