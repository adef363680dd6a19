// SPDX-License-Identifier: Apache-2.0
// Bulk jobs as the main window sees them: their window, what the status bar says of the running one, staying
// awake for it, asking before it is left, and telling of its end when nobody looks.
#include "ui/desktop/notices.h"
#include "ui/desktop/sleep_inhibitor.h"
#include "ui/desktop/tray.h"
#include "ui/dialogs/question.h"
#include "ui/views/job_view.h"
#include "ui/views/jobs_window.h"
#include "ui/views/main_window.h"

#include <QApplication>
#include <QLabel>

namespace keyturn::ui {
namespace {

Question questionOfJob(const QString &verb) {
    return {.title = MainWindow::tr("A job is running"),
            .text =
                MainWindow::tr("It is paused after the batch under way and goes on where it stood when you "
                               "resume it, also on another day."),
            .verb = verb,
            .destroys = false};
}

} // namespace

JobsWindow &MainWindow::showJobs() {
    if (!m_jobs) {
        m_jobs = std::make_unique<JobsWindow>(dialogContext(), m_parts.keychain, m_parts.jobsFolder);
        connect(m_jobs.get(), &JobsWindow::statusChanged, m_jobState, [this](const QString &text) {
            m_jobState->setText(text.isEmpty() ? QString() : tr("Job %1").arg(text));
            m_jobState->setVisible(!text.isEmpty());
            if (m_isInTray) {
                m_parts.tray->show(text.isEmpty() ? tr("Keyturn") : tr("Keyturn \u2013 %1").arg(text));
            }
        });
        connect(m_jobs.get(), &JobsWindow::endedUnseen, this,
                [this](const QString &title, const QString &text) {
                    if (m_parts.notices != nullptr) {
                        m_parts.notices->tell(title, text);
                    }
                });
        connect(m_jobs.get(), &JobsWindow::runningChanged, this, [this](bool running) {
            if (desktop::SleepInhibitor *awake = m_parts.sleepInhibitor; awake != nullptr) {
                running ? awake->hold(tr("A bulk re-encryption is running")) : awake->release();
            }
        });
    }
    m_jobs->setWindowState(m_jobs->windowState() & ~Qt::WindowMinimized);
    m_jobs->show();
    m_jobs->raise();
    m_jobs->activateWindow();
    if (m_parts.notices != nullptr) {
        m_parts.notices->withdraw();
    }
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
    ask(this, questionOfJob(verb), [this, next = std::move(next)] { pauseJobThen(next); });
}

void MainWindow::pauseJobThen(const std::function<void()> &next) {
    if (m_jobs) {
        m_jobs->pauseThen(next);
    } else { // it has ended, and the session with it
        next();
    }
}

void MainWindow::leaveJobs() {
    Question question = questionOfJob(tr("Pause and quit"));
    if (m_parts.tray != nullptr && m_parts.tray->isThere()) {
        question.choices.push_back({tr("Keep in tray"), [this] { keepInTray(); }});
    }
    ask(this, question, [this] { pauseJobThen([this] { close(); }); });
}

void MainWindow::keepInTray() {
    m_isInTray = true;
    QApplication::setQuitOnLastWindowClosed(false); // none is left to close
    m_parts.tray->show(tr("Keyturn"));
    if (m_jobs) {
        m_jobs->hide();
    }
    hide();
}

void MainWindow::comeBack() {
    if (m_isInTray) {
        m_isInTray = false;
        m_parts.tray->hide();
        QApplication::setQuitOnLastWindowClosed(true);
    }
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    if (m_jobs) {
        showJobs();
    }
}

void MainWindow::connectTray() {
    if (m_parts.tray != nullptr) {
        connect(m_parts.tray, &desktop::Tray::opened, this, &MainWindow::comeBack);
        connect(m_parts.tray, &desktop::Tray::quitAsked, this, [this] {
            comeBack(); // a program that quits is seen to do so
            pauseJobThen([this] { close(); });
        });
    }
    if (m_parts.notices != nullptr) {
        connect(m_parts.notices, &desktop::Notices::chosen, this, &MainWindow::comeBack);
    }
}

} // namespace keyturn::ui
