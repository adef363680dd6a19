// SPDX-License-Identifier: Apache-2.0
// ClipboardGuard: lends a secret to the clipboard for ten seconds. The secret stays in SecretBytes until
// somebody pastes it, is marked so that clipboard histories leave it out, never goes to the X11 selection,
// and is taken back when the time is over, on lock, on quit and at the guard's death, but only while the
// clipboard still holds ours. GUI thread. What other programs copied in that time, and what the display
// server keeps of it, cannot be taken back: SECURITY.md says so.
#pragma once

#include "base/secret_bytes.h"

#include <QObject>
#include <QPointer>

#include <chrono>

class QClipboard;
class QMimeData;
class QTimer;

namespace keyturn::desktop {

inline constexpr std::chrono::seconds secretOnClipboardFor{10};

class ClipboardGuard final : public QObject {
    Q_OBJECT
public:
    explicit ClipboardGuard(QClipboard &clipboard, QObject *parent = nullptr);
    ~ClipboardGuard() override;

    /// Puts a secret on the clipboard as UTF-8 text and starts the countdown. A second call replaces it.
    void lend(SecretBytes secret);
    bool isLending() const { return m_secondsLeft > 0; }
    int secondsLeft() const { return m_secondsLeft; }
    /// True while the clipboard holds what the guard put there.
    bool holdsOurs() const;

public Q_SLOTS:
    /// Clears the clipboard if it still holds ours; ends the countdown.
    void takeBack();
    /// One second has passed; a timer calls it while a secret is lent.
    void secondPassed();

Q_SIGNALS:
    void countdown(int secondsLeft); ///< 0: taken back, or replaced by somebody else

private:
    void stop();

    QClipboard &m_clipboard;
    QPointer<QMimeData> m_lent; ///< owned by the clipboard
    QTimer *m_second;
    int m_secondsLeft = 0;
};

} // namespace keyturn::desktop
