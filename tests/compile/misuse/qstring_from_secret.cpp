// SPDX-License-Identifier: Apache-2.0
// A QString is shared and never wiped: no secret turns into one.
#include "base/secret_bytes.h"

#include <QString>

QString shown(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    return QString(secret);
#else
    return QString::number(secret.size());
#endif
}
