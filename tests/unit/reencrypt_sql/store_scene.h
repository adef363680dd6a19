// SPDX-License-Identifier: Apache-2.0
// What the suites of RowStore share. One thread.
#pragma once

#include "reencrypt/sql/row_store.h"
#include "unit/reencrypt_sql/private_postgres.h"
#include "unit/reencrypt_sql/sqlite_file.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::test {

using reencrypt::JobSpec;
using reencrypt::Row;
using reencrypt::RowStore;
using reencrypt::SourceKind;

inline JobSpec sqliteJob(const QString &path, const std::string &table = "t",
                         const std::string &column = "c") {
    JobSpec spec;
    spec.source.kind = SourceKind::Sqlite;
    spec.source.paths = {path.toStdString()};
    spec.source.table = table;
    spec.finder.blob = column;
    spec.safety.lockTimeout = std::chrono::milliseconds(200);
    return spec;
}

inline JobSpec postgresJob(const PrivatePostgres &postgres, const std::string &table,
                           const std::string &column = "c") {
    JobSpec spec;
    spec.source.kind = SourceKind::PostgreSql;
    spec.source.connection = postgres.connection();
    spec.source.table = table;
    spec.finder.blob = column;
    spec.safety.lockTimeout = std::chrono::milliseconds(200);
    return spec;
}

/// Every row's key, in pages of two.
inline Result<std::vector<std::string>> allKeys(RowStore &store) {
    std::vector<std::string> keys;
    std::optional<std::string> after;
    for (;;) {
        auto page = store.page(after, 2);
        if (!page) {
            return failFrom(page);
        }
        if (page->empty()) {
            return keys;
        }
        if (keys.size() > 100) {
            return fail(ErrorCode::Unknown, "paging does not end");
        }
        for (const Row &row : *page) {
            keys.push_back(row.key);
        }
        after = keys.back();
    }
}

} // namespace keyturn::test

/// Evaluates its argument once.
#define GOOD(result)                                                                                         \
    do {                                                                                                     \
        auto &&evaluated = (result);                                                                         \
        QVERIFY2(evaluated.has_value(), evaluated.has_value() ? "" : evaluated.error().detail.c_str());      \
    } while (false)

#define NEEDS_POSTGRES()                                                                                     \
    if (m_postgres == nullptr) {                                                                             \
        QSKIP(qPrintable(m_why));                                                                            \
    }
