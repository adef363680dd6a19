// SPDX-License-Identifier: Apache-2.0
// The parsed form of a query. A node owns its children. Plain value.
#pragma once

#include "aws/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::cli::aws::jmespath {

enum class NodeType : std::uint8_t {
    Literal, ///< value
    Field,   ///< name
    Identity,
    Current,
    Subexpression,   ///< children one after the other
    IndexExpression, ///< the same
    Pipe,            ///< the same
    Index,           ///< number
    Slice,           ///< slice
    Flatten,
    Projection,       ///< left, right
    ValueProjection,  ///< left, right
    FilterProjection, ///< left, right, condition
    Comparator,       ///< name ("eq", "lt", ...), left, right
    Or,
    And,
    Not,
    MultiSelectList,
    MultiSelectDict, ///< children are KeyValue
    KeyValue,        ///< name, child
    Function,        ///< name, arguments
    ExpressionReference
};

struct Node {
    NodeType type = NodeType::Identity;
    std::string name = {};
    Value value = {};
    std::int64_t number = 0;
    std::optional<std::int64_t> slice[3] = {};
    std::vector<Node> children = {};
};

} // namespace keyturn::cli::aws::jmespath
