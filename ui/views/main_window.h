// SPDX-License-Identifier: Apache-2.0
// MainWindow: the console. Shows the start page, the unlock page of a locked vault, or the keys of what is
// open; routes actions to dialogs and the acts presenter. Locks by policy: idle, session lock, sleep. GUI
// thread.
#pragma once

#include "ui/presenters/dialog_context.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/presenters/known_contexts.h"
#include "ui/presenters/session_consents.h"
#include "ui/views/action_table.h"
#include "workspace/history_access.h"
#include "workspace/lock_policy.h"
#include "workspace/profile_store.h"
#include "workspace/session.h"

#include <QMainWindow>
#include <QPointer>
#include <QSettings>

#include <filesystem>
#include <functional>
#include <memory>

class QLabel;
class QStackedWidget;

namespace keyturn::desktop {
class ClipboardGuard;
class IdleWatch;
class Notices;
class SessionWatch;
class SleepInhibitor;
class Tray;
} // namespace keyturn::desktop
namespace keyturn::theme {
class Theme;
}
namespace keyturn::widgets {
class EnvironmentChip;
class EnvironmentStripe;
class InlineBar;
} // namespace keyturn::widgets

namespace keyturn::ui {

class HistoryWindow;
class JobsWindow;
class KeyBrowser;
class OfflineCopiesPresenter;
class KeyCatalog;
class KeyDetail;
class RecentKeys;
class ServingPresenter;
class StartPage;
class UnlockPage;
class WindowQuestions;

/// Borrowed parts, made by the composition root; all outlive the window. Null where the machine has none.
struct MainWindowParts {
    workspace::ProfileStore *profiles = nullptr;
    keychain::Keychain *keychain = nullptr;
    theme::Theme *theme = nullptr;
    desktop::SessionWatch *sessionWatch = nullptr;
    desktop::SleepInhibitor *sleepInhibitor = nullptr;
    desktop::Notices *notices = nullptr;
    desktop::Tray *tray = nullptr;
    std::filesystem::path jobsFolder; ///< of bulk jobs; empty: Keyturn's
    std::filesystem::path copiesFolder = workspace::offlineCopiesFolder();
    workspace::HistoryPlace history = workspace::defaultHistoryPlace();
    std::shared_ptr<const Clock> clock = systemClock();
};

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const MainWindowParts &parts, QWidget *parent = nullptr);
    ~MainWindow() override;

    workspace::Session &session() { return m_session; }
    KeyCatalog &catalog() { return *m_catalog; }
    /// The window of bulk jobs; nullptr until it is asked for, and when the session ends.
    JobsWindow *jobs() { return m_jobs.get(); }
    /// Shows the unlock page of a vault, or connects.
    void openProfile(const workspace::Profile &profile, bool readOnly = false);
    /// Makes the demo vault if it is missing and shows its unlock page with its passphrase.
    void openDemo();
    /// Says what went wrong above the content.
    void present(const Error &error);

private:
    void makePages();
    void makeMenus();
    void makeStatusBar();
    void connectParts();
    void connectLocking();
    void handle(ActionId id);
    void handleVault(ActionId id);
    void handleKey(ActionId id);
    void handleCryptography(ActionId id);
    void handleView(ActionId id);
    void sessionChanged(workspace::Session::State state);
    void showProfile();
    void updateActions();
    void connectTo(const workspace::Profile &profile);
    void chooseVault(bool readOnly);
    void rememberVault(const QString &file);
    void backUp();
    void verifyVault();
    void rememberInKeychain();
    void rotateNow(const std::string &keyId);
    void scheduleDeletion(const std::string &keyId);
    void offerUndoOfDeletion(const std::string &keyId, const QString &name);
    void sayWhatIsPending();
    void showServing();
    JobsWindow &showJobs();
    void closeJobs();
    void showHistory();
    void connectCopies();
    void takeCopy();
    void showCopies();
    void openCopy(const QString &file);
    void showCopy(const workspace::OfflineCopy &copy);
    void showOfflineBanner();
    void refreshCopies();
    /// The form of any operation; of this one, where one is given.
    void callOperation(std::optional<kms::OperationId> operation = {});
    bool jobRuns() const;
    /// Pauses a running job first, if the person agrees; `verb` is what follows ("quit").
    void afterJobs(const QString &verb, std::function<void()> next);
    /// Before the window goes while a job runs: the same, or the windows are put away and it goes on.
    void leaveJobs();
    void pauseJobThen(const std::function<void()> &next);
    void keepInTray();
    void comeBack();
    void connectTray();
    void loadCachedKeys();
    void saveCachedKeys();
    void disable(const std::string &keyId);
    void lock(const QString &reason);
    using KeyAct = std::function<void(KeyActsPresenter::Done)>;
    /// Runs an act; what fails stands above the content, with a way to try again where that may help.
    void run(const KeyAct &act);
    void testConnection(const QString &profileName, QWidget *over);
    void showFacts();
    void announce(const QString &title, const QString &text);
    DialogContext dialogContext();
    /// The ids of the selected keys, in the order of the table.
    std::vector<std::string> selectedKeys() const;
    std::string currentKey() const;
    void showContextMenu(const QPoint &position);
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

    MainWindowParts m_parts;
    QSettings m_settings;
    workspace::Session m_session;
    KeyCatalog *m_catalog;
    RecentKeys *m_recentKeys;
    KnownContexts m_knownContexts;
    SessionConsents m_consents;
    KeyActsPresenter m_acts;
    workspace::LockPolicy m_lockPolicy;
    desktop::ClipboardGuard *m_clipboard;
    desktop::IdleWatch *m_idle;
    ActionSet *m_actions;
    widgets::EnvironmentStripe *m_stripe = nullptr;
    widgets::InlineBar *m_news = nullptr;
    widgets::InlineBar *m_offline = nullptr; ///< says that what is open is a copy, and of when
    OfflineCopiesPresenter *m_copies;
    QStackedWidget *m_pages = nullptr;
    StartPage *m_start = nullptr;
    UnlockPage *m_unlock = nullptr;
    QWidget *m_work = nullptr;
    KeyBrowser *m_browser = nullptr;
    KeyDetail *m_detail = nullptr;
    widgets::EnvironmentChip *m_chip = nullptr;
    QLabel *m_identity = nullptr;
    QLabel *m_source = nullptr;
    QLabel *m_countdown = nullptr;
    QLabel *m_lockState = nullptr;
    QLabel *m_servingState = nullptr;
    QLabel *m_clockState = nullptr;
    QLabel *m_jobState = nullptr;
    std::unique_ptr<JobsWindow> m_jobs; ///< has no parent, so that it may stand behind this window
    QPointer<HistoryWindow> m_historyWindow;
    WindowQuestions *m_questions;
    ServingPresenter *m_serving;
    std::function<void()> m_newsAct; ///< what the button of the news does
    bool m_pendingSaid = false;      ///< once for each session
    bool m_isInTray = false;
};

} // namespace keyturn::ui
