// SPDX-License-Identifier: Apache-2.0
// An inspection as text for a terminal and as JSON for scripts. Pure functions. The JSON has the members
// kind, certainty, summary, isKmsCiphertext, layers, facts [{label, value, certainty}], hints, sourceKey,
// context.
#pragma once

#include "inspect/inspection.h"

#include <string>

namespace keyturn::inspect {

std::string renderText(const Inspection &inspection);
std::string renderJson(const Inspection &inspection);

} // namespace keyturn::inspect
