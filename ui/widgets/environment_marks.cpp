// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/environment_marks.h"

#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"

#include <QBoxLayout>
#include <QCoreApplication>
#include <QLabel>
#include <QPainter>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr int chipHeight = 22;

} // namespace

QString environmentWord(theme::Environment environment) {
    const auto word = [](const char *text) { return QCoreApplication::translate("Environment", text); };
    switch (environment) {
    case theme::Environment::Local:
        return word("Local");
    case theme::Environment::Development:
        return word("Development");
    case theme::Environment::Staging:
        return word("Staging");
    case theme::Environment::Production:
        break;
    }
    return word("Production");
}

int environmentChipWidth(const QFont &font, const QString &text) {
    return QFontMetrics(font).horizontalAdvance(text) + 2 * metric::inside;
}

void paintEnvironmentChip(QPainter &painter, const QRect &rect, theme::Environment environment,
                          const QString &text) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::environmentColor(environment));
    painter.drawRoundedRect(rect, metric::controlRadius, metric::controlRadius);
    painter.setPen(theme::textOnEnvironment());
    painter.drawText(rect.adjusted(metric::inside, 0, -metric::inside, 0), Qt::AlignCenter, text);
    painter.restore();
}

EnvironmentStripe::EnvironmentStripe(QWidget *parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(metric::environmentStripe);
    setEnvironment(m_environment);
}

void EnvironmentStripe::setEnvironment(theme::Environment environment) {
    m_environment = environment;
    setAccessibleName(environmentWord(environment));
    update();
}

QSize EnvironmentStripe::sizeHint() const {
    return {metric::environmentStripe, metric::environmentStripe};
}

void EnvironmentStripe::paintEvent(QPaintEvent *) {
    QPainter(this).fillRect(rect(), theme::environmentColor(m_environment));
}

EnvironmentChip::EnvironmentChip(QWidget *parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setProfile(m_environment, {});
}

void EnvironmentChip::setProfile(theme::Environment environment, const QString &profile) {
    const QString word = environmentWord(environment);
    m_environment = environment;
    m_text = profile.isEmpty() ? word : profile % u" · " % word;
    setAccessibleName(m_text);
    updateGeometry();
    update();
}

QSize EnvironmentChip::sizeHint() const {
    return {environmentChipWidth(font(), m_text), chipHeight};
}

void EnvironmentChip::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    paintEnvironmentChip(painter, rect(), m_environment, m_text);
}

EnvironmentHeader::EnvironmentHeader(const QString &title, const ActingIn &acting, QWidget *parent)
    : QWidget(parent)
    , m_acting(acting)
    , m_title(new QLabel(title, this))
    , m_where(new QLabel(this)) {
    QStringList where{acting.account, acting.region};
    if (isBand()) { // a chip would vanish in its own colour
        where = QStringList{acting.profile, environmentWord(acting.environment)} + where;
    }
    where.removeAll(QString());
    m_where->setText(where.join(u" · "));
    m_where->setVisible(!where.isEmpty());
    theme::setTextRole(*m_title, theme::TextRole::Title);
    auto *chip = new EnvironmentChip(this);
    chip->setProfile(acting.environment, acting.profile);
    chip->setVisible(!isBand());

    auto *words = new QHBoxLayout;
    words->setSpacing(metric::related);
    words->addWidget(chip);
    words->addWidget(m_where);
    words->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    const int top = isBand() ? metric::group : metric::dialogMargin;
    layout->setContentsMargins(metric::dialogMargin, top, metric::dialogMargin, metric::group - metric::unit);
    layout->setSpacing(metric::unit);
    layout->addWidget(m_title);
    layout->addLayout(words);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(title);
    colourWords();
}

bool EnvironmentHeader::isBand() const {
    return m_acting.destroys && m_acting.environment == theme::Environment::Production;
}

void EnvironmentHeader::colourWords() {
    if (!isBand()) {
        theme::setTone(*m_where, theme::ColorRole::MutedText);
        return;
    }
    // The band's colours are those of the environment, equal in light and dark: they may be fixed here.
    for (QLabel *label : {m_title, m_where}) {
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, theme::textOnEnvironment());
        label->setPalette(palette);
    }
}

void EnvironmentHeader::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    const QColor environment = theme::environmentColor(m_acting.environment);
    if (isBand()) {
        painter.fillRect(rect(), environment);
        return;
    }
    painter.fillRect(QRect(0, 0, width(), metric::environmentStripe), environment);
    painter.fillRect(QRect(0, height() - metric::hairline, width(), metric::hairline),
                     theme::color(theme::ColorRole::Hairline));
}

} // namespace keyturn::widgets
