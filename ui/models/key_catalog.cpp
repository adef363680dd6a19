// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_catalog.h"

#include "kms/call.h"
#include "kms/identifier.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr int maxDescriptionsInFlight = 4;
constexpr std::string_view aliasPrefix = "alias/";

} // namespace

std::string CatalogKey::displayName() const {
    return aliases.empty() ? keyId : aliases.front().substr(aliasPrefix.size());
}

KeyCatalog::KeyCatalog(QObject *parent)
    : QObject(parent) {}

KeyCatalog::~KeyCatalog() {
    m_cancel.cancel();
}

void KeyCatalog::setService(std::shared_ptr<kms::KmsService> service) {
    m_cancel.cancel();
    m_cancel = CancelSource();
    ++m_generation;
    m_service = std::move(service);
    Q_EMIT aboutToReset();
    m_keys.clear();
    m_rows.clear();
    m_aliasTargets.clear();
    m_queue.clear();
    m_listError.reset();
    m_pendingDescriptions = 0;
    m_listing = false;
    m_listed = false;
    Q_EMIT reset();
    reload();
}

void KeyCatalog::showCached(std::vector<CatalogKey> keys) {
    if (!m_service || m_listed) {
        return;
    }
    std::erase_if(keys, [this](const CatalogKey &each) { return m_rows.contains(each.keyId); });
    for (const CatalogKey &each : keys) {
        for (const std::string &alias : each.aliases) {
            m_aliasTargets.try_emplace(alias, each.keyId);
        }
    }
    append(std::move(keys));
    Q_EMIT loadingChanged();
}

int KeyCatalog::cachedCount() const {
    return static_cast<int>(
        std::ranges::count_if(m_keys, [](const CatalogKey &each) { return each.cachedAt.has_value(); }));
}

void KeyCatalog::reload() {
    if (!m_service || m_listing) {
        return;
    }
    m_listing = true;
    m_listError.reset();
    m_seen.clear();
    Q_EMIT loadingChanged();
    listKeys({});
}

void KeyCatalog::listKeys(std::optional<std::string> marker) {
    kms::ListKeys::Request request;
    request.marker = std::move(marker);
    kms::CallContext context;
    context.cancel = m_cancel.token();
    kms::call<kms::ListKeys>(*m_service, std::move(request), std::move(context), this,
                             [this, generation = m_generation](Result<kms::ListKeys::Reply> page) {
                                 if (generation != m_generation) {
                                     return;
                                 }
                                 if (!page) {
                                     return finishListing(page.error());
                                 }
                                 takeKeys(page->keys.value_or(std::vector<kms::KeyListEntry>{}));
                                 if (page->truncated.value_or(false) && page->nextMarker) {
                                     return listKeys(std::move(page->nextMarker));
                                 }
                                 removeMissing();
                                 listAliases({}, {});
                             });
}

void KeyCatalog::takeKeys(const std::vector<kms::KeyListEntry> &page) {
    std::vector<CatalogKey> fresh;
    for (const kms::KeyListEntry &entry : page) {
        const std::string keyId = entry.keyId.value_or("");
        if (m_seen.insert(keyId).second && !m_rows.contains(keyId)) {
            fresh.push_back({.keyId = keyId, .arn = entry.keyArn.value_or("")});
        }
        m_queue.push_back(keyId);
    }
    append(std::move(fresh));
    describeNext();
}

void KeyCatalog::append(std::vector<CatalogKey> keys) {
    if (keys.empty()) {
        return;
    }
    const int first = count();
    Q_EMIT aboutToAddRows(first, first + static_cast<int>(keys.size()) - 1);
    for (CatalogKey &key : keys) {
        m_rows[key.keyId] = count();
        m_keys.push_back(std::move(key));
    }
    Q_EMIT rowsAdded();
}

