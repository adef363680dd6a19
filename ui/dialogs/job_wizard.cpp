// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/job_wizard.h"

#include "reencrypt/job_places.h"
#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/dialogs/job_pages.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

#include <QApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using namespace std::chrono_literals;
constexpr auto previewAfter = 400ms;
constexpr int stepsWidth = 180;

bool isVault(const DialogContext &context) {
    return context.session->profile().kind == workspace::ProfileKind::Vault;
}

} // namespace

JobWizard::JobWizard(const DialogContext &context, JobPresenter::Parts parts, const reencrypt::JobSpec &spec,
                     QWidget *parent)
    : ActingDialog(context, tr("Re-encrypt in bulk"), false, parent)
    , m_presenter(std::move(parts))
    , m_spec(spec)
    , m_steps(new QListWidget(this))
    , m_stack(new QStackedWidget(this))
    , m_settled(new QTimer(this)) {
    setObjectName(QStringLiteral("jobWizard"));
    makePages(spec);
    makeButtons();
    connectParts();
    orderTabsAsLaidOut(*this);
    resize(980, 700);
    showPage(JobPage::Source);
}

JobWizard::~JobWizard() = default;

void JobWizard::makePages(const reencrypt::JobSpec &spec) {
    m_blobs = new JobBlobsPage(&m_presenter, context().catalog, this);
    m_review = new JobReviewPage(&m_presenter, context().catalog, this);
    m_pages = {new JobSourcePage(this), m_blobs, new JobKeysPage(context(), this),
               new JobSafetyPage(isVault(context()), this), m_review};
    m_steps->setObjectName(QStringLiteral("job.steps"));
    m_steps->setAccessibleName(tr("Steps"));
    m_steps->setFixedWidth(stepsWidth);
    m_steps->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (int i = 0; i < jobPageCount; ++i) {
        m_steps->addItem(title(static_cast<JobPage>(i)));
        m_pages[static_cast<std::size_t>(i)]->load(spec);
        m_stack->addWidget(m_pages[static_cast<std::size_t>(i)]);
    }
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::group);
    row->addWidget(m_steps);
    row->addWidget(m_stack, 1);
    content()->addLayout(row, 1);
}

void JobWizard::makeButtons() {
    m_save = new QPushButton(tr("Save job file\u2026"), this);
    m_save->setObjectName(QStringLiteral("job.save"));
    m_back = new QPushButton(tr("Back"), this);
    m_back->setObjectName(QStringLiteral("job.back"));
    m_next = new QPushButton(tr("Next"), this);
    m_next->setObjectName(QStringLiteral("job.next"));
    m_next->setDefault(true);
    m_start = new QPushButton(this);
    m_start->setObjectName(QStringLiteral("job.start"));
    auto *cancel = new QPushButton(tr("Cancel"), this);
    for (QPushButton *each : {m_next, m_start}) {
        theme::setButtonKind(*each, theme::ButtonKind::Primary);
    }
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    buttons()->addWidget(m_save);
    buttons()->addStretch(1);
    for (QPushButton *each : {cancel, m_back, m_next, m_start}) {
        buttons()->addWidget(each);
    }
}

void JobWizard::connectParts() {
    m_settled->setObjectName(QStringLiteral("job.settled"));
    m_settled->setSingleShot(true);
    m_settled->setInterval(previewAfter);
    connect(m_settled, &QTimer::timeout, this, &JobWizard::askPreview);
    for (JobPageWidget *each : m_pages) {
        connect(each, &JobPageWidget::changed, this, &JobWizard::edited);
    }
    connect(m_steps, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && row != static_cast<int>(page())) {
            goTo(static_cast<JobPage>(row));
        }
    });
    connect(m_back, &QPushButton::clicked, this,
            [this] { goTo(static_cast<JobPage>(static_cast<int>(page()) - 1)); });
    connect(m_next, &QPushButton::clicked, this, &JobWizard::next);
    connect(m_save, &QPushButton::clicked, this, &JobWizard::save);
    connect(m_start, &QPushButton::clicked, this, &JobWizard::start);
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto *forward = new QShortcut(QKeySequence(Qt::CTRL | key), this);
        connect(forward, &QShortcut::activated, this, &JobWizard::next);
    }
    connect(&m_presenter, &JobPresenter::previewChanged, m_blobs, &JobBlobsPage::showPreview);
    connect(&m_presenter, &JobPresenter::planChanged, m_review, &JobReviewPage::showPlan);
    connect(&m_presenter, &JobPresenter::ended, this, [this](JobPresenter::Act act, const Status &status) {
        act == JobPresenter::Act::Preview ? previewEnded(status) : planEnded(status);
    });
}

