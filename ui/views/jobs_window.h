// SPDX-License-Identifier: Apache-2.0
// JobsWindow: a window of its own for bulk jobs: the history of jobs, the one that is looked at or runs, and
// rotation campaigns. Works on the main window's session; when that locks, a running job is stopped first and
// stays resumable. Closing it while a job runs asks. GUI thread. Owner: the main window.
#pragma once

#include "ui/presenters/dialog_context.h"
#include "ui/presenters/job_desk.h"
#include "ui/presenters/job_form.h"

#include <QMainWindow>

#include <functional>

class QPushButton;
class QShortcut;
class QStackedWidget;
class QTabWidget;
class QTableView;
class QTimer;

namespace keyturn::keychain {
class Keychain;
}
namespace keyturn::widgets {
class EmptyState;
class EnvironmentStripe;
class InlineBar;
} // namespace keyturn::widgets

namespace keyturn::ui {

class CampaignView;
class JobListModel;
class JobView;
class JobWizard;

class JobsWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `folder`: where jobs lie; empty: Keyturn's. Session and keychain are borrowed.
    JobsWindow(const DialogContext &context, keychain::Keychain *keychain, std::filesystem::path folder = {},
               QWidget *parent = nullptr);
    ~JobsWindow() override;

    void newJob();
    /// `page`: where it opens, as far as the pages before it are right.
    void newJob(const reencrypt::JobSpec &spec, JobPage page = JobPage::Source);
    /// Asks for a job file and opens it.
    void openJobFile();
    /// Shows the job that has begun from it, or its review; what is wrong with it stands in the window.
    void openJobFile(const std::filesystem::path &file);
    void refresh();
    bool isRunning() const;
    JobView *view() const { return m_view; }
    CampaignView *campaigns() const { return m_campaigns; }
    void showCampaigns();
    /// Pauses the running job after the batch under way, then calls `next`; at once when none runs.
    void pauseThen(std::function<void()> next);

Q_SIGNALS:
    void runningChanged(bool running);
    /// What a status bar says of the running job; empty: none.
    void statusChanged(const QString &text);
    /// A job or a step of a campaign has ended while this window was put away. Names nothing.
    void endedUnseen(const QString &title, const QString &text);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    enum Page { EmptyPage, WorkPage };
    QWidget *makeList();
    QWidget *makeEmpty();
    void makeShortcuts();
    void showEntries();
    void showJob(int row);
    void connectParts();
    void busyChanged();
    void showOpened(OpenedJob job, const reencrypt::JournalHead &head);
    void begin(const reencrypt::JobSpec &spec, const QString &file);
    JobWizard *openWizard(const reencrypt::JobSpec &spec);
    void showBegun(const JobEntry &entry);
    void sayWhyNotOpened(const std::filesystem::path &file, const Error &error);
    void sayAnotherRuns();
    void tellOfEnd(const QString &title, const QString &text);
    void saveReport();
    void sessionLocks();
    reencrypt::JobSpec emptyJob() const;

    DialogContext m_context;
    JobDesk m_desk;
    widgets::EnvironmentStripe *m_stripe;
    widgets::InlineBar *m_bar;
    QStackedWidget *m_pages;
    JobListModel *m_model;
    QPushButton *m_new; ///< first, for the tab order
    QPushButton *m_open;
    QTableView *m_table;
    JobView *m_view;
    CampaignView *m_campaigns;
    QTabWidget *m_tabs;
    QShortcut *m_space = nullptr;
    QTimer *m_recount;             ///< the list's counts while a job runs
    std::filesystem::path m_shown; ///< the journal that the view shows
    std::function<void()> m_afterPause;
    bool m_wasRunning = false;
};

} // namespace keyturn::ui
