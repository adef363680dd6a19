// SPDX-License-Identifier: Apache-2.0
// Tags (kms-semantics.md section 11).
#include "probe.h"

#include "kms/operations/list_resource_tags.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"

#include <map>

namespace keyturn::contract {
namespace {

using kms::TagResource;
using kms::UntagResource;
using Tags = std::vector<kms::Tag>;

std::string tagsOf(Probe &probe, const std::string &key) {
    std::map<std::string, std::string> sorted;
    const auto reply = probe.must<kms::ListResourceTags>({.keyId = key});
    for (const kms::Tag &tag : *reply.tags) {
        sorted[*tag.tagKey] = *tag.tagValue;
    }
    std::string text;
    for (const auto &[name, value] : sorted) {
        text += name + '=' + value + ';';
    }
    return text;
}

Tags numbered(int count) {
    Tags tags;
    for (int i = 0; i < count; ++i) {
        tags.push_back({"tag" + std::to_string(i), "v"});
    }
    return tags;
}

struct RefusedRow {
    const char *name;
    Tags tags;
    ErrorCode code;
    std::string message; ///< empty: any
};

std::vector<RefusedRow> refusedRows() {
    using enum ErrorCode;
    return {
        {"reserved prefix", {{"aws:x", "v"}}, Tag, {}},
        {"reserved prefix of other case", {{"aWs:x", "v"}}, Tag, {}},
        {"one name twice", {{"a", "1"}, {"a", "2"}}, Tag, {}},
        {"fifty-one", numbered(51), Tag, {}},
        {"name of 129 characters",
         {{std::string(129, 'k'), "v"}},
         Validation,
         "1 validation error detected: Value '" + std::string(129, 'k') +
             "' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or "
             "equal to 128"},
        {"value of 257 characters",
         {{"a", "v"}, {"b", std::string(257, 'v')}},
         Validation,
         "1 validation error detected: Value '" + std::string(257, 'v') +
             "' at 'tags.2.member.tagValue' failed to satisfy constraint: Member must have length less than "
             "or equal to "
             "256"},
        {"empty name", {{"", "v"}}, Validation, {}},
    };
}

} // namespace

void addTagFacts(Facts &facts) {
    for (const RefusedRow &row : refusedRows()) {
        facts.push_back({std::string("TagResource: ") + row.name, [row](Probe &probe) {
                             const std::string key = probe.newKeyId();
                             const auto error =
                                 probe.refused<TagResource>({.keyId = key, .tags = row.tags}, row.code);
                             if (!row.message.empty()) {
                                 probe.equal("message", error.serviceMessage, row.message);
                             }
                             probe.equal("tags", tagsOf(probe, key), "");
                         }});
        facts.push_back({std::string("CreateKey: tags, ") + row.name, [row](Probe &probe) {
                             probe.refused<kms::CreateKey>({.tags = row.tags}, row.code);
                         }});
    }
    facts.push_back({"TagResource: adds and replaces", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.must<TagResource>({.keyId = key, .tags = Tags{{"a", "1"}, {"b", ""}}});
                         probe.must<TagResource>({.keyId = key, .tags = Tags{{"a", "2"}, {"A", "3"}}});
                         probe.equal("tags", tagsOf(probe, key), "A=3;a=2;b=;");
                     }});
    facts.push_back({"TagResource: the longest name and value", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.must<TagResource>(
                             {.keyId = key, .tags = Tags{{std::string(128, 'k'), std::string(256, 'v')}}});
                     }});
    facts.push_back(
        {"TagResource: fifty for a key, no more", [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.must<TagResource>({.keyId = key, .tags = numbered(50)});
             probe.refused<TagResource>({.keyId = key, .tags = Tags{{"more", "v"}}}, ErrorCode::Tag);
             probe.must<TagResource>({.keyId = key, .tags = Tags{{"tag0", "w"}}}); // replaces one
         }});
    facts.push_back(
        {"UntagResource: removes, and is silent about what is not there", [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.must<TagResource>({.keyId = key, .tags = Tags{{"a", "1"}, {"b", "2"}}});
             probe.must<UntagResource>({.keyId = key, .tagKeys = std::vector<std::string>{"a", "never"}});
             probe.must<UntagResource>({.keyId = key, .tagKeys = std::vector<std::string>{"a"}});
             probe.equal("tags", tagsOf(probe, key), "b=2;");
         }});
    facts.push_back({"UntagResource: an empty name", [](Probe &probe) {
                         probe.refused<UntagResource>(
                             {.keyId = probe.newKeyId(), .tagKeys = std::vector<std::string>{""}},
                             ErrorCode::Validation);
                     }});
}

} // namespace keyturn::contract
