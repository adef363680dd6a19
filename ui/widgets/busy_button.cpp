// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/busy_button.h"

#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOptionButton>
#include <QStylePainter>
#include <QTimer>

#include <algorithm>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr std::chrono::milliseconds tickEvery{100};
constexpr int turnPerTick = 36;

} // namespace

BusyButton::BusyButton(const QString &verb, QWidget *parent, std::shared_ptr<const Clock> clock)
    : QPushButton(verb, parent)
    , m_clock(std::move(clock))
    , m_verb(verb)
    , m_tick(new QTimer(this)) {
    m_tick->setInterval(tickEvery);
    connect(m_tick, &QTimer::timeout, this, [this] {
        m_turn = (m_turn + turnPerTick) % 360;
        refresh();
    });
    connect(this, &QPushButton::clicked, this, [this] {
        if (!m_busy) {
            Q_EMIT started();
        } else if (!m_cancelling) {
            m_cancelling = true;
            refresh();
            Q_EMIT cancelRequested();
        }
    });
}

void BusyButton::setVerb(const QString &verb) {
    m_verb = verb;
    updateGeometry();
    refresh();
}

void BusyButton::setBusy(bool busy) {
    if (busy == m_busy) {
        return;
    }
    m_busy = busy;
    m_cancelling = false;
    m_turn = 0;
    m_since = m_clock->steadyNow();
    if (busy) {
        m_tick->start();
    } else {
        m_tick->stop();
    }
    refresh();
}

std::chrono::milliseconds BusyButton::elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock->steadyNow() - m_since);
}

bool BusyButton::showsSpinner() const {
    return m_busy && elapsed() >= metric::spinnerAfter;
}

void BusyButton::refresh() {
    QString words = m_verb;
    if (m_cancelling) {
        words = tr("Cancelling");
    } else if (m_busy) {
        words = tr("Cancel");
    }
    if (m_busy && !m_cancelling && elapsed() >= metric::elapsedAfter) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed()).count();
        words = tr("%1 (%2 s)").arg(words).arg(seconds);
    }
    if (words != text()) {
        setText(words);
    }
    setEnabled(!m_cancelling);
    update();
}

QSize BusyButton::sizeHint() const {
    QStyleOptionButton option;
    initStyleOption(&option);
    const QStringList all{m_verb, tr("Cancelling"), tr("%1 (%2 s)").arg(tr("Cancel")).arg(88)};
    int widest = 0;
    for (const QString &words : all) {
        widest = std::max(widest, fontMetrics().size(Qt::TextShowMnemonic, words).width());
    }
    const QSize words(widest + metric::iconSmall + metric::inside, fontMetrics().height());
    return style()->sizeFromContents(QStyle::CT_PushButton, &option, words, this);
}

void BusyButton::paintEvent(QPaintEvent *) {
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    painter.drawControl(QStyle::CE_PushButton, option);
    if (!showsSpinner()) {
        return;
    }
    const bool filled = isEnabled() && option.features.testFlag(QStyleOptionButton::DefaultButton);
    const QColor ink = theme::color(filled ? theme::ColorRole::TextOnAccent : theme::ColorRole::MutedText);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(metric::inside + metric::iconSmall / 2.0, height() / 2.0);
    painter.rotate(m_turn);
    const double half = metric::iconSmall / 2.0;
    theme::paintIcon(painter, QRectF(-half, -half, metric::iconSmall, metric::iconSmall),
                     theme::Icon::StateChanging, ink);
}

} // namespace keyturn::widgets
