// SPDX-License-Identifier: Apache-2.0
// A JSON object of texts, as metadata of other tools holds it. Private.
#pragma once

#include "kms/encryption_context.h"

#include <optional>
#include <string_view>

namespace keyturn::inspect {

/// Nothing for anything but one object whose values are all texts.
std::optional<kms::EncryptionContext> flatJsonObject(std::string_view text);

} // namespace keyturn::inspect
