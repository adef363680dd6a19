// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/state_badge.h"

#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <array>
#include <utility>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;
using theme::ColorRole;
using theme::Icon;

constexpr std::array<std::pair<QStringView, KeyStateLook>, 8> wireNames{{
    {u"Enabled", KeyStateLook::Enabled},
    {u"Disabled", KeyStateLook::Disabled},
    {u"PendingDeletion", KeyStateLook::PendingDeletion},
    {u"PendingReplicaDeletion", KeyStateLook::PendingReplicaDeletion},
    {u"PendingImport", KeyStateLook::PendingImport},
    {u"Unavailable", KeyStateLook::Unavailable},
    {u"Creating", KeyStateLook::Creating},
    {u"Updating", KeyStateLook::Updating},
}};

} // namespace

KeyStateLook stateLookFromWire(QStringView wireState) {
    for (const auto &[name, look] : wireNames) {
        if (name == wireState) {
            return look;
        }
    }
    return KeyStateLook::Other;
}

StateWords stateWords(KeyStateLook look) {
    switch (look) {
    case KeyStateLook::Enabled:
        return {Icon::StateEnabled, ColorRole::Good, StateBadge::tr("Enabled")};
    case KeyStateLook::Disabled:
        return {Icon::StateDisabled, ColorRole::MutedText, StateBadge::tr("Disabled")};
    case KeyStateLook::PendingDeletion:
        return {Icon::StatePendingDeletion, ColorRole::Danger, StateBadge::tr("Pending deletion")};
    case KeyStateLook::PendingReplicaDeletion:
        return {Icon::StatePendingDeletion, ColorRole::Danger, StateBadge::tr("Pending replica deletion")};
    case KeyStateLook::PendingImport:
        return {Icon::StatePendingImport, ColorRole::Attention, StateBadge::tr("Pending import")};
    case KeyStateLook::Unavailable:
        return {Icon::StateUnavailable, ColorRole::Attention, StateBadge::tr("Unavailable")};
    case KeyStateLook::Creating:
        return {Icon::StateChanging, ColorRole::MutedText, StateBadge::tr("Creating")};
    case KeyStateLook::Updating:
        return {Icon::StateChanging, ColorRole::MutedText, StateBadge::tr("Updating")};
    case KeyStateLook::Other:
        break;
    }
    return {Icon::Help, ColorRole::MutedText, StateBadge::tr("Unknown state")};
}

void paintStateBadge(QPainter &painter, const QRect &rect, theme::Icon icon, theme::ColorRole role,
                     const QString &word) {
    QRect slot(rect.left(), 0, metric::iconSmall, metric::iconSmall);
    slot.moveTop(rect.top() + (rect.height() - metric::iconSmall) / 2);
    theme::paintIcon(painter, slot, icon, theme::color(role));
    painter.setPen(theme::color(ColorRole::Text));
    const QRect words = rect.adjusted(metric::iconSmall + metric::insideTight + 2, 0, 0, 0);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(word, Qt::ElideRight, words.width()));
}

StateBadge::StateBadge(QWidget *parent)
    : QWidget(parent)
    , m_words(stateWords(KeyStateLook::Enabled))
    , m_text(m_words.word) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(m_text);
}

void StateBadge::setState(KeyStateLook look, const QString &detail, const QString &word) {
    m_words = stateWords(look);
    m_text = word.isEmpty() ? m_words.word : word;
    if (!detail.isEmpty()) {
        m_text += u" · " % detail;
    }
    setAccessibleName(m_text);
    updateGeometry();
    update();
}

QSize StateBadge::sizeHint() const {
    const int words = fontMetrics().horizontalAdvance(m_text) + 1;
    return {metric::iconSmall + metric::insideTight + 2 + words,
            std::max(metric::iconSmall, fontMetrics().height()) + metric::insideTight};
}

void StateBadge::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    paintStateBadge(painter, rect(), m_words.icon, m_words.role, m_text);
}

} // namespace keyturn::widgets
