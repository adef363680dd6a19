// SPDX-License-Identifier: Apache-2.0
// What opens a job in the window: a row of the list, the wizard, a job file.
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/job_wizard.h"
#include "ui/models/job_list_model.h"
#include "ui/models/key_words.h"
#include "ui/views/job_view.h"
#include "ui/views/jobs_window.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QStackedWidget>
#include <QStringList>
#include <QTabWidget>
#include <QTableView>

namespace keyturn::ui {
namespace {

constexpr qsizetype faultsShown = 6;

} // namespace

void JobsWindow::showJob(int row) {
    if (row < 0 || isRunning() || m_model->at(row).journal == m_shown) {
        return;
    }
    const JobEntry entry = m_model->at(row);
    m_shown = entry.journal;
    m_bar->dismiss();
    m_desk.openAgain(entry, [this, entry](Result<OpenedJob> job) {
        if (entry.journal != m_shown) {
            return; // another row was chosen meanwhile
        }
        if (!job) {
            m_view->clear();
            return m_bar->present(newsFor(job.error(), {}, false));
        }
        showOpened(std::move(*job), entry.head);
        m_view->presenter()->load();
    });
}

void JobsWindow::showOpened(OpenedJob job, const reencrypt::JournalHead &head) {
    m_shown = std::move(job.journal);
    m_view->show(std::move(job.presenter), head);
    m_pages->setCurrentIndex(WorkPage);
}

reencrypt::JobSpec JobsWindow::emptyJob() const {
    return ui::newJob(m_context.session->profile().kind == workspace::ProfileKind::Vault);
}

void JobsWindow::newJob() {
    newJob(emptyJob());
}

void JobsWindow::newJob(const reencrypt::JobSpec &spec, JobPage page) {
    if (m_context.session->service() == nullptr) {
        return;
    }
    openWizard(spec)->goTo(page);
}

JobWizard *JobsWindow::openWizard(const reencrypt::JobSpec &spec) {
    auto *wizard = new JobWizard(m_context, m_desk.planningParts(), spec, this);
    connect(wizard, &JobWizard::startRequested, this, &JobsWindow::begin);
    wizard->open();
    return wizard;
}

void JobsWindow::openJobFile() {
    if (m_context.session->service() == nullptr) {
        return;
    }
    requestOpenFile(this, tr("Open job file"), tr("Job files (*.yaml *.yml);;All files (*)"),
                    [this](const std::filesystem::path &file) { openJobFile(file); });
}

/// A job that has begun already is shown where it stands; another is looked over first.
void JobsWindow::openJobFile(const std::filesystem::path &file) {
    m_bar->dismiss();
    if (m_context.session->service() == nullptr) {
        return;
    }
    const auto spec = JobDesk::readJob(file);
    if (!spec) {
        return sayWhyNotOpened(file, spec.error());
    }
    refresh();
    if (const auto begun = m_desk.begunFrom(file, *spec)) {
        return showBegun(*begun);
    }
    openWizard(*spec)->reviewFile(fromUtf8(std::filesystem::absolute(file).string()));
}

void JobsWindow::showBegun(const JobEntry &entry) {
    m_tabs->setCurrentWidget(m_pages);
    if (entry.journal != m_shown && isRunning()) {
        return sayAnotherRuns();
    }
    m_table->setCurrentIndex(m_model->index(m_model->rowOf(entry.journal), JobListModel::Name));
    m_bar->present({widgets::NewsKind::Info,
                    tr("This job has begun already"),
                    tr("Here is where it stands. A job file that asks for something else begins a new one."),
                    {},
                    {}});
}

/// What is wrong with a job file stands line by line, as much of it as can be taken in.
void JobsWindow::sayWhyNotOpened(const std::filesystem::path &file, const Error &error) {
    if (error.code != ErrorCode::Usage) {
        return m_bar->present(newsFor(error, {}, false));
    }
    const QString whole = fromUtf8(error.detail);
    QStringList lines = whole.split(u'\n', Qt::SkipEmptyParts);
    if (lines.size() > 1) {
        lines.removeFirst(); // says what the title says
    }
    const qsizetype more = lines.size() - faultsShown;
    if (more > 0) {
        lines = lines.mid(0, faultsShown);
        lines += counted(more, tr("1 more fault"), tr("%1 more faults"));
    }
    m_bar->present({widgets::NewsKind::Danger,
                    tr("%1 cannot be run").arg(fromUtf8(file.filename().string())),
                    lines.join(u'\n'),
                    {},
                    whole});
}

void JobsWindow::begin(const reencrypt::JobSpec &spec, const QString &file) {
    m_bar->dismiss();
    if (isRunning()) {
        return sayAnotherRuns();
    }
    m_desk.openNew(spec, file, [this, spec](Result<OpenedJob> job) {
        if (!job) {
            return m_bar->present(newsFor(job.error(), {}, false));
        }
        reencrypt::JournalHead head;
        head.spec = spec;
        showOpened(std::move(*job), head);
        m_view->run();
    });
}

void JobsWindow::sayAnotherRuns() {
    m_bar->present({widgets::NewsKind::Info,
                    tr("A job runs already"),
                    tr("Save the new one as a job file, or wait until this one has stopped."),
                    {},
                    {}});
}

} // namespace keyturn::ui
