// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/documents/json_items.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

using Visit = std::function<void(const JsonItem &)>;

/// {"S": ".."} and {"N": ".."}: the value inside.
const JsonNode *unwrapped(const JsonScan &scan, const JsonNode *node) {
    if (node && node->kind == JsonKind::Object && node->children == 1) {
        const JsonNode *inner = scan.first(*node);
        const std::string name = scan.name(*inner);
        return inner->kind == JsonKind::String && (name == "S" || name == "N") ? inner : node;
    }
    return node;
}

void visitOne(const JsonScan &scan, const JsonNode &node, std::size_t origin, std::string part,
              std::uint64_t line, const Visit &visit) {
    const JsonNode *inner = scan.member(node, "Item");
    const JsonNode &item = inner && inner->kind == JsonKind::Object ? *inner : node;
    visit({scan, item, origin, {{}, std::move(part), line}});
}

void visitWhole(const JsonScan &scan, std::string_view text, const Visit &visit) {
    const JsonNode *list = scan.member(scan.root(), "Items");
    list = list && list->kind == JsonKind::Array ? list : &scan.root();
    if (list->kind != JsonKind::Array) {
        visitOne(scan, *list, 0, {}, scan.line(*list), visit);
        return;
    }
    std::size_t number = 0;
    std::size_t at = 0;
    std::uint64_t line = 1; // counted on from item to item
    for (auto *child = scan.first(*list); child; child = scan.after(*list, *child)) {
        const std::string_view between = text.substr(at, child->offset - at);
        line += static_cast<std::uint64_t>(std::count(between.begin(), between.end(), '\n'));
        at = child->offset;
        visitOne(scan, *child, 0, "[" + std::to_string(number++) + "]", line, visit);
    }
}

void addBrokenLine(SlotDocument &document, const JobSpec &spec, std::uint64_t line, std::string detail) {
    DocumentEntry entry;
    entry.blob.place.line = line;
    setFault(entry.blob, Cause::BadSyntax, std::move(detail));
    document.add(std::move(entry), spec, ShapeRule::Any);
}

void visitLines(std::string_view text, SlotDocument &document, const JobSpec &spec, const Visit &visit) {
    std::size_t at = 0;
    JsonScan scan;
    for (std::uint64_t number = 1; at < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        if (!trimmed(line).empty()) {
            if (auto read = scan.read(line, number); !read) {
                addBrokenLine(document, spec, number, read.error().detail);
            } else {
                visitOne(scan, scan.root(), at, {}, number, visit);
            }
        }
        at = end + 1;
    }
}

} // namespace

std::optional<Slot> JsonItem::slotAt(const JsonNode *found) const {
    auto slot = jsonSlot(scan, unwrapped(scan, found));
    if (slot) {
        slot->offset += origin;
    }
    return slot;
}

std::optional<Slot> JsonItem::slot(std::string_view name) const {
    return slotAt(scan.member(node, name));
}

std::optional<std::string> JsonItem::value(std::string_view where) const {
    const JsonNode *found =
        unwrapped(scan, where.starts_with('/') ? scan.at(node, where) : scan.member(node, where));
    if (!found || found->kind == JsonKind::Null) {
        return std::nullopt;
    }
    return found->kind == JsonKind::String ? scan.text(*found) : std::string(scan.token(*found));
}

Place JsonItem::placeOf(std::string_view member) const {
    Place result = place;
    result.part += (result.part.empty() ? "" : ".") + std::string(member);
    return result;
}

Status visitItems(std::string_view text, SlotDocument &document, const JobSpec &spec, const Visit &visit) {
    JsonScan scan;
    const auto whole = scan.read(text);
    if (whole) {
        visitWhole(scan, text, visit);
        return {};
    }
    const std::string_view content = text.substr(startsWithByteOrderMark(text) ? 3 : 0);
    const std::string_view firstLine = content.substr(0, content.find('\n'));
    JsonScan first;
    if (!trimmed(content).starts_with('{') || !first.read(firstLine)) {
        return whole;
    }
    visitLines(text, document, spec, visit);
    return {};
}

} // namespace keyturn::reencrypt
