// SPDX-License-Identifier: Apache-2.0
#include "keychain/keychain.h"

#include <QUuid>

namespace keyturn::keychain {

namespace {

std::string_view kindName(ItemKind kind) {
    switch (kind) {
    case ItemKind::Profile:
        return "profile";
    case ItemKind::Session:
        return "session";
    case ItemKind::Vault:
        return "vault";
    case ItemKind::Journal:
        return "journal";
    case ItemKind::Database:
        return "database";
    }
    return "profile";
}

bool isUuid(std::string_view text) {
    const bool dashed = text.size() == 36;
    if (!dashed && text.size() != 32) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = dashed && (i == 8 || i == 13 || i == 18 || i == 23);
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}

} // namespace

std::string newItemUuid() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

Result<std::string> itemKey(const ItemId &id) {
    if (!isUuid(id.uuid)) {
        return fail(ErrorCode::Usage, "a keychain item id is a lower-case UUID of 36 or 32 characters");
    }
    return "v1/" + std::string(kindName(id.kind)) + "/" + id.uuid;
}

} // namespace keyturn::keychain
