// SPDX-License-Identifier: Apache-2.0
// Session: one open vault or connected endpoint, for a window. Opens off the GUI thread, wraps the backend in
// the decorators that its profile asks for (connect.h has their order), caches capabilities, says when
// something changed, and passes on what has to be asked. Lives on the GUI thread; every signal and every
// `Done` comes there. Owns the service: what service() gives is good until stateChanged.
// Errors: those of vault_access.h, connect.h and the keychain.
#pragma once

#include "kms/service.h"
#include "workspace/connection_report.h"
#include "workspace/offline_copy.h"
#include "workspace/profile.h"
#include "workspace/rate_limiter.h"
#include "workspace/vault_access.h"

#include <QObject>

#include <functional>
#include <memory>

namespace keyturn::keychain {
class Keychain;
}
namespace keyturn::credentials {
class SessionCache;
}
namespace keyturn::history {
class Recorder;
}

namespace keyturn::workspace {

class ConfirmationTickets;
class Questions;
class SessionAsker;
class Worker;
struct ConnectParts;
struct Connection;
struct StackParts;

class Session : public QObject {
    Q_OBJECT

public:
    enum class State { Closed, Opening, Open, Locked };
    Q_ENUM(State)
    using Done = std::function<void(Status)>;

    /// The keychain may be null (none on this machine); it must outlive the session. Sessions of one program
    /// share `rates`, so that two windows on one endpoint keep its ceiling together; null: its own.
    explicit Session(keychain::Keychain *keychain, QObject *parent = nullptr,
                     std::shared_ptr<RateLimiters> rates = nullptr);
    ~Session() override;

    /// Who is asked for confirmations, MFA codes and logins; null (as at first): nobody, and whatever needs
    /// an answer is refused. Borrowed.
    void setQuestions(Questions *questions);
    /// What is opened from now on is recorded there; null (as at first): nowhere.
    void setHistory(std::shared_ptr<history::Recorder> history) { m_history = std::move(history); }
    /// For dialogs that ask themselves before they send: nobody is asked twice. Never null.
    std::shared_ptr<ConfirmationTickets> tickets() const;

    State state() const { return m_state; }
    const Profile &profile() const { return m_profile; }
    /// nullptr unless Open.
    std::shared_ptr<kms::KmsService> service() const { return m_service; }
    const kms::Capabilities &capabilities() const { return m_capabilities; }
    /// Whether anything may be changed here; capabilities().readOnlyReason is the sentence.
    bool isReadOnly() const { return m_capabilities.readOnly; }
    /// The sentence to show beside it; empty where all may be changed.
    const std::string &readOnlyReason() const { return m_capabilities.readOnlyReason; }
    /// The endpoint's clock minus ours at its last answer; nothing for a vault or before the first.
    std::optional<std::chrono::seconds> clockOffset() const;
    /// "Keyturn changed this 12 s ago (EnableKey); the service may not have spread it yet." Empty: nothing
    /// recent. For a key id, ARN or alias.
    std::string changeHint(std::string_view keyOrAlias) const;
    /// The same for another thread, and good beyond the session's end.
    std::function<std::optional<std::chrono::seconds>()> clockOffsetSource() const;
    /// What is open is an offline copy, and this is what it holds; else nothing.
    const std::optional<OfflineCopyFacts> &offlineCopy() const { return m_offlineCopy; }
    /// The profile's last connection test, if there was one at this endpoint and Region.
    const std::optional<ConnectionReport> &lastTest() const { return m_lastTest; }
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
    /// As openVault, with the secret that the OS keychain has for the profile's file: `with` and `secret` of
    /// `vault` do not matter.
    void openVaultWithKeychain(VaultToOpen vault, Profile profile, Done done);
    void connectToEndpoint(Profile profile, Done done);
    /// A service that stands already, with the decorators that the profile asks for; open at once.
    void openService(std::shared_ptr<kms::KmsService> service, const Profile &profile, Done done);
    /// A copy in place of the service; open at once. Nothing of it goes into the history: it is no call.
    void openOfflineCopy(OfflineCopy copy, const Profile &profile, Done done);
    void cancelOpening();

