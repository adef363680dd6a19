// SPDX-License-Identifier: Apache-2.0
// TagResource, UntagResource, and the rules that CreateKey's tags follow too.
#include "base/text.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/resolve.h"

#include <algorithm>
#include <map>
#include <set>

namespace keyturn::vault {

namespace {

constexpr std::size_t maxTagsPerKey = 50;

Fault tagFault(std::string message) {
    return serviceFault(ErrorCode::Tag, std::move(message));
}

Result<KeyPointer> keyToTag(Call &call, const std::string &keyId) {
    auto key = resolveKey(call, keyId, kms::keyIdOrArn);
    if (!key) {
        return key;
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    return key;
}

Status putTags(Changes &changes, const KeyState &key, std::vector<kms::Tag> tags) {
    if (tags == key.tags) {
        return {};
    }
    KeyState changed = key;
    changed.tags = std::move(tags);
    return changes.putKey(std::move(changed));
}

} // namespace

Result<std::vector<kms::Tag>> mergedTags(const std::vector<kms::Tag> &old,
                                         const std::vector<kms::Tag> &added) {
    std::set<std::string_view> names;
    for (const kms::Tag &tag : added) {
        if (!names.insert(*tag.tagKey).second) {
            return tagFault("Duplicate tag keys");
        }
    }
    if (added.size() > maxTagsPerKey) {
        return tagFault("Too many tags");
    }
    std::map<std::string, std::string> merged;
    for (const kms::Tag &tag : old) {
        merged[*tag.tagKey] = tag.tagValue.value_or("");
    }
    for (const kms::Tag &tag : added) {
        if (toLowerAscii(*tag.tagKey).starts_with("aws:")) {
            return tagFault("Tags beginning with aws: are reserved");
        }
        merged[*tag.tagKey] = tag.tagValue.value_or("");
    }
    if (merged.size() > maxTagsPerKey) {
        return tagFault("Too many tags");
    }
    std::vector<kms::Tag> tags;
    tags.reserve(merged.size());
    for (const auto &[name, value] : merged) {
        tags.push_back({name, value});
    }
    return tags;
}

Result<kms::TagResource::Reply> tagResource(Call &call, Changes &changes,
                                            const kms::TagResource::Request &request) {
    const auto key = keyToTag(call, *request.keyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    auto tags = mergedTags((*key)->tags, *request.tags);
    if (!tags) {
        return failFrom(tags);
    }
    if (auto put = putTags(changes, **key, std::move(*tags)); !put) {
        return failFrom(put);
    }
    return kms::TagResource::Reply{};
}

Result<kms::UntagResource::Reply> untagResource(Call &call, Changes &changes,
                                                const kms::UntagResource::Request &request) {
    const auto key = keyToTag(call, *request.keyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    auto tags = (*key)->tags;
    std::erase_if(tags, [&](const kms::Tag &tag) {
        return std::find(request.tagKeys->begin(), request.tagKeys->end(), *tag.tagKey) !=
               request.tagKeys->end();
    });
    if (auto put = putTags(changes, **key, std::move(tags)); !put) {
        return failFrom(put);
    }
    return kms::UntagResource::Reply{};
}

} // namespace keyturn::vault
