// SPDX-License-Identifier: Apache-2.0
// Platforms whose settings we cannot ask yet: what the toolkit's palette says.
#include "ui/theme/system_appearance.h"

#include <QPalette>

namespace keyturn::theme {

std::unique_ptr<SystemAppearance> makeSystemAppearance(const QPalette &platform) {
    return std::make_unique<FixedAppearance>(appearanceOf(platform));
}

} // namespace keyturn::theme
