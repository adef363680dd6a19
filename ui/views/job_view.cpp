// SPDX-License-Identifier: Apache-2.0
#include "ui/views/job_view.h"

#include "ui/dialogs/dialog_frame.h"
#include "ui/dialogs/error_news.h"
#include "ui/models/job_fault_model.h"
#include "ui/models/job_list_model.h"
#include "ui/models/key_words.h"
#include "ui/presenters/job_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/section_header.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTreeView>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using reencrypt::JobState;
constexpr int rateMost = 1'000'000;
constexpr int progressSteps = 10000;

using Act = JobPresenter::Act;
} // namespace

JobView::JobView(QWidget *parent)
    : QWidget(parent)
    , m_body(new QWidget(this))
    , m_nothing(new QLabel(tr("Choose a job to see it here."), this))
    , m_bar(new widgets::InlineBar(this))
    , m_title(new widgets::SectionHeader({}, this))
    , m_words(new QLabel(this))
    , m_place(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_speed(new QLabel(this))
    , m_rate(new QLabel(this))
    , m_counts(new QLabel(this))
    , m_ceiling(new QSpinBox(this))
    , m_faults(new JobFaultModel(this))
    , m_faultsTitle(new widgets::SectionHeader(tr("What needs a look"), this))
    , m_faultTree(new QTreeView(this)) {
    setObjectName(QStringLiteral("jobView"));
    m_column = new QVBoxLayout(m_body);
    m_column->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin,
                                 metric::pageMargin);
    m_column->setSpacing(metric::related);
    m_column->addWidget(m_bar);
    m_bar->hide();
    makeHead();
    makeActs();
    makeFaults();
    m_column->addStretch(1);
    m_nothing->setAlignment(Qt::AlignCenter);
    theme::setTone(*m_nothing, theme::ColorRole::MutedText);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_body);
    whole->addWidget(m_nothing, 1);
    orderTabsAsLaidOut(*this);
    clear();
}

JobView::~JobView() = default;

void JobView::makeHead() {
    for (QLabel *each : {m_words, m_place}) {
        each->setWordWrap(true);
        each->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    theme::setTextRole(*m_place, theme::TextRole::Caption);
    theme::setTone(*m_place, theme::ColorRole::MutedText);
    m_progress->setObjectName(QStringLiteral("job.progress"));
    m_progress->setAccessibleName(tr("Progress of the job"));
    m_progress->setTextVisible(false);
    m_counts->setObjectName(QStringLiteral("job.counts"));
    theme::setTextRole(*m_counts, theme::TextRole::Strong);
    m_column->addWidget(m_title);
    m_column->addWidget(m_words);
    m_column->addWidget(m_place);
    m_column->addWidget(m_progress);
    m_column->addWidget(m_counts);
    m_column->addLayout(makeSpeedLine());
}

QHBoxLayout *JobView::makeSpeedLine() {
    m_ceiling->setObjectName(QStringLiteral("job.ceiling"));
    m_ceiling->setAccessibleName(tr("Calls per second at most"));
    m_ceiling->setToolTip(tr("Holds from the next call on."));
    m_ceiling->setRange(0, rateMost);
    m_ceiling->setSpecialValueText(tr("No ceiling"));
    m_ceiling->setSuffix(tr(" calls/s at most"));
    m_ceiling->setGroupSeparatorShown(true);
    m_speed->setObjectName(QStringLiteral("job.speed"));
    m_rate->setObjectName(QStringLiteral("job.rate"));
    for (QLabel *each : {m_speed, m_rate}) {
        theme::setTextRole(*each, theme::TextRole::Caption);
    }
    theme::setTone(*m_rate, theme::ColorRole::Attention);
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::group);
    line->addWidget(m_speed);
    line->addWidget(m_rate);
    line->addStretch(1);
    line->addWidget(m_ceiling);
    return line;
}

void JobView::makeFaults() {
    m_faultTree->setObjectName(QStringLiteral("job.faults"));
    m_faultTree->setAccessibleName(tr("Failed and conflicting items by cause"));
    m_faultTree->setModel(m_faults);
    m_faultTree->setUniformRowHeights(true);
    m_faultTree->setTextElideMode(Qt::ElideRight);
    m_faultTree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_faults, &QAbstractItemModel::rowsInserted, m_faultTree,
            [this](const QModelIndex &parent, int first) {
                if (!parent.isValid()) {
                    m_faultTree->setFirstColumnSpanned(first, {}, true);
                } else if (first == 0) {
                    m_faultTree->expand(parent);
                }
            });
    m_faultTree->header()->setStretchLastSection(false);
    m_faultTree->header()->setSectionResizeMode(JobFaultModel::Message, QHeaderView::Stretch);
    m_faultTree->header()->resizeSection(JobFaultModel::Where, 200);
    m_faultTree->header()->resizeSection(JobFaultModel::Key, 120);
    m_column->addWidget(m_faultsTitle);
    m_column->addWidget(m_faultTree, 100);
}

void JobView::show(std::unique_ptr<JobPresenter> presenter, const reencrypt::JournalHead &head) {
    m_presenter = std::move(presenter);
    m_presenter->setSpec(head.spec);
    m_head = head;
    m_faults->clear();
    m_bar->dismiss();
    const QSignalBlocker quiet(m_ceiling);
    m_ceiling->setValue(static_cast<int>(head.spec.safety.perSecond));
    m_speed->clear();
    m_rate->clear();
    m_progress->setRange(0, 0);
    connectParts();
    refresh();
}

