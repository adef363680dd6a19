// SPDX-License-Identifier: Apache-2.0
// The container's own rows: which account and Region a vault stands for; keys of journals from before the
// vault's key was renewed.
#include "chainlog/wire.h"
#include "vault/container_impl.h"
#include "vault/record.h"

namespace keyturn::vault {

namespace {
constexpr std::uint16_t identityVersion = 1;
constexpr std::uint16_t accountTag = 1;
constexpr std::uint16_t regionTag = 2;
constexpr std::uint16_t createdTag = 3;
constexpr std::uint16_t journalKeyVersion = 1;
constexpr std::uint16_t journalKeyTag = 1;
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

Bytes journalKeyPlace(std::uint32_t epoch) {
    Bytes place;
    chainlog::appendNumber(place, epoch);
    return place;
}

SecretBytes encodeJournalKey(const SecretBytes &key) {
    RecordWriter writer(journalKeyVersion);
    writer.bytes(journalKeyTag, key.view());
    return SecretBytes::copyOf(writer.view());
}

Result<SecretBytes> decodeJournalKey(ByteView row) {
    auto reader = RecordReader::parse(row);
    auto key = reader ? reader->bytes(journalKeyTag) : failFrom(reader);
    return key ? Result<SecretBytes>(SecretBytes::copyOf(*key))
               : fail(damaged("a journal key's row has a wrong form"));
}

} // namespace keyturn::vault
