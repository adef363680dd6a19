// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/re_encrypt_presenter.h"

#include "base/encoding.h"
#include "inspect/inspect.h"
#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/presenters/crypt_presenter.h"
#include "ui/presenters/known_contexts.h"
#include "ui/presenters/recent_keys.h"
#include "workspace/session.h"

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr int maxInFlight = 8;

using Outcome = ReEncryptItem::Outcome;

kms::Open<kms::EncryptionAlgorithmSpec> algorithm(const std::string &wireName) {
    return kms::Open<kms::EncryptionAlgorithmSpec>::fromText(wireName);
}

} // namespace

const Bytes &ReEncryptItem::ciphertext() const {
    return ciphertextOf(inspection);
}

ReEncryptPresenter::ReEncryptPresenter(const DialogContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context) {}

ReEncryptPresenter::~ReEncryptPresenter() {
    m_busy.cancel();
}

void ReEncryptPresenter::setPastedText(const QString &text) {
    ++m_round;
    m_items.clear();
    const std::string utf8 = text.toStdString();
    const auto whole = inspect::inspect(asBytes(utf8));
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    // A ciphertext may itself be wrapped over lines; only when it is not one whole is each line its own.
    if (lines.size() <= 1 || whole.isKmsCiphertext()) {
        if (!text.trimmed().isEmpty()) {
            m_items.push_back({.name = tr("Pasted text"), .inspection = whole});
        }
    } else {
        int number = 0;
        for (const QString &line : text.split(u'\n')) {
            ++number;
            const std::string each = line.trimmed().toStdString();
            if (!each.empty()) {
                m_items.push_back(
                    {.name = tr("Line %1").arg(number), .inspection = inspect::inspect(asBytes(each))});
            }
        }
    }
    Q_EMIT itemsChanged();
}

void ReEncryptPresenter::setFiles(const std::vector<std::filesystem::path> &files) {
    ++m_round;
    m_items.clear();
    for (const auto &file : files) {
        ReEncryptItem item{.name = fromUtf8(file.filename().string()), .file = file};
        auto inspection = inspect::inspectFile(file);
        if (inspection) {
            item.inspection = std::move(*inspection);
        } else {
            item.outcome = Outcome::Failed;
            item.error = inspection.error();
        }
        if (item.inspection.context && m_context.knownContexts != nullptr) {
            m_context.knownContexts->remember(*item.inspection.context,
                                              tr("of the record of %1").arg(item.name));
        }
        m_items.push_back(std::move(item));
    }
    Q_EMIT itemsChanged();
}

void ReEncryptPresenter::setBytes(const QString &name, const Bytes &bytes) {
    ++m_round;
    m_items.clear();
    m_items.push_back({.name = name, .inspection = inspect::inspect(bytes)});
    Q_EMIT itemsChanged();
}

std::string ReEncryptPresenter::suggestedSourceKey() const {
    if (m_items.empty()) {
        return {};
    }
    const std::string &first = m_items.front().inspection.sourceKey;
    const bool agree = std::ranges::all_of(
        m_items, [&](const ReEncryptItem &item) { return item.inspection.sourceKey == first; });
    return agree ? first : std::string();
}

std::optional<kms::EncryptionContext> ReEncryptPresenter::suggestedSourceContext() const {
    if (m_items.empty()) {
        return std::nullopt;
    }
    const auto &first = m_items.front().inspection.context;
    const bool agree = std::ranges::all_of(
        m_items, [&](const ReEncryptItem &item) { return item.inspection.context == first; });
    return agree ? first : std::nullopt;
}

const kms::KeyMetadata *ReEncryptPresenter::metadataOf(const std::string &identifier) const {
    if (const int row = m_context.catalog->find(identifier); row >= 0) {
        if (const auto &metadata = m_context.catalog->at(row).metadata) {
            return &*metadata;
        }
    }
    const auto found = m_resolved.find(identifier);
    return found != m_resolved.end() && found->second.metadata ? &*found->second.metadata : nullptr;
}

const std::optional<Error> *ReEncryptPresenter::resolveErrorOf(const std::string &identifier) const {
    const auto found = m_resolved.find(identifier);
    return found == m_resolved.end() ? nullptr : &found->second.error;
}

void ReEncryptPresenter::resolve(const std::string &identifier) {
    const auto service = m_context.session->service();
    if (identifier.empty() || metadataOf(identifier) != nullptr || !service) {
        return;
    }
    kms::DescribeKey::Request request;
    request.keyId = identifier;
    kms::call<kms::DescribeKey>(*service, std::move(request), {}, this,
                                [this, identifier](Result<kms::DescribeKey::Reply> reply) {
                                    Resolved &resolved = m_resolved[identifier];
                                    if (reply) {
                                        resolved.metadata = std::move(reply->keyMetadata);
                                        m_context.recentKeys->remember(fromUtf8(identifier));
                                    } else {
                                        resolved.error = reply.error();
                                    }
                                    Q_EMIT keyResolved(fromUtf8(identifier));
                                });
}

