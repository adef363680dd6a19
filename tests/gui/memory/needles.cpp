// SPDX-License-Identifier: Apache-2.0
#include "gui/memory/needles.h"

#include "base/encoding.h"

#include <algorithm>
#include <cstring>

namespace keyturn::test {
namespace {

constexpr std::size_t headBytes = sizeof(std::uint64_t);
constexpr unsigned filterBits = 20;

Bytes asUtf16(std::string_view text) {
    Bytes wide;
    for (const char c : text) {
        wide.push_back(static_cast<std::uint8_t>(c));
        wide.push_back(0);
    }
    return wide;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

/// The base64 digits that depend on the secret alone when `before` bytes of something else precede it.
std::string base64Behind(ByteView secret, std::size_t before) {
    Bytes padded(before, 0);
    padded.insert(padded.end(), secret.begin(), secret.end());
    std::string digits = toBase64(padded);
    const std::size_t first = before == 0 ? 0 : before + 1;
    const std::size_t last = padded.size() * 8 / 6; // digits that no padding byte has a part in
    return digits.substr(first, last - first);
}

} // namespace

Needle::Needle(std::string what, ByteView secret, SecretKind kind)
    : name(std::move(what)) {
    constexpr std::size_t rawPiece = 8;
    constexpr std::size_t digitsPiece = 16; // 64 bits of the secret as hex, 96 as base64
    const auto add = [this](std::string form, ByteView bytes, std::size_t pieceBytes) {
        forms.push_back({std::move(form), toBytes(bytes), pieceBytes});
    };
    add("bytes", secret, rawPiece);
    if (kind == SecretKind::Text) {
        add("UTF-16", asUtf16(asText(secret)), 2 * rawPiece);
    }
    const auto addDigits = [&](const std::string &form, const std::string &digits) {
        add(form, asBytes(digits), digitsPiece);
        add(form + " as UTF-16", asUtf16(digits), 2 * digitsPiece);
    };
    const std::string hex = toHex(secret);
    addDigits("hex", hex);
    addDigits("upper-case hex", upper(hex));
    for (std::size_t before = 0; before < 3; ++before) {
        addDigits("base64 at " + std::to_string(before), base64Behind(secret, before));
    }
}

NeedleSearch::NeedleSearch(const std::vector<Needle> &needles)
    : m_mayBe(std::size_t(1) << filterBits) {
    for (const Needle &needle : needles) {
        for (const Form &form : needle.forms) {
            m_owners.emplace(&form, &needle);
            for (std::size_t at = 0; at + form.pieceBytes <= form.whole.size(); at += form.pieceBytes) {
                const std::uint64_t head = headOf(form.whole.data() + at);
                m_pieces.emplace(head, Piece{&form, &needle, at});
                m_mayBe[slotOf(head)] = 1;
            }
        }
    }
}

std::uint64_t NeedleSearch::headOf(const std::uint8_t *bytes) {
    std::uint64_t head = 0;
    std::memcpy(&head, bytes, headBytes);
    return head;
}

std::size_t NeedleSearch::slotOf(std::uint64_t head) {
    return static_cast<std::size_t>((head * 0x9E3779B97F4A7C15ULL) >> (64 - filterBits));
}

void NeedleSearch::lookThrough(ByteView memory, const std::string &place) {
    if (memory.size() < headBytes) {
        return;
    }
    const std::uint8_t *const bytes = memory.data();
    const std::size_t last = memory.size() - headBytes;
    for (std::size_t at = 0; at <= last; ++at) {
        const std::uint64_t head = headOf(bytes + at);
        if (head != 0 && m_mayBe[slotOf(head)] != 0) {
            examine(memory, at, head, place);
        }
    }
}

void NeedleSearch::examine(ByteView memory, std::size_t at, std::uint64_t head, const std::string &place) {
    const auto [from, to] = m_pieces.equal_range(head);
    for (auto each = from; each != to; ++each) {
        const Piece &piece = each->second;
        const Bytes &whole = piece.form->whole;
        const ByteView here = memory.subspan(at);
        const auto matches = [&](std::size_t offset, std::size_t size) {
            return here.size() >= size && std::equal(here.begin(), here.begin() + std::ptrdiff_t(size),
                                                     whole.begin() + std::ptrdiff_t(offset));
        };
        if (!matches(piece.offset, piece.form->pieceBytes)) {
            continue;
        }
        Sighting &sighting = m_sightings[piece.form];
        ++sighting.pieces;
        sighting.whole += piece.offset == 0 && matches(0, whole.size()) ? 1 : 0;
        m_places.push_back(piece.needle->name + " as " + piece.form->name + " from byte " +
                           std::to_string(piece.offset) + ": " + place + " + " + std::to_string(at));
    }
}

std::vector<Sighting> NeedleSearch::seen(std::string_view needle) const {
    std::vector<Sighting> found;
    for (const auto &[form, sighting] : m_sightings) {
        if (m_owners.at(form)->name == needle) {
            found.push_back({form->name, sighting.whole, sighting.pieces});
        }
    }
    return found;
}

} // namespace keyturn::test
