// SPDX-License-Identifier: Apache-2.0
#include "crypto/kbkdf.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace keyturn::crypto {

namespace {

constexpr std::size_t maxInputParts = 16;

/// The parts of one block's message, counter first; the views stay with their owners.
class BlockMessage {
public:
    void add(ByteView part) {
        assert(m_count < m_parts.size());
        m_parts[m_count++] = part;
    }
    ByteParts parts() const { return std::span(m_parts).first(m_count); }

private:
    std::array<ByteView, maxInputParts> m_parts;
    std::size_t m_count = 0;
};

std::array<std::uint8_t, 4> bigEndian(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
            static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

} // namespace

void Kbkdf::derive(std::string_view label, ByteParts context, MutableByteView out) const {
    const std::array<std::uint8_t, 1> separator{0};
    const auto outputBits = bigEndian(static_cast<std::uint32_t>(out.size() * 8));
    BlockMessage fixedInput;
    fixedInput.add(asBytes(label));
    fixedInput.add(separator);
    for (const ByteView part : context) {
        fixedInput.add(part);
    }
    fixedInput.add(outputBits);
    deriveFromFixedInput(fixedInput.parts(), out);
}

SecretBytes Kbkdf::derive(std::string_view label, ByteParts context, std::size_t sizeBytes) const {
    SecretBytes out(sizeBytes);
    derive(label, context, out.mutableView());
    return out;
}

void Kbkdf::deriveFromFixedInput(ByteParts fixedInput, MutableByteView out) const {
    assert(!out.empty() && out.size() <= maxOutputSizeBytes);
    for (std::uint32_t block = 1; !out.empty(); ++block) {
        const auto counter = bigEndian(block);
        BlockMessage message;
        message.add(counter);
        for (const ByteView part : fixedInput) {
            message.add(part);
        }
        const std::size_t size = std::min(out.size(), HmacSha256::tagSizeBytes);
        m_mac.computeInto(message.parts(), out.first(size));
        out = out.subspan(size);
    }
}

} // namespace keyturn::crypto
