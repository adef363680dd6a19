// SPDX-License-Identifier: Apache-2.0
// EndpointWindow: a main window, a fake KMS behind our own endpoint with the access keys that STS and
// Identity Center hand out here, and a home of its own. GUI thread; owner: the test.
#pragma once

#include "endpoint/server.h"
#include "fakes/fake_keychain.h"
#include "fakes/fake_kms.h"
#include "fakes/fixed_access_keys.h"
#include "gui/harness/stage.h"
#include "ui/views/action_table.h"
#include "ui/views/main_window.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/profile_store.h"

#include <QTemporaryDir>

class QAction;

namespace keyturn::gui_test {

inline constexpr int patience = 30'000; ///< ms, for waits that normally take far less

class EndpointWindow {
public:
    /// `name` keeps the settings of two tests apart.
    explicit EndpointWindow(const char *name);
    ~EndpointWindow();

    /// Of AWS at the endpoint, so that STS is asked who one is; its credentials are the caller's to choose.
    workspace::Profile profile(const std::string &name) const;
    void store(const workspace::Profile &profile);
    /// A new window; the one before and its session are gone.
    void open();
    QAction *action(ui::ActionId id) const;
    /// Above the content; nullptr while it says nothing.
    widgets::InlineBar *newsBar() const;
    /// What it says; empty title: nothing.
    widgets::News news() const;
    /// Of the list of keys.
    widgets::News listNews() const;

    std::shared_ptr<test::FakeKms> kms = std::make_shared<test::FakeKms>();
    test::FakeKeychain keychain;
    std::unique_ptr<ui::MainWindow> window;

private:
    QTemporaryDir m_home;
    std::unique_ptr<endpoint::Server> m_server;
    std::unique_ptr<workspace::ProfileStore> m_profiles;
};

} // namespace keyturn::gui_test