void KeyCatalog::listAliases(std::optional<std::string> marker, AliasesByKey sofar) {
    kms::ListAliases::Request request;
    request.marker = std::move(marker);
    kms::CallContext context;
    context.cancel = m_cancel.token();
    kms::call<kms::ListAliases>(*m_service, std::move(request), std::move(context), this,
                                [this, generation = m_generation,
                                 aliases = std::move(sofar)](Result<kms::ListAliases::Reply> page) mutable {
                                    if (generation != m_generation) {
                                        return;
                                    }
                                    if (!page) {
                                        return finishListing(page.error());
                                    }
                                    for (const kms::AliasListEntry &entry :
                                         page->aliases.value_or(std::vector<kms::AliasListEntry>{})) {
                                        if (entry.aliasName && entry.targetKeyId) {
                                            aliases[*entry.targetKeyId].push_back(*entry.aliasName);
                                        }
                                    }
                                    if (page->truncated.value_or(false) && page->nextMarker) {
                                        return listAliases(std::move(page->nextMarker), std::move(aliases));
                                    }
                                    takeAliases(std::move(aliases));
                                    finishListing(std::nullopt);
                                });
}

void KeyCatalog::takeAliases(AliasesByKey aliases) {
    m_aliasTargets.clear();
    for (int row = 0; row < count(); ++row) {
        CatalogKey &key = m_keys[static_cast<std::size_t>(row)];
        std::vector<std::string> names = std::move(aliases[key.keyId]);
        std::ranges::sort(names);
        for (const std::string &name : names) {
            m_aliasTargets[name] = key.keyId;
        }
        if (names != key.aliases) {
            key.aliases = std::move(names);
            Q_EMIT rowChanged(row);
        }
    }
}

void KeyCatalog::finishListing(std::optional<Error> error) {
    m_listing = false;
    m_listed = m_listed || !error;
    m_listError = std::move(error);
    Q_EMIT loadingChanged();
}

void KeyCatalog::removeMissing() {
    for (int row = count() - 1; row >= 0; --row) {
        if (!m_seen.contains(at(row).keyId)) {
            Q_EMIT aboutToRemoveRows(row, row);
            m_keys.erase(m_keys.begin() + row);
            renumber();
            Q_EMIT rowsRemoved();
        }
    }
}

void KeyCatalog::renumber() {
    m_rows.clear();
    for (int row = 0; row < count(); ++row) {
        m_rows[at(row).keyId] = row;
    }
}

void KeyCatalog::refresh(const std::string &keyId) {
    if (!m_service) {
        return;
    }
    if (!m_rows.contains(keyId)) {
        std::vector<CatalogKey> fresh;
        fresh.push_back({.keyId = keyId});
        append(std::move(fresh));
    }
    m_queue.push_front(keyId);
    describeNext();
}

void KeyCatalog::prioritise(const std::vector<int> &rows) {
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        const std::string &keyId = at(*row).keyId;
        const auto waiting = std::ranges::find(m_queue, keyId);
        if (waiting != m_queue.end()) {
            m_queue.erase(waiting);
            m_queue.push_front(keyId);
        }
    }
}

int KeyCatalog::find(std::string_view identifier) const {
    const kms::KeyIdentifier parsed = kms::parseKeyIdentifier(identifier);
    std::string keyId = parsed.resource;
    if (parsed.isAlias()) {
        const auto target = m_aliasTargets.find(parsed.resource);
        if (target == m_aliasTargets.end()) {
            return -1;
        }
        keyId = target->second;
    }
    const auto row = m_rows.find(keyId);
    if (row == m_rows.end()) {
        return -1;
    }
    // An ARN must match whole: the same id or alias may exist in another account or Region.
    const kms::KeyIdentifier own = kms::parseKeyIdentifier(at(row->second).arn);
    const bool otherPlace = parsed.isArn() && own.isArn() &&
                            (parsed.partition != own.partition || parsed.service != own.service ||
                             parsed.region != own.region || parsed.accountId != own.accountId);
    return otherPlace ? -1 : row->second;
}

