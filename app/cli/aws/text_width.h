// SPDX-License-Identifier: Apache-2.0
// How many columns of a terminal a text takes, as the AWS CLI counts. Pure function, any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace keyturn::cli::aws {

/// Two for a wide, full-width or ambiguous character, one for every other, combining ones too.
std::size_t textWidth(std::string_view text);

} // namespace keyturn::cli::aws
