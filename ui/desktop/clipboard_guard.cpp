// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/clipboard_guard.h"

#include "ui/desktop/secret_mime_data.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QTimer>

namespace keyturn::desktop {
namespace {

constexpr std::chrono::seconds tick{1};

} // namespace

ClipboardGuard::ClipboardGuard(QClipboard &clipboard, QObject *parent)
    : QObject(parent)
    , m_clipboard(clipboard)
    , m_second(new QTimer(this)) {
    connect(m_second, &QTimer::timeout, this, &ClipboardGuard::secondPassed);
    connect(qApp, &QCoreApplication::aboutToQuit, this, &ClipboardGuard::takeBack);
}

ClipboardGuard::~ClipboardGuard() {
    takeBack();
}

void ClipboardGuard::lend(SecretBytes secret) {
    auto *lent = new SecretMimeData(std::move(secret));
    m_lent = lent;
    m_clipboard.setMimeData(lent, QClipboard::Clipboard);
    m_secondsLeft = static_cast<int>(secretOnClipboardFor.count());
    m_second->start(tick);
    Q_EMIT countdown(m_secondsLeft);
}

bool ClipboardGuard::holdsOurs() const {
    return m_lent && m_clipboard.mimeData(QClipboard::Clipboard) == m_lent;
}

void ClipboardGuard::takeBack() {
    if (auto *lent = qobject_cast<SecretMimeData *>(m_lent.data())) {
        // First the bytes: some platforms let go of the object late, and Wayland only with the focus.
        const bool ours = holdsOurs();
        lent->wipeSecret();
        if (ours) {
            // An empty text with the same hint: a plain clear() makes some histories bring the last one back.
            m_clipboard.setMimeData(new SecretMimeData(SecretBytes()), QClipboard::Clipboard);
        }
    }
    stop();
}

void ClipboardGuard::secondPassed() {
    if (!holdsOurs() || m_secondsLeft <= 1) {
        takeBack();
        return;
    }
    --m_secondsLeft;
    Q_EMIT countdown(m_secondsLeft);
}

void ClipboardGuard::stop() {
    m_second->stop();
    m_lent.clear();
    if (m_secondsLeft != 0) {
        m_secondsLeft = 0;
        Q_EMIT countdown(0);
    }
}

} // namespace keyturn::desktop
