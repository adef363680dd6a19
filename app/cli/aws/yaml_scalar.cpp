// SPDX-License-Identifier: Apache-2.0
#include "aws/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace keyturn::cli::aws {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view digitsAndLow = "0123456789_";

template <std::size_t N>
bool isOneOf(std::string_view text, const std::array<std::string_view, N> &words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// Takes a text apart from its beginning.
class Reader {
public:
    explicit Reader(std::string_view text)
        : m_rest(text) {}

    bool atEnd() const { return m_rest.empty(); }
    /// Takes one of these characters if it is next.
    bool one(std::string_view set) {
        if (m_rest.empty() || set.find(m_rest.front()) == std::string_view::npos) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }
    bool word(std::string_view expected) {
        if (!m_rest.starts_with(expected)) {
            return false;
        }
        m_rest.remove_prefix(expected.size());
        return true;
    }
    /// Takes as many as there are, at most `most`; how many.
    std::size_t run(std::string_view set, std::size_t most = std::string_view::npos) {
        std::size_t count = 0;
        while (count < most && one(set)) {
            ++count;
        }
        return count;
    }
    bool exactly(std::string_view set, std::size_t count) { return run(set, count) == count; }

private:
    std::string_view m_rest;
};

bool isIntegerOf(std::string_view text, std::string_view prefix, std::string_view set) {
    Reader reader(text);
    reader.one("-+");
    return reader.word(prefix) && reader.run(set) > 0 && reader.atEnd();
}

bool isInteger(std::string_view text) {
    return isIntegerOf(text, "0b", "01_") || isIntegerOf(text, "0o", "01234567_") ||
           isIntegerOf(text, "", digitsAndLow) || isIntegerOf(text, "0x", "0123456789abcdefABCDEF_");
}

bool isSpecialReal(std::string_view text) {
    constexpr std::array<std::string_view, 3> notNumbers{".nan", ".NaN", ".NAN"};
    constexpr std::array<std::string_view, 3> infinities{".inf", ".Inf", ".INF"};
    if (isOneOf(text, notNumbers)) {
        return true;
    }
    Reader sign(text);
    return isOneOf(sign.one("-+") ? text.substr(1) : text, infinities);
}

bool isReal(std::string_view text) {
    if (isSpecialReal(text)) {
        return true;
    }
    Reader reader(text);
    reader.one("-+");
    const bool whole = reader.one(digits);
    if (whole) {
        reader.run(digitsAndLow);
    }
    const bool point = reader.one(".");
    const std::size_t fraction = point ? reader.run(digitsAndLow) : 0;
    if (!whole && fraction == 0) {
        return false;
    }
    if (reader.atEnd()) {
        return point;
    }
    const bool exponent = reader.one("eE");
    const bool sign = exponent && reader.one("-+");
    return exponent && (sign || whole) && reader.run(digits) > 0 && reader.atEnd();
}

/// Behind the date: "T12:30:45.5Z" and its variants.
bool isTimeOfDay(Reader reader) {
    if (!reader.one("Tt") && reader.run(" \t") == 0) {
        return false;
    }
    const bool clock = reader.run(digits, 2) > 0 && reader.one(":") && reader.exactly(digits, 2) &&
                       reader.one(":") && reader.exactly(digits, 2);
    if (!clock) {
        return false;
    }
    if (reader.one(".")) {
        reader.run(digits);
    }
    if (reader.atEnd()) {
        return true;
    }
    reader.run(" \t");
    if (reader.one("Z")) {
        return reader.atEnd();
    }
    if (!reader.one("-+") || reader.run(digits, 2) == 0) {
        return false;
    }
    return reader.atEnd() || (reader.one(":") && reader.exactly(digits, 2) && reader.atEnd());
}

bool isTime(std::string_view text) {
    Reader reader(text);
    if (!reader.exactly(digits, 4) || !reader.one("-")) {
        return false;
    }
    const std::size_t month = reader.run(digits, 2);
    if (month == 0 || !reader.one("-")) {
        return false;
    }
    const std::size_t day = reader.run(digits, 2);
    if (reader.atEnd()) {
        return month == 2 && day == 2;
    }
    return day > 0 && isTimeOfDay(reader);
}

} // namespace

YamlScalar yamlScalarKind(std::string_view plain) {
    constexpr std::array<std::string_view, 5> nulls{"", "~", "null", "Null", "NULL"};
    constexpr std::array<std::string_view, 6> booleans{"true", "True", "TRUE", "false", "False", "FALSE"};
    if (isOneOf(plain, nulls)) {
        return YamlScalar::Null;
    }
    if (isOneOf(plain, booleans)) {
        return YamlScalar::Boolean;
    }
    if (plain == "<<" || plain == "=") {
        return plain == "=" ? YamlScalar::Default : YamlScalar::Merge;
    }
    const bool numeric = plain.front() == '.' || plain.front() == '-' || plain.front() == '+' ||
                         digits.find(plain.front()) != std::string_view::npos;
    if (!numeric) {
        return YamlScalar::Text;
    }
    if (isReal(plain)) {
        return YamlScalar::Real;
    }
    if (isInteger(plain)) {
        return YamlScalar::Integer;
    }
    return isTime(plain) ? YamlScalar::Time : YamlScalar::Text;
}

} // namespace keyturn::cli::aws
