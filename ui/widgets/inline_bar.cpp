// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/inline_bar.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/icon_label.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPropertyAnimation>
#include <QPushButton>
#include <QResizeEvent>
#include <QStyle>
#include <QToolButton>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

struct KindLook {
    theme::ColorRole role;
    theme::Icon icon;
};

KindLook lookOf(NewsKind kind) {
    switch (kind) {
    case NewsKind::Good:
        return {theme::ColorRole::Good, theme::Icon::Success};
    case NewsKind::Attention:
        return {theme::ColorRole::Attention, theme::Icon::Warning};
    case NewsKind::Danger:
        return {theme::ColorRole::Danger, theme::Icon::Error};
    case NewsKind::Info:
        break;
    }
    return {theme::ColorRole::Accent, theme::Icon::Info};
}

constexpr double tint = 0.08;
constexpr int edgeWidth = metric::unit;
constexpr int narrow = 640; ///< px

} // namespace

InlineBar::InlineBar(QWidget *parent)
    : QFrame(parent)
    , m_icon(new IconLabel(theme::Icon::Info, theme::ColorRole::Accent, this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_action(new QPushButton(this))
    , m_details(new QPushButton(tr("Copy details"), this))
    , m_close(new QToolButton(this))
    , m_content(new QBoxLayout(QBoxLayout::LeftToRight)) {
    m_title->setWordWrap(true);
    theme::setTextRole(*m_title, theme::TextRole::Strong);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_action->setObjectName(QStringLiteral("barAction"));
    m_details->setObjectName(QStringLiteral("barCopyDetails"));
    theme::setButtonKind(*m_details, theme::ButtonKind::Quiet);
    m_close->setObjectName(QStringLiteral("barClose"));
    m_close->setIcon(theme::icon(theme::Icon::Close, theme::ColorRole::MutedText));
    m_close->setAutoRaise(true);
    m_close->setFocusPolicy(Qt::StrongFocus);
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setToolTip(tr("Close this message"));

    // Icon and first line stand at the height of the buttons' words.
    const int drop = (metric::controlHeight - m_title->fontMetrics().height()) / 2;
    auto *words = new QVBoxLayout;
    words->setContentsMargins(0, drop, 0, drop);
    words->setSpacing(metric::unit / 2);
    words->addWidget(m_title);
    words->addWidget(m_text);
    words->addStretch(1);
    auto *iconPlace = new QVBoxLayout;
    iconPlace->setContentsMargins(0, (metric::controlHeight - metric::iconSmall) / 2, 0, 0);
    iconPlace->addWidget(m_icon);
    iconPlace->addStretch(1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metric::related);
    buttons->addWidget(m_action);
    buttons->addWidget(m_details);
    buttons->addStretch(1);
    m_content->setSpacing(metric::related);
    m_content->addLayout(words, 1);
    m_content->addLayout(buttons, 0);
    m_content->setAlignment(buttons, Qt::AlignTop);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(edgeWidth + metric::inside + metric::unit, metric::unit, metric::inside,
                               metric::unit);
    layout->setSpacing(metric::related + metric::unit);
    layout->addLayout(iconPlace);
    layout->addLayout(m_content, 1);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);

    connect(m_action, &QPushButton::clicked, this, &InlineBar::actionTriggered);
    connect(m_details, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_news.details);
        m_details->setText(tr("Copied"));
        Q_EMIT detailsCopied();
    });
    connect(m_close, &QToolButton::clicked, this, [this] {
        dismiss();
        Q_EMIT closed();
    });
    hide();
}

void InlineBar::present(const News &news) {
    const bool wasHidden = isHidden();
    m_news = news;
    const KindLook look = lookOf(news.kind);
    m_icon->setIcon(look.icon, look.role);
    m_title->setText(news.title);
    m_title->setVisible(!news.title.isEmpty());
    m_text->setText(news.text);
    m_text->setVisible(!news.text.isEmpty());
    m_action->setText(news.action);
    m_action->setVisible(!news.action.isEmpty());
    m_details->setText(tr("Copy details"));
    m_details->setVisible(!news.details.isEmpty());
    setAccessibleName(news.title.isEmpty() ? news.text : news.title);
    setAccessibleDescription(news.text);
    show();
    update();
    if (wasHidden) {
        slideIn();
    }
    announce();
}

void InlineBar::dismiss() {
    hide();
    m_news = {}; // words that are not shown may not stay: they may name what a lock hides
    m_title->clear();
    m_text->clear();
}

void InlineBar::setClosable(bool closable) {
    m_close->setVisible(closable);
}

QSize InlineBar::sizeHint() const {
    return withWordsWhole(QFrame::sizeHint());
}

QSize InlineBar::minimumSizeHint() const {
    return withWordsWhole(QFrame::minimumSizeHint());
}

/// At the width that the bar has its words need this height: less would cut them off.
QSize InlineBar::withWordsWhole(QSize hint) const {
    return isVisible() ? QSize(hint.width(), layout()->totalHeightForWidth(width())) : hint;
}

void InlineBar::resizeEvent(QResizeEvent *event) {
    QFrame::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        // In a narrow bar the buttons stand under the words, not beside a column of them.
        const bool stacked = event->size().width() < narrow;
        m_content->setDirection(stacked ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
        m_content->itemAt(1)->layout()->setContentsMargins(0, 0, 0, stacked ? metric::unit : 0);
        updateGeometry();
    }
}

void InlineBar::announce() {
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void InlineBar::slideIn() {
    if (style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) == 0 || !isVisible()) {
        return;
    }
    auto *slide = new QPropertyAnimation(this, "maximumHeight", this);
    slide->setDuration(static_cast<int>(metric::slideIn.count()));
    slide->setStartValue(0);
    slide->setEndValue(sizeHint().height());
    connect(slide, &QPropertyAnimation::finished, this, [this] { setMaximumHeight(QWIDGETSIZE_MAX); });
    slide->start(QAbstractAnimation::DeleteWhenStopped);
}

void InlineBar::paintEvent(QPaintEvent *) {
    const QColor kind = theme::color(lookOf(m_news.kind).role);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath card;
    card.addRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::cardRadius,
                        metric::cardRadius);
    painter.fillPath(card, theme::blend(theme::color(theme::ColorRole::Base), kind, tint));
    painter.save();
    painter.setClipPath(card);
    painter.fillRect(QRect(0, 0, edgeWidth, height()), kind);
    painter.restore();
    painter.setPen(QPen(theme::color(theme::ColorRole::Hairline), metric::hairline));
    painter.drawPath(card);
}

} // namespace keyturn::widgets