bool ReEncryptPresenter::isAsymmetric(const std::string &identifier) const {
    const kms::KeyMetadata *metadata = metadataOf(identifier);
    return metadata != nullptr && metadata->keySpec &&
           !(*metadata->keySpec == kms::KeySpec::SYMMETRIC_DEFAULT);
}

std::vector<std::string> ReEncryptPresenter::algorithmsOf(const std::string &identifier) const {
    std::vector<std::string> names;
    const kms::KeyMetadata *metadata = metadataOf(identifier);
    if (metadata != nullptr && metadata->encryptionAlgorithms) {
        for (const auto &each : *metadata->encryptionAlgorithms) {
            names.emplace_back(each.text());
        }
    }
    return names;
}

bool ReEncryptPresenter::dropsContext(const ReEncryptForm &form) {
    return form.destinationContext.empty() && !form.sourceContext.empty();
}

std::vector<FormFault> ReEncryptPresenter::faults(const ReEncryptForm &form) const {
    std::vector<FormFault> found;
    checkSource(form, found);
    checkDestination(form, found);
    if (form.grantTokens.size() > 10) {
        found.push_back({ReEncryptField::GrantTokens, tr("At most 10 grant tokens can be sent.")});
    }
    return found;
}

void ReEncryptPresenter::checkSource(const ReEncryptForm &form, std::vector<FormFault> &faults) const {
    const bool any =
        std::ranges::any_of(m_items, [](const ReEncryptItem &item) { return !item.ciphertext().empty(); });
    if (m_items.empty()) {
        faults.push_back({ReEncryptField::Source, tr("Paste a ciphertext, or open a file.")});
    } else if (!any) {
        faults.push_back({ReEncryptField::Source, tr("This is no ciphertext that KMS can re-encrypt.")});
    }
    const bool asymmetric = isAsymmetric(form.sourceKey) || (form.letServiceFindKey && looksAsymmetric()) ||
                            (!form.sourceAlgorithm.empty() && form.sourceAlgorithm != "SYMMETRIC_DEFAULT");
    if (asymmetric && form.letServiceFindKey) {
        faults.push_back({ReEncryptField::SourceKey,
                          tr("An asymmetric ciphertext does not name its key: choose the source key.")});
    } else if (form.sourceKey.empty() && !form.letServiceFindKey) {
        faults.push_back({ReEncryptField::SourceKey,
                          tr("Choose the key that the ciphertext is under, or let the service find it.")});
    }
    if (asymmetric && form.sourceAlgorithm.empty()) {
        faults.push_back(
            {ReEncryptField::SourceAlgorithm, tr("Choose the algorithm that was used to encrypt.")});
    }
    if (asymmetric && !form.sourceContext.empty()) {
        faults.push_back({ReEncryptField::SourceContext,
                          tr("Asymmetric ciphertext has no encryption context. Empty the source context.")});
    }
}

void ReEncryptPresenter::checkDestination(const ReEncryptForm &form, std::vector<FormFault> &faults) const {
    if (form.destinationKey.empty()) {
        faults.push_back({ReEncryptField::DestinationKey, tr("Choose the key to re-encrypt under.")});
        return;
    }
    if (!isAsymmetric(form.destinationKey)) {
        return;
    }
    if (form.destinationAlgorithm.empty()) {
        faults.push_back(
            {ReEncryptField::DestinationAlgorithm, tr("Choose the algorithm of the target key.")});
    }
    if (!form.destinationContext.empty()) {
        faults.push_back({ReEncryptField::DestinationContext,
                          tr("An asymmetric key takes no encryption context. Empty the target context.")});
    }
}

kms::ReEncrypt::Request ReEncryptPresenter::requestFor(const ReEncryptForm &form, const ReEncryptItem &item,
                                                       bool dryRun) const {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = item.ciphertext();
    if (!form.letServiceFindKey && !form.sourceKey.empty()) {
        request.sourceKeyId = form.sourceKey;
    }
    request.destinationKeyId = form.destinationKey;
    if (!form.sourceContext.empty()) {
        request.sourceEncryptionContext = form.sourceContext;
    }
    if (!form.destinationContext.empty()) {
        request.destinationEncryptionContext = form.destinationContext;
    }
    if (!form.sourceAlgorithm.empty()) {
        request.sourceEncryptionAlgorithm = algorithm(form.sourceAlgorithm);
    }
    if (!form.destinationAlgorithm.empty()) {
        request.destinationEncryptionAlgorithm = algorithm(form.destinationAlgorithm);
    }
    if (!form.grantTokens.empty()) {
        request.grantTokens = form.grantTokens;
    }
    if (dryRun) {
        request.dryRun = true;
    }
    return request;
}

