// SPDX-License-Identifier: Apache-2.0
// A request or reply as one line for logs: secret members are "(n bytes, hidden)", ciphertext is its size,
// contexts are their number of pairs. Pure function.
#pragma once

#include "kms/field.h"

#include <span>
#include <string>

namespace keyturn::kms {

std::string redacted(std::span<const Field> fields, const void *object);

} // namespace keyturn::kms
