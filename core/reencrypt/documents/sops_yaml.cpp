// SPDX-License-Identifier: Apache-2.0
// SOPS in YAML. sops writes its metadata into every document of a file and reads that of the first: all of
// them are moved, so that they stay alike.
#include "reencrypt/documents/sops_entry.h"
#include "reencrypt/documents/yaml_text.h"

namespace keyturn::reencrypt {
namespace {

/// Where the context stands, or would: found while the tree lives, used when the edits are made.
struct ContextPlace {
    bool flowEntry = false;
    bool flowContext = false;
    bool isThere = false;
    std::size_t begin = 0, end = 0; ///< from the first name to behind the last value
    std::size_t behindArn = 0;
    std::string lineFeed; ///< with the indentation of the entry's members
    std::string inner;    ///< with that of the context's
};

std::string lineFeedAndIndent(std::string_view text, std::size_t nameOffset) {
    const auto lineFeed = text.substr(0, nameOffset).rfind('\n');
    const std::size_t begin = lineFeed == std::string_view::npos ? 0 : lineFeed + 1;
    const bool crlf = text.find("\r\n") != std::string_view::npos;
    return std::string(crlf ? "\r\n" : "\n") + std::string(nameOffset - begin, ' ');
}

std::string pairsText(const kms::EncryptionContext &context, std::string_view between) {
    std::string out;
    for (const auto &[name, value] : context) {
        out += out.empty() ? "" : between;
        out += quotedText(name) + ": " + quotedText(value);
    }
    return out;
}

std::vector<Edit> contextEdits(const ContextPlace &place, const kms::EncryptionContext &context) {
    if (!place.isThere) {
        const std::string member =
            std::string(place.flowEntry ? "\"context\"" : "context") + ": {" + pairsText(context, ", ") + "}";
        return {{place.behindArn, 0, toBytes((place.flowEntry ? ", " : place.lineFeed) + member)}};
    }
    const std::string pairs = place.flowContext ? pairsText(context, ", ")
                              : context.empty() ? "{}"
                                                : pairsText(context, place.inner);
    return {{place.begin, place.end - place.begin, toBytes(pairs)}};
}

/// False, and a fault, when the context is no map of texts.
bool readContext(std::string_view text, const YamlNode &node, SopsEntry &entry, ContextPlace &place) {
    if (node.kind == YamlNode::Kind::Null) {
        entry.fault = faultText({{}, entry.path + ".context", entry.line}, "empty: remove the member");
        return false;
    }
    bool good = node.kind == YamlNode::Kind::Map && !node.items.empty();
    for (std::size_t i = 0; good && i + 1 < node.items.size(); i += 2) {
        const auto value = slotOf(text, node.items[i + 1]);
        good = value && entry.context.insert(node.items[i].value, node.items[i + 1].value);
        if (good) {
            const bool quoted =
                text[node.items[i + 1].offset] == '"' || text[node.items[i + 1].offset] == '\'';
            place.end = value->end() + (quoted ? 1 : 0);
        }
    }
    if (!good) {
        entry.fault = faultText({{}, entry.path + ".context", node.line}, "no map of texts");
        return false;
    }
    place.isThere = true;
    place.flowContext = node.flow;
    place.begin = node.items.front().offset;
    place.inner = lineFeedAndIndent(text, place.begin);
    return true;
}

std::optional<Slot> member(std::string_view text, const YamlNode &node, std::string_view name,
                           SopsEntry &entry) {
    const YamlNode *value = node.member(name);
    if (!value) {
        return std::nullopt;
    }
    auto slot = slotOf(text, *value);
    if (!slot) {
        entry.fault = slot.error().detail;
        return std::nullopt;
    }
    return std::move(*slot);
}

std::size_t nameOffset(const YamlNode &map, std::string_view name) {
    for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
        if (map.items[i].value == name) {
            return map.items[i].offset;
        }
    }
    return map.offset;
}

void addEntry(std::string_view text, const YamlNode &node, std::string path, SlotDocument &document,
              const JobSpec &spec) {
    SopsEntry entry;
    entry.path = std::move(path);
    entry.line = node.line;
    entry.fault = whyNotInPlace(node);
    if (entry.fault.empty()) {
        ContextPlace place;
        entry.arn = member(text, node, "arn", entry);
        entry.enc = member(text, node, "enc", entry);
        entry.createdAt = member(text, node, "created_at", entry);
        const YamlNode *context = node.member("context");
        if (entry.arn && (!context || readContext(text, *context, entry, place))) {
            const char quote = text[node.member("arn")->offset];
            place.behindArn = entry.arn->end() + (quote == '"' || quote == '\'' ? 1 : 0);
            place.flowEntry = node.flow;
            place.lineFeed = lineFeedAndIndent(text, nameOffset(node, "arn"));
            entry.contextEdits = [place](const kms::EncryptionContext &fresh) {
                return contextEdits(place, fresh);
            };
        }
    }
    addSopsEntry(document, std::move(entry), spec);
}

void addEntries(std::string_view text, const YamlNode *list, const std::string &path, SlotDocument &document,
                const JobSpec &spec) {
    if (!list) {
        return;
    }
    if (list->kind == YamlNode::Kind::Alias || list->anchored || list->tagged) {
        addEntry(text, *list, path, document, spec);
        return;
    }
    for (std::size_t i = 0; list->kind == YamlNode::Kind::Sequence && i < list->items.size(); ++i) {
        addEntry(text, list->items[i], path + "[" + std::to_string(i) + "]", document, spec);
    }
}

/// Shared or merged parts of the section itself: refused as one, its entries may stand elsewhere.
bool isShared(const YamlNode &node) {
    return node.kind == YamlNode::Kind::Alias || node.anchored || node.member("<<");
}

void addSection(std::string_view text, const YamlNode &sops, const std::string &path, SlotDocument &document,
                const JobSpec &spec) {
    const YamlNode *groups = sops.member("key_groups");
    if (isShared(sops) || (groups && isShared(*groups))) {
        addEntry(text, isShared(sops) ? sops : *groups, path, document, spec);
        return;
    }
    addEntries(text, sops.member("kms"), path + ".kms", document, spec);
    for (std::size_t i = 0; groups && i < groups->items.size(); ++i) {
        const std::string group = path + ".key_groups[" + std::to_string(i) + "]";
        if (isShared(groups->items[i])) {
            addEntry(text, groups->items[i], group, document, spec);
        } else {
            addEntries(text, groups->items[i].member("kms"), group + ".kms", document, spec);
        }
    }
}

} // namespace

Result<std::unique_ptr<Document>> parseSopsYaml(std::string_view text, const JobSpec &spec) {
    auto documents = readYaml(text);
    if (!documents) {
        return failFrom(documents);
    }
    auto document = std::make_unique<SlotDocument>();
    for (std::size_t i = 0; i < documents->size(); ++i) {
        if (const YamlNode *sops = (*documents)[i].member("sops")) {
            const std::string path =
                documents->size() > 1 ? "document " + std::to_string(i + 1) + " sops" : "sops";
            addSection(text, *sops, path, *document, spec);
        }
    }
    return std::unique_ptr<Document>(std::move(document));
}

} // namespace keyturn::reencrypt
