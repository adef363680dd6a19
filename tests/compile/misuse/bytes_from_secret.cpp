// SPDX-License-Identifier: Apache-2.0
// Plain bytes are not wiped: no secret turns into them by itself.
#include "base/secret_bytes.h"

keyturn::Bytes plain(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    return secret;
#else
    return keyturn::toBytes(secret.view());
#endif
}
