// SPDX-License-Identifier: Apache-2.0
#include "app/console/console.h"

#include "ui/theme/icons.h"

#include <QApplication>
#include <QFile>
#include <QFileInfo>
#include <QSettings>

namespace keyturn {
namespace {

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

void Console::nameApplication() {
    QApplication::setOrganizationName(QStringLiteral("keyturn"));
    QApplication::setApplicationName(QStringLiteral("keyturn"));
    QApplication::setApplicationDisplayName(QStringLiteral("Keyturn"));
    QApplication::setApplicationVersion(QStringLiteral(KEYTURN_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.keyturn.console"));
}

Console::LoadedProfiles Console::loadProfiles() {
    auto store = workspace::ProfileStore::load(workspace::ProfileStore::defaultPath());
    if (store) {
        return {std::move(*store), std::nullopt};
    }
    return {workspace::ProfileStore::refusing(store.error().detail), store.error()};
}

Console::Console()
    : m_theme(theme::makeSystemAppearance(QApplication::palette()))
    , m_profiles(loadProfiles())
    , m_sessionWatch(desktop::makeSessionWatch())
    , m_sleepInhibitor(desktop::makeSleepInhibitor())
    , m_notices(desktop::makeNotices())
    , m_tray(desktop::makeTray(theme::applicationIcon())) {
    m_theme.setPreference(
        static_cast<theme::Preference>(QSettings().value(QStringLiteral("theme"), 0).toInt()));
    m_window = std::make_unique<ui::MainWindow>(ui::MainWindowParts{.profiles = &m_profiles.store,
                                                                    .keychain = &m_keychain,
                                                                    .theme = &m_theme,
                                                                    .sessionWatch = m_sessionWatch.get(),
                                                                    .sleepInhibitor = m_sleepInhibitor.get(),
                                                                    .notices = m_notices.get(),
                                                                    .tray = m_tray.get()});
    m_history = workspace::windowHistory(workspace::defaultHistoryPlace(), &m_keychain, m_window.get());
    m_window->session().setHistory(m_history);
}

Console::~Console() = default;

void Console::show() {
    m_window->show();
    if (m_profiles.error) {
        m_window->present(*m_profiles.error);
    }
}

void Console::openVaultFile(const QString &file, bool readOnly) {
    m_window->openProfile(vaultProfile(file), readOnly);
}

} // namespace keyturn
