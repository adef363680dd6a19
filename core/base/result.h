// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value or an Error. Ignoring one does not compile (nodiscard). Plain values.
#pragma once

#include "base/error.h"

#include <tl/expected.hpp>

#include <utility>

namespace keyturn::inline base {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
    Result(tl::expected<T, Error> &&other)
        : tl::expected<T, Error>(std::move(other)) {}
};

using Status = Result<void>;

/// `return fail(clientError(...));` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

/// `return fail(ErrorCode::Usage, "--port takes 0 to 65535");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string detail,
                                                ErrorOrigin origin = ErrorOrigin::Client) {
    return tl::unexpected<Error>(clientError(code, std::move(detail), origin));
}

/// Passes the error of one result on as the error of another.
template <class T>
[[nodiscard]] tl::unexpected<Error> failFrom(Result<T> &result) {
    return tl::unexpected<Error>(std::move(result.error()));
}

} // namespace keyturn::inline base
