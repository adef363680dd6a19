// SPDX-License-Identifier: Apache-2.0
// SOPS in JSON, and SOPS of any other file ("binary"), which is JSON too.
#include "reencrypt/documents/json_slot.h"
#include "reencrypt/documents/sops_entry.h"

namespace keyturn::reencrypt {
namespace {

/// The line feed and blanks in front of a member's name; empty where members share a line.
std::string indentBefore(std::string_view text, const JsonNode &member) {
    const std::size_t quote = member.nameOffset - 1;
    const auto begin = text.substr(0, quote).find_last_not_of(" \t\r\n");
    const std::string_view gap = text.substr(begin + 1, quote - begin - 1);
    return gap.find('\n') != std::string_view::npos ? std::string(gap) : std::string();
}

struct ContextPlace {
    std::size_t replaceOffset = 0, replaceLength = 0; ///< of the present object; length 0: there is none
    std::size_t insertOffset = 0;                     ///< behind arn
    std::string indent;
};

std::vector<Edit> contextEdits(const ContextPlace &place, const kms::EncryptionContext &context) {
    const std::string object = jsonContextText(context);
    if (place.replaceLength > 0) {
        return {{place.replaceOffset, place.replaceLength, toBytes(object)}};
    }
    const std::string blank = place.indent.empty() ? "" : " ";
    return {{place.insertOffset, 0, toBytes("," + place.indent + "\"context\":" + blank + object)}};
}

void addEntry(const JsonScan &scan, std::string_view text, const JsonNode &node, std::string path,
              SlotDocument &document, const JobSpec &spec) {
    SopsEntry entry;
    entry.path = std::move(path);
    entry.line = scan.line(node);
    const JsonNode *arn = scan.member(node, "arn");
    entry.arn = jsonSlot(scan, arn);
    entry.enc = jsonSlot(scan, scan.member(node, "enc"));
    entry.createdAt = jsonSlot(scan, scan.member(node, "created_at"));
    const JsonNode *context = scan.member(node, "context");
    if (auto read = jsonContext(scan, context)) {
        entry.context = std::move(*read);
    } else {
        entry.fault = faultText({{}, entry.path + ".context", entry.line}, "no object of texts");
    }
    if (entry.arn) {
        ContextPlace place;
        place.replaceOffset = context ? context->offset : 0;
        place.replaceLength = context ? context->length : 0;
        place.insertOffset = entry.arn->end();
        place.indent = indentBefore(text, *arn);
        entry.contextEdits = [place](const kms::EncryptionContext &fresh) {
            return contextEdits(place, fresh);
        };
    }
    addSopsEntry(document, std::move(entry), spec);
}

void addEntries(const JsonScan &scan, std::string_view text, const JsonNode *list, const std::string &path,
                SlotDocument &document, const JobSpec &spec) {
    if (!list || list->kind != JsonKind::Array) {
        return;
    }
    std::size_t number = 0;
    for (auto *child = scan.first(*list); child; child = scan.after(*list, *child)) {
        addEntry(scan, text, *child, path + "[" + std::to_string(number++) + "]", document, spec);
    }
}

} // namespace

Result<std::unique_ptr<Document>> parseSopsJson(std::string_view text, const JobSpec &spec) {
    JsonScan scan;
    if (auto read = scan.read(text); !read) {
        return failFrom(read);
    }
    auto document = std::make_unique<SlotDocument>();
    const JsonNode *sops = scan.member(scan.root(), "sops");
    if (sops) {
        addEntries(scan, text, scan.member(*sops, "kms"), "sops.kms", *document, spec);
        const JsonNode *groups = scan.member(*sops, "key_groups");
        std::size_t number = 0;
        for (auto *group = groups && groups->kind == JsonKind::Array ? scan.first(*groups) : nullptr; group;
             group = scan.after(*groups, *group)) {
            addEntries(scan, text, scan.member(*group, "kms"),
                       "sops.key_groups[" + std::to_string(number++) + "].kms", *document, spec);
        }
    }
    return std::unique_ptr<Document>(std::move(document));
}

} // namespace keyturn::reencrypt
