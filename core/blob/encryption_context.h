// SPDX-License-Identifier: Apache-2.0
// Canonical bytes of an encryption context: injective, so that contexts which differ only in where a boundary
// lies never share associated data. Pure functions, any thread. Follows FORMAT.md.
// Errors: Usage (a name that occurs twice; the detail does not quote it).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <span>
#include <string>
#include <utility>

namespace keyturn::blob {

/// Name and value, UTF-8 as received.
using ContextPair = std::pair<std::string, std::string>;

/// Appends the canonical bytes; the order of the pairs does not matter. No pairs: four zero bytes.
Status appendCanonicalContext(std::span<const ContextPair> pairs, Bytes &out);
Result<Bytes> canonicalContext(std::span<const ContextPair> pairs);

} // namespace keyturn::blob
