// SPDX-License-Identifier: Apache-2.0
// A text between quotes says in which encoding it is.
#include <QString>

QString title() {
#ifdef MISUSE
    return "Keyturn";
#else
    return QStringLiteral("Keyturn");
#endif
}
