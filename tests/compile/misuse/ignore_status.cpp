// SPDX-License-Identifier: Apache-2.0
// So is a Status, which holds no value.
#include "base/result.h"

keyturn::Status save();

bool ask() {
#ifdef MISUSE
    save();
    return true;
#else
    return save().has_value();
#endif
}
