// SPDX-License-Identifier: Apache-2.0
#include "snapshot/take.h"

#include "base/secret_text.h"
#include "kms/call.h"
#include "kms/identifier.h"
#include "kms/json.h"
#include "kms/operations/list_keys.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>

namespace keyturn::snapshot {
namespace {

using kms::Field;
using kms::FieldKind;

constexpr std::array<std::string_view, 6> keyParts{"DescribeKey",          "ListResourceTags",
                                                   "GetKeyRotationStatus", "ListKeyRotations",
                                                   "GetKeyPolicy",         "ListGrants"};

std::string textOf(const SecretText &json) {
    return std::string(json.view());
}

/// The items of a list in a reply, each as wire JSON.
void appendItems(const kms::OperationInfo &info, const void *reply, std::vector<std::string> &items) {
    const Field *list = kms::findField(info.reply, info.paging.items);
    const void *value = list == nullptr ? nullptr : list->access->get(reply);
    if (value == nullptr) {
        return;
    }
    if (list->kind == FieldKind::TextList) {
        for (const std::string &text : *static_cast<const std::vector<std::string> *>(value)) {
            SecretText json;
            kms::appendJsonString(text, json);
            items.push_back(textOf(json));
        }
    } else if (list->kind == FieldKind::StructureList) {
        for (std::size_t i = 0; i < list->access->count(value); ++i) {
            items.push_back(textOf(kms::writeJson(list->structure().fields, list->access->item(value, i))));
        }
    }
}

template <class T>
const T *member(const kms::AnyReply &reply, std::string_view name, FieldKind kind) {
    const Field *field = kms::findField(kms::operationInfo(reply.operation()).reply, name);
    return field == nullptr || field->kind != kind
               ? nullptr
               : static_cast<const T *>(field->access->get(reply.object()));
}

void setText(kms::AnyRequest &request, std::string_view name, const std::string &text) {
    const Field *field = kms::findField(kms::operationInfo(request.operation()).request, name);
    if (field != nullptr && field->kind == FieldKind::Text && !text.empty()) {
        *static_cast<std::string *>(field->access->make(request.object())) = text;
    }
}

SnapshotPart missingPart(const Error &error) {
    SnapshotPart part;
    part.missing = error.serviceCode.empty() ? std::string(errorCodeName(error.code)) : error.serviceCode;
    part.why = error.code == ErrorCode::AccessDenied
                   ? part.missing + ": no permission"
                   : part.missing + (error.detail.empty() ? "" : ": " + error.detail);
    return part;
}

/// One part: all pages of an operation.
SnapshotPart fetch(kms::KmsService &service, const kms::OperationInfo &info, const std::string &keyId,
                   const CancelToken &cancel) {
    SnapshotPart part;
    std::string marker;
    for (;;) {
        kms::AnyRequest request = info.makeRequest();
        setText(request, "KeyId", keyId);
        setText(request, "Marker", marker);
        kms::CallContext context;
        context.cancel = cancel;
        auto reply = kms::submitAndWait(service, std::move(request), std::move(context));
        if (!reply) {
            return missingPart(reply.error());
        }
        if (info.paging.items.empty()) {
            part.items.push_back(textOf(kms::writeJson(info.reply, reply->object())));
            return part;
        }
        appendItems(info, reply->object(), part.items);
        const auto *next = member<std::string>(*reply, "NextMarker", FieldKind::Text);
        const auto *truncated = member<bool>(*reply, "Truncated", FieldKind::Boolean);
        const bool more = truncated != nullptr ? *truncated : next != nullptr && !next->empty();
        if (!more) {
            return part;
        }
        if (next == nullptr || next->empty() || *next == marker) {
            return missingPart(clientError(ErrorCode::BadReply, "pages that do not go on"));
        }
        marker = *next;
    }
}

/// Why an operation is not asked for at all; empty: it is.
std::string notAsked(const kms::Capabilities &capabilities, std::string_view operation) {
    const kms::OperationInfo *info = kms::findOperation(operation);
    if (info == nullptr) {
        return "this version of Keyturn does not have " + std::string(operation);
    }
    const kms::Availability &availability = capabilities.of(info->id);
    return availability.available ? std::string() : availability.reason;
}

std::vector<std::string> keyIds(const SnapshotPart &list) {
    std::vector<std::string> ids;
    for (const std::string &item : list.items) {
        kms::KeyListEntry entry;
        if (kms::readJson(item, kms::structureInfo<kms::KeyListEntry>().fields, &entry) && entry.keyId) {
            ids.push_back(*entry.keyId);
        }
    }
    return ids;
}

/// Every part of every key, some threads at once.
class Round {
public:
    Round(kms::KmsService &service, const SnapshotWish &wish, Snapshot &snapshot)
        : m_service(service)
        , m_wish(wish)
        , m_snapshot(snapshot) {}

