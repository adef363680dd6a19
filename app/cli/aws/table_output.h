// SPDX-License-Identifier: Apache-2.0
// --output table: the AWS CLI's tables, scalars sorted by name as columns, lists as tables below. A section
// of one row is turned on its side where the table is wider than the terminal. Pure function. Errors: Usage,
// with the sentence that the AWS CLI gives where a value fits into no table.
#pragma once

#include "aws/value.h"

#include "base/result.h"

#include <cstddef>
#include <string_view>

namespace keyturn::cli::aws {

struct TableForm {
    std::size_t widthColumns = 80; ///< of the terminal
    bool inColour = false;
};

/// `title` is the operation's name. Nothing is printed of an empty value.
Status printTable(std::string_view title, const Value &value, const TableForm &form, SecretText &out);

} // namespace keyturn::cli::aws
