// SPDX-License-Identifier: Apache-2.0
// No debug output prints a secret.
#include "base/secret_bytes.h"

#include <QDebug>

void print(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    qDebug() << secret;
#else
    qDebug() << secret.size();
#endif
}
