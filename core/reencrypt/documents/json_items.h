// SPDX-License-Identifier: Apache-2.0
// The items of an export: a JSON array, JSON Lines, one object, or what DynamoDB's tools write ({"Items":
// [..]}, {"Item": {..}}). Private to documents/.
#pragma once

#include "reencrypt/documents/json_slot.h"

namespace keyturn::reencrypt {

struct JsonItem {
    const JsonScan &scan;
    const JsonNode &node;
    std::size_t origin = 0; ///< of the text that was read, in the document
    Place place;            ///< of the item; part "[3]", or empty on a line of its own

    /// A member's text, also in DynamoDB's form {"S": ".."}; its slot counts from the document's beginning.
    std::optional<Slot> slot(std::string_view name) const;
    std::optional<Slot> slotAt(const JsonNode *node) const;
    /// For context templates: a member's name or a JSON pointer.
    std::optional<std::string> value(std::string_view where) const;
    Place placeOf(std::string_view member) const;
};

/// A line that cannot be read is a fault in `document` and does not stop the others.
Status visitItems(std::string_view text, SlotDocument &document, const JobSpec &spec,
                  const std::function<void(const JsonItem &)> &visit);

} // namespace keyturn::reencrypt
