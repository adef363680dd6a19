// SPDX-License-Identifier: Apache-2.0
// Wrappings of text around bytes: base64 in its forms, hex, data URLs. Private.
#pragma once

#include "inspect/inspection.h"

#include <optional>
#include <string_view>

namespace keyturn::inspect {

struct Unwrapped {
    std::vector<Layer> layers; ///< what was taken off, outermost first
    Bytes bytes;
};

/// The ways in which a text can be read as encoded bytes, the likelier first.
std::vector<Unwrapped> unwrap(std::string_view text);

} // namespace keyturn::inspect
