// SPDX-License-Identifier: Apache-2.0
// The YAML of job and campaign files: a tree that knows lines and columns, and how such files are written. A
// strict subset: one document, no anchors, aliases or tags, no repeated members, no control characters. Plain
// values, any thread. Whatever is refused is a fault with its place; the text is never quoted.
#pragma once

#include "reencrypt/job_file.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::reencrypt {

struct JobMember;

struct JobNode {
    enum class Kind : std::uint8_t { Null, Text, List, Map };
    Kind kind = Kind::Null;
    std::string text;
    bool quoted = false; ///< a text even where it looks like a number
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::vector<JobNode> items;
    std::vector<JobMember> members; ///< in order
};

struct JobMember {
    JobNode first; ///< the name: of Kind::Text
    JobNode second;
};

/// What could be read; whatever could not is in `faults`.
JobNode parseJobYaml(std::string_view yaml, std::vector<JobFileFault> &faults);

/// A text as a YAML scalar on one line, quoted where it must be.
std::string yamlScalar(std::string_view text);

/// A map that is written: its own line appears with its first member. Members that have their usual value are
/// left out.
class YamlSection {
public:
    /// `name` empty: the document itself. `depth`: how many maps it stands in.
    explicit YamlSection(std::string &out, std::string_view name = {}, std::size_t depth = 0)
        : m_out(out)
        , m_name(name)
        , m_outer(2 * depth, ' ') {}

    /// `value` is YAML already.
    void line(std::string_view member, std::string_view value);
    void text(std::string_view member, const std::string &value, const std::string &usual = {});
    void texts(std::string_view member, const std::vector<std::string> &values);
    void boolean(std::string_view member, bool value, bool usual);
    template <class Number>
    void number(std::string_view member, Number value, Number usual) {
        if (value != usual) {
            line(member, std::to_string(value));
        }
    }

private:
    std::string &m_out;
    std::string m_name;
    std::string m_outer; ///< the blanks before its name
    bool m_begun = false;
};

} // namespace keyturn::reencrypt
