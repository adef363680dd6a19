// SPDX-License-Identifier: Apache-2.0
// Notices: tells by the desktop's notifications of what happened while nobody looked. A port beside
// SleepInhibitor: tests give their own. A notice may be read on a locked screen: it names no key, no file and
// no job. GUI thread; the composition root owns it. It decides nothing. No errors: a desktop without
// notifications shows none. Follows the Desktop Notifications Specification 1.2.
#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace keyturn::desktop {

class Notices : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Takes the place of the notice before. Plain words, no markup.
    virtual void tell(const QString &title, const QString &text) = 0;
    /// The one that stands is no news any more.
    virtual void withdraw() = 0;

Q_SIGNALS:
    void chosen(); ///< the person wants to see what it is about
};

/// This platform's own.
std::unique_ptr<Notices> makeNotices();

} // namespace keyturn::desktop
