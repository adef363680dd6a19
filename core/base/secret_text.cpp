// SPDX-License-Identifier: Apache-2.0
#include "base/secret_text.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace keyturn::inline base {

SecretText::SecretText(std::size_t reserveBytes)
    : m_buffer(reserveBytes) {}

SecretText::SecretText(SecretText &&other) noexcept
    : m_buffer(std::move(other.m_buffer))
    , m_size(std::exchange(other.m_size, 0)) {}

SecretText &SecretText::operator=(SecretText &&other) noexcept {
    if (this != &other) {
        m_buffer = std::move(other.m_buffer);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

void SecretText::append(std::string_view text) {
    if (text.empty()) {
        return;
    }
    if (text.size() > m_buffer.size() - m_size) {
        constexpr std::size_t smallestBytes = 64;
        SecretBytes grown(std::max({smallestBytes, 2 * m_buffer.size(), m_size + text.size()}));
        if (m_size != 0) {
            std::memcpy(grown.data(), m_buffer.data(), m_size);
        }
        std::memcpy(grown.data() + m_size, text.data(), text.size()); // `text` may lie in the old buffer
        m_buffer = std::move(grown);
    } else {
        std::memmove(m_buffer.data() + m_size, text.data(), text.size());
    }
    m_size += text.size();
}

void SecretText::clear() {
    m_buffer.clear();
    m_size = 0;
}

SecretBytes SecretText::take() {
    m_buffer.shrink(std::exchange(m_size, 0));
    return std::move(m_buffer);
}

} // namespace keyturn::inline base
