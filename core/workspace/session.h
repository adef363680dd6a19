// SPDX-License-Identifier: Apache-2.0
// Session: one open vault or connected endpoint, for a window. Opens off the GUI thread, wraps the backend in
// its decorators (Region guard, read-only), caches capabilities, and says when something changed. Lives on
// the GUI thread; every signal and every `Done` comes there. Owns the service: what service() gives is good
// until stateChanged. Errors: those of vault_access.h, connect.h and the keychain.
#pragma once

#include "kms/service.h"
#include "workspace/profile.h"
#include "workspace/vault_access.h"

#include <QObject>

#include <functional>
#include <memory>

namespace keyturn::keychain {
class Keychain;
}

namespace keyturn::workspace {

class Worker;

class Session : public QObject {
    Q_OBJECT

public:
    enum class State { Closed, Opening, Open, Locked };
    Q_ENUM(State)
    using Done = std::function<void(Status)>;

    /// The keychain may be null (none on this machine); it must outlive the session.
    explicit Session(keychain::Keychain *keychain, QObject *parent = nullptr);
    ~Session() override;

    State state() const { return m_state; }
    const Profile &profile() const { return m_profile; }
    /// nullptr unless Open.
    std::shared_ptr<kms::KmsService> service() const { return m_service; }
    const kms::Capabilities &capabilities() const { return m_capabilities; }
    /// Whether anything may be changed here; capabilities().readOnlyReason is the sentence.
    bool isReadOnly() const { return m_capabilities.readOnly; }
    /// "111122223333 · us-east-1", as far as known; for status bar and dialog headers.
    std::string identity() const;
    /// Where the credentials came from ("keychain", "environment", ...); empty for a vault.
    const std::string &credentialOrigin() const { return m_credentialOrigin; }
    /// nullptr unless a vault is open.
    std::shared_ptr<OpenVault> vault() const { return m_vault; }

    // Each of these returns at once; `done` runs once, later, on the GUI thread, never after the session's
    // death. An act that is overtaken (cancelOpening, lock, close, a newer act) ends with Cancelled.
    void createVault(NewVault vault, Profile profile, Done done);
    void openVault(VaultToOpen vault, Profile profile, Done done);
    /// Takes the secret from the OS keychain.
    void openVaultWithKeychain(OpenMode mode, Profile profile, Done done);
    void connectToEndpoint(Profile profile, Done done);
    /// A service that stands already, with the decorators that the profile asks for; open at once.
    void openService(std::shared_ptr<kms::KmsService> service, const Profile &profile, Done done);
    void cancelOpening();

    /// Runs a blocking act that needs nothing open, off the GUI thread; cancelled at the session's death.
    void runBlocking(std::function<Status(const CancelToken &)> act, Done done);
    /// Runs a blocking act on the open vault off the GUI thread.
    void withVault(std::function<Status(OpenVault &)> act, Done done);
    /// Opt-in: makes a slot whose secret the OS keychain keeps. Any program of the desktop session can read
    /// it there.
    void rememberInKeychain(Done done);

    /// Of a vault: wipes and keeps the profile, so that it can be unlocked again. stateChanged(Locked) comes
    /// at once; `done` when the keys are wiped.
    void lock(Done done = {});
    void close(Done done = {});

Q_SIGNALS:
    void stateChanged(keyturn::workspace::Session::State state);
    void capabilitiesChanged();
    /// Before keys go: dialogs wipe what they hold.
    void aboutToLock();

private:
    struct Opened {
        std::shared_ptr<OpenVault> vault;
        std::shared_ptr<kms::KmsService> service;
        std::string credentialOrigin;
    };
    using Open = UniqueFunction<Result<Opened>(CancelToken)>;
    void setState(State state);
    /// Leaves what is open and begins a new act; gives its serial number.
    std::uint64_t begin(Profile profile, Done done);
    void openOnWorker(std::uint64_t serial, Open open);
    void finish(std::uint64_t serial, Result<Opened> opened);
    void abandon();
    void leave(State next, Done done);
    static Result<Opened> openedVault(Result<std::shared_ptr<OpenVault>> vault, const Profile &profile);

    keychain::Keychain *m_keychain;
    State m_state = State::Closed;
    Profile m_profile;
    std::shared_ptr<OpenVault> m_vault;
    std::shared_ptr<kms::KmsService> m_service;
    kms::Capabilities m_capabilities;
    std::string m_credentialOrigin;
    CancelSource m_cancel;
    Done m_opening;             ///< of the act under way
    std::uint64_t m_serial = 0; ///< of the newest act; answers to older ones are closed and dropped
    std::unique_ptr<Worker> m_worker;
};

} // namespace keyturn::workspace
