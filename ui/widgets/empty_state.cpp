// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/empty_state.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/icon_label.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace keyturn::widgets {
namespace {

constexpr int sentenceWidth = 420;

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_icon(new IconLabel(theme::Icon::Search, theme::ColorRole::MutedText, this))
    , m_sentence(new QLabel(this))
    , m_act(new QPushButton(this)) {
    m_icon->setSize(theme::metric::iconHero);
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignHCenter);
    m_sentence->setFixedWidth(sentenceWidth);
    theme::setTone(*m_sentence, theme::ColorRole::MutedText);
    m_act->setObjectName(QStringLiteral("emptyAct"));
    theme::setButtonKind(*m_act, theme::ButtonKind::Primary);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(theme::metric::group);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_sentence, 0, Qt::AlignHCenter);
    layout->addWidget(m_act, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_act, &QPushButton::clicked, this, &EmptyState::actTriggered);
}

void EmptyState::setContent(theme::Icon icon, const QString &sentence, const QString &act) {
    m_icon->setIcon(icon, theme::ColorRole::MutedText);
    m_sentence->setText(sentence);
    m_sentence->setFixedHeight(m_sentence->heightForWidth(sentenceWidth));
    m_act->setText(act);
    m_act->setVisible(!act.isEmpty());
    setAccessibleName(sentence);
}

} // namespace keyturn::widgets
