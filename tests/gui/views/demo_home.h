// SPDX-License-Identifier: Apache-2.0
// DemoHome: a home of one test program, with the demo vault in it and no profile: what tests of the main
// window stand on. And how the window opens that vault, as a person does. GUI thread.
#pragma once

#include "gui/harness/stage.h"
#include "ui/models/key_catalog.h"
#include "ui/views/main_window.h"
#include "ui/widgets/secret_edit.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

namespace keyturn::gui_test {

inline workspace::Profile demoProfile() {
    workspace::Profile profile;
    profile.id = "11111111-2222-4333-8444-555555555555";
    profile.name = "Demo vault";
    profile.kind = workspace::ProfileKind::Vault;
    profile.vaultFile = workspace::demoVaultFile();
    profile.environment = workspace::Environment::Local;
    return profile;
}

class DemoHome {
public:
    static constexpr int patience = 20'000; ///< ms, for waits that normally take far less

    /// `name` keeps settings of programs apart.
    explicit DemoHome(const QString &name) {
        for (const char *variable : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}) {
            qputenv(variable, m_folder.path().toUtf8());
        }
        QCoreApplication::setOrganizationName(QStringLiteral("keyturn-test"));
        QCoreApplication::setApplicationName(name);
        auto store = workspace::ProfileStore::load(m_folder.path().toStdString() + "/profiles.json");
        if (!m_folder.isValid() || !workspace::ensureDemoVault({}) || !store) {
            qFatal("the demo vault's home was not made");
        }
        m_profiles = std::move(*store);
    }
    workspace::ProfileStore *profiles() { return &*m_profiles; }

    /// On the unlock page.
    static void typePassphrase(ui::MainWindow &window, const char *passphrase) {
        auto *secret = window.findChild<widgets::SecretEdit *>(QStringLiteral("unlock.secret"));
        secret->setFocus();
        QTest::keyClicks(secret, QString::fromLatin1(passphrase));
        QTest::keyClick(secret, Qt::Key_Return);
    }
    static void unlock(ui::MainWindow &window) {
        window.openProfile(demoProfile());
        typePassphrase(window, "keyturn demo");
        QTRY_COMPARE_WITH_TIMEOUT(window.session().state(), workspace::Session::State::Open, patience);
        QTRY_VERIFY_WITH_TIMEOUT(window.catalog().count() > 0 && !window.catalog().isLoading(), patience);
    }

private:
    QTemporaryDir m_folder;
    std::optional<workspace::ProfileStore> m_profiles;
};

} // namespace keyturn::gui_test
