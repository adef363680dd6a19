// SPDX-License-Identifier: Apache-2.0
// A format 2 that exists in tests alone: one table more, and a field more in the row of every key, which
// readers of today skip. No program has it.
#pragma once

#include "vault/container.h"
#include "vault/file_header.h"
#include "vault/write_transaction.h"

#include <utility>
#include <vector>

namespace keyturn::test {

inline constexpr std::string_view markedAs = "of format 2";

inline Status takeStepToTwo(vault::MigrationWork &work) {
    if (auto made = work.database.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        !made) {
        return made;
    }
    std::vector<std::pair<Bytes, Bytes>> rows;
    auto read = work.vault.scan(vault::Table::Keys, [&](const vault::OpenRow &row) -> Status {
        Bytes payload = toBytes(row.payload);
        for (const int byte : {0x70, 0x00, 0, 0, 0, static_cast<int>(markedAs.size())}) {
            payload.push_back(static_cast<std::uint8_t>(byte));
        }
        payload.insert(payload.end(), markedAs.begin(), markedAs.end());
        rows.emplace_back(toBytes(row.primaryKey), std::move(payload));
        return {};
    });
    for (const auto &[key, payload] : rows) {
        read = read ? work.rows.put(vault::Table::Keys, key, payload) : std::move(read);
    }
    return read;
}

inline const vault::Formats &nextFormat() {
    static const vault::Formats formats{
        2,
        [](std::uint16_t format) {
            auto schema = vault::expectedSchema();
            if (format == 2) {
                schema.push_back(
                    {"table", "notes", "CREATE TABLE notes(id INTEGER PRIMARY KEY, body BLOB NOT NULL)"});
            }
            return schema;
        },
        {{2, 2, 2, takeStepToTwo}}};
    return formats;
}

} // namespace keyturn::test
