// SPDX-License-Identifier: Apache-2.0
#include "unit/reencrypt_sql/private_postgres.h"

#include <QtCore/QDir>
#include <QtCore/QStandardPaths>

#include <csignal>
#include <unistd.h>

namespace keyturn::test {
namespace {

/// Debian keeps the server's programs out of the PATH; pg_config knows where.
QString findPrograms() {
    const QString named = qEnvironmentVariable("KEYTURN_POSTGRES_PROGRAMS");
    if (!named.isEmpty()) {
        return named;
    }
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList names =
        versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &name : names) {
        const QString folder = versions.filePath(name + QStringLiteral("/bin"));
        if (QFileInfo(folder + QStringLiteral("/postgres")).isExecutable()) {
            return folder;
        }
    }
    const QString ready = QStandardPaths::findExecutable(QStringLiteral("pg_isready"));
    const QString beside = QFileInfo(ready).canonicalPath();
    return !ready.isEmpty() && QFileInfo(beside + QStringLiteral("/postgres")).isExecutable() ? beside
                                                                                              : QString();
}

bool waitFor(QProcess &process) {
    return process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit &&
           process.exitCode() == 0;
}

} // namespace

std::unique_ptr<PrivatePostgres> PrivatePostgres::create(QString *why) {
    const QString programs = findPrograms();
    if (programs.isEmpty()) {
        *why = QStringLiteral(
            "PostgreSQL's server is not installed (package postgresql, or its programs' folder "
            "in KEYTURN_POSTGRES_PROGRAMS)");
        return nullptr;
    }
    std::unique_ptr<PrivatePostgres> server(new PrivatePostgres);
    server->m_programs = programs + QLatin1Char('/');
    if (!server->m_folder.isValid() || !server->initialise() || !server->start()) {
        *why = QStringLiteral("PostgreSQL is installed and does not start: ") +
               QString::fromLocal8Bit(server->m_said + server->m_server.readAll());
        return nullptr;
    }
    return server;
}

PrivatePostgres::~PrivatePostgres() {
    stop(true);
}

void PrivatePostgres::run(QProcess &process, const QString &program, const QStringList &arguments) const {
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral("/"));
    QStringList all{QStringLiteral("--pdeathsig"), QStringLiteral("QUIT")};
    if (geteuid() == 0) {
        all << QStringLiteral("--reuid=postgres") << QStringLiteral("--regid=postgres")
            << QStringLiteral("--clear-groups");
    }
    process.start(QStringLiteral("setpriv"), all + QStringList{m_programs + program} + arguments);
}

bool PrivatePostgres::initialise() {
    if (geteuid() == 0) {
        QProcess own;
        own.start(QStringLiteral("chown"), {QStringLiteral("postgres"), m_folder.path()});
        if (!waitFor(own)) {
            return false;
        }
    }
    QProcess make;
    run(make, QStringLiteral("initdb"),
        {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data")), QStringLiteral("-U"),
         QStringLiteral("keyturn"), QStringLiteral("-A"), QStringLiteral("trust"), QStringLiteral("-E"),
         QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"), QStringLiteral("--no-sync")});
    return waitFor(make);
}

bool PrivatePostgres::start() {
    run(m_server, QStringLiteral("postgres"),
        {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data")), QStringLiteral("-k"),
         m_folder.path(), QStringLiteral("-c"), QStringLiteral("listen_addresses="), QStringLiteral("-c"),
         QStringLiteral("unix_socket_permissions=0777"), QStringLiteral("-c"),
         QStringLiteral("max_connections=40")});
    if (!m_server.waitForStarted()) {
        return false;
    }
    for (int attempt = 0; attempt < 600 && m_server.state() == QProcess::Running; ++attempt) {
        QProcess ready;
        run(ready, QStringLiteral("pg_isready"), {QStringLiteral("-h"), m_folder.path()});
        if (waitFor(ready)) {
            return true;
        }
        m_said = ready.readAll();
        m_server.waitForFinished(50);
    }
    return false;
}

void PrivatePostgres::stop(bool fast) {
    if (m_server.state() == QProcess::NotRunning) {
        return;
    }
    ::kill(static_cast<pid_t>(m_server.processId()), fast ? SIGINT : SIGQUIT);
    m_server.waitForFinished(60'000);
}

std::string PrivatePostgres::connection(const std::string &user) const {
    return "host=" + m_folder.path().toStdString() + " dbname=postgres user=" + user;
}

QString PrivatePostgres::psql(const QString &sql, bool *ok) const {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(m_programs + QStringLiteral("psql"),
                  {QStringLiteral("-X"), QStringLiteral("-q"), QStringLiteral("-A"), QStringLiteral("-t"),
                   QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"), QStringLiteral("-h"),
                   m_folder.path(), QStringLiteral("-U"), QStringLiteral("keyturn"), QStringLiteral("-d"),
                   QStringLiteral("postgres"), QStringLiteral("-f"), QStringLiteral("-")});
    process.write(sql.toUtf8());
    process.closeWriteChannel();
    const bool good = waitFor(process);
    if (ok != nullptr) {
        *ok = good;
    } else if (!good) {
        qFatal("psql: %s", process.readAll().constData());
    }
    return QString::fromUtf8(process.readAll()).trimmed();
}

} // namespace keyturn::test
