// SPDX-License-Identifier: Apache-2.0
// JobWizard: a bulk job from source to start in five pages (features-and-screens.md 3.6). Pages may be
// visited in any order once they were reached; "Next" names what is wrong on its page. Preview and plan run
// beside it and never block it. The job file that it makes is the one that keyturn-cli runs. GUI thread.
#pragma once

#include "ui/dialogs/acting_dialog.h"
#include "ui/presenters/job_form.h"
#include "ui/presenters/job_presenter.h"

#include <array>
#include <optional>

class QListWidget;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace keyturn::ui {

class JobBlobsPage;
class JobPageWidget;
class JobReviewPage;

class JobWizard : public ActingDialog {
    Q_OBJECT

public:
    JobWizard(const DialogContext &context, JobPresenter::Parts parts, const reencrypt::JobSpec &spec,
              QWidget *parent = nullptr);
    ~JobWizard() override;

    /// The job as the pages have it now; paths are absolute, a relative one starts at the home folder.
    reencrypt::JobSpec spec() const;
    JobPage page() const;
    void goTo(JobPage page);
    /// Goes to the review of a job that `spec` was read from; as long as nothing is edited it runs as the
    /// file says, and is that file's job.
    void reviewFile(const QString &file);

Q_SIGNALS:
    /// The person starts it; `file` is the job file if it was saved, else empty.
    void startRequested(const keyturn::reencrypt::JobSpec &spec, const QString &file);

protected:
    void wipe() override;

private:
    void makePages(const reencrypt::JobSpec &spec);
    void makeButtons();
    void connectParts();
    JobPageWidget *widgetOf(JobPage page) const { return m_pages[static_cast<std::size_t>(page)]; }
    std::vector<JobFault> faultsOf(JobPage page) const;
    bool mayLeave();
    void next();
    void edited();
    void showPage(JobPage page);
    void refresh();
    void askPreview();
    void askPlan();
    void previewEnded(const Status &status);
    void planEnded(const Status &status);
    reencrypt::JobSpec written() const; ///< as typed
    reencrypt::JobSpec previewable() const;
    void suggestName();
    bool mayStart() const;
    void save();
    void start();
    QString productionAlias() const;

    JobPresenter m_presenter;
    reencrypt::JobSpec m_spec;
    JobPage m_reached = JobPage::Source;
    QString m_file;                             ///< where the job was saved last, unchanged since
    std::optional<reencrypt::JobSpec> m_asRead; ///< as the job file has it, until something is edited
    QListWidget *m_steps;
    QStackedWidget *m_stack;
    std::array<JobPageWidget *, jobPageCount> m_pages{};
    JobBlobsPage *m_blobs = nullptr;
    JobReviewPage *m_review = nullptr;
    QPushButton *m_back = nullptr;
    QPushButton *m_next = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_start = nullptr;
    QTimer *m_settled; ///< the preview follows a pause in typing
};

} // namespace keyturn::ui
