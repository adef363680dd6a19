// SPDX-License-Identifier: Apache-2.0
// UTF-8 text at the edges: validated once, never normalised. Plain functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::inline base {

/// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool isValidUtf8(std::string_view text);
/// Number of code points of a well-formed text.
std::size_t codePointCount(std::string_view text);

/// Parts between separators; an empty text is one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trimmed(std::string_view text); ///< ASCII white space
std::string toLowerAscii(std::string_view text);
std::string join(const std::vector<std::string> &parts, std::string_view separator);
/// "middle…cut" to at most `maxCharacters` code points.
std::string elideMiddle(std::string_view text, std::size_t maxCharacters);

} // namespace keyturn::inline base
