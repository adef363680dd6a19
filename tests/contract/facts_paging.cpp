// SPDX-License-Identifier: Apache-2.0
// Lists page by page (kms-semantics.md section 11): nothing twice, nothing left out.
#include "probe.h"

#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/tag_resource.h"
#include "kms/paging.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace keyturn::contract {
namespace {

/// All pages of a list: the names of the items, each once.
template <class Op, class Items, class Name>
std::set<std::string> collect(Probe &probe, typename Op::Request request, Items items, Name name) {
    const auto limit = static_cast<std::size_t>(request.limit.value_or(1000));
    std::multiset<std::string> found;
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<Status> end;
        bool pageTooLarge = false;
    } state;
    kms::listAll<Op>(
        probe.service(), std::move(request), {},
        [&](typename Op::Reply &page) {
            state.pageTooLarge = state.pageTooLarge || (page.*items)->size() > limit;
            for (const auto &item : *(page.*items)) {
                found.insert(*(item.*name));
            }
            return true;
        },
        [&](Status status) {
            const std::lock_guard lock(state.mutex);
            state.end.emplace(std::move(status));
            state.changed.notify_one();
        });
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, [&] { return state.end.has_value(); });
    Probe::check(state.end->has_value(),
                 "the walk ended with " + (*state.end ? "" : told(state.end->error())));
    Probe::check(!state.pageTooLarge, "a page has more items than its limit");
    std::set<std::string> once(found.begin(), found.end());
    Probe::equal("items, each once", static_cast<std::int64_t>(found.size()),
                 static_cast<std::int64_t>(once.size()));
    return once;
}

void expectAll(const std::set<std::string> &found, const std::set<std::string> &wanted) {
    for (const std::string &name : wanted) {
        Probe::check(found.contains(name), name + " is on no page");
    }
}

void addWalkFacts(Facts &facts) {
    facts.push_back({"paging: ListKeys, two a page", [](Probe &probe) {
                         std::set<std::string> made;
                         for (int i = 0; i < 5; ++i) {
                             made.insert(probe.newKeyId());
                         }
                         expectAll(collect<kms::ListKeys>(probe, {.limit = 2}, &kms::ListKeys::Reply::keys,
                                                          &kms::KeyListEntry::keyId),
                                   made);
                     }});
    facts.push_back({"paging: ListKeys, id and ARN", [](Probe &probe) {
                         const auto key = probe.newKey();
                         expectAll(collect<kms::ListKeys>(probe, {}, &kms::ListKeys::Reply::keys,
                                                          &kms::KeyListEntry::keyArn),
                                   {*key.arn});
                     }});
    facts.push_back({"paging: ListAliases, one a page", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         std::set<std::string> made;
                         for (int i = 0; i < 4; ++i) {
                             made.insert(probe.newAlias(key));
                         }
                         const auto found = collect<kms::ListAliases>(probe, {.keyId = key, .limit = 1},
                                                                      &kms::ListAliases::Reply::aliases,
                                                                      &kms::AliasListEntry::aliasName);
                         Probe::check(found == made, "other aliases than were made");
                         expectAll(collect<kms::ListAliases>(probe, {.limit = 3},
                                                             &kms::ListAliases::Reply::aliases,
                                                             &kms::AliasListEntry::aliasName),
                                   made);
                     }});
    facts.push_back({"paging: ListResourceTags, seven a page", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         std::set<std::string> made;
                         std::vector<kms::Tag> tags;
                         for (int i = 0; i < 50; ++i) {
                             tags.push_back({"tag" + std::to_string(i), ""});
                             made.insert(*tags.back().tagKey);
                         }
                         probe.must<kms::TagResource>({.keyId = key, .tags = tags});
                         const auto found = collect<kms::ListResourceTags>(
                             probe, {.keyId = key, .limit = 7}, &kms::ListResourceTags::Reply::tags,
                             &kms::Tag::tagKey);
                         Probe::check(found == made, "other tags than were made");
                     }});
    facts.push_back({"paging: ListKeyRotations, two a page", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         for (int i = 0; i < 5; ++i) {
                             probe.must<kms::RotateKeyOnDemand>({.keyId = key});
                         }
                         const auto found = collect<kms::ListKeyRotations>(
                             probe, {.keyId = key, .limit = 2}, &kms::ListKeyRotations::Reply::rotations,
                             &kms::RotationsListEntry::keyMaterialId);
                         Probe::equal("rotations", static_cast<std::int64_t>(found.size()), 5);
                     }});
}

template <class Op>
void addLimitFacts(Facts &facts, const std::string &name, std::int64_t most, bool ofKey) {
    const auto requestOf = [ofKey](Probe &probe, std::int64_t limit) {
        typename Op::Request request;
        request.limit = limit;
        if constexpr (requires { request.keyId; }) {
            if (ofKey) {
                request.keyId = probe.newKeyId();
            }
        }
        return request;
    };
    facts.push_back({"paging: " + name + ", limits", [=](Probe &probe) {
                         probe.must<Op>(requestOf(probe, 1));
                         probe.must<Op>(requestOf(probe, most));
                         probe.refused<Op>(requestOf(probe, 0), ErrorCode::Validation);
                         probe.refused<Op>(requestOf(probe, most + 1), ErrorCode::Validation);
                     }});
    facts.push_back({"paging: " + name + ", a marker that was never given", [=](Probe &probe) {
                         auto request = requestOf(probe, 1);
                         request.marker = "bm90IGEgbWFya2Vy";
                         probe.refused<Op>(std::move(request), ErrorCode::InvalidMarker);
                         auto empty = requestOf(probe, 1);
                         empty.marker = "";
                         probe.refused<Op>(std::move(empty), ErrorCode::Validation);
                     }});
}

} // namespace

void addPagingFacts(Facts &facts) {
    addWalkFacts(facts);
    addLimitFacts<kms::ListKeys>(facts, "ListKeys", 1000, false);
    addLimitFacts<kms::ListAliases>(facts, "ListAliases", 100, false);
    addLimitFacts<kms::ListResourceTags>(facts, "ListResourceTags", 50, true);
    addLimitFacts<kms::ListKeyRotations>(facts, "ListKeyRotations", 1000, true);
}

} // namespace keyturn::contract