void KeyCatalog::describeNext() {
    while (m_pendingDescriptions < maxDescriptionsInFlight && !m_queue.empty()) {
        const std::string keyId = std::move(m_queue.front());
        m_queue.pop_front();
        describe(keyId);
    }
}

void KeyCatalog::describe(const std::string &keyId) {
    ++m_pendingDescriptions;
    kms::DescribeKey::Request request;
    request.keyId = keyId;
    kms::CallContext context;
    context.cancel = m_cancel.token();
    kms::call<kms::DescribeKey>(
        *m_service, std::move(request), std::move(context), this,
        [this, keyId, generation = m_generation](Result<kms::DescribeKey::Reply> reply) {
            if (generation != m_generation) {
                return;
            }
            --m_pendingDescriptions;
            if (CatalogKey *known = key(keyId); known != nullptr) {
                known->cachedAt.reset();
                if (reply && reply->keyMetadata) {
                    known->metadata = std::move(reply->keyMetadata);
                    known->arn = known->metadata->arn.value_or(known->arn);
                    known->refused.reset();
                    describeRotation(keyId);
                    describeTags(keyId);
                } else if (!reply) {
                    known->refused = reply.error();
                }
                changed(keyId);
            }
            describeNext();
            Q_EMIT loadingChanged();
        });
}

void KeyCatalog::describeRotation(const std::string &keyId) {
    const auto &keySpec = key(keyId)->metadata->keySpec;
    const bool symmetric = keySpec && *keySpec == kms::KeySpec::SYMMETRIC_DEFAULT;
    if (!symmetric || !m_service->capabilities().of(kms::OperationId::GetKeyRotationStatus).available) {
        return;
    }
    kms::GetKeyRotationStatus::Request request;
    request.keyId = keyId;
    kms::CallContext context;
    context.cancel = m_cancel.token();
    kms::call<kms::GetKeyRotationStatus>(
        *m_service, std::move(request), std::move(context), this,
        [this, keyId, generation = m_generation](Result<kms::GetKeyRotationStatus::Reply> reply) {
            CatalogKey *known = generation == m_generation ? key(keyId) : nullptr;
            if (known == nullptr) {
                return;
            }
            known->rotationRefused = reply ? std::nullopt : std::optional<Error>(reply.error());
            if (!reply) {
                return changed(keyId);
            }
            known->rotationKnown = true;
            known->rotationEnabled = reply->keyRotationEnabled.value_or(false);
            known->nextRotation = reply->nextRotationDate;
            changed(keyId);
        });
}

void KeyCatalog::describeTags(const std::string &keyId) {
    if (!m_service->capabilities().of(kms::OperationId::ListResourceTags).available) {
        return;
    }
    kms::ListResourceTags::Request request;
    request.keyId = keyId;
    kms::CallContext context;
    context.cancel = m_cancel.token();
    kms::call<kms::ListResourceTags>(
        *m_service, std::move(request), std::move(context), this,
        [this, keyId, generation = m_generation](Result<kms::ListResourceTags::Reply> reply) {
            CatalogKey *known = generation == m_generation ? key(keyId) : nullptr;
            if (known == nullptr) {
                return;
            }
            known->tagsRefused = reply ? std::nullopt : std::optional<Error>(reply.error());
            if (!reply) {
                return changed(keyId);
            }
            known->tags = reply->tags.value_or(std::vector<kms::Tag>{});
            changed(keyId);
        });
}

void KeyCatalog::changed(const std::string &keyId) {
    if (const auto row = m_rows.find(keyId); row != m_rows.end()) {
        Q_EMIT rowChanged(row->second);
    }
}

CatalogKey *KeyCatalog::key(const std::string &keyId) {
    const auto row = m_rows.find(keyId);
    return row == m_rows.end() ? nullptr : &m_keys[static_cast<std::size_t>(row->second)];
}

} // namespace keyturn::ui
