// SPDX-License-Identifier: Apache-2.0
// SystemAppearance: what the desktop says about light, dark and high contrast. A port: tests give their
// own. GUI thread; the theme owns it. No errors: a desktop that does not say is read from its palette.
// Follows the XDG desktop portal's Settings interface (org.freedesktop.appearance).
#pragma once

#include "ui/theme/roles.h"

#include <QObject>

#include <memory>

class QPalette;

namespace keyturn::theme {

class SystemAppearance : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual Appearance appearance() const = 0;

Q_SIGNALS:
    void changed();
};

/// A fixed answer that its owner may change: for tests and for platforms that say nothing.
class FixedAppearance final : public SystemAppearance {
    Q_OBJECT
public:
    explicit FixedAppearance(Appearance appearance, QObject *parent = nullptr)
        : SystemAppearance(parent)
        , m_appearance(appearance) {}
    Appearance appearance() const override { return m_appearance; }
    void set(Appearance appearance);

private:
    Appearance m_appearance;
};

/// This platform's own: `platform` is the palette that the toolkit started with.
std::unique_ptr<SystemAppearance> makeSystemAppearance(const QPalette &platform);

/// Dark when the palette writes light on dark.
Appearance appearanceOf(const QPalette &palette);

} // namespace keyturn::theme
