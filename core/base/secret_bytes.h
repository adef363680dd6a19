// SPDX-License-Identifier: Apache-2.0
// SecretBytes: bytes that must not be seen. Lives in OpenSSL's secure heap (locked, kept out of core
// dumps), is wiped when it dies, moves but never copies, and has no stream, debug or QString form.
// No thread rule: a plain value. Owner: whoever holds it.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace keyturn::inline base {

class SecretBytes {
public:
    SecretBytes() = default;
    /// `sizeBytes` zero bytes.
    explicit SecretBytes(std::size_t sizeBytes);
    /// Copies; the source stays the caller's to wipe.
    static SecretBytes copyOf(ByteView source);
    static SecretBytes copyOf(std::string_view source) { return copyOf(asBytes(source)); }

    SecretBytes(const SecretBytes &) = delete;
    SecretBytes &operator=(const SecretBytes &) = delete;
    SecretBytes(SecretBytes &&other) noexcept;
    SecretBytes &operator=(SecretBytes &&other) noexcept;
    ~SecretBytes();

    /// A second secret of equal bytes. Named, so that every copy can be found.
    SecretBytes clone() const { return copyOf(view()); }

    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    const std::uint8_t *data() const { return m_data; }
    std::uint8_t *data() { return m_data; }
    ByteView view() const { return {m_data, m_size}; }
    MutableByteView mutableView() { return {m_data, m_size}; }
    std::string_view text() const { return asText(view()); }

    /// Cuts the secret to its first `sizeBytes` and wipes the rest. Never grows.
    void shrink(std::size_t sizeBytes);
    /// Wipes and frees.
    void clear();

private:
    std::uint8_t *m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

/// Equal bytes, in constant time for equal sizes.
bool equalConstantTime(ByteView a, ByteView b);

/// Overwrites memory in a way that the optimiser keeps.
void wipe(MutableByteView bytes);
void wipe(std::string &text);

/// The state of the secure heap, for self-test and status.
struct SecureHeapState {
    bool initialised = false;
    bool locked = false; ///< false: the pages may be swapped
    std::size_t sizeBytes = 0;
    std::size_t usedBytes = 0;
    std::size_t fallbacks = 0; ///< secrets that had to live in the wiped ordinary heap, heap full
};

/// Sets the secure heap up (once, at process start; later calls change nothing).
SecureHeapState initialiseSecureHeap(std::size_t sizeBytes = 1024 * 1024);
SecureHeapState secureHeapState();

} // namespace keyturn::inline base
