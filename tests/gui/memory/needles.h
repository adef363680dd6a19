// SPDX-License-Identifier: Apache-2.0
// A secret to look for in memory, in every form that a program leaves it in: the bytes, UTF-16 of text, hex,
// base64 (at each of the three places within a longer text), and hex and base64 as UTF-16. Each form is
// looked for in pieces as well, for a freed block loses its beginning to the heap's own pointers and a
// leftover is rarely whole. Plain values.
#pragma once

#include "base/bytes.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace keyturn::test {

struct Form {
    std::string name; ///< "hex as UTF-16"
    Bytes whole;
    std::size_t pieceBytes = 0; ///< a run of this many is no coincidence
};

enum class SecretKind { Text, Binary };

struct Needle {
    Needle(std::string what, ByteView secret, SecretKind kind);

    std::string name; ///< "vault key"
    std::vector<Form> forms;
};

/// How often a needle was seen.
struct Sighting {
    std::string form;
    std::size_t whole = 0;
    std::size_t pieces = 0;
};

/// Looks for all needles at once; they must outlive it. Bytes are given in runs that overlap by overlapBytes.
class NeedleSearch {
public:
    static constexpr std::size_t overlapBytes = 1024; ///< the longest form is shorter

    explicit NeedleSearch(const std::vector<Needle> &needles);
    void lookThrough(ByteView memory, const std::string &place);

    /// By needle: what was seen of it; an empty list where nothing was.
    std::vector<Sighting> seen(std::string_view needle) const;
    /// Every place where something of a needle was seen, for the report.
    const std::vector<std::string> &places() const { return m_places; }

private:
    struct Piece {
        const Form *form = nullptr;
        const Needle *needle = nullptr;
        std::size_t offset = 0;
    };
    static std::uint64_t headOf(const std::uint8_t *bytes);
    static std::size_t slotOf(std::uint64_t head);
    void examine(ByteView memory, std::size_t at, std::uint64_t head, const std::string &place);

    std::vector<std::uint8_t> m_mayBe; ///< by a hash of eight bytes: nearly every place ends here
    std::unordered_multimap<std::uint64_t, Piece> m_pieces;
    std::unordered_map<const Form *, Sighting> m_sightings;
    std::unordered_map<const Form *, const Needle *> m_owners;
    std::vector<std::string> m_places;
};

} // namespace keyturn::test
