// SPDX-License-Identifier: Apache-2.0
// YAML with the byte position of every value, as far as documents need it: yaml-cpp tells where a value
// begins, and slotOf() makes sure that the bytes there are the value before anybody replaces them. Private to
// documents/. Errors: BadEncoding; `detail` names the line, never content.
#pragma once

#include "reencrypt/documents/slot_document.h"

namespace keyturn::reencrypt {

struct YamlNode {
    enum class Kind : std::uint8_t { Null, Scalar, Map, Sequence, Alias };
    Kind kind = Kind::Null;
    bool anchored = false;
    bool tagged = false; ///< with a tag that somebody wrote
    bool flow = false;   ///< {..} or [..]
    std::size_t offset = 0;
    std::uint64_t line = 0; ///< from 1
    std::string value;
    std::vector<YamlNode> items; ///< of a map: name, value, name, value, ...

    /// A map's value; nullptr: no map, or no such name.
    const YamlNode *member(std::string_view name) const;
};

/// The documents of a YAML text, in order.
Result<std::vector<YamlNode>> readYaml(std::string_view text);

/// Why a value cannot be edited in place: anchors, aliases, tags, merges, repeated names, here or below.
/// Empty: it can.
std::string whyNotInPlace(const YamlNode &node);

/// The slot of a scalar in any style. Errors: BadEncoding when it is not made of the very bytes that stand
/// there.
Result<Slot> slotOf(std::string_view text, const YamlNode &scalar);

/// A text in double quotes, as YAML and JSON both read it.
std::string quotedText(std::string_view value);

} // namespace keyturn::reencrypt
