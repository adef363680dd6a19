// SPDX-License-Identifier: Apache-2.0
// Copying what a file is besides its content. Private to base's Linux sources.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace keyturn::inline base::platform {

/// Owner, extended attributes (access control lists are such) and mode of `from` to `to`; attributes that
/// only `to` has are removed. `path` is for messages. PermissionDenied: names what cannot be kept.
Status copyFileFacts(int from, int to, const std::filesystem::path &path);

} // namespace keyturn::inline base::platform
