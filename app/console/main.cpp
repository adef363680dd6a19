// SPDX-License-Identifier: Apache-2.0
// The console. Hardens the process before anything else, then puts its parts together.
#include "base/platform/identity.h"
#include "base/platform/process.h"
#include "keychain/desktop_keychain.h"
#include "ui/desktop/session_watch.h"
#include "ui/theme/theme.h"
#include "ui/views/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QSettings>

#include <cstdio>

namespace {

using namespace keyturn;

/// A profile file that cannot be read is no reason not to start: it is left as it is, and the window says
/// why.
struct LoadedProfiles {
    workspace::ProfileStore store;
    std::optional<Error> error;
};

LoadedProfiles loadProfiles() {
    auto store = workspace::ProfileStore::load(workspace::ProfileStore::defaultPath());
    if (store) {
        return {std::move(*store), std::nullopt};
    }
    return {workspace::ProfileStore::refusing(store.error().detail), store.error()};
}

workspace::Profile vaultProfile(const QString &file) {
    workspace::Profile profile;
    profile.id = workspace::newProfileId();
    profile.name = QFileInfo(file).completeBaseName().toStdString();
    profile.kind = workspace::ProfileKind::Vault;
    profile.vaultFile = QFile::encodeName(QFileInfo(file).absoluteFilePath()).toStdString();
    profile.environment = workspace::Environment::Local;
    return profile;
}

} // namespace

int main(int argc, char *argv[]) {
    platform::hardenProcess({.allowDebugger = qEnvironmentVariableIsSet("KEYTURN_ALLOW_DEBUGGER")});
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("keyturn"));
    QApplication::setApplicationName(QStringLiteral("keyturn"));
    QApplication::setApplicationDisplayName(QStringLiteral("Keyturn"));
    QApplication::setApplicationVersion(QStringLiteral(KEYTURN_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.keyturn.console"));

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

    theme::Theme theme(theme::makeSystemAppearance(QApplication::palette()));
    theme.setPreference(
        static_cast<theme::Preference>(QSettings().value(QStringLiteral("theme"), 0).toInt()));
    LoadedProfiles profiles = loadProfiles();
    keychain::DesktopKeychain keychain;
    const auto sessionWatch = desktop::makeSessionWatch();
    ui::MainWindow window({.profiles = &profiles.store,
                           .keychain = &keychain,
                           .theme = &theme,
                           .sessionWatch = sessionWatch.get()});
    window.show();
    if (profiles.error) {
        window.present(*profiles.error);
    }
    if (parser.isSet(demo)) {
        window.openDemo();
    } else if (const QStringList files = parser.positionalArguments(); !files.isEmpty()) {
        window.openProfile(vaultProfile(files.front()), parser.isSet(readOnly));
    }
    return QApplication::exec();
}
