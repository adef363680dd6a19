// SPDX-License-Identifier: Apache-2.0
#include "blob/encryption_context.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace keyturn::blob {

namespace {

void appendNumber(std::size_t value, Bytes &out) {
    const auto number = static_cast<std::uint32_t>(value);
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

void appendText(std::string_view text, Bytes &out) {
    appendNumber(text.size(), out);
    out.insert(out.end(), text.begin(), text.end());
}

} // namespace

Status appendCanonicalContext(std::span<const ContextPair> pairs, Bytes &out) {
    std::vector<const ContextPair *> sorted;
    sorted.reserve(pairs.size());
    for (const ContextPair &pair : pairs) {
        sorted.push_back(&pair);
    }
    // char_traits<char> compares as unsigned bytes, which is the order that the format wants.
    std::sort(sorted.begin(), sorted.end(),
              [](const ContextPair *a, const ContextPair *b) { return a->first < b->first; });
    const auto twice =
        std::adjacent_find(sorted.begin(), sorted.end(),
                           [](const ContextPair *a, const ContextPair *b) { return a->first == b->first; });
    if (twice != sorted.end()) {
        return fail(ErrorCode::Usage, "EncryptionContext: a name occurs twice; give each name once");
    }
    appendNumber(sorted.size(), out);
    for (const ContextPair *pair : sorted) {
        appendText(pair->first, out);
        appendText(pair->second, out);
    }
    return {};
}

Result<Bytes> canonicalContext(std::span<const ContextPair> pairs) {
    Bytes out;
    if (auto appended = appendCanonicalContext(pairs, out); !appended) {
        return failFrom(appended);
    }
    return out;
}

} // namespace keyturn::blob
