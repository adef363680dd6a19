// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/call_presenter.h"

#include "kms/call.h"
#include "kms/validation.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "workspace/safety_kms.h"
#include "workspace/session.h"

namespace keyturn::ui {

CallPresenter::CallPresenter(const DialogContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context) {}

CallPresenter::~CallPresenter() {
    m_busy.cancel();
}

QString CallPresenter::whyAbsent(kms::OperationId operation) const {
    const kms::Availability &there = m_context.session->capabilities().of(operation);
    return there.available ? QString() : fromUtf8(there.reason);
}

QString CallPresenter::whyNoDryRun(kms::OperationId operation) const {
    if (kms::findField(kms::operationInfo(operation).request, "DryRun") == nullptr) {
        return tr("This operation has no dry run.");
    }
    return m_context.session->capabilities().dryRun ? QString() : tr("This service has no dry run.");
}

bool CallPresenter::sessionAsks(kms::Effect effect) const {
    return workspace::safetyDemand(m_context.session->profile().safety, effect) !=
           workspace::SafetyDemand::Passes;
}

void CallPresenter::send(kms::AnyRequest request, bool dryRun) {
    const auto service = m_context.session->service();
    if (isBusy() || !service) {
        return;
    }
    m_error.reset();
    m_reply = {};
    m_wouldWork = false;
    const kms::OperationInfo &info = kms::operationInfo(request.operation());
    if (dryRun) {
        const kms::Field *field = kms::findField(info.request, "DryRun");
        *static_cast<bool *>(field->access->make(request.object())) = true;
    }
    if (auto valid = kms::validateRequest(request); !valid) {
        m_error = std::move(valid.error());
        m_error->operation = info.name;
        Q_EMIT answered();
        return;
    }
    service->submit(std::move(request), m_busy.begin(),
                    [this, dryRun, delivery = kms::Delivery(this)](Result<kms::AnyReply> reply) {
                        delivery.post([this, dryRun, reply = std::move(reply)]() mutable {
                            finish(std::move(reply), dryRun);
                        });
                    });
    Q_EMIT busyChanged();
}

void CallPresenter::finish(Result<kms::AnyReply> reply, bool dryRun) {
    m_busy.end();
    if (!m_context.session->service()) {
        return; // locked meanwhile: what came back is wiped with it
    }
    m_wouldWork = !reply && dryRun && reply.error().code == ErrorCode::DryRunOperation;
    if (reply) {
        m_reply = std::move(*reply);
        if (kms::operationInfo(m_reply.operation()).effect >= kms::Effect::Changes) {
            m_context.catalog->reload();
        }
    } else if (!m_wouldWork) {
        m_error = std::move(reply.error());
    }
    Q_EMIT busyChanged();
    Q_EMIT answered();
}

} // namespace keyturn::ui
