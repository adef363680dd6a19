// SPDX-License-Identifier: Apache-2.0
#include "kms/capabilities.h"

#include <algorithm>

namespace keyturn::kms {

bool Capabilities::hasKeySpec(std::string_view wireName) const {
    return std::find(keySpecs.begin(), keySpecs.end(), wireName) != keySpecs.end();
}

} // namespace keyturn::kms
