// SPDX-License-Identifier: Apache-2.0
#include "snapshot/snapshot_kms.h"

#include "base/secret_text.h"
#include "kms/json.h"
#include "kms/structures.h"
#include "kms/validation.h"

#include <algorithm>
#include <charconv>

namespace keyturn::snapshot {
namespace {

using kms::Field;
using kms::FieldKind;

template <class T>
const T *member(const kms::AnyRequest &request, std::string_view name, FieldKind kind) {
    const Field *field = kms::findField(kms::operationInfo(request.operation()).request, name);
    return field == nullptr || field->kind != kind
               ? nullptr
               : static_cast<const T *>(field->access->get(request.object()));
}

template <class Item>
Item readItem(const std::string &json) {
    Item item;
    if (!kms::readJson(json, kms::structureInfo<Item>().fields, &item)) {
        return {};
    }
    return item;
}

/// Where the page behind a marker begins.
Result<std::size_t> firstOf(const std::string *marker, std::size_t count) {
    if (marker == nullptr) {
        return std::size_t{0};
    }
    std::size_t first = 0;
    const auto read = std::from_chars(marker->data(), marker->data() + marker->size(), first);
    if (read.ec != std::errc() || read.ptr != marker->data() + marker->size() || first > count) {
        return fail(serviceError(ErrorCode::InvalidMarker, {}, ErrorOrigin::Client));
    }
    return first;
}

Result<kms::AnyReply> pageOf(const kms::AnyRequest &request, const kms::OperationInfo &info,
                             const std::vector<const std::string *> &items) {
    auto first = firstOf(member<std::string>(request, "Marker", FieldKind::Text), items.size());
    if (!first) {
        return failFrom(first);
    }
    const auto *limit = member<std::int64_t>(request, "Limit", FieldKind::Integer);
    const std::size_t most = limit != nullptr
                                 ? static_cast<std::size_t>(*limit)
                                 : static_cast<std::size_t>(std::max(info.paging.limitDefault, 1));
    const std::size_t end = std::min(items.size(), *first + most);
    SecretText json;
    json.append("{\"");
    json.append(info.paging.items);
    json.append("\":[");
    for (std::size_t i = *first; i < end; ++i) {
        json.append(i == *first ? "" : ",");
        json.append(*items[i]);
    }
    json.append(end < items.size() ? "],\"Truncated\":true,\"NextMarker\":\"" + std::to_string(end) + "\"}"
                                   : std::string("],\"Truncated\":false}"));
    kms::AnyReply reply = info.makeReply();
    auto read = kms::readJson(json.view(), info.reply, reply.object());
    return read ? Result<kms::AnyReply>(std::move(reply)) : failFrom(read);
}

} // namespace

SnapshotKms::SnapshotKms(Snapshot snapshot)
    : m_snapshot(std::move(snapshot)) {
    const auto items = [this](std::string_view operation) {
        const SnapshotPart *part = m_snapshot.find(operation);
        return part == nullptr ? std::vector<std::string>() : part->items;
    };
    for (const std::string &item : items("ListKeys")) {
        const auto key = readItem<kms::KeyListEntry>(item);
        if (key.keyId) {
            m_keyIds[*key.keyId] = *key.keyId;
            m_keyIds[key.keyArn.value_or(*key.keyId)] = *key.keyId;
        }
    }
    for (const std::string &item : items("ListAliases")) {
        const auto alias = readItem<kms::AliasListEntry>(item);
        if (alias.targetKeyId && alias.aliasName) {
            m_keyIds[*alias.aliasName] = *alias.targetKeyId;
            m_keyIds[alias.aliasArn.value_or(*alias.aliasName)] = *alias.targetKeyId;
        }
    }
}

std::string SnapshotKms::title() const {
    const SnapshotFacts &facts = m_snapshot.facts;
    return "Offline copy from " + formatIso8601(facts.began) +
           (facts.serviceTime ? "" : " (by this machine's clock)") + ", profile " + facts.profile;
}

kms::Capabilities SnapshotKms::capabilities() const {
    kms::Capabilities capabilities;
    capabilities.backend = "offline copy";
    capabilities.region = m_snapshot.facts.region;
    capabilities.accountId = m_snapshot.facts.accountId;
    capabilities.dryRun = false;
    capabilities.readOnly = true;
    capabilities.readOnlyReason = title() + ".";
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto id = static_cast<kms::OperationId>(i);
        const kms::OperationInfo &info = kms::operationInfo(id);
        const auto at = m_snapshot.parts.lower_bound({std::string(info.name), ""});
        if (at == m_snapshot.parts.end() || at->first.first != info.name) {
            capabilities.withdraw(id, needsService(info).serviceMessage);
        } else if (at->first.second.empty() && !at->second.isTaken()) {
            capabilities.withdraw(id, "It is not in the offline copy: " + at->second.why + ".");
        }
    }
    return capabilities;
}

