// SPDX-License-Identifier: Apache-2.0
// Gate: counts what is under way and, once closed, lets nothing in and waits until all is out. One atomic
// word, so that the last one to leave touches nothing that the waiting thread may already be destroying.
// Thread rule: any thread. Makes no errors.
#pragma once

#include <atomic>
#include <cstdint>

namespace keyturn::vault {

class Gate {
public:
    /// False: closed.
    bool enter() {
        if ((m_word.fetch_add(1) & closedBit) == 0) {
            return true;
        }
        leave();
        return false;
    }
    void leave(std::uint64_t count = 1) {
        if (m_word.fetch_sub(count) - count == closedBit) {
            m_word.notify_all();
        }
    }
    /// Returns when nobody is inside. True for the first that closes.
    bool closeAndWait() {
        const bool isFirst = (m_word.fetch_or(closedBit) & closedBit) == 0;
        for (auto word = m_word.load(); word != closedBit; word = m_word.load()) {
            m_word.wait(word);
        }
        return isFirst;
    }
    /// Nothing more gets in; does not wait.
    void close() { m_word.fetch_or(closedBit); }
    std::uint64_t inside() const { return m_word.load(std::memory_order_relaxed) & ~closedBit; }
    bool isClosed() const { return (m_word.load() & closedBit) != 0; }

private:
    static constexpr std::uint64_t closedBit = std::uint64_t(1) << 63;
    std::atomic<std::uint64_t> m_word = 0;
};

} // namespace keyturn::vault