    void run(std::vector<Snapshot::Place> places) {
        m_places = std::move(places);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < std::min(m_wish.callsAtOnce, m_places.size()); ++i) {
            threads.emplace_back([this] { work(); });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
    }

private:
    void work() {
        for (;;) {
            std::unique_lock lock(m_mutex);
            if (m_next == m_places.size() || m_wish.cancel.isCancelled()) {
                return;
            }
            const Snapshot::Place place = m_places[m_next++];
            lock.unlock();
            SnapshotPart part =
                fetch(m_service, *kms::findOperation(place.first), place.second, m_wish.cancel);
            lock.lock();
            m_snapshot.parts.insert_or_assign(place, std::move(part));
            if (m_wish.progress) {
                m_wish.progress({++m_done, m_places.size(), place.first});
            }
        }
    }

    kms::KmsService &m_service;
    const SnapshotWish &m_wish;
    Snapshot &m_snapshot;
    std::mutex m_mutex;
    std::vector<Snapshot::Place> m_places;
    std::size_t m_next = 0;
    std::uint64_t m_done = 0;
};

} // namespace

Result<Snapshot> takeSnapshot(kms::KmsService &service, const SnapshotWish &wish) {
    Snapshot snapshot;
    snapshot.facts = wish.facts;
    const Timestamp ownBegin = wish.clock->now();
    const kms::Capabilities capabilities = service.capabilities();
    std::vector<Snapshot::Place> places;
    for (const std::string_view operation : {std::string_view("ListKeys"), std::string_view("ListAliases")}) {
        if (const std::string why = notAsked(capabilities, operation); !why.empty()) {
            snapshot.parts[{std::string(operation), ""}] = {{}, "NotAsked", why};
            continue;
        }
        auto part = fetch(service, *kms::findOperation(operation), {}, wish.cancel);
        snapshot.parts[{std::string(operation), ""}] = std::move(part);
    }
    const SnapshotPart keys = *snapshot.find("ListKeys");
    if (wish.cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "it was stopped.");
    }
    if (!keys.isTaken()) {
        return fail(ErrorCode::UnsupportedOperation,
                    "the keys cannot be listed, so there is nothing to take: " + keys.why);
    }
    for (const std::string_view operation : keyParts) {
        if (const std::string why = notAsked(capabilities, operation); !why.empty()) {
            snapshot.parts[{std::string(operation), ""}] = {{}, "NotAsked", why};
            continue;
        }
        for (const std::string &id : keyIds(keys)) {
            places.emplace_back(operation, id);
        }
    }
    Round(service, wish, snapshot).run(std::move(places));
    if (wish.cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "it was stopped.");
    }
    // The service has answered by now, so its clock was seen where it can be.
    const auto offset = wish.clockOffset ? wish.clockOffset() : std::nullopt;
    snapshot.facts.serviceTime = offset.has_value();
    snapshot.facts.began = ownBegin + offset.value_or(std::chrono::seconds(0));
    snapshot.facts.ended = wish.clock->now() + offset.value_or(std::chrono::seconds(0));
    snapshot.facts.region = capabilities.region.empty() ? wish.facts.region : capabilities.region;
    snapshot.facts.accountId = capabilities.accountId;
    return snapshot;
}

} // namespace keyturn::snapshot
