// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/data_key_presenter.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "inspect/record.h"
#include "kms/call.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_pair.h"
#include "kms/operations/generate_data_key_pair_without_plaintext.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/presenters/known_contexts.h"
#include "ui/presenters/recent_keys.h"
#include "workspace/session.h"

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr std::int64_t maxBytes = 1024;
constexpr int maxCount = 100;
constexpr int maxInFlight = 4;

/// The four operations share these members.
template <class Op>
kms::AnyRequest fill(const DataKeyForm &form) {
    typename Op::Request request;
    request.keyId = form.keyId;
    if (!form.context.empty()) {
        request.encryptionContext = form.context;
    }
    if constexpr (requires { request.keyPairSpec; }) {
        request.keyPairSpec = kms::Open<kms::DataKeyPairSpec>::fromText(form.keyPairSpec);
    } else if (form.numberOfBytes) {
        request.numberOfBytes = form.numberOfBytes;
    } else {
        request.keySpec = kms::Open<kms::DataKeySpec>::fromText(form.keySpec);
    }
    if (!form.grantTokens.empty()) {
        request.grantTokens = form.grantTokens;
    }
    return kms::AnyRequest::of<Op>(std::move(request));
}

/// "key.bin" is "key-2.bin" for the second of several.
std::filesystem::path numbered(const std::filesystem::path &target, std::size_t row, std::size_t count) {
    if (count == 1) {
        return target;
    }
    std::filesystem::path name = target.stem();
    name += "-" + std::to_string(row + 1);
    name += target.extension();
    return target.parent_path() / name;
}

template <class Reply>
DataKeyResult resultOf(Reply &reply) {
    DataKeyResult result;
    result.keyArn = reply.keyId.value_or("");
    result.keyMaterialId = reply.keyMaterialId.value_or("");
    if constexpr (requires { reply.ciphertextBlob; }) {
        result.ciphertextBlob = reply.ciphertextBlob.value_or(Bytes{});
    } else {
        result.ciphertextBlob = reply.privateKeyCiphertextBlob.value_or(Bytes{});
        result.publicKey = reply.publicKey.value_or(Bytes{});
        result.keyPairSpec = reply.keyPairSpec ? std::string(reply.keyPairSpec->text()) : std::string();
    }
    if constexpr (requires { reply.plaintext; }) {
        result.plaintext = std::move(reply.plaintext).value_or(SecretBytes());
    } else if constexpr (requires { reply.privateKeyPlaintext; }) {
        result.plaintext = std::move(reply.privateKeyPlaintext).value_or(SecretBytes());
    }
    return result;
}

DataKeyResult resultOf(kms::AnyReply &reply) {
    switch (reply.operation()) {
    case kms::OperationId::GenerateDataKey:
        return resultOf(reply.as<kms::GenerateDataKey>());
    case kms::OperationId::GenerateDataKeyPair:
        return resultOf(reply.as<kms::GenerateDataKeyPair>());
    case kms::OperationId::GenerateDataKeyPairWithoutPlaintext:
        return resultOf(reply.as<kms::GenerateDataKeyPairWithoutPlaintext>());
    default:
        return resultOf(reply.as<kms::GenerateDataKeyWithoutPlaintext>());
    }
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
    const bool isPair = !form.keyPairSpec.empty();
    if (!isPair && form.numberOfBytes && !form.keySpec.empty()) {
        return tr("Choose a key spec or a number of bytes, not both.");
    }
    if (!isPair && !form.numberOfBytes && form.keySpec.empty()) {
        return tr("Choose a key spec, or say how many bytes.");
    }
    if (!isPair && form.numberOfBytes && (*form.numberOfBytes < 1 || *form.numberOfBytes > maxBytes)) {
        return tr("A data key has 1 to 1024 bytes.");
    }
    if (form.count < 1 || form.count > maxCount) {
        return tr("1 to 100 data keys are made at once.");
    }
    return form.grantTokens.size() > 10 ? tr("At most 10 grant tokens can be sent.") : QString();
}

kms::AnyRequest DataKeyPresenter::requestFor(const DataKeyForm &form) const {
    if (!form.keyPairSpec.empty()) {
        return form.withPlaintext ? fill<kms::GenerateDataKeyPair>(form)
                                  : fill<kms::GenerateDataKeyPairWithoutPlaintext>(form);
    }
    return form.withPlaintext ? fill<kms::GenerateDataKey>(form)
                              : fill<kms::GenerateDataKeyWithoutPlaintext>(form);
}

void DataKeyPresenter::generate(const DataKeyForm &form) {
    if (isBusy() || !m_context.session->service() || !fault(form).isEmpty()) {
        return;
    }
    m_sent = form;
    m_unsent = form.count;
    m_error.reset();
    m_results.clear(); // their records would speak of the new form
    m_context.recentKeys->remember(fromUtf8(form.keyId));
    for (int i = 0; i < maxInFlight; ++i) {
        sendNext();
    }
    Q_EMIT busyChanged();
}

void DataKeyPresenter::sendNext() {
    const auto service = m_context.session->service();
    if (m_unsent == 0 || !service) {
        return;
    }
    --m_unsent;
    service->submit(requestFor(m_sent), m_busy.begin(),
                    [this, delivery = kms::Delivery(this)](Result<kms::AnyReply> reply) {
                        delivery.post([this, reply = std::move(reply)]() mutable { take(std::move(reply)); });
                    });
}

