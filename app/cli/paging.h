// SPDX-License-Identifier: Apache-2.0
// Follows pages as the AWS CLI does: --page-size, --max-items, --starting-token; what is cut off is continued
// by a NextToken of the same form. Failures: those of calls, 255 for a token that is none.
#pragma once

#include "aws/value.h"
#include "kms/operation.h"
#include "outcome.h"

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace keyturn::cli {

struct PageOptions {
    std::optional<std::string> startingToken;
    std::optional<std::int64_t> pageSize;
    std::optional<std::int64_t> maxItems;
};

/// Makes one call with these parameters.
using PageCall = std::function<Outcome<aws::Value>(aws::Value::Map parameters)>;
/// One page, and its items: a list, or null where the page had none. What is not wanted is cut off in both.
using PageSink = std::function<Outcome<std::monostate>(const aws::Value &page, const aws::Value &items)>;

/// The token to go on with; nothing at the end.
Outcome<std::optional<std::string>> followPages(const kms::PagingInfo &paging, aws::Value::Map parameters,
                                                const PageOptions &options, const PageCall &call,
                                                const PageSink &sink);

} // namespace keyturn::cli
