// SPDX-License-Identifier: Apache-2.0
// Stage: what every GUI test stands on. Make one in initTestCase; it installs Keyturn's theme with a fixed
// font and takes pictures. Pictures go to $KEYTURN_TEST_OUTPUT/screens/<name>-<light|dark>[-<percent>].png;
// tests/gui/screens.txt lists those that must exist. GUI thread.
#pragma once

#include "ui/theme/theme.h"

#include <QSize>
#include <QString>

#include <memory>

class QWidget;

namespace keyturn::gui_test {

class Stage {
public:
    Stage();
    ~Stage();

    theme::Theme &theme() { return *m_theme; }
    void use(theme::Appearance appearance);

    /// Takes one picture in the given appearance, shows the widget first if need be; returns the file.
    QString shoot(QWidget &widget, const QString &name, theme::Appearance appearance);
    /// Pictures in light and in dark, and the design rules in both: the faults found, one a line.
    QString shootBoth(QWidget &widget, const QString &name);

    /// Lets pending layouts, paints and zero timers happen.
    static void settle();
    /// Shows a widget and waits until it is the active window.
    static bool show(QWidget &widget, QSize size = {});

private:
    theme::FixedAppearance *m_system = nullptr; ///< owned by the theme
    std::unique_ptr<theme::Theme> m_theme;
};

/// The folder that screenshots go to.
QString screensFolder();

} // namespace keyturn::gui_test

/// Shoots a widget in light and dark and fails when a design rule is broken in either.
#define KEYTURN_SHOOT(stage, widget, name)                                                                   \
    do {                                                                                                     \
        const QString keyturnFaults = (stage).shootBoth(widget, name);                                       \
        QVERIFY2(keyturnFaults.isEmpty(), qPrintable(u'\n' + keyturnFaults));                                \
    } while (false)
