// SPDX-License-Identifier: Apache-2.0
// A text becomes a secret by name: the source stays the caller's to wipe.
#include "base/secret_bytes.h"

#include <string>

keyturn::SecretBytes hidden(const std::string &text) {
#ifdef MISUSE
    return text;
#else
    return keyturn::SecretBytes::copyOf(text);
#endif
}
