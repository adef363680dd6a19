// SPDX-License-Identifier: Apache-2.0
// Looks for a secret in the memory of this process, in the forms it could have been left in. The scan holds
// the secret only masked, so that it does not find itself.
#pragma once

#include "base/bytes.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace keyturn::test {

class MemoryScan {
public:
    /// A fresh secret of printable characters, kept masked.
    explicit MemoryScan(int characters);

    /// One character of the secret, in clear: type it, then let it go.
    char characterAt(int index) const;
    int size() const { return static_cast<int>(m_masked.size()); }
    /// How often the whole secret stands in memory: "UTF-8: 1, UTF-16: 0, hex: 0, base64: 0".
    QString report() const;
    bool isGone() const;
    bool isThere() const { return !isGone(); }

private:
    struct Pattern {
        const char *name;
        QByteArray masked;
    };
    QList<Pattern> patterns() const;
    int count(const QByteArray &masked) const;

    QByteArray m_masked;
};

} // namespace keyturn::test
