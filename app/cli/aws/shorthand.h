// SPDX-License-Identifier: Apache-2.0
// The AWS CLI's shorthand syntax: a=b,c=d; lists; nested {..} and [..]; quotes; escaped commas. Any thread.
// Errors: Usage; the detail is the AWS CLI's message, with the input and a caret below.
#pragma once

#include "aws/value.h"

#include "base/result.h"

#include <string_view>

namespace keyturn::cli::aws {

/// Always a map; values are texts, lists and maps.
Result<Value> parseShorthand(std::string_view text);

} // namespace keyturn::cli::aws
