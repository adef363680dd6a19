// SPDX-License-Identifier: Apache-2.0
#include "keychain/keychain_call.h"

#include "keychain/secret_service_probe.h"

#include <qt6keychain/keychain.h>

#include <memory>

namespace keyturn::keychain {

namespace {

/// Wipes the buffer that QtKeychain and we share, in place.
void wipeShared(const QByteArray &bytes) {
    wipe(
        MutableByteView(const_cast<std::uint8_t *>(reinterpret_cast<const std::uint8_t *>(bytes.constData())),
                        std::size_t(bytes.size())));
}

SecretBytes takeData(QKeychain::Job *job) {
    auto *reading = qobject_cast<QKeychain::ReadPasswordJob *>(job);
    if (reading == nullptr) {
        return {};
    }
    const QByteArray data = reading->binaryData();
    SecretBytes secret = SecretBytes::copyOf(
        ByteView(reinterpret_cast<const std::uint8_t *>(data.constData()), std::size_t(data.size())));
    wipeShared(data);
    return secret;
}

Error keychainError(ErrorCode code, std::string detail) {
    return clientError(code, std::move(detail), ErrorOrigin::System);
}

/// What a failed job means, given what the keychain can do right after it.
Error classify(QKeychain::Error jobError, const std::string &jobText, const KeychainState &state) {
    switch (state.availability) {
    case Availability::NoDefaultCollection:
        if (jobError == QKeychain::EntryNotFound) {
            break;
        }
        [[fallthrough]];
    case Availability::NoSessionBus:
    case Availability::NoSecretService:
        return keychainError(ErrorCode::KeychainUnavailable, state.detail);
    case Availability::Locked:
        return keychainError(ErrorCode::KeychainLocked, state.detail);
    case Availability::Available:
        break;
    }
    switch (jobError) {
    case QKeychain::EntryNotFound:
        return keychainError(ErrorCode::KeychainNotFoundOrLocked,
                             "the keychain has no such item, or the keyring that holds it is locked");
    case QKeychain::AccessDeniedByUser:
        return keychainError(ErrorCode::KeychainDenied, "access to the keychain was refused by the person");
    case QKeychain::AccessDenied:
    case QKeychain::CouldNotDeleteEntry:
        return keychainError(ErrorCode::KeychainDenied, "the keychain refused access: " + jobText);
    default:
        return keychainError(ErrorCode::KeychainUnavailable, "the keychain failed: " + jobText);
    }
}

} // namespace

void KeychainCall::start(QObject *parent, CallOptions options, MakeJob makeJob, Done done) {
    auto *call = new KeychainCall(parent, std::move(done));
    call->m_makeJob = std::move(makeJob);
    call->begin(std::move(options));
}

void KeychainCall::refuse(QObject *parent, Error error, Done done) {
    auto *call = new KeychainCall(parent, std::move(done));
    call->finishLater(fail(std::move(error)));
}

KeychainCall::KeychainCall(QObject *parent, Done done)
    : QObject(parent)
    , m_done(std::move(done)) {
    m_timer.setSingleShot(true);
}

void KeychainCall::begin(CallOptions options) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.timeout).count();
    connect(&m_timer, &QTimer::timeout, this, [this, seconds] {
        finish(fail(keychainError(ErrorCode::KeychainTimedOut,
                                  "the keychain did not answer within " + std::to_string(seconds) +
                                      " s; a password prompt may be waiting for an answer")));
    });
    m_timer.start(options.timeout);
    // The token may fire on any thread, also at once.
    m_cancelled = options.cancel.onCancel([this] {
        QMetaObject::invokeMethod(
            this,
            [this] { finish(fail(keychainError(ErrorCode::Cancelled, "the keychain call was cancelled"))); },
            Qt::QueuedConnection);
    });
    SecretServiceProbe::start(this, [this](KeychainState state) {
        if (m_finished) {
            return;
        }
        if (state.availability == Availability::NoSessionBus ||
            state.availability == Availability::NoSecretService) {
            finish(fail(keychainError(ErrorCode::KeychainUnavailable, std::move(state.detail))));
        } else {
            startJob();
        }
    });
}

void KeychainCall::startJob() {
    QKeychain::Job *job = m_makeJob();
    m_makeJob = nullptr; // and with it the secret to write
    job->setInsecureFallback(false);
    job->setAutoDelete(true);
    connect(job, &QKeychain::Job::finished, this, &KeychainCall::jobFinished);
    // Also for a call that has given up by then: what was read is wiped.
    connect(job, &QKeychain::Job::finished, job, [](QKeychain::Job *finished) { takeData(finished); });
    job->start();
}

/// QtKeychain stalls when a job is started from inside `finished`, so everything from here on is queued.
void KeychainCall::jobFinished(QKeychain::Job *job) {
    if (m_finished) {
        return;
    }
    if (job->error() == QKeychain::NoError) {
        finishLater(takeData(job));
        return;
    }
    SecretServiceProbe::start(this, [this, error = job->error(), text = job->errorString().toStdString()](
                                        KeychainState state) { finish(fail(classify(error, text, state))); });
}

void KeychainCall::finishLater(Result<SecretBytes> result) {
    auto shared = std::make_shared<Result<SecretBytes>>(std::move(result));
    QMetaObject::invokeMethod(
        this, [this, shared] { finish(std::move(*shared)); }, Qt::QueuedConnection);
}

void KeychainCall::finish(Result<SecretBytes> result) {
    if (m_finished) {
        return;
    }
    m_finished = true;
    m_timer.stop();
    deleteLater();
    Done done = std::move(m_done);
    done(std::move(result));
}

} // namespace keyturn::keychain
