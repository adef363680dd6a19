// SPDX-License-Identifier: Apache-2.0
#include "keychain/desktop_keychain.h"

#include "keychain/keychain_call.h"
#include "keychain/secret_service_probe.h"

#include <qt6keychain/keychain.h>

namespace keyturn::keychain {

namespace {

/// Turns "done with nothing" into "done with bytes that nobody looks at".
Keychain::ReadDone withoutData(Keychain::Done done) {
    return [done = std::move(done)](Result<SecretBytes> result) mutable {
        if (result) {
            done({});
        } else {
            done(failFrom(result));
        }
    };
}

QByteArray copyForJob(const SecretBytes &secret) {
    return QByteArray(reinterpret_cast<const char *>(secret.data()), qsizetype(secret.size()));
}

} // namespace

struct DesktopKeychain::Impl {
    QString service;
    QObject calls; ///< parent of every call under way
};

DesktopKeychain::DesktopKeychain(std::string service)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->service = QString::fromStdString(service);
}

DesktopKeychain::~DesktopKeychain() = default;

void DesktopKeychain::read(const ItemId &id, CallOptions options, ReadDone done) {
    auto key = itemKey(id);
    if (!key) {
        KeychainCall::refuse(&m_impl->calls, std::move(key.error()), std::move(done));
        return;
    }
    KeychainCall::start(
        &m_impl->calls, std::move(options),
        [service = m_impl->service, key = QString::fromStdString(*key)]() -> QKeychain::Job * {
            auto *job = new QKeychain::ReadPasswordJob(service);
            job->setKey(key);
            return job;
        },
        std::move(done));
}

void DesktopKeychain::write(const ItemId &id, SecretBytes secret, CallOptions options, Done done) {
    auto key = itemKey(id);
    if (key && (secret.empty() || secret.size() > maxItemBytes)) {
        key = fail(ErrorCode::Usage, "a keychain item holds 1 to " + std::to_string(maxItemBytes) + " bytes");
    }
    if (!key) {
        KeychainCall::refuse(&m_impl->calls, std::move(key.error()), withoutData(std::move(done)));
        return;
    }
    KeychainCall::start(
        &m_impl->calls, std::move(options),
        [service = m_impl->service, key = QString::fromStdString(*key),
         secret = std::move(secret)]() -> QKeychain::Job * {
            auto *job = new QKeychain::WritePasswordJob(service);
            job->setKey(key);
            // Always binary: a text item would shadow it at the next read.
            const QByteArray data = copyForJob(secret);
            job->setBinaryData(data);
            QObject::connect(job, &QKeychain::Job::finished, job, [data] {
                wipe(MutableByteView(
                    const_cast<std::uint8_t *>(reinterpret_cast<const std::uint8_t *>(data.constData())),
                    std::size_t(data.size())));
            });
            return job;
        },
        withoutData(std::move(done)));
}

void DesktopKeychain::remove(const ItemId &id, CallOptions options, Done done) {
    auto key = itemKey(id);
    if (!key) {
        KeychainCall::refuse(&m_impl->calls, std::move(key.error()), withoutData(std::move(done)));
        return;
    }
    KeychainCall::start(
        &m_impl->calls, std::move(options),
        [service = m_impl->service, key = QString::fromStdString(*key)]() -> QKeychain::Job * {
            auto *job = new QKeychain::DeletePasswordJob(service);
            job->setKey(key);
            return job;
        },
        withoutData(std::move(done)));
}

void DesktopKeychain::probe(ProbeDone done) {
    SecretServiceProbe::start(&m_impl->calls, std::move(done));
}

} // namespace keyturn::keychain
