// SPDX-License-Identifier: Apache-2.0
// A compiled query: parse once, search as often as there are pages. Any thread.
// Errors: Usage from compile(); BadJson from search() (a wrong type, an unknown function), with the message
// of the Python implementation.
#pragma once

#include "aws/jmespath/ast.h"

#include "base/result.h"

#include <memory>
#include <string_view>

namespace keyturn::cli::aws::jmespath {

class Query {
public:
    static Result<Query> compile(std::string_view expression);
    Result<Value> search(const Value &document) const;

private:
    explicit Query(Node tree)
        : m_tree(std::make_shared<const Node>(std::move(tree))) {}
    std::shared_ptr<const Node> m_tree;
};

} // namespace keyturn::cli::aws::jmespath
