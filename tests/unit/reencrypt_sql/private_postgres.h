// SPDX-License-Identifier: Apache-2.0
// PrivatePostgres: a PostgreSQL server of one test: a cluster in a temporary folder, reached by a Unix socket
// only, gone with the object (and with the test program, however that ends). Run by root it runs as the
// user "postgres", since PostgreSQL refuses root. One thread.
#pragma once

#include <QtCore/QProcess>
#include <QtCore/QString>
#include <QtCore/QTemporaryDir>

#include <memory>
#include <string>

namespace keyturn::test {

class PrivatePostgres {
public:
    /// Nothing where PostgreSQL's server is not installed; `why` says what was looked for.
    static std::unique_ptr<PrivatePostgres> create(QString *why);
    ~PrivatePostgres();

    bool start();
    /// Fast: as an operator restarts it. Else as if the machine lost power.
    void stop(bool fast);
    /// "host=... dbname=postgres user=keyturn"
    std::string connection(const std::string &user = "keyturn") const;
    /// Statements through psql, with its answer (unaligned, tuples only); the test fails loudly through `ok`.
    QString psql(const QString &sql, bool *ok = nullptr) const;

private:
    PrivatePostgres() = default;
    bool initialise();
    void run(QProcess &process, const QString &program, const QStringList &arguments) const;

    QString m_programs;
    QTemporaryDir m_folder;
    QProcess m_server;
    QByteArray m_said; ///< of the last look whether the server is ready
};

} // namespace keyturn::test