reencrypt::JobSpec JobWizard::written() const {
    if (m_asRead) {
        return *m_asRead;
    }
    reencrypt::JobSpec spec = m_spec; // keeps the members that no page shows
    for (const JobPageWidget *each : m_pages) {
        each->store(spec);
    }
    return spec;
}

reencrypt::JobSpec JobWizard::spec() const {
    reencrypt::JobSpec spec = written();
    for (std::string &path : spec.source.paths) {
        path =
            path == "~" || path.starts_with("~/") ? path.substr(std::min<std::size_t>(2, path.size())) : path;
    }
    return reencrypt::withAbsolutePaths(std::move(spec), QDir::homePath().toStdString());
}

/// "users.jsonl to alias/shop/customers": something to tell jobs apart by, until the person says better.
void JobWizard::suggestName() {
    if (!m_spec.name.empty()) {
        return;
    }
    const reencrypt::SourceSpec &source = m_spec.source;
    const std::string what = !source.table.empty() ? source.table
                             : source.paths.empty()
                                 ? std::string("job")
                                 : std::filesystem::path(source.paths.front()).filename().string();
    m_spec.name =
        tr("%1 to %2").arg(fromUtf8(what), fromUtf8(m_spec.destinationKey).section(u'/', -1)).toStdString();
}

JobPage JobWizard::page() const {
    return static_cast<JobPage>(m_stack->currentIndex());
}

std::vector<JobFault> JobWizard::faultsOf(JobPage page) const {
    std::vector<JobFault> faults = jobFaults(written());
    std::erase_if(faults, [page](const JobFault &fault) { return fault.page != page; });
    return faults;
}

bool JobWizard::mayLeave() {
    const auto faults = faultsOf(page());
    widgetOf(page())->showFaults(faults);
    return faults.empty();
}

void JobWizard::next() {
    if (page() == JobPage::Review) {
        return start();
    }
    if (mayLeave()) {
        goTo(static_cast<JobPage>(static_cast<int>(page()) + 1));
    }
}

/// Forward only over pages that are right; back at any time.
void JobWizard::goTo(JobPage wanted) {
    while (page() < wanted && mayLeave()) {
        showPage(static_cast<JobPage>(static_cast<int>(page()) + 1));
    }
    if (page() > wanted) {
        showPage(wanted);
    }
    const QSignalBlocker quiet(m_steps);
    m_steps->setCurrentRow(static_cast<int>(page()));
}

void JobWizard::showPage(JobPage page) {
    // Key pickers' completions would stand over the next page and take its keys.
    while (QWidget *popup = QApplication::activePopupWidget()) {
        popup->hide();
    }
    m_spec = written();
    m_settled->stop(); // a preview that comes late would take the place of the review's plan
    if (page == JobPage::Review) {
        suggestName();
    }
    {
        const QSignalBlocker quiet(widgetOf(page)); // nobody edits it by looking at it
        widgetOf(page)->load(m_spec);
    }
    m_stack->setCurrentIndex(static_cast<int>(page));
    m_reached = std::max(m_reached, page);
    if (page == JobPage::Blobs) {
        askPreview();
    } else if (page == JobPage::Review) {
        askPlan();
    }
    widgetOf(page)->firstField()->setFocus();
    const QSignalBlocker quiet(m_steps);
    m_steps->setCurrentRow(static_cast<int>(page));
    refresh();
}

