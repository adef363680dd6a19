// SPDX-License-Identifier: Apache-2.0
// mute_keychain COMMAND...: runs COMMAND on a session bus whose Secret Service answers nothing that needs a
// prompt, as one does while nobody types the keyring's password. The exit status is COMMAND's.
#include "unit/keychain/mute_secret_service.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStringList>

int main(int argumentCount, char **arguments) {
    const QCoreApplication application(argumentCount, arguments);
    const keyturn::test::MuteSecretService service;
    QStringList words = QCoreApplication::arguments().mid(1);
    if (!service.isRunning() || words.isEmpty()) {
        return 2;
    }
    QProcess command;
    command.setProcessChannelMode(QProcess::ForwardedChannels);
    command.setInputChannelMode(QProcess::ForwardedInputChannel);
    QObject::connect(&command, &QProcess::finished, &application,
                     [](int code) { QCoreApplication::exit(code); });
    QObject::connect(&command, &QProcess::errorOccurred, &application, [] { QCoreApplication::exit(2); });
    const QString program = words.takeFirst();
    command.start(program, words);
    return QCoreApplication::exec();
}
