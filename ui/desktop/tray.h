// SPDX-License-Identifier: Apache-2.0
// Tray: Keyturn's icon in the desktop's tray, while its windows are put away and a job goes on. A port: tests
// give their own. GUI thread; the composition root owns it. It decides nothing. No errors: not every desktop
// has a tray, and without one no window is put away.
#pragma once

#include <QIcon>
#include <QObject>
#include <QString>

#include <memory>

namespace keyturn::desktop {

class Tray : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Whether this desktop has one now.
    virtual bool isThere() const = 0;
    /// `words` stand beside the icon when it is pointed at. Again: other words.
    virtual void show(const QString &words) = 0;
    virtual void hide() = 0;

Q_SIGNALS:
    void opened();    ///< the windows are wanted back
    void quitAsked(); ///< from the icon's menu
};

/// By QSystemTrayIcon, on every platform. Asks the desktop for nothing until it is asked itself.
std::unique_ptr<Tray> makeTray(const QIcon &icon);

} // namespace keyturn::desktop
