// SPDX-License-Identifier: Apache-2.0
#include "keychain/desktop_keychain.h"

#include "keychain/keychain_call.h"
#include "keychain/secret_service_probe.h"

#include <qt6keychain/keychain.h>

#include <memory>

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

/// A write that is read back. A text item that another program stored under the same key would hide what was
/// written, now and at every later read: it is removed then, and ours written once more.
struct CheckedWrite {
    QObject *calls = nullptr; ///< outlives every call of its own
    QString service;
    QString key;
    SecretBytes secret;
    CallOptions options;
    Keychain::Done done;
    bool cleared = false;
};

template <class Job>
KeychainCall::MakeJob makeJob(const CheckedWrite &write) {
    return [service = write.service, key = write.key]() -> QKeychain::Job * {
        auto *job = new Job(service);
        job->setKey(key);
        return job;
    };
}

KeychainCall::MakeJob makeWriteJob(const CheckedWrite &write) {
    return [service = write.service, key = write.key, secret = write.secret.clone()]() -> QKeychain::Job * {
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
    };
}

void writeItem(std::shared_ptr<CheckedWrite> write);

void clearAndWriteAgain(std::shared_ptr<CheckedWrite> write) {
    const CheckedWrite &facts = *write;
    KeychainCall::start(facts.calls, facts.options, makeJob<QKeychain::DeletePasswordJob>(facts),
                        [write = std::move(write)](Result<SecretBytes> removed) mutable {
                            if (!removed) {
                                write->done(failFrom(removed));
                                return;
                            }
                            write->cleared = true;
                            writeItem(std::move(write));
                        });
}

void readBack(std::shared_ptr<CheckedWrite> write) {
    const CheckedWrite &facts = *write;
    KeychainCall::start(facts.calls, facts.options, makeJob<QKeychain::ReadPasswordJob>(facts),
                        [write = std::move(write)](Result<SecretBytes> read) mutable {
                            if (read && equalConstantTime(read->view(), write->secret.view())) {
                                write->done({});
                            } else if (!read && read.error().code != ErrorCode::KeychainNotFoundOrLocked) {
                                write->done(failFrom(read));
                            } else if (!write->cleared) {
                                clearAndWriteAgain(std::move(write));
                            } else {
                                write->done(fail(ErrorCode::KeychainDenied,
                                                 "the keychain took the item, but gives back something else: "
                                                 "another program may be changing it",
                                                 ErrorOrigin::System));
                            }
                        });
}

void writeItem(std::shared_ptr<CheckedWrite> write) {
    const CheckedWrite &facts = *write;
    KeychainCall::start(facts.calls, facts.options, makeWriteJob(facts),
                        [write = std::move(write)](Result<SecretBytes> written) mutable {
                            if (!written) {
                                write->done(failFrom(written));
                                return;
                            }
                            readBack(std::move(write));
                        });
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
    auto write = std::make_shared<CheckedWrite>();
    write->calls = &m_impl->calls;
    write->service = m_impl->service;
    write->key = QString::fromStdString(*key);
    write->secret = std::move(secret);
    write->options = std::move(options);
    write->done = std::move(done);
    writeItem(std::move(write));
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
