// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/key_acts_presenter.h"

#include "kms/call.h"
#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/operations/update_key_description.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "workspace/confirmation.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

/// A request that names its key and nothing else.
template <class Op>
kms::AnyRequest onKey(const std::string &keyId) {
    typename Op::Request request;
    request.keyId = keyId;
    return kms::AnyRequest::of<Op>(std::move(request));
}

template <class Op>
kms::AnyRequest onAlias(const std::string &aliasName, const std::string &keyId) {
    typename Op::Request request;
    request.aliasName = aliasName;
    request.targetKeyId = keyId;
    return kms::AnyRequest::of<Op>(std::move(request));
}

bool isAboutAliases(kms::OperationId id) {
    return id == kms::OperationId::CreateAlias || id == kms::OperationId::UpdateAlias ||
           id == kms::OperationId::DeleteAlias;
}

} // namespace

KeyActsPresenter::KeyActsPresenter(const DialogContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context) {}

KeyActsPresenter::~KeyActsPresenter() {
    m_busy.cancel();
}

void KeyActsPresenter::run(kms::AnyRequest request, const std::string &keyId, Done done) {
    const auto service = m_context.session->service();
    if (!service) {
        return done(fail(ErrorCode::VaultLocked, "No vault is unlocked and no endpoint is connected."));
    }
    const kms::OperationId operation = request.operation();
    const auto finished = [this, operation, keyId, done = std::move(done)](Result<kms::AnyReply> reply) {
        m_busy.end();
        if (reply) {
            isAboutAliases(operation) ? m_context.catalog->reload() : m_context.catalog->refresh(keyId);
            Q_EMIT keyChanged(fromUtf8(keyId));
            if (isAboutAliases(operation)) {
                Q_EMIT inventoryChanged();
            }
        }
        Q_EMIT busyChanged();
        done(std::move(reply));
    };
    service->submit(std::move(request), m_busy.begin(),
                    [finished, delivery = kms::Delivery(this)](Result<kms::AnyReply> reply) {
                        delivery.post(
                            [finished, reply = std::move(reply)]() mutable { finished(std::move(reply)); });
                    });
    Q_EMIT busyChanged();
}

void KeyActsPresenter::enable(const std::string &keyId, Done done) {
    run(onKey<kms::EnableKey>(keyId), keyId, std::move(done));
}

void KeyActsPresenter::disable(const std::string &keyId, Done done) {
    run(onKey<kms::DisableKey>(keyId), keyId, std::move(done));
}

void KeyActsPresenter::rotateNow(const std::string &keyId, Done done) {
    run(onKey<kms::RotateKeyOnDemand>(keyId), keyId, std::move(done));
}

void KeyActsPresenter::enableRotation(const std::string &keyId, int periodInDays, Done done) {
    kms::EnableKeyRotation::Request request;
    request.keyId = keyId;
    request.rotationPeriodInDays = periodInDays;
    run(kms::AnyRequest::of<kms::EnableKeyRotation>(std::move(request)), keyId, std::move(done));
}

void KeyActsPresenter::disableRotation(const std::string &keyId, Done done) {
    run(onKey<kms::DisableKeyRotation>(keyId), keyId, std::move(done));
}

void KeyActsPresenter::scheduleDeletion(const std::string &keyId, int windowInDays, Done done) {
    kms::ScheduleKeyDeletion::Request request;
    request.keyId = keyId;
    request.pendingWindowInDays = windowInDays;
    run(kms::AnyRequest::of<kms::ScheduleKeyDeletion>(std::move(request)), keyId, std::move(done));
}

void KeyActsPresenter::cancelDeletion(const std::string &keyId, Done done) {
    run(onKey<kms::CancelKeyDeletion>(keyId), keyId, std::move(done));
}

void KeyActsPresenter::cancelDeletionAndEnable(const std::string &keyId, Done done) {
    cancelDeletion(keyId, [this, keyId, done = std::move(done)](Result<kms::AnyReply> cancelled) {
        cancelled ? enable(keyId, done) : done(std::move(cancelled));
    });
}

