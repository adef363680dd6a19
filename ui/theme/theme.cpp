// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/theme.h"

#include "ui/theme/focus_ring.h"
#include "ui/theme/keyturn_style.h"
#include "ui/theme/palette.h"

#include <QApplication>
#include <QToolTip>
#include <QWidget>

namespace keyturn::theme {
namespace {

QColor platformColor(ColorRole role) {
    const QPalette palette = QApplication::palette();
    switch (role) {
    case ColorRole::Window:
        return palette.color(QPalette::Window);
    case ColorRole::Base:
        return palette.color(QPalette::Base);
    case ColorRole::AlternateRow:
        return palette.color(QPalette::AlternateBase);
    case ColorRole::Accent:
    case ColorRole::Selection:
        return palette.color(QPalette::Highlight);
    case ColorRole::TextOnAccent:
    case ColorRole::SelectedText:
        return palette.color(QPalette::HighlightedText);
    case ColorRole::Hover:
    case ColorRole::Pressed:
        return palette.color(QPalette::Button);
    default:
        return palette.color(QPalette::WindowText);
    }
}

} // namespace

Theme::Theme(std::unique_ptr<SystemAppearance> system, QObject *parent)
    : QObject(parent)
    , m_system(std::move(system))
    , m_focusRing(std::make_unique<FocusRing>())
    , m_style(new KeyturnStyle)
    , m_platformPalette(QApplication::palette()) {
    QApplication::setStyle(m_style);
    connect(m_system.get(), &SystemAppearance::changed, this, [this] { settle(); });
    m_appearance = m_system->appearance();
    apply();
}

Theme::~Theme() = default;

void Theme::setPreference(Preference preference) {
    m_preference = preference;
    settle();
}

void Theme::settle() {
    Appearance wanted = m_system->appearance();
    if (m_preference != Preference::System) {
        wanted = m_preference == Preference::Dark ? Appearance::Dark : Appearance::Light;
    }
    if (wanted == m_appearance) {
        return;
    }
    m_appearance = wanted;
    apply();
    Q_EMIT appearanceChanged(m_appearance);
}

void Theme::apply() {
    m_style->setAppearance(m_appearance);
    const QPalette palette = makePalette(m_appearance, m_platformPalette);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
    // Widgets that paint from roles alone have no palette change of their own to wait for.
    for (QWidget *widget : QApplication::allWidgets()) {
        widget->update();
    }
}

Appearance currentAppearance() {
    const auto *style = qobject_cast<const KeyturnStyle *>(QApplication::style());
    return style != nullptr ? style->appearance() : Appearance::Light;
}

QColor color(ColorRole role) {
    const Appearance appearance = currentAppearance();
    return appearance == Appearance::HighContrast ? platformColor(role) : tableColor(role, appearance);
}

} // namespace keyturn::theme
