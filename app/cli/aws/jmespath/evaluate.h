// SPDX-License-Identifier: Apache-2.0
// What interpreter and functions share. Private to the folder.
#pragma once

#include "aws/jmespath/ast.h"

#include <string>
#include <vector>

namespace keyturn::cli::aws::jmespath {

/// Thrown by evaluation, caught in Query::search.
struct SearchFault {
    std::string message;
};

/// An argument of a function: a value, or an expression to be evaluated for each element.
struct Argument {
    Value value;
    const Node *expression = nullptr;
};

Value evaluate(const Node &node, const Value &value);
Value callFunction(const std::string &name, const std::vector<Argument> &arguments);
/// "str", "list", "NoneType", ... as Python names the type.
std::string_view pythonTypeName(const Argument &argument);

} // namespace keyturn::cli::aws::jmespath
