// SPDX-License-Identifier: Apache-2.0
// PrivateMariaDb: a MariaDB server of one test: a data folder of its own, a Unix socket, no port, gone with
// the object (and with the test program, however that ends). One thread.
#pragma once

#include <QtCore/QProcess>
#include <QtCore/QString>
#include <QtCore/QTemporaryDir>

#include <memory>
#include <string>

namespace keyturn::test {

class PrivateMariaDb {
public:
    /// Nothing where MariaDB's server or Qt's driver is not installed; `why` says what was looked for.
    static std::unique_ptr<PrivateMariaDb> create(QString *why);
    ~PrivateMariaDb();

    bool start();
    void stop();
    /// "host=localhost dbname=app user=keyturn unix_socket=..."; the user's password is `password`.
    std::string connection() const;
    static constexpr const char *password = "MARKER-password-1";
    /// Statements by the client, as root, with its answer: columns divided by '|'.
    QString run(const QString &sql) const;

private:
    PrivateMariaDb() = default;
    bool initialise();
    QStringList serverArguments() const;

    QString m_server;
    QString m_install;
    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace keyturn::test
