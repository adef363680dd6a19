// SPDX-License-Identifier: Apache-2.0
// Where the password of a job's database lies in the OS keychain: an item whose
// id follows from the name that job files say (source.password-in-keychain), so
// that nothing else has to remember it. Pure, any thread.
#pragma once

#include "keychain/keychain.h"

#include <string_view>

namespace keyturn::workspace {

keychain::ItemId databasePasswordItem(std::string_view name);

} // namespace keyturn::workspace