    /// Tests a profile, open or not, off the GUI thread; `progress` and `done` come on the GUI thread. The
    /// report is kept for the profile, and if that is the open one, its capabilities change at once. A newer
    /// test stops the one before, whose `done` is then not called.
    using TestChanged = std::function<void(TestStep changed, const ConnectionReport &soFar)>;
    using TestDone = std::function<void(const ConnectionReport &report)>;
    void testConnection(Profile profile, TestChanged progress, TestDone done);
    void cancelTest();
    /// The ceiling of the open endpoint's calls, changed while calls run; 0: none.
    void setCallsPerSecond(int ceiling);

    /// Runs a blocking act that needs nothing open, off the GUI thread; cancelled at the session's death.
    void runBlocking(std::function<Status(const CancelToken &)> act, Done done);
    /// Runs a blocking act on the open vault off the GUI thread.
    void withVault(std::function<Status(OpenVault &)> act, Done done);
    /// Opt-in: makes a slot whose secret the OS keychain keeps. Any program of the desktop session can read
    /// it there.
    void rememberInKeychain(Done done);
    bool hasKeychain() const { return m_keychain != nullptr; }
    /// Puts a keychain slot's secret into the OS keychain, in place of the one before; a vault need not be
    /// open.
    void keepInKeychain(const std::string &vaultId, SecretBytes secret, Done done);

    /// Of a vault: wipes and keeps the profile, so that it can be unlocked again. stateChanged(Locked) comes
    /// at once; `done` when the keys are wiped.
    void lock(Done done = {});
    void close(Done done = {});

Q_SIGNALS:
    void stateChanged(keyturn::workspace::Session::State state);
    void capabilitiesChanged();
    /// clockOffset() or another fact of the connection is new.
    void factsChanged();
    /// Before keys go: dialogs wipe what they hold.
    void aboutToLock();

private:
    struct Opened {
        std::shared_ptr<OpenVault> vault;
        std::shared_ptr<kms::KmsService> service;
        std::shared_ptr<const Connection> connection; ///< of an endpoint
        std::optional<ConnectionReport> lastTest;
        std::optional<OfflineCopyFacts> offlineCopy{};
    };
    using Open = UniqueFunction<Result<Opened>(CancelToken)>;
    void setState(State state);
    /// Leaves what is open and begins a new act; gives its serial number.
    std::uint64_t begin(Profile profile, Done done);
    void openOnWorker(std::uint64_t serial, Open open);
    void finish(std::uint64_t serial, Result<Opened> opened);
    void abandon();
    void leave(State next, Done done);
    StackParts stackParts() const;
    static Result<Opened> openedVault(Result<std::shared_ptr<OpenVault>> vault, const Profile &profile,
                                      const StackParts &parts);
    void connectWith(std::uint64_t serial, const Profile &profile, std::optional<SecretBytes> keychainItem);
    /// The profile's keychain item, if it has one, then `next`; both on the GUI thread.
    void withKeychainItem(const Profile &profile, const CancelToken &cancel,
                          std::function<void(Result<std::optional<SecretBytes>>)> next);
    ConnectParts connectParts();
    void runTest(std::uint64_t serial, const Profile &profile, std::optional<SecretBytes> item);
    void testEnded(std::uint64_t serial, const Profile &profile, const ConnectionReport &report);
    void refreshCapabilities();

    keychain::Keychain *m_keychain;
    State m_state = State::Closed;
    Profile m_profile;
    std::shared_ptr<OpenVault> m_vault;
    std::shared_ptr<kms::KmsService> m_service;
    kms::Capabilities m_capabilities;
    std::shared_ptr<const Connection> m_connection; ///< of an endpoint
    std::optional<ConnectionReport> m_lastTest;
    std::optional<OfflineCopyFacts> m_offlineCopy;
    std::string m_credentialOrigin;
    std::shared_ptr<SessionAsker> m_asker;
    std::shared_ptr<ConfirmationTickets> m_tickets;
    std::shared_ptr<RateLimiters> m_rates;
    std::shared_ptr<history::Recorder> m_history;
    std::shared_ptr<credentials::SessionCache> m_cache; ///< made with the first endpoint
    CancelSource m_cancel;
    Done m_opening;             ///< of the act under way
    std::uint64_t m_serial = 0; ///< of the newest act; answers to older ones are closed and dropped
    std::unique_ptr<Worker> m_worker;
    std::unique_ptr<Worker> m_tester; ///< made with the first test, so that a test delays no opening
    CancelSource m_testCancel;
    std::uint64_t m_testSerial = 0;
    TestChanged m_testChanged;
    TestDone m_testDone;
};

} // namespace keyturn::workspace
