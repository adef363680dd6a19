// SPDX-License-Identifier: Apache-2.0
// The console. Hardens the process before anything else, then runs Console.
#include "app/console/console.h"
#include "base/platform/process.h"

#include <QApplication>
#include <QCommandLineParser>

int main(int argc, char *argv[]) {
    using namespace keyturn;
    platform::hardenProcess({.allowDebugger = qEnvironmentVariableIsSet("KEYTURN_ALLOW_DEBUGGER")});
    QApplication app(argc, argv);
    Console::nameApplication();

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Console for the keys of a key management service."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption demo(QStringLiteral("demo"),
                                  QStringLiteral("Open the demo vault, made on first use."));
    const QCommandLineOption readOnly(QStringLiteral("read-only"),
                                      QStringLiteral("Open the vault for browsing only."));
    parser.addOptions({demo, readOnly});
    parser.addPositionalArgument(QStringLiteral("vault"), QStringLiteral("A vault file to open."),
                                 QStringLiteral("[vault]"));
    parser.process(app);

    Console console;
    console.show();
    if (parser.isSet(demo)) {
        console.window().openDemo();
    } else if (const QStringList files = parser.positionalArguments(); !files.isEmpty()) {
        console.openVaultFile(files.front(), parser.isSet(readOnly));
    }
    return QApplication::exec();
}
