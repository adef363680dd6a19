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
    /// Where the whole secret stands in memory and how often: "UTF-8: 1, hex: 2"; empty when it is gone.
    QString found() const;

private:
    struct Pattern {
        const char *name;
        QByteArray masked;
        int count = 0;
    };
    QList<Pattern> patterns() const;

    QByteArray m_masked;
};

} // namespace keyturn::test