void KeyActsPresenter::setDescription(const std::string &keyId, const std::string &text, Done done) {
    kms::UpdateKeyDescription::Request request;
    request.keyId = keyId;
    request.description = text;
    run(kms::AnyRequest::of<kms::UpdateKeyDescription>(std::move(request)), keyId, std::move(done));
}

void KeyActsPresenter::tag(const std::string &keyId, std::vector<kms::Tag> tags, Done done) {
    kms::TagResource::Request request;
    request.keyId = keyId;
    request.tags = std::move(tags);
    run(kms::AnyRequest::of<kms::TagResource>(std::move(request)), keyId, std::move(done));
}

void KeyActsPresenter::untag(const std::string &keyId, std::vector<std::string> tagKeys, Done done) {
    kms::UntagResource::Request request;
    request.keyId = keyId;
    request.tagKeys = std::move(tagKeys);
    run(kms::AnyRequest::of<kms::UntagResource>(std::move(request)), keyId, std::move(done));
}

void KeyActsPresenter::noteAsked(kms::OperationId operation, const std::string &target,
                                 const std::string &typed) {
    m_context.session->tickets()->approve(operation, target, typed);
}

void KeyActsPresenter::createAlias(const std::string &aliasName, const std::string &keyId, Done done) {
    run(onAlias<kms::CreateAlias>(aliasName, keyId), keyId, std::move(done));
}

void KeyActsPresenter::moveAlias(const std::string &aliasName, const std::string &keyId, Done done) {
    run(onAlias<kms::UpdateAlias>(aliasName, keyId), keyId, std::move(done));
}

void KeyActsPresenter::deleteAlias(const std::string &aliasName, const std::string &keyId, Done done) {
    kms::DeleteAlias::Request request;
    request.aliasName = aliasName;
    run(kms::AnyRequest::of<kms::DeleteAlias>(std::move(request)), keyId, std::move(done));
}

void KeyActsPresenter::create(const NewKey &key, Done done) {
    const auto service = m_context.session->service();
    if (!service) {
        return done(fail(ErrorCode::VaultLocked, "No vault is unlocked and no endpoint is connected."));
    }
    kms::CreateKey::Request request;
    request.keySpec = kms::Open<kms::KeySpec>::fromText(key.keySpec);
    request.keyUsage = kms::Open<kms::KeyUsageType>::fromText(key.keyUsage);
    if (key.imported) {
        request.origin = kms::OriginType::EXTERNAL;
    }
    if (key.multiRegion) {
        request.multiRegion = true;
    }
    if (!key.description.empty()) {
        request.description = key.description;
    }
    if (!key.tags.empty()) {
        request.tags = key.tags;
    }
    const auto created = [this, alias = key.aliasName,
                          done = std::move(done)](Result<kms::CreateKey::Reply> reply) {
        m_busy.end();
        Q_EMIT busyChanged();
        if (!reply) {
            return done(failFrom(reply));
        }
        const std::string keyId = reply->keyMetadata ? reply->keyMetadata->keyId.value_or("") : std::string();
        m_context.catalog->refresh(keyId);
        Q_EMIT inventoryChanged();
        if (alias.empty()) {
            return done(kms::AnyReply::of<kms::CreateKey>(std::move(*reply)));
        }
        createAlias(alias, keyId, [keyId, done](Result<kms::AnyReply> aliased) {
            if (!aliased) {
                aliased.error().detail += (aliased.error().detail.empty() ? "" : " ") +
                                          ("The key " + keyId + " was created; only its alias is missing.");
            }
            done(std::move(aliased));
        });
    };
    kms::call<kms::CreateKey>(*service, std::move(request), m_busy.begin(), this, created);
    Q_EMIT busyChanged();
}

QString confirmationTextFor(const std::string &keyId, const std::vector<std::string> &aliases) {
    constexpr std::size_t tail = 8;
    if (!aliases.empty()) {
        return fromUtf8(aliases.front());
    }
    return fromUtf8(keyId.size() > tail ? keyId.substr(keyId.size() - tail) : keyId);
}

} // namespace keyturn::ui
