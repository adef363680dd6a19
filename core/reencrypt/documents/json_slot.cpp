// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/json_slot.h"

namespace keyturn::reencrypt {

std::optional<Slot> jsonSlot(const JsonScan &scan, const JsonNode *node) {
    auto value = node ? scan.text(*node) : std::nullopt;
    if (!value) {
        return std::nullopt;
    }
    return Slot{node->offset, node->length, std::move(*value),
                [token = std::string(scan.token(*node))](std::string_view fresh) {
                    return jsonTextLike(fresh, token);
                }};
}

std::optional<kms::EncryptionContext> jsonContext(const JsonScan &scan, const JsonNode *node) {
    kms::EncryptionContext context;
    if (!node || node->kind == JsonKind::Null) {
        return context;
    }
    if (node->kind != JsonKind::Object) {
        return std::nullopt;
    }
    for (auto *child = scan.first(*node); child; child = scan.after(*node, *child)) {
        auto value = scan.text(*child);
        if (!value || !context.insert(scan.name(*child), std::move(*value))) {
            return std::nullopt;
        }
    }
    return context;
}

std::string jsonContextText(const kms::EncryptionContext &context) {
    std::string text = "{";
    for (const auto &[name, value] : context) {
        text += text.size() > 1 ? "," : "";
        text += jsonTextLike(name, "\"\"") + ":" + jsonTextLike(value, "\"\"");
    }
    return text + "}";
}

} // namespace keyturn::reencrypt
