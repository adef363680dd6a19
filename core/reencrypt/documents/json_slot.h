// SPDX-License-Identifier: Apache-2.0
// Slots of JSON texts. Private to documents/.
#pragma once

#include "reencrypt/documents/slot_document.h"
#include "reencrypt/json_scan.h"

namespace keyturn::reencrypt {

/// Nothing: no such member, or no text.
std::optional<Slot> jsonSlot(const JsonScan &scan, const JsonNode *node);
/// An object of texts; nothing: something else. No object at all (nullptr, null) is an empty context.
std::optional<kms::EncryptionContext> jsonContext(const JsonScan &scan, const JsonNode *node);
/// {"a":"b","c":"d"}, names as they come.
std::string jsonContextText(const kms::EncryptionContext &context);

} // namespace keyturn::reencrypt
