// SPDX-License-Identifier: Apache-2.0
// A table of users in a private PostgreSQL, each with a blob under the old key, and an audit of every version
// of every row. One thread.
#pragma once

#include "reencrypt/sql/shared_job.h"
#include "unit/reencrypt_sql/private_postgres.h"
#include "unit/reencrypt_sql/row_scene.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace keyturn::test {

inline void fillUsers(const PrivatePostgres &postgres, const TwoKeys &keys, int rows) {
    QString sql = QStringLiteral(
        "DROP TABLE IF EXISTS users, audit; CREATE TABLE users(id bigint PRIMARY KEY, name text, wrapped "
        "text, "
        "updated_at timestamptz DEFAULT '2020-01-01'); CREATE TABLE audit(id bigint, was text, became text); "
        "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit "
        "VALUES "
        "(new.id, old.wrapped, new.wrapped); RETURN NULL; END $$; COPY users(id, name, wrapped) FROM "
        "STDIN;\n");
    for (int id = 1; id <= rows; ++id) {
        const std::string blob =
            keys.textBlob(keys.oldKey, "secret " + std::to_string(id), contextOfUser(id));
        sql += QStringLiteral("%1\tname %1\t%2\n").arg(QString::number(id), QString::fromStdString(blob));
    }
    sql += QStringLiteral(
        "\\.\nCREATE TRIGGER note AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note();");
    postgres.psql(sql);
}

/// Rows whose blob opens under the new key, with their own context, to what was put in.
inline int countMovedUsers(const QStringList &rows, const TwoKeys &keys) {
    int moved = 0;
    for (const QString &row : rows) {
        const int id = row.section(QLatin1Char('|'), 0, 0).toInt();
        const auto blob = fromBase64(row.section(QLatin1Char('|'), 1).toStdString());
        moved +=
            blob && keys.decrypt(keys.newKey, *blob, contextOfUser(id)) == "secret " + std::to_string(id);
    }
    return moved;
}

inline int countMovedUsers(const PrivatePostgres &postgres, const TwoKeys &keys) {
    return countMovedUsers(
        postgres.psql(QStringLiteral("SELECT id, wrapped FROM users")).split(QLatin1Char('\n')), keys);
}

/// The key that all workers of a shared job have: 32 times the same byte.
inline reencrypt::SharedKeySource sharedKey(std::uint8_t byte = 7) {
    return [byte](const std::string &) -> Result<reencrypt::SharedKey> {
        SecretBytes key(32);
        std::fill_n(key.data(), key.size(), byte);
        return reencrypt::SharedKey{std::move(key), "key file"};
    };
}

inline JobSpec postgresSpec(const PrivatePostgres &postgres) {
    JobSpec spec = sqliteSpec({});
    spec.source.kind = SourceKind::PostgreSql;
    spec.source.paths.clear();
    spec.source.connection = postgres.connection();
    return spec;
}

} // namespace keyturn::test
