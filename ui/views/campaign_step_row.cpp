// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_words.h"
#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/views/campaign_view.h"
#include "ui/widgets/icon_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;
using reencrypt::CampaignStep;
using reencrypt::StepState;
using theme::ColorRole;
using theme::Icon;

struct Look {
    Icon icon;
    ColorRole role;
};

Look lookOf(StepState state, bool isTurn, bool isRunning) {
    if (isRunning) {
        return {Icon::StateChanging, ColorRole::Accent};
    }
    switch (state) {
    case StepState::Done:
        return {Icon::Success, ColorRole::Good};
    case StepState::Failed:
        return {Icon::Error, ColorRole::Danger};
    case StepState::Begun:
        return {Icon::Clock, ColorRole::Attention};
    case StepState::NotNeeded:
        return {Icon::Remove, ColorRole::MutedText};
    case StepState::Waiting:
        break;
    }
    return isTurn ? Look{Icon::ChevronRight, ColorRole::Accent} : Look{Icon::Clock, ColorRole::MutedText};
}

QLabel *makeWords(QWidget *parent, theme::TextRole role) {
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    theme::setTextRole(*label, role);
    return label;
}

} // namespace

CampaignStepRow::CampaignStepRow(CampaignStep step, QWidget *parent)
    : QWidget(parent)
    , m_step(step)
    , m_icon(new widgets::IconLabel(Icon::Clock, ColorRole::MutedText, this))
    , m_title(new QLabel(fromUtf8(reencrypt::title(step)), this))
    , m_note(makeWords(this, theme::TextRole::Caption))
    , m_does(makeWords(this, theme::TextRole::Body))
    , m_doesNot(makeWords(this, theme::TextRole::Body))
    , m_warning(makeWords(this, theme::TextRole::Strong))
    , m_take(new QPushButton(this)) {
    const QString name = fromUtf8(reencrypt::wireName(step));
    setObjectName(QStringLiteral("campaign.step.") + name);
    m_take->setObjectName(QStringLiteral("campaign.take.") + name);
    theme::setTextRole(*m_title, theme::TextRole::Strong);
    m_warning->setForegroundRole(theme::paletteRole(ColorRole::Danger));
    auto *words = new QVBoxLayout;
    words->setSpacing(metric::insideTight);
    for (QLabel *each : {m_title, m_note, m_does, m_doesNot, m_warning}) {
        words->addWidget(each);
    }
    words->addSpacing(metric::insideTight);
    words->addWidget(m_take, 0, Qt::AlignLeft);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::group, metric::related, metric::group, metric::related);
    row->setSpacing(metric::related);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    connect(m_take, &QPushButton::clicked, this, [this] { Q_EMIT taken(m_step); });
}

QString CampaignStepRow::verb(const reencrypt::CampaignRecord &record) const {
    const StepState state = record.of(m_step).state;
    const bool again = state == StepState::Failed || state == StepState::Begun;
    switch (m_step) {
    case CampaignStep::Successor:
        return record.spec.newMaterial         ? tr("Make new material\u2026")
               : record.spec.successor.empty() ? tr("Make the key\u2026")
                                               : tr("Check the key");
    case CampaignStep::Plan:
        return tr("Make the plan");
    case CampaignStep::DryRun:
        return tr("Start dry run");
    case CampaignStep::Run:
        return again ? tr("Go on\u2026") : tr("Start run\u2026");
    case CampaignStep::Verify:
        return tr("Verify every item");
    case CampaignStep::MoveAlias:
        return tr("Move the alias\u2026");
    case CampaignStep::Watch:
        return record.idle.lastLook ? tr("Look again") : tr("Begin to watch");
    case CampaignStep::Disable:
        return tr("Disable the old key\u2026");
    case CampaignStep::ScheduleDeletion:
        return tr("Schedule deletion\u2026");
    case CampaignStep::Count_:
        break;
    }
    return {};
}

void CampaignStepRow::show(const reencrypt::CampaignRecord &record, const QString &blocked, bool isTurn,
                           bool isRunning) {
    const reencrypt::StepRecord &step = record.of(m_step);
    const reencrypt::StepWords said = reencrypt::words(m_step, record);
    m_isTurn = isTurn;
    const Look look = lookOf(step.state, isTurn, isRunning);
    m_icon->setIcon(look.icon, look.role);
    QStringList notes;
    if (step.at) {
        notes += minuteText(*step.at);
    }
    if (!step.note.empty()) {
        notes += fromUtf8(step.note);
    }
    m_note->setText(notes.join(QStringLiteral(" · ")));
    m_note->setVisible(!notes.isEmpty());
    m_does->setText(fromUtf8(said.does));
    m_doesNot->setText(tr("Not done by it: %1").arg(fromUtf8(said.doesNot)));
    m_warning->setText(fromUtf8(said.warning));
    m_does->setVisible(isTurn);
    m_doesNot->setVisible(isTurn);
    m_warning->setVisible(isTurn && !said.warning.empty());
    m_take->setVisible(isTurn);
    m_take->setText(verb(record));
    m_take->setEnabled(blocked.isEmpty() && !isRunning);
    const bool hard = m_step == CampaignStep::Disable || m_step == CampaignStep::ScheduleDeletion;
    theme::setButtonKind(*m_take, hard ? theme::ButtonKind::Danger : theme::ButtonKind::Primary);
    update();
}

void CampaignStepRow::paintEvent(QPaintEvent *) {
    if (!m_isTurn) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath card;
    card.addRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::cardRadius,
                        metric::cardRadius);
    painter.fillPath(card, theme::color(ColorRole::Base));
    painter.setPen(QPen(theme::color(ColorRole::Hairline), metric::hairline));
    painter.drawPath(card);
}

} // namespace keyturn::ui