void ReEncryptPresenter::start(const ReEncryptForm &form, bool dryRun) {
    if (isBusy() || !m_context.session->service() || !faults(form).empty()) {
        return;
    }
    ++m_round;
    m_running = form;
    m_dryRun = dryRun;
    m_stopped = false;
    m_next = 0;
    for (ReEncryptItem &item : m_items) {
        if (!item.ciphertext().empty()) {
            item.outcome = Outcome::Waiting;
            item.reply.reset();
            item.error.reset();
        }
    }
    m_context.recentKeys->remember(fromUtf8(form.sourceKey));
    m_context.recentKeys->remember(fromUtf8(form.destinationKey));
    for (int i = 0; i < maxInFlight; ++i) {
        startNext();
    }
    Q_EMIT busyChanged();
}

void ReEncryptPresenter::startNext() {
    while (!m_stopped && m_next < static_cast<int>(m_items.size())) {
        const int row = m_next++;
        if (!m_items[static_cast<std::size_t>(row)].ciphertext().empty()) {
            sendItem(row);
            return;
        }
    }
}

void ReEncryptPresenter::sendItem(int row) {
    ReEncryptItem &item = m_items[static_cast<std::size_t>(row)];
    item.outcome = Outcome::Running;
    Q_EMIT itemChanged(row);
    kms::call<kms::ReEncrypt>(*m_context.session->service(), requestFor(m_running, item, m_dryRun),
                              m_busy.begin(), this,
                              [this, row, round = m_round](Result<kms::ReEncrypt::Reply> reply) {
                                  m_busy.end();
                                  if (round == m_round) {
                                      takeReply(row, std::move(reply));
                                  }
                                  Q_EMIT busyChanged();
                              });
}

void ReEncryptPresenter::takeReply(int row, Result<kms::ReEncrypt::Reply> reply) {
    ReEncryptItem &item = m_items[static_cast<std::size_t>(row)];
    if (reply) {
        item.outcome = Outcome::Done;
        item.reply = std::move(*reply);
        m_context.knownContexts->remember(m_running.sourceContext, tr("used in this session"));
        m_context.knownContexts->remember(m_running.destinationContext, tr("used in this session"));
    } else if (reply.error().code == ErrorCode::DryRunOperation) {
        item.outcome = Outcome::WouldSucceed;
    } else {
        item.outcome = reply.error().code == ErrorCode::Cancelled ? Outcome::Cancelled : Outcome::Failed;
        item.error = reply.error();
    }
    Q_EMIT itemChanged(row);
    if (m_context.session->service()) {
        startNext();
    }
}

void ReEncryptPresenter::cancel() {
    if (!isBusy()) {
        return;
    }
    m_stopped = true;
    m_busy.cancel();
    cancelWaiting();
}

void ReEncryptPresenter::cancelWaiting() {
    for (; m_next < static_cast<int>(m_items.size()); ++m_next) {
        ReEncryptItem &item = m_items[static_cast<std::size_t>(m_next)];
        if (!item.ciphertext().empty()) {
            item.outcome = Outcome::Cancelled;
            Q_EMIT itemChanged(m_next);
        }
    }
}

bool ReEncryptPresenter::looksAsymmetric() const {
    return std::ranges::any_of(
        m_items, [](const ReEncryptItem &item) { return item.inspection.kind == inspect::Kind::RsaSized; });
}

int ReEncryptPresenter::doneCount() const {
    return static_cast<int>(std::ranges::count_if(m_items, [](const ReEncryptItem &item) {
        return item.outcome != Outcome::Waiting && item.outcome != Outcome::Running;
    }));
}

QString ReEncryptPresenter::command(const ReEncryptForm &form) const {
    static const ReEncryptItem none;
    const ReEncryptItem &item = m_items.empty() ? none : m_items.front();
    return commandText(kms::AnyRequest::of<kms::ReEncrypt>(requestFor(form, item, false)),
                       m_context.session->profile());
}

kms::AnyRequest ReEncryptPresenter::requestOf(const ReEncryptItem &item) const {
    return kms::AnyRequest::of<kms::ReEncrypt>(requestFor(m_running, item, m_dryRun));
}

std::string ReEncryptPresenter::keyNamedIn(const Error &error, const ReEncryptItem &item) const {
    for (const std::string &each :
         {m_running.sourceKey, item.inspection.sourceKey, m_running.destinationKey}) {
        const kms::KeyMetadata *key = each.empty() ? nullptr : metadataOf(each);
        if (key != nullptr && key->keyId && error.serviceMessage.find(*key->keyId) != std::string::npos) {
            return *key->keyId;
        }
    }
    return {};
}

QString ReEncryptPresenter::contextComparison() const {
    const auto closest = m_context.knownContexts->closest(m_running.sourceContext);
    return closest ? closest->text() : QString();
}

} // namespace keyturn::ui
