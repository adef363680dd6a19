// SPDX-License-Identifier: Apache-2.0
// A job file's YAML as a tree that knows lines and columns. A strict subset: one document, no anchors,
// aliases or tags, no repeated members, no control characters. Plain values, any thread. Whatever is refused
// is a fault with its place; the text is never quoted.
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

} // namespace keyturn::reencrypt
