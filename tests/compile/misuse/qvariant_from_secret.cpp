// SPDX-License-Identifier: Apache-2.0
// A QVariant copies what it holds: no secret goes into one.
#include "base/secret_bytes.h"

#include <QVariant>

QVariant boxed(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    return QVariant::fromValue(secret);
#else
    return QVariant::fromValue(secret.size());
#endif
}
