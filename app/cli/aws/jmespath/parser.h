// SPDX-License-Identifier: Apache-2.0
// Query text to tree: top-down operator precedence, as the reference implementation does it. Any thread.
// Errors: Usage; the detail is the message that the AWS CLI prints behind "Bad value for --query ...: ".
#pragma once

#include "aws/jmespath/ast.h"

#include "base/result.h"

#include <string_view>

namespace keyturn::cli::aws::jmespath {

Result<Node> parse(std::string_view expression);

} // namespace keyturn::cli::aws::jmespath
