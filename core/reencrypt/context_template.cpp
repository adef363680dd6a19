// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/context_template.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

tl::unexpected<Error> faultAt(std::size_t index, std::string_view what) {
    return fail(ErrorCode::Usage, "character " + std::to_string(index + 1) + ": " + std::string(what));
}

bool isDoubled(std::string_view text, std::size_t at) {
    return at + 1 < text.size() && text[at + 1] == text[at];
}

} // namespace

Result<ContextTemplate> ContextTemplate::parse(std::string_view text) {
    ContextTemplate result;
    result.m_text = text;
    std::string run;
    const auto endRun = [&] {
        if (!run.empty()) {
            result.m_pieces.push_back({std::move(run), false});
            run.clear();
        }
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if ((c == '{' || c == '}') && isDoubled(text, at)) {
            run += c;
            ++at;
            continue;
        }
        if (c == '}') {
            return faultAt(at, "a closing brace without its opening one; write }} for a brace");
        }
        if (c != '{') {
            run += c;
            continue;
        }
        const std::size_t end = text.find_first_of("{}", at + 1);
        if (end == std::string_view::npos || text[end] == '{') {
            return faultAt(at, "a place that is not closed; write {column}, or {{ for a brace");
        }
        if (end == at + 1) {
            return faultAt(at, "an empty place; write the column's name between the braces");
        }
        endRun();
        result.m_pieces.push_back({std::string(text.substr(at + 1, end - at - 1)), true});
        at = end;
    }
    endRun();
    return result;
}

ContextTemplate ContextTemplate::literal(std::string_view text) {
    ContextTemplate result;
    for (const char c : text) {
        result.m_text.append(c == '{' || c == '}' ? 2 : 1, c);
    }
    if (!text.empty()) {
        result.m_pieces.push_back({std::string(text), false});
    }
    return result;
}

Result<std::string> ContextTemplate::expand(const Lookup &lookup) const {
    std::string out;
    for (const Piece &piece : m_pieces) {
        if (!piece.isPlace) {
            out += piece.text;
            continue;
        }
        const auto value = lookup(piece.text);
        if (!value) {
            return fail(ErrorCode::Usage, "{" + piece.text + "}: the row has no value there");
        }
        out += *value;
    }
    return out;
}

std::vector<std::string> ContextTemplate::places() const {
    std::vector<std::string> result;
    for (const Piece &piece : m_pieces) {
        if (piece.isPlace && std::find(result.begin(), result.end(), piece.text) == result.end()) {
            result.push_back(piece.text);
        }
    }
    return result;
}

} // namespace keyturn::reencrypt
