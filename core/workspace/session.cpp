// SPDX-License-Identifier: Apache-2.0
#include "workspace/session.h"

#include "keychain/keychain.h"
#include "kms/call.h"
#include "workspace/connect.h"
#include "workspace/session_asker.h"
#include "workspace/worker.h"

#include <QPointer>

namespace keyturn::workspace {
namespace {

Error cancelled() {
    return clientError(ErrorCode::Cancelled, "Another act took its place, or it was stopped.");
}

Error noKeychain() {
    return clientError(ErrorCode::KeychainUnavailable, "This machine has no keychain that Keyturn can use.");
}

void answer(const Session::Done &done, Status status) {
    if (done) {
        done(std::move(status));
    }
}

/// Whether somebody remembers the vault's id as its keychain item: the id, written as a UUID.
Result<keychain::ItemId> keychainItemOf(const std::filesystem::path &vaultFile) {
    auto facts = readVaultFacts(vaultFile);
    if (!facts) {
        return failFrom(facts);
    }
    return keychain::ItemId{keychain::ItemKind::Vault, facts->vaultId};
}

} // namespace

Session::Session(keychain::Keychain *keychain, QObject *parent, std::shared_ptr<RateLimiters> rates)
    : QObject(parent)
    , m_keychain(keychain)
    , m_asker(std::make_shared<SessionAsker>(this))
    , m_tickets(std::make_shared<ConfirmationTickets>())
    , m_rates(rates ? std::move(rates) : std::make_shared<RateLimiters>())
    , m_worker(std::make_unique<Worker>()) {}

Session::~Session() {
    m_cancel.cancel();
    m_testCancel.cancel();
    m_tester.reset();
    m_worker.reset();
    m_service.reset();
    m_connection.reset();
    if (m_vault) {
        // Nobody is left to tell; the container's own destructor makes the same attempt.
        static_cast<void>(m_vault->lock().has_value());
    }
}

std::string Session::identity() const {
    std::string text = m_capabilities.accountId;
    if (!m_capabilities.region.empty()) {
        text += (text.empty() ? "" : " \u00b7 ") + m_capabilities.region;
    }
    return text;
}

void Session::createVault(NewVault vault, Profile profile, Done done) {
    const auto serial = begin(profile, std::move(done));
    vault.interactiveThread = std::this_thread::get_id();
    openOnWorker(serial, [vault = std::move(vault), profile, parts = stackParts()](CancelToken cancel) {
        return openedVault(workspace::createVault(vault, std::move(cancel)), profile, parts);
    });
}

void Session::openVault(VaultToOpen vault, Profile profile, Done done) {
    const auto serial = begin(profile, std::move(done));
    vault.interactiveThread = std::this_thread::get_id();
    openOnWorker(
        serial, [vault = std::move(vault), profile, parts = stackParts()](CancelToken cancel) mutable {
            return openedVault(workspace::openVault(std::move(vault), std::move(cancel)), profile, parts);
        });
}

void Session::openVaultWithKeychain(VaultToOpen vault, Profile profile, Done done) {
    const auto serial = begin(profile, std::move(done));
    const auto item = keychainItemOf(profile.vaultFile);
    if (!item || m_keychain == nullptr) {
        return finish(serial, fail(item ? noKeychain() : item.error()));
    }
    m_keychain->read(*item, {.cancel = m_cancel.token()},
                     [this, self = QPointer<Session>(this), serial, vault = std::move(vault),
                      profile = std::move(profile)](Result<SecretBytes> secret) mutable {
                         if (!self) {
                             return;
                         }
                         if (!secret) {
                             return finish(serial, failFrom(secret));
                         }
                         vault.with = UnlockWith::KeychainSecret;
                         vault.secret = std::move(*secret);
                         vault.interactiveThread = std::this_thread::get_id();
                         openOnWorker(serial, [vault = std::move(vault), profile,
                                               parts = stackParts()](CancelToken cancel) mutable {
                             return openedVault(workspace::openVault(std::move(vault), std::move(cancel)),
                                                profile, parts);
                         });
                     });
}

void Session::openService(std::shared_ptr<kms::KmsService> service, const Profile &profile, Done done) {
    const auto serial = begin(profile, std::move(done));
    finish(serial, Opened{{}, decorate(std::move(service), profile, stackParts()), {}, {}});
}

void Session::openOfflineCopy(OfflineCopy copy, const Profile &profile, Done done) {
    const auto serial = begin(profile, std::move(done));
    finish(serial, Opened{{}, std::move(copy.service), {}, {}, std::move(copy.facts)});
}

void Session::cancelOpening() {
    if (m_state == State::Opening) {
        abandon();
        setState(m_profile.kind == ProfileKind::Vault ? State::Locked : State::Closed);
    }
}

void Session::runBlocking(std::function<Status(const CancelToken &)> act, Done done) {
    m_worker->run([act = std::move(act), done = std::move(done), cancel = m_cancel.token(),
                   delivery = kms::Delivery(this)]() mutable {
        delivery.post(
            [status = act(cancel), done = std::move(done)]() mutable { answer(done, std::move(status)); });
    });
}

void Session::withVault(std::function<Status(OpenVault &)> act, Done done) {
    if (!m_vault) {
        return answer(done, fail(ErrorCode::VaultLocked, "No vault is unlocked."));
    }
    m_worker->run([vault = m_vault, act = std::move(act), done = std::move(done),
                   delivery = kms::Delivery(this)]() mutable {
        Status status = act(*vault);
        vault.reset();
        delivery.post([status = std::move(status), done = std::move(done)]() mutable {
            answer(done, std::move(status));
        });
    });
}

void Session::rememberInKeychain(Done done) {
    if (m_keychain == nullptr) {
        return answer(done, fail(noKeychain()));
    }
    const auto secret = std::make_shared<SecretBytes>();
    const auto vaultId = m_vault ? m_vault->vaultId() : std::string();
    withVault(
        [secret](OpenVault &vault) -> Status {
            auto made = vault.addKeychainSlot("OS keychain");
            if (!made) {
                return failFrom(made);
            }
            *secret = std::move(*made);
            return {};
        },
        [this, secret, vaultId, done = std::move(done)](Status made) {
            if (!made) {
                return answer(done, std::move(made));
            }
            keepInKeychain(vaultId, std::move(*secret), done);
        });
}

void Session::keepInKeychain(const std::string &vaultId, SecretBytes secret, Done done) {
    if (m_keychain == nullptr) {
        return answer(done, fail(noKeychain()));
    }
    m_keychain->write({keychain::ItemKind::Vault, vaultId}, std::move(secret), {},
                      [done = std::move(done)](Status written) { answer(done, std::move(written)); });
}

void Session::lock(Done done) {
    leave(m_vault ? State::Locked : State::Closed, std::move(done));
}

void Session::close(Done done) {
    leave(State::Closed, std::move(done));
}

void Session::leave(State next, Done done) {
    if (m_state == State::Opening) {
        abandon();
    }
    if (m_state == State::Open) {
        Q_EMIT aboutToLock();
    }
    m_service.reset();
    m_connection.reset();
    m_lastTest.reset();
    m_offlineCopy.reset();
    m_capabilities = {};
    m_credentialOrigin.clear();
    auto vault = std::exchange(m_vault, nullptr);
    setState(next);
    if (!vault) {
        return answer(done, {});
    }
    m_worker->run(
        [vault = std::move(vault), done = std::move(done), delivery = kms::Delivery(this)]() mutable {
            Status locked = vault->lock();
            vault.reset();
            delivery.post([locked = std::move(locked), done = std::move(done)]() mutable {
                answer(done, std::move(locked));
            });
        });
}

std::uint64_t Session::begin(Profile profile, Done done) {
    leave(State::Closed, {});
    m_profile = std::move(profile);
    m_opening = std::move(done);
    m_cancel = CancelSource();
    ++m_serial;
    setState(State::Opening);
    return m_serial;
}

void Session::openOnWorker(std::uint64_t serial, Open open) {
    m_worker->run([this, serial, open = std::move(open), cancel = m_cancel.token(),
                   delivery = kms::Delivery(this)]() mutable {
        auto opened = open(std::move(cancel));
        delivery.post(
            [this, serial, opened = std::move(opened)]() mutable { finish(serial, std::move(opened)); });
    });
}

void Session::finish(std::uint64_t serial, Result<Opened> opened) {
    if (serial != m_serial || m_state != State::Opening) {
        if (opened && opened->vault) {
            // Opened for nobody: close it again, off this thread, for locking waits for the disk.
            m_worker->run(
                [vault = std::move(opened->vault)] { static_cast<void>(vault->lock().has_value()); });
        }
        return;
    }
    const Done done = std::exchange(m_opening, {});
    if (!opened) {
        setState(m_profile.kind == ProfileKind::Vault ? State::Locked : State::Closed);
        return answer(done, failFrom(opened));
    }
    m_vault = std::move(opened->vault);
    m_service = std::move(opened->service);
    m_connection = std::move(opened->connection);
    m_lastTest = std::move(opened->lastTest);
    m_offlineCopy = std::move(opened->offlineCopy);
    m_credentialOrigin = m_connection ? m_connection->credentialOrigin : std::string();
    m_capabilities = m_service->capabilities();
    setState(State::Open);
    Q_EMIT capabilitiesChanged();
    answer(done, {});
}

void Session::abandon() {
    m_cancel.cancel();
    ++m_serial;
    answer(std::exchange(m_opening, {}), fail(cancelled()));
}

void Session::setState(State state) {
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged(state);
    }
}

Result<Session::Opened> Session::openedVault(Result<std::shared_ptr<OpenVault>> vault, const Profile &profile,
                                             const StackParts &parts) {
    if (!vault) {
        return failFrom(vault);
    }
    auto service = decorate((*vault)->service(), profile, parts);
    return Opened{std::move(*vault), std::move(service), {}, {}};
}

} // namespace keyturn::workspace
