// SPDX-License-Identifier: Apache-2.0
// A growing secret text is copied as little as finished bytes.
#include "base/secret_text.h"

keyturn::SecretText second(keyturn::SecretText &text) {
#ifdef MISUSE
    return keyturn::SecretText(text);
#else
    return keyturn::SecretText(std::move(text));
#endif
}
