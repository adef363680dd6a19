// SPDX-License-Identifier: Apache-2.0
// Session: one open vault or connected endpoint, for a window. Opens off the GUI thread, wraps the backend in
// its decorators (Region guard, read-only), caches capabilities, and says when something changed. Lives on
// the GUI thread; every signal comes there. Owns the service: pointers from service() are good until
// stateChanged. Errors: those of vault_access.h, credentials and remote.
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
    /// Whether anything may be changed here; the reason is a sentence.
    bool isReadOnly() const { return m_capabilities.readOnly; }
    /// "111122223333 · us-east-1", as far as known; for status bar and dialog headers.
    std::string identity() const;
    /// Where the credentials came from ("keychain", "environment", ...); empty for a vault.
    const std::string &credentialOrigin() const { return m_credentialOrigin; }
    /// nullptr unless a vault is open.
    std::shared_ptr<OpenVault> vault() const { return m_vault; }

    // Each of these returns at once; `done` runs on the GUI thread, never after the session's death. An act
    // under way is cancelled by cancelOpening(), lock(), close() and a newer act; its `done` then gets
    // Cancelled.
    void createVault(NewVault vault, Profile profile, Done done);
    void openVault(VaultToOpen vault, Profile profile, Done done);
    /// Takes the secret from the OS keychain.
    void openVaultWithKeychain(OpenMode mode, Profile profile, Done done);
    void connectToEndpoint(Profile profile, Done done);
    void cancelOpening();

    /// Runs a blocking act on the open vault off the GUI thread.
    void withVault(std::function<Status(OpenVault &)> act, Done done);
    /// Opt-in: puts a new slot secret into the OS keychain.
    void rememberInKeychain(Done done);

    /// Of a vault: wipes and keeps the profile, so that it can be unlocked again. Done when wiped.
    void lock();
    void close();

Q_SIGNALS:
    void stateChanged(keyturn::workspace::Session::State state);
    void capabilitiesChanged();
    /// Before keys go: dialogs wipe what they hold.
    void aboutToLock();

private:
    struct Opened;
    struct Work;
    void setState(State state);
    void begin(Profile profile);
    void finishOpening(Result<Opened> opened, const Done &done, std::uint64_t serial);
    void adopt(Opened opened);
    void drop();

    keychain::Keychain *m_keychain;
    State m_state = State::Closed;
    Profile m_profile;
    std::shared_ptr<OpenVault> m_vault;
    std::shared_ptr<kms::KmsService> m_service;
    kms::Capabilities m_capabilities;
    std::string m_credentialOrigin;
    std::unique_ptr<Work> m_work;
    std::uint64_t m_serial = 0; ///< of the newest act; answers of older ones are dropped
};

} // namespace keyturn::workspace
