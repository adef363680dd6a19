// SPDX-License-Identifier: Apache-2.0
#include "kms/paging.h"

namespace keyturn::kms::paging_detail {

Result<std::string> nextMarker(const std::optional<bool> &truncated, const std::optional<std::string> &next,
                               const std::string &previous) {
    // Some services leave Truncated out and send the marker alone.
    const bool more = truncated.value_or(next.has_value() && !next->empty());
    if (!more) {
        return std::string();
    }
    if (!next || next->empty()) {
        return fail(ErrorCode::BadReply, "NextMarker: absent on a page that says Truncated",
                    ErrorOrigin::Service);
    }
    if (*next == previous) {
        return fail(ErrorCode::BadReply, "NextMarker: the same as that of the page before",
                    ErrorOrigin::Service);
    }
    return *next;
}

} // namespace keyturn::kms::paging_detail
