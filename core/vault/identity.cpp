// SPDX-License-Identifier: Apache-2.0
// The identity row: which account and Region a vault stands for.
#include "vault/container_impl.h"
#include "vault/record.h"

namespace keyturn::vault {

namespace {
constexpr std::uint16_t identityVersion = 1;
constexpr std::uint16_t accountTag = 1;
constexpr std::uint16_t regionTag = 2;
constexpr std::uint16_t createdTag = 3;
} // namespace

ByteView identityPrimaryKey() {
    return asBytes("identity");
}

Bytes encodeIdentity(const Identity &identity) {
    RecordWriter writer(identityVersion);
    writer.text(accountTag, identity.account)
        .text(regionTag, identity.region)
        .time(createdTag, identity.created);
    return toBytes(writer.view());
}

Result<Identity> decodeIdentity(ByteView row) {
    auto reader = RecordReader::parse(row);
    if (!reader) {
        return failFrom(reader);
    }
    auto account = reader->text(accountTag);
    auto region = reader->text(regionTag);
    auto created = reader->time(createdTag);
    if (!account || !region || !created) {
        return fail(damaged("the vault's identity row has a wrong form"));
    }
    return Identity{std::string(*account), std::string(*region), *created};
}

} // namespace keyturn::vault
