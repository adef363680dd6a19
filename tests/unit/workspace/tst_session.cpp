// SPDX-License-Identifier: Apache-2.0
// Session and the face of the vault, on real vault files: opening, its errors, locking, the keychain, the
// slots.
#include "base/atomic_file.h"
#include "fakes/fake_keychain.h"
#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/operations/create_key.h"
#include "kms/operations/encrypt.h"
#include "workspace/session.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::workspace;

namespace {

constexpr std::string_view passphrase = "correct horse battery staple";

/// The outcome of one asynchronous act.
struct Outcome {
    std::optional<Status> status;
    Session::Done take() {
        return [this](Status done) { status = std::move(done); };
    }
    bool arrived() const { return status.has_value(); }
    ErrorCode code() const { return status->error().code; }
};

} // namespace

class TestSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_file = std::filesystem::path(m_dir->path().toStdString()) / "work.keyturn";
        m_keychain = std::make_unique<test::FakeKeychain>();
        m_session = std::make_unique<Session>(m_keychain.get());
    }
    void cleanup() {
        m_session.reset();
        m_keychain.reset();
        m_dir.reset();
    }

    void aNewVaultIsOpenAndServes() {
        createVault();
        QCOMPARE(m_session->state(), Session::State::Open);
        QCOMPARE(m_session->identity(), std::string("111122223333 \u00b7 us-east-1"));
        QVERIFY(!m_session->isReadOnly());
        const auto made = kms::callAndWait<kms::CreateKey>(*m_session->service(), {});
        QVERIFY(made.has_value());
        QVERIFY(made->keyMetadata->arn->starts_with("arn:aws:kms:us-east-1:111122223333:key/"));
    }

    void anOlderFileIsNeverReplaced() {
        createVault();
        lock();
        Outcome again;
        m_session->createVault(newVault(), profile(), again.take());
        QTRY_VERIFY_WITH_TIMEOUT(again.arrived(), 20'000);
        QCOMPARE(again.code(), ErrorCode::FileExists);
        open(passphrase);
    }

    void aWrongPassphraseIsSaidAndChangesNothing() {
        createVault();
        lock();
        Outcome wrong;
        m_session->openVault(toOpen("wrong"), profile(), wrong.take());
        QTRY_VERIFY_WITH_TIMEOUT(wrong.arrived(), 20'000);
        QCOMPARE(wrong.code(), ErrorCode::WrongPassphrase);
        QCOMPARE(m_session->state(), Session::State::Locked);
        QVERIFY(m_session->service() == nullptr);
        open(passphrase);
    }

    void lockingEndsServiceAndTellsBefore() {
        createVault();
        const auto service = m_session->service();
        QSignalSpy before(m_session.get(), &Session::aboutToLock);
        lock();
        QCOMPARE(before.count(), 1);
        QCOMPARE(m_session->state(), Session::State::Locked);
        const auto late = kms::callAndWait<kms::CreateKey>(*service, {});
        QVERIFY(!late.has_value());
        QCOMPARE(late.error().code, ErrorCode::VaultLocked);
        QVERIFY(!std::filesystem::exists(m_file.string() + "-wal"));
    }

    void anOvertakenActIsCancelledAndLeavesTheVaultFree() {
        createVault();
        lock();
        Outcome first;
        Outcome second;
        m_session->openVault(toOpen(passphrase), profile(), first.take());
        m_session->openVault(toOpen(passphrase), profile(), second.take());
        QTRY_VERIFY_WITH_TIMEOUT(first.arrived() && second.arrived(), 20'000);
        QCOMPARE(first.code(), ErrorCode::Cancelled);
        QVERIFY2(second.status->has_value(), "the vault was still held by the act that was overtaken");
        QCOMPARE(m_session->state(), Session::State::Open);
    }

    void stoppingTheOpeningLeavesItLocked() {
        createVault();
        lock();
        Outcome stopped;
        m_session->openVault(toOpen(passphrase), profile(), stopped.take());
        m_session->cancelOpening();
        QVERIFY(stopped.arrived());
        QCOMPARE(stopped.code(), ErrorCode::Cancelled);
        QCOMPARE(m_session->state(), Session::State::Locked);
        open(passphrase);
    }

    void anotherProgramsVaultIsNamed() {
        createVault();
        Session other(nullptr);
        Outcome refused;
        other.openVault(toOpen(passphrase), profile(), refused.take());
        QTRY_VERIFY_WITH_TIMEOUT(refused.arrived(), 20'000);
        QCOMPARE(refused.code(), ErrorCode::VaultInUse);
        QVERIFY(!refused.status->error().detail.empty());
    }

    void readOnlyOpensBesideAnotherAndOnlyBrowses() {
        createVault();
        QVERIFY(kms::callAndWait<kms::CreateKey>(*m_session->service(), {}).has_value());
        Session other(nullptr);
        Outcome opened;
        VaultToOpen vault = toOpen(passphrase);
        vault.mode = OpenMode::ReadOnly;
        other.openVault(std::move(vault), profile(), opened.take());
        QTRY_VERIFY_WITH_TIMEOUT(opened.arrived(), 20'000);
        QVERIFY(opened.status->has_value());
        QVERIFY(other.isReadOnly());
        QVERIFY(!other.capabilities().readOnlyReason.empty());
        QVERIFY(!kms::callAndWait<kms::CreateKey>(*other.service(), {}).has_value());
        kms::Encrypt::Request request;
        request.keyId = "alias/none";
        request.plaintext = SecretBytes::copyOf("x");
        QVERIFY(!kms::callAndWait<kms::Encrypt>(*other.service(), std::move(request)).has_value());
    }

    void aReadOnlyProfileIsAGateInTheCore() {
        createVault();
        lock();
        Profile gated = profile();
        gated.safety = SafetyLevel::ReadOnly;
        Outcome opened;
        m_session->openVault(toOpen(passphrase), gated, opened.take());
        QTRY_VERIFY_WITH_TIMEOUT(opened.arrived(), 20'000);
        const auto refused = kms::callAndWait<kms::CreateKey>(*m_session->service(), {});
        QCOMPARE(refused.error().code, ErrorCode::ReadOnly);
        QVERIFY(m_session->isReadOnly());
    }

    void theKeychainOpensWhatItRemembers() {
        createVault();
        Outcome remembered;
        m_session->rememberInKeychain(remembered.take());
        QTRY_VERIFY_WITH_TIMEOUT(remembered.arrived(), 20'000);
        QVERIFY(remembered.status->has_value());
        QCOMPARE(m_keychain->items.size(), std::size_t(1));
        lock();
        Outcome opened;
        m_session->openVaultWithKeychain(toOpen({}), profile(), opened.take());
        QTRY_VERIFY_WITH_TIMEOUT(opened.arrived(), 20'000);
        QVERIFY(opened.status->has_value());
    }

    void theKeychainOpensAnotherCopyOnceItIsAccepted() {
        createVault();
        Outcome remembered;
        m_session->rememberInKeychain(remembered.take());
        QTRY_VERIFY_WITH_TIMEOUT(remembered.arrived(), 20'000);
        lock();
        const Bytes yesterday = readFile(m_file, 1 << 24).value();
        open(passphrase);
        QVERIFY(kms::callAndWait<kms::CreateKey>(*m_session->service(), {}).has_value());
        lock();
        QVERIFY(writeFileAtomically(m_file, yesterday, {.mode = 0600}));
        Outcome refused;
        m_session->openVaultWithKeychain(toOpen({}), profile(), refused.take());
        QTRY_VERIFY_WITH_TIMEOUT(refused.arrived(), 20'000);
        QVERIFY(!refused.status->has_value() && kms::isOlderVault(refused.status->error()));
        Outcome accepted;
        VaultToOpen vault = toOpen({});
        vault.acceptOlder = [](const std::string &) { return true; };
        m_session->openVaultWithKeychain(std::move(vault), profile(), accepted.take());
        QTRY_VERIFY_WITH_TIMEOUT(accepted.arrived(), 20'000);
        QVERIFY(accepted.status->has_value());
    }

    void anEmptyKeychainIsNoProofAndDeletesNoSlot() {
        createVault();
        Outcome remembered;
        m_session->rememberInKeychain(remembered.take());
        QTRY_VERIFY_WITH_TIMEOUT(remembered.arrived(), 20'000);
        lock();
        m_keychain->items.clear();
        Outcome opened;
        m_session->openVaultWithKeychain(toOpen({}), profile(), opened.take());
        QTRY_VERIFY_WITH_TIMEOUT(opened.arrived(), 20'000);
        QCOMPARE(opened.code(), ErrorCode::KeychainNotFoundOrLocked);
        const auto facts = readVaultFacts(m_file);
        QVERIFY(facts.has_value());
        QCOMPARE(facts->slots.size(), std::size_t(2));
    }

    void withoutAKeychainItSaysSo() {
        createVault();
        lock();
        Session bare(nullptr);
        Outcome opened;
        bare.openVaultWithKeychain(toOpen({}), profile(), opened.take());
        QTRY_VERIFY(opened.arrived());
        QCOMPARE(opened.code(), ErrorCode::KeychainUnavailable);
    }

    void aChangedPassphraseOpensAndTheOldOneDoesNot() {
        createVault();
        Outcome wrong;
        m_session->withVault(
            [](OpenVault &vault) {
                return vault.changePassphrase(SecretBytes::copyOf("nonsense"), SecretBytes::copyOf("next"),
                                              {});
            },
            wrong.take());
        QTRY_VERIFY_WITH_TIMEOUT(wrong.arrived(), 20'000);
        QCOMPARE(wrong.code(), ErrorCode::WrongPassphrase);
        Outcome changed;
        m_session->withVault(
            [](OpenVault &vault) {
                return vault.changePassphrase(SecretBytes::copyOf(passphrase), SecretBytes::copyOf("next"),
                                              {});
            },
            changed.take());
        QTRY_VERIFY_WITH_TIMEOUT(changed.arrived(), 20'000);
        QVERIFY(changed.status->has_value());
        lock();
        Outcome old;
        m_session->openVault(toOpen(passphrase), profile(), old.take());
        QTRY_VERIFY_WITH_TIMEOUT(old.arrived(), 20'000);
        QCOMPARE(old.code(), ErrorCode::WrongPassphrase);
        open("next");
    }

    void theRecoveryCodeOpensAndANewOneReplacesIt() {
        createVault();
        const SecretBytes first = renewCode();
        const SecretBytes second = renewCode();
        lock();
        VaultToOpen vault = toOpen({});
        vault.with = UnlockWith::RecoveryCode;
        vault.secret = first.clone();
        Outcome old;
        m_session->openVault(std::move(vault), profile(), old.take());
        QTRY_VERIFY_WITH_TIMEOUT(old.arrived(), 20'000);
        QVERIFY(!old.status->has_value());
        VaultToOpen again = toOpen({});
        again.with = UnlockWith::RecoveryCode;
        again.secret = second.clone();
        Outcome opened;
        m_session->openVault(std::move(again), profile(), opened.take());
        QTRY_VERIFY_WITH_TIMEOUT(opened.arrived(), 20'000);
        QVERIFY(opened.status->has_value());
    }

    void aBackupVerifiesAndIsForItsOwnerOnly() {
        createVault();
        QVERIFY(kms::callAndWait<kms::CreateKey>(*m_session->service(), {}).has_value());
        const auto copy = m_file.parent_path() / "copy.keyturn";
        VerifyReport report;
        Outcome done;
        m_session->withVault(
            [&](OpenVault &vault) -> Status {
                auto verified = vault.verify({}, {});
                if (!verified) {
                    return failFrom(verified);
                }
                report = std::move(*verified);
                return vault.backup(copy, false);
            },
            done.take());
        QTRY_VERIFY_WITH_TIMEOUT(done.arrived(), 20'000);
        QVERIFY(done.status->has_value());
        QVERIFY(report.intact);
        QVERIFY(report.rows > 0 && report.logRecords > 0);
        struct stat facts {};
        QCOMPARE(::stat(copy.c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, 0600U);
        lock();
        m_file = copy;
        open(passphrase);
    }

private:
    Profile profile() const {
        Profile profile;
        profile.id = "11111111-2222-4333-8444-555555555555";
        profile.name = "Work";
        profile.kind = ProfileKind::Vault;
        profile.vaultFile = m_file;
        profile.environment = Environment::Local;
        return profile;
    }
    NewVault newVault() const {
        // The cheapest derivation that a vault accepts: what is tested here is not its strength.
        return {.file = m_file,
                .passphrase = SecretBytes::copyOf(passphrase),
                .kdf = PassphraseKdf::Scrypt,
                .kdfMemoryMib = 32,
                .program = "test"};
    }
    VaultToOpen toOpen(std::string_view secret) const {
        return {.file = m_file, .secret = SecretBytes::copyOf(secret), .program = "test"};
    }
    void createVault() {
        Outcome made;
        m_session->createVault(newVault(), profile(), made.take());
        QTRY_VERIFY_WITH_TIMEOUT(made.arrived(), 20'000);
        QVERIFY2(made.status->has_value(),
                 made.status->has_value() ? "" : made.status->error().detail.c_str());
    }
    void open(std::string_view secret) {
        Outcome opened;
        m_session->openVault(toOpen(secret), profile(), opened.take());
        QTRY_VERIFY_WITH_TIMEOUT(opened.arrived(), 20'000);
        QVERIFY2(opened.status->has_value(),
                 opened.status->has_value() ? "" : opened.status->error().detail.c_str());
        QCOMPARE(m_session->state(), Session::State::Open);
    }
    void lock() {
        Outcome locked;
        m_session->lock(locked.take());
        QTRY_VERIFY_WITH_TIMEOUT(locked.arrived(), 20'000);
        QVERIFY(locked.status->has_value());
    }
    SecretBytes renewCode() {
        SecretBytes code;
        Outcome made;
        m_session->withVault(
            [&](OpenVault &vault) -> Status {
                auto renewed = vault.renewRecoveryCode();
                if (!renewed) {
                    return failFrom(renewed);
                }
                code = std::move(*renewed);
                return {};
            },
            made.take());
        [&] { QTRY_VERIFY_WITH_TIMEOUT(made.arrived(), 20'000); }();
        return code;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::filesystem::path m_file;
    std::unique_ptr<test::FakeKeychain> m_keychain;
    std::unique_ptr<Session> m_session;
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
