// SPDX-License-Identifier: Apache-2.0
#include "vault/file_header.h"

#include "chainlog/log_store.h"
#include "chainlog/wire.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace keyturn::vault {

namespace {

constexpr std::string_view headerMagic{"KTVAULT\0", 8};

tl::unexpected<Error> newerVault(std::int64_t needed, std::uint16_t newest) {
    return fail(ErrorCode::VaultNewer,
                "the vault needs format " + std::to_string(needed) + ", this program knows up to " +
                    std::to_string(newest) + ": open it with a newer Keyturn",
                ErrorOrigin::Vault);
}

tl::unexpected<Error> damagedHeader(std::string_view what) {
    return fail(ErrorCode::VaultDamaged, "the vault's header: " + std::string(what), ErrorOrigin::Vault);
}

Result<FileHeader> readHeaderRow(sqlite::Database &database, std::uint16_t newest) {
    auto statement = database.prepare("SELECT id, body FROM header");
    auto row = statement ? statement->step() : failFrom(statement);
    if (!row) {
        return failFrom(row);
    }
    if (!*row || statement->integer(0) != 1 || !statement->isBlob(1)) {
        return damagedHeader("its row is missing");
    }
    auto header = decodeFileHeader(statement->blob(1), newest);
    if (!header) {
        return header;
    }
    auto more = statement->step();
    if (!more) {
        return failFrom(more);
    }
    return *more ? Result<FileHeader>(damagedHeader("more than one row")) : header;
}

} // namespace

Bytes encodeFileHeader(const FileHeader &header) {
    Bytes body;
    chainlog::appendRaw(body, headerMagic);
    chainlog::appendNumber(body, header.format);
    chainlog::appendNumber(body, header.minReader);
    chainlog::appendNumber(body, header.minWriter);
    chainlog::appendRaw(body, header.vaultId);
    return body;
}

Result<FileHeader> decodeFileHeader(ByteView body, std::uint16_t newest) {
    chainlog::WireReader reader(body);
    if (asText(reader.raw(headerMagic.size())) != headerMagic) {
        return damagedHeader("wrong mark");
    }
    FileHeader header;
    header.format = reader.number<std::uint16_t>();
    header.minReader = reader.number<std::uint16_t>();
    header.minWriter = reader.number<std::uint16_t>();
    header.vaultId = reader.array<16>();
    if (!reader.ok()) {
        return damagedHeader("cut short");
    }
    if (header.minReader > newest) {
        return newerVault(header.minReader, newest);
    }
    if (!reader.finished() || header.format == 0) {
        return damagedHeader("wrong form");
    }
    return header;
}

const std::vector<sqlite::SchemaObject> &expectedSchema() {
    static const std::vector<sqlite::SchemaObject> schema{
        {"table", "header", "CREATE TABLE header(id INTEGER PRIMARY KEY, body BLOB NOT NULL)"},
        {"table", "state",
         "CREATE TABLE state(id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, epoch INTEGER NOT NULL, "
         "sealed BLOB NOT NULL)"},
        {"table", "slots", "CREATE TABLE slots(id INTEGER PRIMARY KEY, body BLOB NOT NULL)"},
        {"table", "rows",
         "CREATE TABLE rows(tbl INTEGER NOT NULL, pk BLOB NOT NULL, version INTEGER NOT NULL, epoch INTEGER "
         "NOT "
         "NULL, sealed BLOB NOT NULL, PRIMARY KEY(tbl, pk)) WITHOUT ROWID"},
        {"table", "log_pages", std::string(chainlog::LogStore::createTableSql)},
    };
    return schema;
}

Status createSchema(sqlite::Database &database) {
    for (const sqlite::SchemaObject &object : expectedSchema()) {
        if (auto created = database.execute(object.sql); !created) {
            return created;
        }
    }
    return database.execute("PRAGMA application_id=" + std::to_string(applicationId) +
                            "; PRAGMA user_version=" + std::to_string(containerFormat));
}

Result<FileHeader> checkFile(sqlite::Database &database, const Formats &formats) {
    auto mark = database.integer("PRAGMA application_id");
    if (!mark) {
        return failFrom(mark);
    }
    if (*mark != applicationId) {
        return fail(ErrorCode::NotAVault, "a database, but no Keyturn vault", ErrorOrigin::Vault);
    }
    auto format = database.integer("PRAGMA user_version");
    auto found = format ? database.schema() : failFrom(format);
    if (!found) {
        return failFrom(found);
    }
    const auto known = static_cast<std::uint16_t>(std::clamp<std::int64_t>(*format, 1, formats.newest));
    if (*found != formats.schema(known)) {
        // A newer format may have other tables; one of ours has none.
        return *format > formats.newest ? Result<FileHeader>(newerVault(*format, formats.newest))
                                        : damagedHeader("tables other than a vault has");
    }
    auto header = readHeaderRow(database, formats.newest);
    if (header && header->format != *format) {
        return damagedHeader("two different formats");
    }
    return header;
}

} // namespace keyturn::vault
