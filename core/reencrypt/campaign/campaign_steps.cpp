// SPDX-License-Identifier: Apache-2.0
// The steps that ask the service.
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/update_alias.h"
#include "reencrypt/campaign/campaign.h"

#include <algorithm>
#include <chrono>

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view campaignTag = "keyturn:campaign";
constexpr std::chrono::milliseconds betweenAliasReads{1000};
constexpr int aliasReadsMax = 30;

kms::CallContext contextOf(const CancelToken &cancel) {
    kms::CallContext context;
    context.cancel = cancel;
    return context;
}

Result<kms::KeyMetadata> describe(kms::KmsService &service, const std::string &key,
                                  const CancelToken &cancel) {
    kms::DescribeKey::Request request;
    request.keyId = key;
    auto reply = kms::callAndWait<kms::DescribeKey>(service, std::move(request), contextOf(cancel));
    if (!reply) {
        return failFrom(reply);
    }
    if (!reply->keyMetadata) {
        return fail(ErrorCode::BadReply, "DescribeKey: the reply has no KeyMetadata");
    }
    return std::move(*reply->keyMetadata);
}

std::string nameOf(const kms::KeyMetadata &key) {
    return key.arn.value_or(key.keyId.value_or(""));
}

bool sameKey(const kms::KeyMetadata &key, const std::string &name) {
    return key.arn == name || key.keyId == name;
}

bool isIn(const kms::KeyMetadata &key, kms::KeyState state) {
    return key.keyState && *key.keyState == state;
}

/// Every page of a listing; `visit` answers false to stop.
template <class Op, class Visit>
Status eachPage(kms::KmsService &service, typename Op::Request request, const CancelToken &cancel,
                Visit visit) {
    while (true) {
        auto page = kms::callAndWait<Op>(service, request, contextOf(cancel));
        if (!page) {
            return failFrom(page);
        }
        auto more = visit(*page);
        if (!more) {
            return failFrom(more);
        }
        const bool repeated = request.marker && page->nextMarker == request.marker;
        if (!*more || !page->truncated.value_or(false) || !page->nextMarker || repeated) {
            return {};
        }
        request.marker = page->nextMarker;
    }
}

} // namespace

Result<std::string> Campaign::makeSuccessor(const CancelToken &cancel) {
    const CampaignSpec &spec = m_record.spec;
    if (spec.newMaterial) {
        kms::RotateKeyOnDemand::Request request;
        request.keyId = spec.oldKey;
        auto rotated =
            kms::callAndWait<kms::RotateKeyOnDemand>(*m_parts.service, std::move(request), contextOf(cancel));
        if (!rotated) {
            return failFrom(rotated);
        }
        return std::string("New material was asked for; the key makes it within minutes.");
    }
    if (spec.successor.empty()) {
        return createLikeOld(cancel);
    }
    auto key = describe(*m_parts.service, spec.successor, cancel);
    if (!key) {
        return failFrom(key);
    }
    if (!isIn(*key, kms::KeyState::Enabled)) {
        return fail(ErrorCode::Usage, "successor: the key is not enabled. Enable it or name another.");
    }
    if (!key->keyUsage || *key->keyUsage != kms::KeyUsageType::ENCRYPT_DECRYPT) {
        return fail(ErrorCode::Usage, "successor: its usage is not ENCRYPT_DECRYPT. Name another key.");
    }
    m_record.successorKey = nameOf(*key);
    return m_record.successorKey + " is enabled.";
}

Result<std::string> Campaign::createLikeOld(const CancelToken &cancel) {
    auto made = findMade(cancel);
    if (!made) {
        return failFrom(made);
    }
    if (!made->empty()) {
        m_record.successorKey = *made;
        return *made + " had been made already.";
    }
    auto old = describe(*m_parts.service, m_record.spec.oldKey, cancel);
    if (!old) {
        return failFrom(old);
    }
    kms::CreateKey::Request request;
    request.keySpec = old->keySpec;
    request.keyUsage = old->keyUsage;
    request.description = old->description;
    if (old->multiRegion.value_or(false)) {
        request.multiRegion = true;
    }
    request.tags.emplace().push_back({std::string(campaignTag), m_record.id});
    auto created = kms::callAndWait<kms::CreateKey>(*m_parts.service, std::move(request), contextOf(cancel));
    if (!created) {
        return failFrom(created);
    }
    if (!created->keyMetadata) {
        return fail(ErrorCode::BadReply, "CreateKey: the reply has no KeyMetadata");
    }
    m_record.successorKey = nameOf(*created->keyMetadata);
    return m_record.successorKey + " was made.";
}

Result<std::string> Campaign::findMade(const CancelToken &cancel) {
    std::string found;
    auto &service = *m_parts.service;
    const auto carriesTag = [&](const std::string &key) -> Result<bool> {
        bool carries = false;
        kms::ListResourceTags::Request request;
        request.keyId = key;
        auto listed = eachPage<kms::ListResourceTags>(
            service, std::move(request), cancel,
            [&](const kms::ListResourceTags::Reply &page) -> Result<bool> {
                for (const auto &tag : page.tags.value_or(std::vector<kms::Tag>())) {
                    carries = carries || (tag.tagKey == campaignTag && tag.tagValue == m_record.id);
                }
                return !carries;
            });
        // Tags of other people's keys may be closed to us; ours are not.
        if (!listed && listed.error().code != ErrorCode::AccessDenied &&
            listed.error().code != ErrorCode::NotFound) {
            return failFrom(listed);
        }
        return carries;
    };
    auto walked =
        eachPage<kms::ListKeys>(service, {}, cancel, [&](const kms::ListKeys::Reply &page) -> Result<bool> {
            for (const auto &key : page.keys.value_or(std::vector<kms::KeyListEntry>())) {
                auto carries = carriesTag(key.keyId.value_or(""));
                if (!carries) {
                    return failFrom(carries);
                }
                if (*carries) {
                    found = key.keyArn.value_or(key.keyId.value_or(""));
                    return false;
                }
            }
            return true;
        });
    if (!walked) {
        return failFrom(walked);
    }
    return found;
}

