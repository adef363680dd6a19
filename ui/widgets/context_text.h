// SPDX-License-Identifier: Apache-2.0
// Encryption contexts as people hand them around: parsed from pasted text (a JSON object of strings, lines
// of name=value, or the command line's name=value,name=value), and compared. Order and duplicates are kept,
// so that a grid can show what was pasted. Plain functions. Errors: BadEncoding, naming line or position,
// never the text.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::widgets {

struct ContextPair {
    std::string name;
    std::string value;
    bool operator==(const ContextPair &) const = default;
};
using ContextPairs = std::vector<ContextPair>;

Result<ContextPairs> parseContextText(std::string_view text);

enum class ContextVerdict : std::uint8_t {
    Same,
    ValueDiffers,
    ValueDiffersByCase, ///< equal but for the case of letters
    NameDiffersByCase,  ///< the other side has the name in other case
    OnlyHere,
    OnlyThere,
};

struct ContextDifference {
    ContextPair pair; ///< of here; of there when it is only there
    ContextVerdict verdict = ContextVerdict::Same;
    std::string other; ///< the other side's value, or its name when the names differ by case
};

/// One entry for each pair of `here`, in order, then those that are only in `there`.
std::vector<ContextDifference> compareContexts(const ContextPairs &here, const ContextPairs &there);

/// Names that stand more than once.
std::vector<std::string> duplicateNames(const ContextPairs &pairs);

} // namespace keyturn::widgets
