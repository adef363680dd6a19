// SPDX-License-Identifier: Apache-2.0
// file:// (text) and fileb:// (raw bytes) as values of options. The content may be a secret and is kept as
// one. Errors: Usage; the detail is the AWS CLI's message.
#pragma once

#include "aws/value.h"

#include "base/result.h"

#include <optional>
#include <string_view>

namespace keyturn::cli::aws {

inline constexpr std::size_t paramfileBytesMax = 16 * 1024 * 1024;

/// Nothing for a value that names no file; a secret text for file://, bytes for fileb://.
Result<std::optional<Value>> loadParamfile(std::string_view value);

/// $NAME and ${NAME} from the environment, then a leading ~; what is not set stays as it is.
std::string expandedPath(std::string_view path);

} // namespace keyturn::cli::aws
