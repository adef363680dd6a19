// SPDX-License-Identifier: Apache-2.0
#include "ui/views/job_view.h"

#include "ui/dialogs/error_news.h"
#include "ui/dialogs/question.h"
#include "ui/models/job_fault_model.h"
#include "ui/models/job_list_model.h"
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
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

QString number(std::uint64_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString wordsOf(const reencrypt::JobSpec &spec) {
    const QString to = fromUtf8(spec.destinationKey);
    return spec.sourceKeys.empty() ? JobView::tr("To %1").arg(to)
                                   : JobView::tr("From %1 to %2").arg(fromUtf8(spec.sourceKeys.front()), to);
}

QString countsOf(const reencrypt::Counters &counters) {
    QStringList parts{JobView::tr("%1 done").arg(number(counters.done))};
    if (counters.skipped > 0) {
        parts += JobView::tr("%1 were there already").arg(number(counters.skipped));
    }
    if (counters.conflicts > 0) {
        parts += JobView::tr("%1 in conflict").arg(number(counters.conflicts));
    }
    if (counters.failed > 0) {
        parts += JobView::tr("%1 failed").arg(number(counters.failed));
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace

JobView::JobView(QWidget *parent)
    : QWidget(parent)
    , m_bar(new widgets::InlineBar(this))
    , m_title(new widgets::SectionHeader({}, this))
    , m_words(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_speed(new QLabel(this))
    , m_rate(new QLabel(this))
    , m_counts(new QLabel(this))
    , m_ceiling(new QSpinBox(this))
    , m_faults(new JobFaultModel(this))
    , m_faultsTitle(new widgets::SectionHeader(tr("What needs a look"), this))
    , m_faultTree(new QTreeView(this)) {
    setObjectName(QStringLiteral("jobView"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::pageMargin, metric::pageMargin, metric::pageMargin,
                               metric::pageMargin);
    column->setSpacing(metric::related);
    column->addWidget(m_bar);
    m_bar->hide();
    makeHead();
    makeActs();
    makeFaults();
    clear();
}

JobView::~JobView() = default;

void JobView::makeHead() {
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_words->setWordWrap(true);
    m_progress->setObjectName(QStringLiteral("job.progress"));
    m_progress->setAccessibleName(tr("Progress of the job"));
    m_progress->setTextVisible(false);
    m_ceiling->setObjectName(QStringLiteral("job.ceiling"));
    m_ceiling->setAccessibleName(tr("Calls per second at most"));
    m_ceiling->setRange(0, rateMost);
    m_ceiling->setSpecialValueText(tr("No ceiling"));
    m_ceiling->setSuffix(tr(" calls/s at most"));
    m_ceiling->setGroupSeparatorShown(true);
    theme::setTextRole(*m_counts, theme::TextRole::Strong);
    for (QLabel *each : {m_speed, m_rate}) {
        theme::setTextRole(*each, theme::TextRole::Caption);
    }
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::group);
    line->addWidget(m_speed);
    line->addWidget(m_rate);
    line->addStretch(1);
    line->addWidget(m_ceiling);
    column->addWidget(m_title);
    column->addWidget(m_words);
    column->addWidget(m_progress);
    column->addLayout(line);
    column->addWidget(m_counts);
}

void JobView::makeActs() {
    const auto make = [this](const char *name, const QString &verb) {
        auto *button = new QPushButton(verb, this);
        button->setObjectName(QString::fromLatin1(name));
        return button;
    };
    m_run = make("job.run", tr("Start"));
    m_pause = make("job.pause", tr("Pause"));
    m_verify = make("job.verifyNow", tr("Verify"));
    m_undo = make("job.undo", tr("Undo\u2026"));
    m_finalise = make("job.finalise", tr("Finalise\u2026"));
    m_report = make("job.report", tr("Report\u2026"));
    theme::setButtonKind(*m_run, theme::ButtonKind::Primary);
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    for (QPushButton *each : {m_run, m_pause, m_verify, m_undo, m_finalise}) {
        row->addWidget(each);
    }
    row->addStretch(1);
    row->addWidget(m_report);
    static_cast<QVBoxLayout *>(layout())->addLayout(row);
    connect(m_run, &QPushButton::clicked, this, &JobView::run);
    connect(m_pause, &QPushButton::clicked, this, &JobView::pause);
    connect(m_verify, &QPushButton::clicked, this, [this] { m_presenter->verify(); });
    connect(m_undo, &QPushButton::clicked, this, &JobView::askUndo);
    connect(m_finalise, &QPushButton::clicked, this, &JobView::askFinalise);
    connect(m_report, &QPushButton::clicked, this, &JobView::reportRequested);
    connect(m_ceiling, &QSpinBox::valueChanged, this, [this](int perSecond) {
        if (m_presenter) {
            m_presenter->setCeiling(perSecond);
        }
    });
}

void JobView::makeFaults() {
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_faultTree->setObjectName(QStringLiteral("job.faults"));
    m_faultTree->setAccessibleName(tr("Failed and conflicting items by cause"));
    m_faultTree->setModel(m_faults);
    m_faultTree->setUniformRowHeights(true);
    m_faultTree->setTextElideMode(Qt::ElideMiddle);
    m_faultTree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_faultTree->header()->resizeSection(JobFaultModel::Where, 260);
    m_faultTree->header()->resizeSection(JobFaultModel::Message, 380);
    column->addWidget(m_faultsTitle);
    column->addWidget(m_faultTree, 1);
}

void JobView::show(std::unique_ptr<JobPresenter> presenter, const reencrypt::JournalHead &head) {
    m_presenter = std::move(presenter);
    m_presenter->setSpec(head.spec);
    m_head = head;
    m_faults->clear();
    m_bar->dismiss();
    const QSignalBlocker quiet(m_ceiling);
    m_ceiling->setValue(static_cast<int>(head.spec.safety.perSecond));
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
    refresh();
}

JobState JobView::state() const {
    const bool heard = m_presenter && m_presenter->progress().state != JobState::Planned;
    return heard ? m_presenter->progress().state : m_head.state;
}

void JobView::showProgress() {
    const reencrypt::JobProgress &now = m_presenter->progress();
    m_progress->setRange(0, now.total > 0 ? progressSteps : 0);
    if (now.total > 0) {
        m_progress->setValue(static_cast<int>(double(now.done) / double(now.total) * progressSteps));
    }
    m_speed->setText(m_presenter->progressText());
    m_rate->setText(m_presenter->rateText());
    m_counts->setText(countsOf(now.counters));
}

void JobView::refresh() {
    const bool there = m_presenter != nullptr;
    const bool busy = isRunning();
    const JobState now = state();
    const bool over = now == JobState::Finalised || now == JobState::Undone;
    const bool looked = now == JobState::Done || now == JobState::Verified;
    m_title->setTitle(fromUtf8(m_head.spec.name));
    m_title->setNote(busy ? (m_presenter->isStopping() ? tr("Stopping after this batch") : tr("Working"))
                          : jobStateWord(now));
    m_words->setText(wordsOf(m_head.spec));
    m_progress->setVisible(busy);
    m_run->setText(now == JobState::Planned ? tr("Start") : looked ? tr("Look again") : tr("Resume"));
    m_run->setEnabled(there && !busy && !over);
    m_pause->setText(busy && m_presenter->isStopping() ? tr("Stop now") : tr("Pause"));
    m_pause->setEnabled(busy);
    m_verify->setEnabled(there && !busy && looked);
    m_undo->setEnabled(there && !busy && !over && now != JobState::Planned && m_head.spec.safety.backup);
    m_finalise->setEnabled(there && !busy && looked);
    m_report->setEnabled(there && !busy);
    m_ceiling->setEnabled(there && !over);
    if (there && m_presenter->progress().state == JobState::Planned) {
        m_counts->setText(countsOf(m_head.counters));
    }
    const auto faults = there ? m_presenter->faultCount() : 0;
    m_faultsTitle->setVisible(faults > 0);
    m_faultTree->setVisible(faults > 0);
    m_faultsTitle->setNote(counted(qint64(faults), tr("1 item"), tr("%1 items")));
}

void JobView::run() {
    m_bar->dismiss();
    m_faults->clear();
    m_presenter->run(m_head.spec);
}

void JobView::pause() {
    if (isRunning()) {
        m_presenter->stop();
    }
}

void JobView::ended(JobPresenter::Act act, const Status &status) {
    using Act = JobPresenter::Act;
    m_head.state = m_presenter->progress().state;
    refresh();
    Q_EMIT stateChanged();
    if (!status && status.error().code != ErrorCode::Cancelled) {
        return m_bar->present(newsFor(status.error(), {}, false));
    }
    if (!status) {
        return m_bar->present({widgets::NewsKind::Info,
                               tr("Paused"),
                               tr("Nothing is lost. Resume goes on where it stood, also on another day."),
                               {},
                               {}});
    }
    const reencrypt::Counters &counters = m_presenter->progress().counters;
    const bool clean = counters.failed + counters.conflicts == 0;
    const QString title = act == Act::Verify          ? tr("Every item was proven")
                          : act == Act::Undo          ? tr("Undone")
                          : act == Act::Finalise      ? tr("Finalised")
                          : m_head.spec.safety.dryRun ? tr("Dry run done")
                                                      : tr("Done");
    m_bar->present(
        {clean ? widgets::NewsKind::Good : widgets::NewsKind::Attention, title, countsOf(counters), {}, {}});
}

void JobView::askUndo() {
    ask(this,
        {.title = tr("Undo the job?"),
         .text = tr(
             "Every original ciphertext is put back. What was changed since by somebody else is left alone."),
         .verb = tr("Undo job")},
        [this] { m_presenter->undo(); });
}

void JobView::askFinalise() {
    ask(this,
        {.title = tr("Finalise the job?"),
         .text = tr("The old ciphertexts are removed. After that the job cannot be undone."),
         .verb = tr("Finalise job")},
        [this] { m_presenter->finalise(); });
}

} // namespace keyturn::ui
