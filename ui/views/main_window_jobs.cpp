// SPDX-License-Identifier: Apache-2.0
// Bulk jobs as the main window sees them: their window, what the status bar says of the running one, staying
// awake for it, and asking before it is left.
#include "ui/desktop/sleep_inhibitor.h"
#include "ui/dialogs/question.h"
#include "ui/views/job_view.h"
#include "ui/views/jobs_window.h"
#include "ui/views/main_window.h"

#include <QLabel>

namespace keyturn::ui {

JobsWindow &MainWindow::showJobs() {
    if (!m_jobs) {
        m_jobs = std::make_unique<JobsWindow>(dialogContext(), m_parts.keychain, m_parts.jobsFolder);
        connect(m_jobs.get(), &JobsWindow::statusChanged, m_jobState, [this](const QString &text) {
            m_jobState->setText(text.isEmpty() ? QString() : tr("Job %1").arg(text));
            m_jobState->setVisible(!text.isEmpty());
        });
        connect(m_jobs.get(), &JobsWindow::runningChanged, this, [this](bool running) {
            if (desktop::SleepInhibitor *awake = m_parts.sleepInhibitor; awake != nullptr) {
                running ? awake->hold(tr("A bulk re-encryption is running")) : awake->release();
            }
        });
    }
    m_jobs->show();
    m_jobs->raise();
    m_jobs->activateWindow();
    return *m_jobs;
}

/// The session is over: what its jobs are called is nobody's business now.
void MainWindow::closeJobs() {
    if (m_parts.sleepInhibitor != nullptr) {
        m_parts.sleepInhibitor->release();
    }
    m_jobState->clear();
    m_jobState->hide();
    m_jobs.reset();
}

bool MainWindow::jobRuns() const {
    return m_jobs && m_jobs->isRunning();
}

void MainWindow::afterJobs(const QString &verb, std::function<void()> next) {
    if (!jobRuns()) {
        return next();
    }
    ask(this,
        {.title = tr("A job is running"),
         .text = tr("It is paused after the batch under way and goes on where it stood when you resume it, "
                    "also on another day."),
         .verb = verb,
         .destroys = false},
        [this, next = std::move(next)] {
            if (m_jobs) {
                m_jobs->pauseThen(next);
            } else { // it has ended, and the session with it
                next();
            }
        });
}

} // namespace keyturn::ui
