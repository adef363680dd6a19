// SPDX-License-Identifier: Apache-2.0
// SecretText: a growing UTF-8 text that may hold a secret (JSON with a plaintext, base64 of one).
// Wiped on growth and at death; moves but never copies. Plain value.
#pragma once

#include "base/secret_bytes.h"

#include <string_view>

namespace keyturn::inline base {

class SecretText {
public:
    SecretText() = default;
    explicit SecretText(std::size_t reserveBytes);

    SecretText(SecretText &&) noexcept;
    SecretText &operator=(SecretText &&) noexcept;

    void append(std::string_view text);
    void append(char character) { append(std::string_view(&character, 1)); }
    std::string_view view() const { return m_buffer.text().substr(0, m_size); }
    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    void clear();
    /// Gives the bytes up as a secret; the text is empty afterwards.
    SecretBytes take();

private:
    SecretBytes m_buffer; ///< capacity; the first m_size bytes are the text
    std::size_t m_size = 0;
};

} // namespace keyturn::inline base