void DataKeyPresenter::take(Result<kms::AnyReply> reply) {
    m_busy.end();
    if (!reply) {
        m_error = m_error.value_or(reply.error());
        m_unsent = 0;
    } else if (!m_context.session->service()) {
        // The vault was locked while the answer was on its way: it is wiped with the reply, unseen.
        m_error = clientError(ErrorCode::Cancelled, "The vault was locked meanwhile.");
        m_unsent = 0;
    } else {
        m_results.push_back(resultOf(*reply));
    }
    if (reply) {
        m_context.knownContexts->remember(m_sent.context, tr("used in this session"));
    }
    sendNext();
    Q_EMIT busyChanged();
    if (!isBusy()) {
        Q_EMIT changed();
    }
}

const DataKeyResult *DataKeyPresenter::result(std::size_t row) const {
    return row < m_results.size() ? &m_results[row] : nullptr;
}

bool DataKeyPresenter::hasUnsavedPlaintext() const {
    return std::ranges::any_of(
        m_results, [](const DataKeyResult &each) { return !each.plaintext.empty() && !each.plaintextSaved; });
}

bool DataKeyPresenter::hasUnseenPlaintext() const {
    return std::ranges::any_of(m_results, [](const DataKeyResult &each) {
        return !each.plaintext.empty() && !each.plaintextSaved && !each.plaintextSeen;
    });
}

void DataKeyPresenter::markSeen(std::size_t row) {
    if (row < m_results.size()) {
        m_results[row].plaintextSeen = true;
    }
}

void DataKeyPresenter::wipePlaintext() {
    bool any = false;
    for (DataKeyResult &each : m_results) {
        any = any || !each.plaintext.empty();
        each.plaintext.clear();
    }
    if (any) {
        Q_EMIT changed();
    }
}

Status DataKeyPresenter::savePlaintext(const std::filesystem::path &target) {
    for (std::size_t row = 0; row < m_results.size(); ++row) {
        DataKeyResult &each = m_results[row];
        const auto file = numbered(target, row, m_results.size());
        if (auto written = writeFileAtomically(file, each.plaintext.view(), {.mode = 0600}); !written) {
            return written;
        }
        each.plaintextSaved = true;
    }
    return {};
}

Status DataKeyPresenter::saveCiphertext(const std::filesystem::path &target, bool withRecord,
                                        DataKeyOutput output) {
    if (output != DataKeyOutput::Raw) {
        std::string lines;
        for (std::size_t row = 0; row < m_results.size(); ++row) {
            lines += ciphertextText(row, output).toStdString() + "\n";
        }
        return writeFileAtomically(target, asBytes(lines), {.mode = 0600});
    }
    for (std::size_t row = 0; row < m_results.size(); ++row) {
        const DataKeyResult &each = m_results[row];
        const auto file = numbered(target, row, m_results.size());
        if (auto written = writeFileAtomically(file, each.ciphertextBlob, {.mode = 0600}); !written) {
            return written;
        }
        if (auto recorded = withRecord ? writeRecord(file, each) : Status{}; !recorded) {
            return recorded;
        }
    }
    return {};
}

Status DataKeyPresenter::writeRecord(const std::filesystem::path &target, const DataKeyResult &result) const {
    inspect::Record record;
    record.version = 1;
    record.operation = std::string(kms::operationInfo(requestFor(m_sent).operation()).name);
    record.keyId = result.keyArn;
    record.keyMaterialId = result.keyMaterialId;
    record.encryptionAlgorithm = "SYMMETRIC_DEFAULT";
    record.encryptionContext = m_sent.context;
    record.ciphertextBytes = static_cast<std::int64_t>(result.ciphertextBlob.size());
    record.time = systemClock()->now();
    return inspect::saveRecord(target, record);
}

QString DataKeyPresenter::ciphertextText(std::size_t row, DataKeyOutput output) const {
    const DataKeyResult &each = m_results[row];
    const QString base64 = fromUtf8(toBase64(each.ciphertextBlob));
    switch (output) {
    case DataKeyOutput::Raw:
    case DataKeyOutput::Base64:
        break;
    case DataKeyOutput::Hex:
        return fromUtf8(toHex(each.ciphertextBlob));
    case DataKeyOutput::EnvironmentLine: {
        const QString number = m_results.size() == 1 ? QString() : u'_' + QString::number(row + 1);
        const QString name = each.publicKey.empty() ? QStringLiteral("DATA_KEY_WRAPPED")
                                                    : QStringLiteral("PRIVATE_KEY_WRAPPED");
        return name + number + u'=' + base64;
    }
    case DataKeyOutput::Json: {
        QString key = fromUtf8(each.keyArn); // as the service sent it
        key.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
        if (!each.publicKey.empty()) {
            return QStringLiteral("{\"PrivateKeyCiphertextBlob\": \"%1\", \"PublicKey\": \"%2\", "
                                  "\"KeyId\": \"%3\", \"KeyPairSpec\": \"%4\"}")
                .arg(base64, fromUtf8(toBase64(each.publicKey)), key, fromUtf8(each.keyPairSpec));
        }
        return QStringLiteral("{\"CiphertextBlob\": \"%1\", \"KeyId\": \"%2\"}").arg(base64, key);
    }
    }
    return base64;
}

QString DataKeyPresenter::command(const DataKeyForm &form) const {
    return commandText(requestFor(form), m_context.session->profile());
}

} // namespace keyturn::ui
