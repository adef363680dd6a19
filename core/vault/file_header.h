// SPDX-License-Identifier: Apache-2.0
// What a vault's file shows before anything is unlocked: marks of the format, schema, header row.
// Plain values and pure functions. Follows FORMAT.md section 1.
// Errors: NotAVault, VaultNewer (naming the format needed), VaultDamaged.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "sqlite/database.h"
#include "vault/formats.h"
#include "vault/vault_keys.h"

#include <cstdint>
#include <vector>

namespace keyturn::vault {

inline constexpr std::int64_t applicationId = 0x4B54564C; // "KTVL"
inline constexpr std::uint16_t containerFormat = 1;       ///< of vaults that are made
/// What sealed rows and slots are bound to. A format with the same sealing keeps it: slots cannot be sealed
/// anew without their secrets.
inline constexpr std::uint16_t sealingFormat = 1;

struct FileHeader {
    std::uint16_t format = containerFormat;
    std::uint16_t minReader = 1;
    std::uint16_t minWriter = 1;
    VaultUuid vaultId{};

    bool operator==(const FileHeader &) const = default;
};

Bytes encodeFileHeader(const FileHeader &header);
/// VaultNewer where `newest` cannot read it.
Result<FileHeader> decodeFileHeader(ByteView body, std::uint16_t newest);

/// The tables as they are created, in order.
const std::vector<sqlite::SchemaObject> &expectedSchema();
/// Creates the tables and sets the marks, in the caller's transaction.
Status createSchema(sqlite::Database &database);
/// Marks, schema text, header row: in this order, before any other query.
Result<FileHeader> checkFile(sqlite::Database &database, const Formats &formats);

} // namespace keyturn::vault
