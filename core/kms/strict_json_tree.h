// SPDX-License-Identifier: Apache-2.0
// A small JSON document as a tree: names once in each object, at most 16 deep. For documents without secrets.
// Pure. Errors: BadJson. Private to the kms module.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::kms {

struct JsonMember;

struct JsonTree {
    enum class Kind { Null, Text, Scalar, Object, Array };
    Kind kind = Kind::Null;
    std::string text; ///< of a text; of a number or truth value as written
    std::vector<JsonMember> members;
    std::vector<JsonTree> items;

    const JsonTree *find(std::string_view name) const;
};

struct JsonMember {
    std::string name;
    JsonTree value;
};

Result<JsonTree> readJsonTree(std::string_view text);

} // namespace keyturn::kms
