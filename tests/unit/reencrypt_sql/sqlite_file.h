// SPDX-License-Identifier: Apache-2.0
// SqliteFile: a database file of one test, written and looked at through the C API: independent of what is
// tested. One thread.
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTemporaryDir>

#include <sqlite3.h>

namespace keyturn::test {

class SqliteFile {
public:
    explicit SqliteFile(const QString &name = QStringLiteral("app.db"))
        : m_path(m_folder.filePath(name)) {
        if (sqlite3_open(m_path.toUtf8().constData(), &m_database) != SQLITE_OK) {
            qFatal("cannot open the test's database");
        }
        sqlite3_busy_timeout(m_database, 10'000);
    }
    ~SqliteFile() { close(); }
    SqliteFile(const SqliteFile &) = delete;
    SqliteFile &operator=(const SqliteFile &) = delete;

    void close() {
        sqlite3_close_v2(m_database);
        m_database = nullptr;
    }
    QString path() const { return m_path; }
    sqlite3 *handle() const { return m_database; }

    /// Rows as lines, columns divided by '|'; statements that fail end the test program.
    QStringList run(const QString &sql) const {
        QStringList lines;
        char *message = nullptr;
        const auto take = [](void *list, int columns, char **values, char **) {
            QStringList row;
            for (int i = 0; i < columns; ++i) {
                row << (values[i] == nullptr ? QStringLiteral("NULL") : QString::fromUtf8(values[i]));
            }
            static_cast<QStringList *>(list)->append(row.join(QLatin1Char('|')));
            return 0;
        };
        if (sqlite3_exec(m_database, sql.toUtf8().constData(), take, &lines, &message) != SQLITE_OK) {
            qFatal("%s: %s", qPrintable(sql), message);
        }
        return lines;
    }

private:
    QTemporaryDir m_folder;
    QString m_path;
    sqlite3 *m_database = nullptr;
};

} // namespace keyturn::test
