// SPDX-License-Identifier: Apache-2.0
// Theme: gives the application Keyturn's look and keeps it in step with the system's light, dark and
// high-contrast settings, or with the person's own choice. Made once by the composition root, after
// QApplication and before any window; it lives as long as the windows do. GUI thread. No errors: where
// the system says nothing, light it is.
#pragma once

#include "ui/theme/roles.h"
#include "ui/theme/system_appearance.h"

#include <QObject>
#include <QPalette>

#include <memory>

namespace keyturn::theme {

class FocusRing;
class KeyturnStyle;

/// What the person chose in the settings.
enum class Preference : std::uint8_t { System, Light, Dark };

class Theme final : public QObject {
    Q_OBJECT
public:
    /// Puts style, palette and focus ring on the application.
    explicit Theme(std::unique_ptr<SystemAppearance> system, QObject *parent = nullptr);
    ~Theme() override;

    Preference preference() const { return m_preference; }
    void setPreference(Preference preference);
    Appearance appearance() const { return m_appearance; }

Q_SIGNALS:
    void appearanceChanged(keyturn::theme::Appearance appearance);

private:
    void settle();
    void apply();

    std::unique_ptr<SystemAppearance> m_system;
    std::unique_ptr<FocusRing> m_focusRing;
    KeyturnStyle *m_style = nullptr; ///< owned by QApplication
    QPalette m_platformPalette;
    Preference m_preference = Preference::System;
    Appearance m_appearance = Appearance::Light;
};

/// The appearance that the application shows now (Light when no theme is installed).
Appearance currentAppearance();
/// A role's colour now. Ask again in every paint: it changes with the theme.
QColor color(ColorRole role);

} // namespace keyturn::theme
