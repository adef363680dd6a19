// SPDX-License-Identifier: Apache-2.0
// SecretMimeData: a secret on the clipboard. It is turned into text only when somebody pastes, and what was
// handed out is wiped with it. GUI thread; the clipboard owns it.
#pragma once

#include "base/secret_bytes.h"

#include <QByteArray>
#include <QMimeData>

namespace keyturn::desktop {

class SecretMimeData final : public QMimeData {
    Q_OBJECT
public:
    explicit SecretMimeData(SecretBytes secret);
    ~SecretMimeData() override;

    void wipeSecret();
    bool hasFormat(const QString &mimeType) const override;
    QStringList formats() const override;

protected:
    QVariant retrieveData(const QString &mimeType, QMetaType type) const override;

private:
    QByteArray utf8() const;

    SecretBytes m_secret;
    mutable QList<QByteArray> m_handedOut; ///< shared with who pasted, wiped in place
};

} // namespace keyturn::desktop
