// SPDX-License-Identifier: Apache-2.0
// No debug output prints a secret text.
#include "base/secret_text.h"

#include <QDebug>

void print(const keyturn::SecretText &text) {
#ifdef MISUSE
    qDebug() << text;
#else
    qDebug() << text.size();
#endif
}
