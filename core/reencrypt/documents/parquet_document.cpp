// SPDX-License-Identifier: Apache-2.0
// External key material of Parquet files (_KEY_MATERIAL_FOR_<file>.json): key material objects, plain or as
// JSON inside texts, as Hadoop's store writes them (ecosystem.md 4.2 item 4). With double wrapping only the
// key encryption key is under the master key.
#include "reencrypt/documents/json_slot.h"
#include "reencrypt/documents/kinds.h"

#include "kms/identifier.h"

namespace keyturn::reencrypt {
namespace {

/// Names that KMS takes as a key. Other ones belong to the KMS plug-in's own table and stay.
bool namesAKey(std::string_view name) {
    return name.starts_with("arn:") || name.starts_with("alias/") || kms::looksLikeKeyId(name);
}

/// Where each byte of a text's value stands in the document.
std::vector<std::size_t> positionsOf(std::string_view token, std::size_t offset) {
    std::vector<std::size_t> positions;
    JsonScan scan;
    for (std::size_t i = 1; i + 1 < token.size();) {
        std::size_t length = 1;
        if (token[i] == '\\') {
            length = token[i + 1] == 'u' ? 6 : 2;
        }
        // Pairs of surrogates are one character of four bytes; as two of three their positions would be off.
        const bool isPair = length == 6 && token.substr(i + 6, 2) == "\\u" &&
                            (token[i + 2] == 'd' || token[i + 2] == 'D') &&
                            std::string_view("89abAB").find(token[i + 3]) != std::string_view::npos;
        length = isPair ? 12 : length;
        const std::string piece = "\"" + std::string(token.substr(i, length)) + "\"";
        std::size_t bytes = 1;
        if (length > 1 && scan.read(piece)) {
            bytes = scan.text(scan.root()).value_or("").size();
        }
        positions.insert(positions.end(), bytes, offset + i);
        i += length;
    }
    positions.push_back(offset + token.size() - 1);
    return positions;
}

/// A slot inside a JSON text inside a JSON text.
Slot nestedSlot(Slot inner, const std::vector<std::size_t> &positions, const std::string &outerToken) {
    const std::size_t begin = positions[inner.offset];
    const std::size_t end = positions[inner.end()];
    const auto write = inner.write;
    return {begin, end - begin, std::move(inner.value),
            [write, outerToken](std::string_view value) -> std::optional<std::string> {
                const auto token = write(value);
                if (!token) {
                    return std::nullopt;
                }
                const std::string outer = jsonTextLike(*token, outerToken);
                return outer.substr(1, outer.size() - 2);
            }};
}

struct Material {
    const JsonScan &scan;
    const JsonNode &node;
    Place place;
    std::vector<std::size_t> positions; ///< empty: not nested
    std::string outerToken;

    std::optional<Slot> slot(std::string_view name) const {
        auto found = jsonSlot(scan, scan.member(node, name));
        if (!found || positions.empty()) {
            return found;
        }
        return nestedSlot(std::move(*found), positions, outerToken);
    }
    std::optional<std::string> value(std::string_view where) const {
        const JsonNode *found = where.starts_with('/') ? scan.at(node, where) : scan.member(node, where);
        return found ? scan.text(*found) : std::nullopt;
    }
};

void addMaterial(const Material &material, SlotDocument &document, const JobSpec &spec) {
    const JsonNode *type = material.scan.member(material.node, "keyMaterialType");
    if (!type) {
        return;
    }
    const JsonNode *twice = material.scan.member(material.node, "doubleWrapping");
    const bool isDouble = twice && material.scan.token(*twice) == "true";
    const std::string_view member = isDouble ? "wrappedKEK" : "wrappedDEK";
    DocumentEntry entry;
    FoundBlob &blob = entry.blob;
    blob.place = material.place;
    blob.place.part += (blob.place.part.empty() ? "" : ".") + std::string(member);
    auto key = material.slot("masterKeyID");
    if (key && namesAKey(key->value)) {
        if (!keyIsMeant(key->value, spec)) {
            return;
        }
        blob.keyHint = key->value;
        entry.key = std::move(key);
    }
    auto cipher = material.slot(member);
    if (material.scan.text(*type) != "PKMT1") {
        setFault(blob, Cause::NotACiphertext, faultText(blob.place, "key material of an unknown type"));
    } else if (!cipher) {
        setFault(blob, Cause::NotACiphertext, faultText(blob.place, "no text"));
    } else {
        entry.cipher = std::move(*cipher);
    }
    setContexts(blob, spec, std::nullopt, [&](std::string_view place) { return material.value(place); });
    // What a KMS plug-in puts there is its own affair, unless the job says that it is plain base64.
    document.add(std::move(entry), spec, spec.finder.encoding ? ShapeRule::Any : ShapeRule::Known);
}

void addNested(const JsonScan &outer, const JsonNode &node, std::string part, SlotDocument &document,
               const JobSpec &spec) {
    const auto text = outer.text(node);
    JsonScan scan;
    const Place place{{}, std::move(part), outer.line(node)};
    if (!text || text->find("keyMaterialType") == std::string::npos) {
        return;
    }
    if (!scan.read(*text)) {
        DocumentEntry entry;
        entry.blob.place = place;
        setFault(entry.blob, Cause::BadSyntax, faultText(place, "the JSON inside the text cannot be read"));
        document.add(std::move(entry), spec, ShapeRule::Any);
        return;
    }
    addMaterial({scan, scan.root(), place, positionsOf(outer.token(node), node.offset),
                 std::string(outer.token(node))},
                document, spec);
}

} // namespace

ParsedDocument parseParquetKeys(std::string_view text, const JobSpec &spec) {
    JsonScan scan;
    if (auto read = scan.read(text); !read) {
        return failFrom(read);
    }
    auto document = std::make_unique<SlotDocument>();
    const JsonNode &root = scan.root();
    if (scan.member(root, "keyMaterialType")) {
        addMaterial({scan, root, {{}, {}, scan.line(root)}, {}, {}}, *document, spec);
    } else if (root.kind == JsonKind::Object) {
        for (auto *child = scan.first(root); child; child = scan.after(root, *child)) {
            if (child->kind == JsonKind::String) {
                addNested(scan, *child, scan.name(*child), *document, spec);
            } else {
                addMaterial({scan, *child, {{}, scan.name(*child), scan.line(*child)}, {}, {}}, *document,
                            spec);
            }
        }
    }
    return std::unique_ptr<Document>(std::move(document));
}

} // namespace keyturn::reencrypt