void JobWizard::reviewFile(const QString &file) {
    m_file = file;
    m_asRead = m_spec;
    goTo(JobPage::Review);
    const QString service = fromUtf8(m_spec.service);
    const QString here = fromUtf8(context().session->profile().name);
    if (!service.isEmpty() && service != here) {
        bar()->present(
            {widgets::NewsKind::Attention,
             tr("The file names another service"),
             tr("It was written for \u201c%1\u201d; here it runs on \u201c%2\u201d.").arg(service, here),
             {},
             {}});
    }
}

void JobWizard::edited() {
    m_file.clear();
    m_asRead.reset();
    bar()->dismiss();
    widgetOf(page())->showFaults({});
    if (page() == JobPage::Blobs) {
        m_settled->start();
    }
    refresh();
}

void JobWizard::refresh() {
    const bool review = page() == JobPage::Review;
    m_spec = written();
    m_back->setEnabled(page() != JobPage::Source);
    m_next->setVisible(!review);
    m_start->setVisible(review);
    m_save->setVisible(review);
    m_start->setText(m_spec.safety.dryRun ? tr("Start dry run") : tr("Start job"));
    m_start->setEnabled(mayStart());
    for (int i = 0; i < m_steps->count(); ++i) {
        QListWidgetItem *item = m_steps->item(i);
        const bool passed = static_cast<JobPage>(i) < m_reached && faultsOf(static_cast<JobPage>(i)).empty();
        item->setIcon(theme::icon(passed ? theme::Icon::Check : theme::Icon::Forward,
                                  passed ? theme::ColorRole::Good : theme::ColorRole::MutedText));
        item->setFlags(static_cast<JobPage>(i) <= m_reached ? Qt::ItemIsEnabled | Qt::ItemIsSelectable
                                                            : Qt::NoItemFlags);
    }
    m_review->setCommand(m_file.isEmpty(), jobCommand(m_file.isEmpty() ? QStringLiteral("job.yaml") : m_file,
                                                      context().session->profile()));
}

void JobWizard::askPreview() {
    if (!faultsOf(JobPage::Source).empty() || !faultsOf(JobPage::Blobs).empty()) {
        return m_blobs->sayAboutPreview(tr("Say where the ciphertexts are to see the first of them here."));
    }
    m_blobs->sayAboutPreview(tr("Looking\u2026"));
    if (m_presenter.act() == JobPresenter::Act::Plan) {
        m_presenter.stop(); // planEnded() comes back here
    } else {
        m_presenter.preview(previewable());
    }
}

/// Looked at before the keys are chosen; nothing is asked of a key.
reencrypt::JobSpec JobWizard::previewable() const {
    reencrypt::JobSpec wanted = spec();
    if (wanted.destinationKey.empty()) {
        wanted.destinationKey = "not chosen yet";
    }
    std::erase(wanted.sourceKeys, std::string());
    return wanted;
}

void JobWizard::previewEnded(const Status &status) {
    if (!status && status.error().code != ErrorCode::Cancelled) {
        m_blobs->sayAboutPreview(fromUtf8(kms::describe(status.error()).explanation));
    }
    if (page() == JobPage::Review) {
        askPlan(); // it had to wait
    }
}

void JobWizard::askPlan() {
    m_presenter.forgetPlan();
    if (!jobFaults(written()).empty()) {
        return;
    }
    m_review->sayAboutPlan(tr("Looking through the source and asking for permissions\u2026"));
    if (m_presenter.isBusy()) {
        m_presenter.stop(); // previewEnded() or planEnded() comes back here
    } else {
        m_presenter.plan(spec());
    }
    refresh();
}

void JobWizard::planEnded(const Status &status) {
    const bool stopped = !status && status.error().code == ErrorCode::Cancelled;
    if (stopped && page() == JobPage::Blobs) {
        return askPreview();
    }
    if (stopped && page() == JobPage::Review) {
        return askPlan();
    }
    if (!status) {
        m_review->sayAboutPlan(tr("There is no plan yet."));
        if (!stopped) {
            showError(status.error());
        }
    }
    refresh();
}

void JobWizard::wipe() {
    m_presenter.stop();
}

} // namespace keyturn::ui
