// SPDX-License-Identifier: Apache-2.0
// The acts of a job: which are offered in which state, and what is asked before.
#include "ui/dialogs/question.h"
#include "ui/models/job_fault_model.h"
#include "ui/presenters/job_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/views/job_view.h"
#include "ui/widgets/inline_bar.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace keyturn::ui {

namespace metric = theme::metric;
using Act = JobPresenter::Act;

void JobView::makeActs() {
    const auto make = [this](const char *name, const QString &verb) {
        auto *button = new QPushButton(verb, this);
        button->setObjectName(QString::fromLatin1(name));
        return button;
    };
    m_run = make("job.run", tr("Start"));
    m_another = make("job.another", {});
    m_pause = make("job.pause", tr("Pause"));
    m_verify = make("job.verifyNow", tr("Verify"));
    m_undo = make("job.undo", tr("Undo\u2026"));
    m_finalise = make("job.finalise", tr("Finalise\u2026"));
    m_report = make("job.report", tr("Report\u2026"));
    theme::setButtonKind(*m_another, theme::ButtonKind::Primary);
    auto *row = new QHBoxLayout;
    row->setSpacing(metric::related);
    for (QPushButton *each : {m_another, m_run, m_pause, m_verify, m_undo, m_finalise}) {
        row->addWidget(each);
    }
    row->addStretch(1);
    row->addWidget(m_report);
    m_column->addLayout(row);
    connect(m_run, &QPushButton::clicked, this, &JobView::run);
    connect(m_another, &QPushButton::clicked, this, &JobView::requestAnother);
    connect(m_pause, &QPushButton::clicked, this, &JobView::pause);
    connect(m_verify, &QPushButton::clicked, this, [this] {
        m_bar->dismiss();
        m_faults->clear();
        m_presenter->verify();
    });
    connect(m_undo, &QPushButton::clicked, this, &JobView::askUndo);
    connect(m_finalise, &QPushButton::clicked, this, &JobView::askFinalise);
    connect(m_report, &QPushButton::clicked, this, &JobView::reportRequested);
    connect(m_ceiling, &QSpinBox::valueChanged, this, [this](int perSecond) {
        if (m_presenter) {
            m_head.spec.safety.perSecond = perSecond; // for the next run as well
            m_head.spec.safety.rateGiven = true;
            m_presenter->setCeiling(perSecond);
        }
    });
    connect(m_bar, &widgets::InlineBar::actionTriggered, this, [this] {
        const auto act = std::exchange(m_barAct, {});
        m_bar->dismiss();
        if (act) {
            act();
        }
    });
}

/// What never comes any more is not there; what does not apply now is off and says why.
void JobView::offer(QPushButton *button, Act act) {
    const QString whyOff = whyNot(act);
    button->setVisible(!isRunning() && mayStillCome(act, m_head));
    button->setEnabled(whyOff.isEmpty());
    button->setToolTip(whyOff);
    const bool isDue = act == nextAct(m_head) && anotherVerb(m_head).isEmpty(); // that one would be due
    theme::setButtonKind(*button, isDue ? theme::ButtonKind::Primary : theme::ButtonKind::Normal);
}

void JobView::showActs() {
    const bool stopping = m_presenter != nullptr && m_presenter->isStopping();
    const bool isRun = m_presenter != nullptr && m_presenter->act() == Act::Run;
    const QString another = anotherVerb(m_head);
    m_run->setText(runVerb(m_head));
    offer(m_run, Act::Run);
    offer(m_verify, Act::Verify);
    offer(m_undo, Act::Undo);
    offer(m_finalise, Act::Finalise);
    offer(m_report, Act::Report);
    m_report->show();
    m_another->setText(another);
    m_another->setVisible(!isRunning() && !another.isEmpty());
    m_another->setEnabled(m_presenter != nullptr && !m_presenter->isBusy());
    m_pause->setText(stopping ? tr("Stop now") : isRun ? tr("Pause") : tr("Stop"));
    m_pause->setVisible(isRunning());
}

/// What is to be done once more is looked over first.
void JobView::requestAnother() {
    reencrypt::JobSpec spec = m_head.spec;
    spec.safety.dryRun = false;
    Q_EMIT anotherRequested(spec);
}

QString JobView::whyNot(Act act) const {
    return m_presenter == nullptr  ? tr("No job is open.")
           : isRunning()           ? tr("Pause it first.")
           : m_presenter->isBusy() ? tr("The journal is being read.")
                                   : whyNotOnJob(act, m_head);
}

void JobView::askUndo() {
    ask(this,
        {.title = tr("Undo the job?"),
         .text = tr(
             "Every original ciphertext is put back. What was changed since by somebody else is left alone."),
         .verb = tr("Undo job")},
        [this] {
            m_bar->dismiss();
            m_presenter->undo();
        });
}

void JobView::askFinalise() {
    ask(this,
        {.title = tr("Finalise the job?"),
         .text = tr("The old ciphertexts are removed. After that the job cannot be undone."),
         .verb = tr("Finalise job")},
        [this] {
            m_bar->dismiss();
            m_presenter->finalise();
        });
}

} // namespace keyturn::ui
