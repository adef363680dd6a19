// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/secret_mime_data.h"

#include <QStringList>
#include <QVariant>

namespace keyturn::desktop {
namespace {

const QString plainText = QStringLiteral("text/plain");
const QString plainUtf8 = QStringLiteral("text/plain;charset=utf-8");
// KDE's Klipper, and the other histories that follow it, leave out what has this hint.
const QString historyHint = QStringLiteral("x-kde-passwordManagerHint");

} // namespace

SecretMimeData::SecretMimeData(SecretBytes secret)
    : m_secret(std::move(secret)) {}

SecretMimeData::~SecretMimeData() {
    wipeSecret();
}

void SecretMimeData::wipeSecret() {
    m_secret.clear();
    for (const QByteArray &given : m_handedOut) {
        auto *bytes = reinterpret_cast<std::uint8_t *>(const_cast<char *>(given.constData()));
        wipe(MutableByteView(bytes, static_cast<std::size_t>(given.size())));
    }
    m_handedOut.clear();
}

bool SecretMimeData::hasFormat(const QString &mimeType) const {
    return formats().contains(mimeType);
}

QStringList SecretMimeData::formats() const {
    return {plainText, plainUtf8, historyHint};
}

QByteArray SecretMimeData::utf8() const {
    if (m_secret.empty()) {
        return {};
    }
    QByteArray text(reinterpret_cast<const char *>(m_secret.data()), static_cast<qsizetype>(m_secret.size()));
    m_handedOut << text;
    return text;
}

QVariant SecretMimeData::retrieveData(const QString &mimeType, QMetaType type) const {
    if (mimeType == historyHint) {
        return QByteArray("secret");
    }
    if (mimeType != plainText && mimeType != plainUtf8) {
        return {};
    }
    if (type.id() == QMetaType::QString) {
        return QString::fromUtf8(utf8());
    }
    return utf8();
}

} // namespace keyturn::desktop
