// SPDX-License-Identifier: Apache-2.0
#include "workspace/database_passwords.h"

#include "base/encoding.h"
#include "crypto/sha256.h"

namespace keyturn::workspace {

keychain::ItemId databasePasswordItem(std::string_view name) {
    const auto digest = crypto::sha256(asBytes("keyturn database password\n" + std::string(name)));
    return {keychain::ItemKind::Database, toHex(ByteView(digest).first(16))};
}

} // namespace keyturn::workspace
