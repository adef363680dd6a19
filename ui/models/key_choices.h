// SPDX-License-Identifier: Apache-2.0
// What kinds of keys there are and what each of them can do, as dialogs offer it: specs in the order of a
// list, usages of a spec, algorithms of a key, how much a key encrypts. Follows kms-semantics.md sections 5
// and 7; a spec that is not known here is offered as it came. Pure functions.
#pragma once

#include "kms/capabilities.h"
#include "kms/structures.h"

#include <QString>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::ui {

/// The specs that a backend takes, alike ones together.
std::vector<std::string> offeredKeySpecs(const kms::Capabilities &capabilities);
/// Wire names of the usages of a spec, the usual one first; all of them for an unknown spec.
std::vector<std::string> usagesOfSpec(std::string_view keySpec);
/// The backend takes keys whose material comes from outside.
bool takesImportedMaterial(const kms::Capabilities &capabilities);
/// The backend has multi-Region keys.
bool takesMultiRegion(const kms::Capabilities &capabilities);

bool isSymmetricSpec(std::string_view keySpec);
bool isHmacSpec(std::string_view keySpec);
/// A spec with a public half.
bool isPairSpec(std::string_view keySpec);
/// "SYMMETRIC_DEFAULT" where the description does not say.
std::string_view specOf(const kms::KeyMetadata &key);
bool isAsymmetricKey(const std::optional<kms::KeyMetadata> &key);
bool hasUsage(const kms::KeyMetadata &key, kms::KeyUsageType usage);
bool isEnabledKey(const kms::KeyMetadata &key);

/// The longest plaintext a key takes with an algorithm, in bytes (kms-semantics.md section 5).
std::size_t longestPlaintext(std::string_view keySpec, std::string_view algorithm);

} // namespace keyturn::ui