Result<bool> Campaign::aliasNamesTarget(const CancelToken &cancel) {
    auto key = describe(*m_parts.service, m_record.spec.alias, cancel);
    if (!key) {
        return failFrom(key);
    }
    return sameKey(*key, m_record.successorKey);
}

Result<std::string> Campaign::moveAlias(const CancelToken &cancel) {
    auto there = aliasNamesTarget(cancel);
    if (!there) {
        return failFrom(there);
    }
    if (!*there) {
        kms::UpdateAlias::Request request;
        request.aliasName = m_record.spec.alias;
        request.targetKeyId = m_record.successorKey;
        auto moved =
            kms::callAndWait<kms::UpdateAlias>(*m_parts.service, std::move(request), contextOf(cancel));
        if (!moved) {
            return failFrom(moved);
        }
    }
    m_record.aliasReads = 0;
    for (int read = 0; read < aliasReadsMax; ++read) {
        there = aliasNamesTarget(cancel);
        if (!there) {
            return failFrom(there);
        }
        m_record.aliasReads = *there ? m_record.aliasReads + 1 : 0;
        if (m_record.aliasReads == aliasReadsNeeded) {
            return "Three reads in a row named " + m_record.successorKey + ".";
        }
        if (auto waited = m_parts.port->pause(betweenAliasReads, cancel); !waited) {
            return failFrom(waited);
        }
    }
    return fail(ErrorCode::Usage, "alias: the change has not spread yet. Look again in some minutes.");
}

Result<std::string> Campaign::watch(const CancelToken &cancel) {
    auto use = m_parts.port->lastUse(m_record.spec.oldKey, cancel);
    if (!use) {
        return failFrom(use);
    }
    std::uint64_t left = 0;
    for (const std::string &file : m_record.spec.jobs) {
        auto items = m_parts.port->itemsOn(m_record.spec.oldKey, target(), file, cancel);
        if (!items) {
            return failFrom(items);
        }
        left += *items;
    }
    IdleEvidence &idle = m_record.idle;
    // The scans above use the old key themselves: what they leave behind lies before the end of this look.
    const auto now = m_parts.clock->now();
    const bool used = use->at && idle.lastLook && *use->at > *idle.lastLook;
    idle.lastLook = now;
    idle.usesAreReported = use->reported;
    idle.whyNot = use->whyNot;
    idle.lastUse = use->at;
    idle.lastOperation = use->operation;
    idle.itemsLeft = left;
    if (!idle.watchedSince || used || left > 0) {
        idle.watchedSince = used ? *use->at : now;
    }
    if (auto why = watchBlocks(); !why.empty()) {
        return (used ? "The old key was used (" + use->operation + "). " : std::string()) + why;
    }
    return "No sign of use since " + formatIso8601(*idle.watchedSince) +
           (use->reported ? "." : ", as far as scans can tell: " + use->whyNot + ".");
}

Result<std::string> Campaign::disable(const CancelToken &cancel) {
    // What was true days ago may not be true now.
    auto looked = watch(cancel);
    if (!looked) {
        return failFrom(looked);
    }
    if (auto why = watchBlocks(); !why.empty()) {
        m_record.of(CampaignStep::Watch).state = StepState::Waiting;
        return fail(ErrorCode::Usage, why);
    }
    if (!m_record.spec.alias.empty()) {
        auto there = aliasNamesTarget(cancel);
        if (!there) {
            return failFrom(there);
        }
        if (!*there) {
            m_record.of(CampaignStep::MoveAlias).state = StepState::Waiting;
            return fail(ErrorCode::Usage, "alias: it names another key again. Move it first.");
        }
    }
    kms::DisableKey::Request request;
    request.keyId = m_record.spec.oldKey;
    auto disabled =
        kms::callAndWait<kms::DisableKey>(*m_parts.service, std::move(request), contextOf(cancel));
    if (!disabled) {
        return failFrom(disabled);
    }
    return std::string("Disabled.");
}

Result<std::string> Campaign::scheduleDeletion(const CancelToken &cancel) {
    auto old = describe(*m_parts.service, m_record.spec.oldKey, cancel);
    if (!old) {
        return failFrom(old);
    }
    if (isIn(*old, kms::KeyState::PendingDeletion)) {
        return "Its deletion was scheduled already, for " +
               (old->deletionDate ? formatIso8601(*old->deletionDate) : std::string("an unknown day")) + ".";
    }
    if (!isIn(*old, kms::KeyState::Disabled)) {
        m_record.of(CampaignStep::Disable).state = StepState::Waiting;
        return fail(ErrorCode::Usage,
                    "The old key is enabled again. Somebody needs it: watch and disable first.");
    }
    kms::ScheduleKeyDeletion::Request request;
    request.keyId = m_record.spec.oldKey;
    request.pendingWindowInDays = m_record.spec.deletionWindowDays;
    auto scheduled =
        kms::callAndWait<kms::ScheduleKeyDeletion>(*m_parts.service, std::move(request), contextOf(cancel));
    if (!scheduled) {
        return failFrom(scheduled);
    }
    return "The key is deleted on " +
           (scheduled->deletionDate ? formatIso8601(*scheduled->deletionDate)
                                    : std::string("an unknown day")) +
           " unless the deletion is cancelled.";
}

} // namespace keyturn::reencrypt
