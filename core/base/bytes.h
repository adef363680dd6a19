// SPDX-License-Identifier: Apache-2.0
// Byte containers of the whole program. No thread rule: plain values.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace keyturn::inline base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

/// The bytes of a text as they stand in memory (UTF-8, no terminator).
inline ByteView asBytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

/// The bytes seen as a text; nothing is validated.
inline std::string_view asText(ByteView bytes) {
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

inline Bytes toBytes(ByteView view) {
    return {view.begin(), view.end()};
}
inline Bytes toBytes(std::string_view text) {
    return toBytes(asBytes(text));
}

} // namespace keyturn::inline base
