// SPDX-License-Identifier: Apache-2.0
// Console: the parts of the program, put together: profiles, keychain, theme, session watch, main window.
// What main() runs and what tests drive is the same object. GUI thread, after QApplication and
// hardenProcess(). Owns every part; the window borrows them.
#pragma once

#include "keychain/desktop_keychain.h"
#include "ui/desktop/notices.h"
#include "ui/desktop/session_watch.h"
#include "ui/desktop/sleep_inhibitor.h"
#include "ui/desktop/tray.h"
#include "ui/theme/theme.h"
#include "ui/views/main_window.h"
#include "workspace/history_access.h"

#include <memory>
#include <optional>

namespace keyturn {

class Console {
public:
    /// Names, version and desktop entry of the application, before any setting is read.
    static void nameApplication();

    Console();
    ~Console();
    ui::MainWindow &window() { return *m_window; }
    /// Shows the window, and what was wrong with the profile file.
    void show();
    void openVaultFile(const QString &file, bool readOnly);

private:
    /// A profile file that cannot be read is no reason not to start: it is left as it is, and the window says
    /// why.
    struct LoadedProfiles {
        workspace::ProfileStore store;
        std::optional<Error> error;
    };
    static LoadedProfiles loadProfiles();

    theme::Theme m_theme;
    LoadedProfiles m_profiles;
    keychain::DesktopKeychain m_keychain;
    std::unique_ptr<desktop::SessionWatch> m_sessionWatch;
    std::unique_ptr<desktop::SleepInhibitor> m_sleepInhibitor;
    std::unique_ptr<desktop::Notices> m_notices;
    std::unique_ptr<desktop::Tray> m_tray;
    std::shared_ptr<history::Recorder> m_history; ///< ends behind the window, whose calls it records
    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace keyturn
