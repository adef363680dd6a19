// SPDX-License-Identifier: Apache-2.0
// SQLite's result codes as our errors. Internal to core/sqlite.
#pragma once

#include "base/result.h"

#include <string_view>

struct sqlite3;

namespace keyturn::sqlite {

/// `what` names the act and the file; `handle` may be null.
Error sqliteError(sqlite3 *handle, int resultCode, std::string_view what);

} // namespace keyturn::sqlite
