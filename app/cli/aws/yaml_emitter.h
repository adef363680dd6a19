// SPDX-License-Identifier: Apache-2.0
// YamlEmitter: scalars, indicators and indentation by the rules of libyaml's emitter (best width 80, indent
// 2, block style, unicode allowed). It knows nothing of values. One thread; the text goes to the SecretText
// given.
#pragma once

#include "base/secret_text.h"

#include <cstddef>
#include <string_view>

namespace keyturn::cli::aws {

class YamlEmitter {
public:
    explicit YamlEmitter(SecretText &out)
        : m_out(out) {}

    /// Where a scalar stands.
    enum class Place { Value, SimpleKey };
    /// `plainReads`: without quotes it would be read as the same thing. A long one goes on at column
    /// `indent`.
    void scalar(std::string_view text, bool plainReads, Place place, int indent);
    void indicator(std::string_view text, bool needsSpace, bool isSpace, bool isIndention);
    /// To the column, on a new line unless this one is still blank up to there.
    void newLine(int indent);
    bool atIndention() const { return m_indention; }
    /// A key of one line and at most 128 bytes.
    static bool isSimpleKey(std::string_view text);

private:
    void put(std::string_view character);
    void lineBreak(std::string_view character);
    void plain(std::string_view text);
    void singleQuoted(std::string_view text);
    void doubleQuoted(std::string_view text);
    void escape(std::string_view character);
    bool isTooFar() const;

    SecretText &m_out;
    bool m_mayBreak = false; ///< of the scalar being written
    int m_indent = 0;
    int m_column = 0;
    bool m_whitespace = true;
    bool m_indention = true;
};

} // namespace keyturn::cli::aws
