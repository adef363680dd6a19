// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/data_key_presenter.h"

#include "base/atomic_file.h"
#include "inspect/record.h"
#include "kms/call.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/presenters/known_contexts.h"
#include "ui/presenters/recent_keys.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

constexpr std::int64_t maxBytes = 1024;

/// The two operations take the same members.
template <class Op>
kms::AnyRequest fill(const DataKeyForm &form) {
    typename Op::Request request;
    request.keyId = form.keyId;
    if (!form.context.empty()) {
        request.encryptionContext = form.context;
    }
    if (form.numberOfBytes) {
        request.numberOfBytes = form.numberOfBytes;
    } else {
        request.keySpec = kms::Open<kms::DataKeySpec>::fromText(form.keySpec);
    }
    if (!form.grantTokens.empty()) {
        request.grantTokens = form.grantTokens;
    }
    return kms::AnyRequest::of<Op>(std::move(request));
}

template <class Reply>
DataKeyResult common(Reply &reply) {
    return {.ciphertextBlob = reply.ciphertextBlob.value_or(Bytes{}),
            .keyArn = reply.keyId.value_or(""),
            .keyMaterialId = reply.keyMaterialId.value_or("")};
}

} // namespace

DataKeyPresenter::DataKeyPresenter(const DialogContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context) {
    connect(context.session, &workspace::Session::aboutToLock, this, [this] {
        cancel();
        wipePlaintext();
    });
}

DataKeyPresenter::~DataKeyPresenter() {
    m_busy.cancel();
}

QString DataKeyPresenter::fault(const DataKeyForm &form) const {
    if (form.keyId.empty()) {
        return tr("Choose the key that wraps the data key.");
    }
    if (form.numberOfBytes && !form.keySpec.empty()) {
        return tr("Choose a key spec or a number of bytes, not both.");
    }
    if (!form.numberOfBytes && form.keySpec.empty()) {
        return tr("Choose a key spec, or say how many bytes.");
    }
    if (form.numberOfBytes && (*form.numberOfBytes < 1 || *form.numberOfBytes > maxBytes)) {
        return tr("A data key has 1 to 1024 bytes.");
    }
    return form.grantTokens.size() > 10 ? tr("At most 10 grant tokens can be sent.") : QString();
}

kms::AnyRequest DataKeyPresenter::requestFor(const DataKeyForm &form) const {
    return form.withPlaintext ? fill<kms::GenerateDataKey>(form)
                              : fill<kms::GenerateDataKeyWithoutPlaintext>(form);
}

void DataKeyPresenter::generate(const DataKeyForm &form) {
    const auto service = m_context.session->service();
    if (isBusy() || !service || !fault(form).isEmpty()) {
        return;
    }
    m_sent = form;
    m_error.reset();
    m_result.reset(); // its record would speak of the new form
    m_context.recentKeys->remember(fromUtf8(form.keyId));
    service->submit(requestFor(form), m_busy.begin(),
                    [this, delivery = kms::Delivery(this)](Result<kms::AnyReply> reply) {
                        delivery.post([this, reply = std::move(reply)]() mutable { take(std::move(reply)); });
                    });
    Q_EMIT busyChanged();
}

void DataKeyPresenter::take(Result<kms::AnyReply> reply) {
    m_busy.end();
    if (!reply) {
        m_error = reply.error();
    } else if (!m_context.session->service()) {
        // The vault was locked while the answer was on its way: it is wiped with the reply, unseen.
        m_error = clientError(ErrorCode::Cancelled, "The vault was locked meanwhile.");
    } else if (reply->operation() == kms::OperationId::GenerateDataKey) {
        auto &withPlaintext = reply->as<kms::GenerateDataKey>();
        m_result = common(withPlaintext);
        if (withPlaintext.plaintext) {
            m_result->plaintext = std::move(*withPlaintext.plaintext);
        }
    } else {
        m_result = common(reply->as<kms::GenerateDataKeyWithoutPlaintext>());
    }
    if (reply) {
        m_context.knownContexts->remember(m_sent.context, tr("used in this session"));
    }
    Q_EMIT busyChanged();
    Q_EMIT changed();
}

bool DataKeyPresenter::hasUnsavedPlaintext() const {
    return m_result && !m_result->plaintext.empty() && !m_result->plaintextSaved;
}

void DataKeyPresenter::wipePlaintext() {
    if (m_result && !m_result->plaintext.empty()) {
        m_result->plaintext.clear();
        Q_EMIT changed();
    }
}

Status DataKeyPresenter::savePlaintext(const std::filesystem::path &target) {
    auto written = writeFileAtomically(target, m_result->plaintext.view(), {.mode = 0600});
    m_result->plaintextSaved = m_result->plaintextSaved || written.has_value();
    return written;
}

Status DataKeyPresenter::saveCiphertext(const std::filesystem::path &target, bool withRecord) {
    auto written = writeFileAtomically(target, m_result->ciphertextBlob, {.mode = 0600});
    if (!written || !withRecord) {
        return written;
    }
    inspect::Record record;
    record.version = 1;
    record.operation = std::string(kms::operationInfo(requestFor(m_sent).operation()).name);
    record.keyId = m_result->keyArn;
    record.keyMaterialId = m_result->keyMaterialId;
    record.encryptionAlgorithm = "SYMMETRIC_DEFAULT";
    record.encryptionContext = m_sent.context;
    record.ciphertextBytes = static_cast<std::int64_t>(m_result->ciphertextBlob.size());
    record.time = systemClock()->now();
    return inspect::saveRecord(target, record);
}

QString DataKeyPresenter::command(const DataKeyForm &form) const {
    return commandText(requestFor(form), m_context.session->profile());
}

} // namespace keyturn::ui
