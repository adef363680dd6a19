// SPDX-License-Identifier: Apache-2.0
#include "unit/reencrypt_sql/private_mariadb.h"

#include <QtCore/QDir>
#include <QtCore/QStandardPaths>
#include <QtSql/QSqlDatabase>

#include <csignal>
#include <unistd.h>

namespace keyturn::test {
namespace {

constexpr int patienceMs = 60'000;

QString program(const QString &name) {
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin")}) : found;
}

bool waitFor(QProcess &process) {
    return process.waitForFinished(patienceMs) && process.exitStatus() == QProcess::NormalExit &&
           process.exitCode() == 0;
}

} // namespace

std::unique_ptr<PrivateMariaDb> PrivateMariaDb::create(QString *why) {
    std::unique_ptr<PrivateMariaDb> made(new PrivateMariaDb);
    made->m_server = program(QStringLiteral("mariadbd"));
    made->m_install = program(QStringLiteral("mariadb-install-db"));
    if (made->m_server.isEmpty() || made->m_install.isEmpty()) {
        *why = QStringLiteral("MariaDB's server (mariadbd, mariadb-install-db) is not installed");
        return nullptr;
    }
    if (!QSqlDatabase::isDriverAvailable(QStringLiteral("QMYSQL"))) {
        *why = QStringLiteral("Qt's driver for MySQL (libqt6sql6-mysql) is not installed");
        return nullptr;
    }
    if (!made->m_folder.isValid() || !made->initialise() || !made->start()) {
        qFatal("a private MariaDB does not start: %s", made->m_process.readAll().constData());
    }
    made->run(
        QStringLiteral("CREATE DATABASE app; CREATE USER keyturn@localhost IDENTIFIED BY '%1'; GRANT ALL "
                       "ON app.* TO keyturn@localhost")
            .arg(QLatin1String(password)));
    return made;
}

PrivateMariaDb::~PrivateMariaDb() {
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill(); // nothing of it is kept
        m_process.waitForFinished(patienceMs);
    }
}

QStringList PrivateMariaDb::serverArguments() const {
    QStringList arguments{QStringLiteral("--no-defaults"),
                          QStringLiteral("--datadir=") + m_folder.filePath(QStringLiteral("data")),
                          QStringLiteral("--innodb-log-file-size=8M"),
                          QStringLiteral("--innodb-buffer-pool-size=16M")};
    if (geteuid() == 0) {
        arguments << QStringLiteral("--user=root");
    }
    return arguments;
}

bool PrivateMariaDb::initialise() {
    QProcess make;
    make.setProcessChannelMode(QProcess::MergedChannels);
    make.start(m_install, serverArguments() << QStringLiteral("--auth-root-authentication-method=normal")
                                            << QStringLiteral("--skip-test-db"));
    const bool made = waitFor(make);
    if (!made) {
        qWarning("mariadb-install-db: %s", make.readAll().constData());
    }
    return made;
}

bool PrivateMariaDb::start() {
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(QStringLiteral("setpriv"),
                    QStringList{QStringLiteral("--pdeathsig"), QStringLiteral("KILL"), m_server} +
                        serverArguments() +
                        QStringList{QStringLiteral("--socket=") + m_folder.filePath(QStringLiteral("s")),
                                    QStringLiteral("--pid-file=") + m_folder.filePath(QStringLiteral("pid")),
                                    QStringLiteral("--skip-networking"), QStringLiteral("--skip-log-bin")});
    QByteArray said;
    while (m_process.state() != QProcess::NotRunning && !said.contains("ready for connections")) {
        if (!m_process.waitForReadyRead(patienceMs)) {
            break;
        }
        said += m_process.readAll();
    }
    return said.contains("ready for connections");
}

void PrivateMariaDb::stop() {
    ::kill(static_cast<pid_t>(m_process.processId()), SIGTERM);
    m_process.waitForFinished(patienceMs);
}

std::string PrivateMariaDb::connection() const {
    return "host=localhost dbname=app user=keyturn unix_socket=" +
           m_folder.filePath(QStringLiteral("s")).toStdString();
}

QString PrivateMariaDb::run(const QString &sql) const {
    QProcess client;
    client.setProcessChannelMode(QProcess::MergedChannels);
    client.start(
        QStringLiteral("mariadb"),
        {QStringLiteral("--no-defaults"), QStringLiteral("--batch"), QStringLiteral("--skip-column-names"),
         QStringLiteral("--default-character-set=utf8mb4"), QStringLiteral("-S"),
         m_folder.filePath(QStringLiteral("s")), QStringLiteral("-u"), QStringLiteral("root"),
         sql.startsWith(QLatin1String("CREATE DATABASE")) ? QStringLiteral("mysql") : QStringLiteral("app")});
    client.write(sql.toUtf8());
    client.closeWriteChannel();
    const bool good = waitFor(client);
    const QByteArray answer = client.readAll();
    if (!good) {
        qFatal("mariadb: %s", answer.constData());
    }
    QString rows = QString::fromUtf8(answer);
    if (rows.endsWith(QLatin1Char('\n'))) {
        rows.chop(1);
    }
    return rows.replace(QLatin1Char('\t'), QLatin1Char('|'));
}

} // namespace keyturn::test
