// SPDX-License-Identifier: Apache-2.0
// PageScene: a home of one test program and a main window on a service in memory, recorded as the console
// records it. GUI thread.
#pragma once

#include "fakes/fake_kms.h"
#include "gui/harness/stage.h"
#include "ui/models/key_catalog.h"
#include "ui/views/action_table.h"
#include "ui/views/main_window.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/history_access.h"

#include <QAction>
#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <memory>
#include <optional>

namespace keyturn::gui_test {

class PageScene {
public:
    static constexpr int patience = 20'000; ///< ms, for waits that normally take far less

    explicit PageScene(const QString &name) {
        for (const char *variable :
             {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}) {
            qputenv(variable, m_home.path().toUtf8());
        }
        QCoreApplication::setOrganizationName(QStringLiteral("keyturn-test"));
        QCoreApplication::setApplicationName(name);
        auto store = workspace::ProfileStore::load(folder() / "profiles.json");
        if (!m_home.isValid() || !store) {
            qFatal("no home");
        }
        m_profiles = std::move(*store);
    }

    std::filesystem::path folder() const { return m_home.path().toStdString(); }
    workspace::ProfileStore &profiles() { return *m_profiles; }
    ui::MainWindow &window() { return *m_window; }
    test::FakeKms &kms() { return *m_kms; }

    static workspace::Profile profile() {
        workspace::Profile profile;
        profile.id = "22222222-2222-4333-8444-555555555555";
        profile.name = "Payments";
        profile.kind = workspace::ProfileKind::Endpoint;
        profile.service = workspace::EndpointService::Custom;
        profile.endpointUrl = "http://127.0.0.1:9";
        profile.region = "eu-central-1";
        profile.environment = workspace::Environment::Staging;
        return profile;
    }
    /// Where the history of this test stands; `name` keeps those of tests apart.
    workspace::HistoryPlace history(const std::string &name) const {
        return {folder() / name / "history.ktlog", folder() / name / "history-context", folder() / name};
    }

    /// A window with nothing open, and a fresh service.
    void openWindow(const workspace::HistoryPlace &place) {
        m_window.reset();
        m_history.reset();
        m_kms = std::make_shared<test::FakeKms>();
        m_kms->addKey("alias/shop/orders", "Signs off orders");
        m_kms->addKey("alias/shop/customers");
        m_window =
            std::make_unique<ui::MainWindow>(ui::MainWindowParts{.profiles = &*m_profiles, .history = place});
        m_history = workspace::windowHistory(place, nullptr, m_window.get());
        m_window->session().setHistory(m_history);
        Stage::show(*m_window);
    }
    void openSession(const workspace::Profile &profile = PageScene::profile()) {
        m_window->session().openService(m_kms, profile, [](const Status &) {});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->catalog().count() == 2 && !m_window->catalog().isLoading(),
                                 patience);
    }
    void close() {
        m_window.reset();
        m_history.reset();
        m_kms.reset();
    }
    /// By its menu's action.
    void trigger(ui::ActionId id) {
        m_window->findChild<QAction *>(QString::fromLatin1(ui::actionRow(id).name))->trigger();
    }
    template <class Part>
    Part *part(const char *name) {
        return m_window->findChild<Part *>(QString::fromLatin1(name));
    }
    const widgets::News &news() {
        return m_window->centralWidget()->findChild<widgets::InlineBar *>()->news();
    }

private:
    QTemporaryDir m_home;
    std::optional<workspace::ProfileStore> m_profiles;
    std::shared_ptr<test::FakeKms> m_kms;
    std::shared_ptr<history::Recorder> m_history;
    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace keyturn::gui_test