Error SnapshotKms::needsService(const kms::OperationInfo &info) const {
    return serviceError(ErrorCode::UnsupportedOperation,
                        std::string(info.name) + " needs the service, and this is an offline copy from " +
                            formatIso8601(m_snapshot.facts.began) + ". Connect with the profile " +
                            m_snapshot.facts.profile + ".",
                        ErrorOrigin::Client);
}

void SnapshotKms::submit(kms::AnyRequest request, kms::CallContext, kms::Completion completion) {
    auto reply = answer(request);
    if (!reply) {
        reply.error().operation = kms::operationInfo(request.operation()).name;
    }
    completion(std::move(reply));
}

Result<std::string> SnapshotKms::keyIdOf(const std::string &named) const {
    const auto at = m_keyIds.find(named);
    if (at == m_keyIds.end()) {
        return fail(serviceError(ErrorCode::NotFound,
                                 "Key '" + named + "' is not in the offline copy from " +
                                     formatIso8601(m_snapshot.facts.began),
                                 ErrorOrigin::Client));
    }
    return at->second;
}

Result<kms::AnyReply> SnapshotKms::answer(const kms::AnyRequest &request) const {
    const kms::OperationInfo &info = kms::operationInfo(request.operation());
    const auto at = m_snapshot.parts.lower_bound({std::string(info.name), ""});
    if (at == m_snapshot.parts.end() || at->first.first != info.name) {
        return fail(needsService(info));
    }
    if (auto valid = kms::validateRequest(request); !valid) {
        return failFrom(valid);
    }
    std::string keyId;
    if (const auto *named = member<std::string>(request, "KeyId", FieldKind::Text)) {
        auto found = keyIdOf(*named);
        if (!found) {
            return failFrom(found);
        }
        keyId = std::move(*found);
    }
    return replay(request, info, keyId);
}

bool SnapshotKms::isOfKey(const std::string &aliasItem, const std::string &keyId) const {
    return readItem<kms::AliasListEntry>(aliasItem).targetKeyId == keyId;
}

Result<kms::AnyReply> SnapshotKms::replay(const kms::AnyRequest &request, const kms::OperationInfo &info,
                                          const std::string &keyId) const {
    const bool aliases = info.id == kms::OperationId::ListAliases;
    const SnapshotPart *part = m_snapshot.find(info.name, aliases ? std::string() : keyId);
    part = part != nullptr ? part : m_snapshot.find(info.name); // not asked for at all
    if (part == nullptr || !part->isTaken()) {
        const std::string name = part == nullptr ? std::string() : part->missing;
        const ErrorCode code = errorCodeFromServiceName(name);
        return fail(
            serviceError(code == ErrorCode::Unknown ? ErrorCode::UnsupportedOperation : code,
                         "It is not in the offline copy from " + formatIso8601(m_snapshot.facts.began) +
                             ": " + (part == nullptr ? std::string("it was not asked for") : part->why) + ".",
                         ErrorOrigin::Client));
    }
    if (info.paging.items.empty()) {
        kms::AnyReply reply = info.makeReply();
        auto read =
            kms::readJson(part->items.empty() ? "{}" : part->items.front(), info.reply, reply.object());
        return read ? Result<kms::AnyReply>(std::move(reply)) : failFrom(read);
    }
    std::vector<const std::string *> items;
    for (const std::string &item : part->items) {
        if (!aliases || keyId.empty() || isOfKey(item, keyId)) {
            items.push_back(&item);
        }
    }
    return pageOf(request, info, items);
}

} // namespace keyturn::snapshot
