// SPDX-License-Identifier: Apache-2.0
// Tink keysets, credstash and MongoDB exports: JSON in which one member is a ciphertext (ecosystem.md 4.2
// items 4 to 6).
#include "reencrypt/documents/json_items.h"
#include "reencrypt/documents/kinds.h"

namespace keyturn::reencrypt {
namespace {

Places placesOf(const JsonItem &item) {
    return [&item](std::string_view place) { return item.value(place); };
}

/// One ciphertext of an item; a fault when the member is no text.
void addMember(SlotDocument &document, const JobSpec &spec, const JsonItem &item, std::string_view member,
               std::optional<Slot> cipher, std::optional<Slot> key) {
    DocumentEntry entry;
    entry.blob.place = item.placeOf(member);
    if (cipher) {
        entry.cipher = std::move(*cipher);
    } else {
        setFault(entry.blob, Cause::NotACiphertext, faultText(entry.blob.place, "no text"));
    }
    if (key) {
        entry.blob.keyHint = key->value;
        entry.key = std::move(key);
    }
    setContexts(entry.blob, spec, std::nullopt, placesOf(item));
    document.add(std::move(entry), spec, ShapeRule::Any);
}

void addCredstash(SlotDocument &document, const JobSpec &spec, const JsonItem &item) {
    if (!item.scan.member(item.node, "key") && !item.scan.member(item.node, "contents")) {
        return; // autoversion entries and other items of the table
    }
    addMember(document, spec, item, "key", item.slot("key"), std::nullopt);
}

void addMongo(SlotDocument &document, const JobSpec &spec, const JsonItem &item) {
    const JsonNode *master = item.scan.member(item.node, "masterKey");
    const auto provider = master ? jsonSlot(item.scan, item.scan.member(*master, "provider")) : std::nullopt;
    if (!provider || provider->value != "aws") {
        return; // a key of another provider
    }
    auto key = item.slotAt(item.scan.member(*master, "key"));
    if (key && !keyIsMeant(key->value, spec)) {
        return;
    }
    const JsonNode *binary = item.scan.at(item.node, "/keyMaterial/$binary");
    const JsonNode *base64 =
        binary && binary->kind == JsonKind::Object ? item.scan.member(*binary, "base64") : binary;
    addMember(document, spec, item, "keyMaterial", item.slotAt(base64), std::move(key));
}

ParsedDocument parseItems(std::string_view text, const JobSpec &spec,
                          const std::function<void(SlotDocument &, const JobSpec &, const JsonItem &)> &add) {
    auto document = std::make_unique<SlotDocument>();
    auto visited =
        visitItems(text, *document, spec, [&](const JsonItem &item) { add(*document, spec, item); });
    if (!visited) {
        return failFrom(visited);
    }
    return std::unique_ptr<Document>(std::move(document));
}

} // namespace

ParsedDocument parseTink(std::string_view text, const JobSpec &spec) {
    auto document = std::make_unique<SlotDocument>();
    JsonScan scan;
    if (auto read = scan.read(text); !read) {
        return failFrom(read);
    }
    const JsonItem item{scan, scan.root(), 0, {{}, {}, scan.line(scan.root())}};
    if (const JsonNode *keyset = scan.member(scan.root(), "encryptedKeyset")) {
        JsonItem at = item;
        at.place.line = scan.line(*keyset);
        addMember(*document, spec, at, "encryptedKeyset", item.slot("encryptedKeyset"), std::nullopt);
    }
    return std::unique_ptr<Document>(std::move(document));
}

ParsedDocument parseCredstash(std::string_view text, const JobSpec &spec) {
    return parseItems(text, spec, addCredstash);
}

ParsedDocument parseMongoKeyVault(std::string_view text, const JobSpec &spec) {
    return parseItems(text, spec, addMongo);
}

} // namespace keyturn::reencrypt
