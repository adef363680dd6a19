// SPDX-License-Identifier: Apache-2.0
// WipedBuffer: growing bytes of ordinary memory that are overwritten when they are let go, for what a client
// sends: a plaintext may be inside, and there is more of it than the secure heap takes. Plain value, moves
// but never copies. Internal to this module.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace keyturn::endpoint {

class WipedBuffer {
public:
    WipedBuffer() = default;
    WipedBuffer(WipedBuffer &&other) noexcept { swap(other); }
    WipedBuffer &operator=(WipedBuffer &&other) noexcept {
        swap(other);
        return *this;
    }
    ~WipedBuffer() { wipeAll(); }

    std::string_view view() const { return {m_data.get() + m_begin, m_end - m_begin}; }
    std::size_t size() const { return m_end - m_begin; }
    bool empty() const { return m_begin == m_end; }
    std::size_t capacity() const { return m_capacity; }

    /// Room behind the content; what was written there counts after commit().
    std::pair<char *, std::size_t> prepare(std::size_t atLeast) {
        if (m_capacity - m_end < atLeast) {
            grow(atLeast);
        }
        return {m_data.get() + m_end, m_capacity - m_end};
    }
    void commit(std::size_t count) { m_end += count; }
    void append(std::string_view bytes) {
        if (!bytes.empty()) {
            std::memcpy(prepare(bytes.size()).first, bytes.data(), bytes.size());
            commit(bytes.size());
        }
    }
    /// Forgets the first bytes; they are wiped.
    void consume(std::size_t count) {
        wipe({reinterpret_cast<std::uint8_t *>(m_data.get()) + m_begin, count});
        m_begin += count;
        if (m_begin == m_end) {
            m_begin = m_end = 0;
        }
    }
    /// Empty; keeps at most `keepBytes` of memory.
    void clear(std::size_t keepBytes) {
        consume(size());
        if (m_capacity > keepBytes) {
            m_data.reset();
            m_capacity = 0;
        }
    }

private:
    void swap(WipedBuffer &other) {
        std::swap(m_data, other.m_data);
        std::swap(m_capacity, other.m_capacity);
        std::swap(m_begin, other.m_begin);
        std::swap(m_end, other.m_end);
    }
    void wipeAll() {
        if (m_data) {
            wipe({reinterpret_cast<std::uint8_t *>(m_data.get()), m_capacity});
        }
    }
    void grow(std::size_t atLeast) {
        const std::size_t used = size();
        if (m_capacity - used >= atLeast && m_begin >= used) { // the front is free: no need of more memory
            std::memcpy(m_data.get(), m_data.get() + m_begin, used);
        } else {
            const std::size_t capacity = std::max({used + atLeast, 2 * m_capacity, std::size_t(1024)});
            auto larger = std::make_unique<char[]>(capacity);
            if (used > 0) {
                std::memcpy(larger.get(), m_data.get() + m_begin, used);
            }
            wipeAll();
            m_data = std::move(larger);
            m_capacity = capacity;
        }
        m_begin = 0;
        m_end = used;
    }

    std::unique_ptr<char[]> m_data;
    std::size_t m_capacity = 0;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
};

} // namespace keyturn::endpoint