void JobView::connectParts() {
    connect(m_presenter.get(), &JobPresenter::busyChanged, this, [this] {
        refresh();
        Q_EMIT busyChanged();
    });
    connect(m_presenter.get(), &JobPresenter::progressChanged, this, &JobView::showProgress);
    connect(m_presenter.get(), &JobPresenter::faultsArrived, this, [this](std::size_t first) {
        const auto &all = m_presenter->faults();
        m_faults->append(all.data() + first, all.data() + all.size());
        refresh();
    });
    connect(m_presenter.get(), &JobPresenter::ended, this, &JobView::ended);
}

void JobView::clear() {
    m_presenter.reset();
    m_head = {};
    m_faults->clear();
    m_bar->dismiss();
    refresh();
}

bool JobView::isRunning() const {
    return m_presenter != nullptr && m_presenter->isBusy() && m_presenter->act() != Act::Load &&
           m_presenter->act() != Act::Report;
}

QString JobView::statusText() const {
    if (!isRunning()) {
        return {};
    }
    const reencrypt::JobProgress &now = m_presenter->progress();
    const QString name = fromUtf8(m_head.spec.name);
    return now.total > 0 ? tr("%1: %2 %").arg(name).arg(int(double(now.done) / double(now.total) * 100))
                         : tr("%1: %2").arg(name, workingWord(m_presenter->act()));
}

QWidget *JobView::firstField() const {
    for (QWidget *each : {m_pause, m_another, nextAct(m_head) == Act::Verify ? m_verify : m_run}) {
        if (each->isVisibleTo(this) && each->isEnabled()) {
            return each;
        }
    }
    return m_report;
}

void JobView::showProgress() {
    const reencrypt::JobProgress &now = m_presenter->progress();
    m_head.state = now.state;
    m_head.counters = now.counters;
    m_progress->setRange(0, now.total > 0 ? progressSteps : 0);
    if (now.total > 0) {
        m_progress->setValue(static_cast<int>(double(now.done) / double(now.total) * progressSteps));
    }
    m_speed->setText(m_presenter->progressText());
    m_rate->setText(m_presenter->rateText());
    m_counts->setText(countsText(now.counters, m_head.spec.safety.dryRun));
    Q_EMIT progressChanged();
}

void JobView::refresh() {
    const bool busy = m_presenter != nullptr && m_presenter->isBusy();
    m_body->setVisible(m_presenter != nullptr);
    m_nothing->setVisible(m_presenter == nullptr);
    m_title->setTitle(fromUtf8(m_head.spec.name));
    m_title->setNote(!busy                        ? jobStateWord(state())
                     : !m_presenter->isStopping() ? workingWord(m_presenter->act())
                                                  : tr("Stopping after this batch"));
    m_words->setText(jobDirection(m_head.spec));
    m_place->setText(jobSource(m_head.spec));
    m_progress->setVisible(isRunning());
    showActs();
    m_ceiling->setVisible(m_presenter != nullptr && mayStillCome(Act::Run, m_head));
    m_counts->setText(countsText(m_head.counters, m_head.spec.safety.dryRun));
    m_counts->setVisible(state() != JobState::Undone); // nothing of it is done any more
    const int listed = m_faults->rowCount();
    m_faultsTitle->setVisible(listed > 0);
    m_faultTree->setVisible(listed > 0);
    m_faultsTitle->setNote(
        counted(qint64(m_presenter ? m_presenter->faultCount() : 0), tr("1 item"), tr("%1 items")));
}

void JobView::run() {
    m_bar->dismiss();
    m_faults->clear();
    m_head.reason.clear();
    m_presenter->run(m_head.spec);
}

void JobView::pause() {
    if (isRunning()) {
        m_presenter->stop();
    }
}

void JobView::ended(Act act, const Status &status) {
    const bool goesOn = act == Act::Run && !status; // how far it came stays, without a time
    m_speed->setText(goesOn ? m_presenter->progressText() : QString());
    refresh();
    if (act == Act::Load) {
        if (!status && status.error().code != ErrorCode::Cancelled) {
            return m_bar->present(newsFor(status.error(), {}, false));
        }
        return state() == JobState::Paused ? sayWhyPaused() : void();
    }
    Q_EMIT stateChanged();
    const bool byItself = status || status.error().code != ErrorCode::Cancelled;
    if (byItself && act != Act::Report) {
        Q_EMIT hasEnded(status ? endedTitle(act, m_head) : tr("A job has stopped itself"),
                        countsText(m_head.counters, m_head.spec.safety.dryRun));
    }
    if (status) {
        return say(act);
    }
    widgets::News news{widgets::NewsKind::Info, stoppedTitle(act), stoppedText(act), {}, {}};
    if (status.error().code != ErrorCode::Cancelled) {
        news = newsFor(status.error(), {}, false);
    }
    if (status.error().code != ErrorCode::Cancelled && act == Act::Run) {
        news.text += u' ' + tr("The job is paused; nothing is lost.");
        news.action = tr("Resume");
        m_barAct = [this] { run(); };
    }
    m_bar->present(news);
}

void JobView::say(Act act) {
    const reencrypt::Counters &counters = m_head.counters;
    const bool clean = counters.failed + counters.conflicts == 0;
    widgets::News news{clean ? widgets::NewsKind::Good : widgets::NewsKind::Attention,
                       endedTitle(act, m_head),
                       endedText(act, m_head),
                       {},
                       {}};
    m_bar->present(news);
}

void JobView::sayWhyPaused() {
    if (!m_head.reason.empty()) {
        m_bar->present({widgets::NewsKind::Info, tr("Paused"), fromUtf8(m_head.reason), {}, {}});
    }
}

} // namespace keyturn::ui
