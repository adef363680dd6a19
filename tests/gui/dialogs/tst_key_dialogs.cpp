// SPDX-License-Identifier: Apache-2.0
// The dialogs about keys, vaults and profiles worked by hand, and how they look.
#include "fakes/fake_keychain.h"
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "ui/dialogs/inspect_dialog.h"
#include "ui/dialogs/key_dialogs.h"
#include "ui/dialogs/profiles_dialog.h"
#include "ui/dialogs/renew_vault_key_dialog.h"
#include "ui/dialogs/vault_dialogs.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_view.h"
#include "workspace/profile_store.h"

#include <QSignalSpy>
#include <QSpinBox>

#include <algorithm>

namespace keyturn::gui_test {

using test::Desk;

class TestKeyDialogs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void cleanup() {
        delete m_dialog.data();
        m_acts.reset();
        m_desk.reset();
    }

    void aKeyIsMadeWithAliasAndTags() {
        openDesk();
        m_dialog = new ui::CreateKeyDialog(m_desk->context(), m_acts.get());
        QVERIFY(Stage::show(*m_dialog));
        auto &alias = part<QLineEdit>(*m_dialog, "createKey.alias");
        QTest::keyClicks(&alias, QStringLiteral("aws/mine"));
        QVERIFY(!part<QAbstractButton>(*m_dialog, "createKey.run").isEnabled()); // alias/aws/ is reserved
        alias.clear();
        QTest::keyClicks(&alias, QStringLiteral("two words"));
        QVERIFY(!part<QAbstractButton>(*m_dialog, "createKey.run").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-key-fault"));
        alias.clear();
        QTest::keyClicks(&alias, QStringLiteral("billing/receipts"));
        part<QLineEdit>(*m_dialog, "createKey.description").setText(QStringLiteral("Receipts of the shop"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-key"));
        press(*m_dialog, "createKey.run");
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
        QTRY_VERIFY(m_desk->catalog().find("alias/billing/receipts") >= 0);
    }

    void anAliasThatIsTakenIsMovedOnlyAfterItIsSaid() {
        openDesk();
        const auto other = m_desk->addKey("alias/billing/current");
        m_desk->reload();
        m_dialog = new ui::CreateAliasDialog(m_desk->context(), m_acts.get(), m_key);
        QVERIFY(Stage::show(*m_dialog));
        QTest::keyClicks(&part<QLineEdit>(*m_dialog, "createAlias.name"), QStringLiteral("billing/current"));
        QCOMPARE(part<QAbstractButton>(*m_dialog, "createAlias.run").text(), QStringLiteral("Move alias"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-alias-move"));
        press(*m_dialog, "createAlias.run");
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
        QTRY_COMPARE(m_desk->catalog().at(m_desk->catalog().find("alias/billing/current")).keyId, m_key);
    }

    void aDeletionNeedsTheKeysOwnAliasAndEnterNeverDeletes() {
        m_desk = std::make_unique<Desk>(test::DeskOptions{workspace::Environment::Production, false});
        openDesk();
        m_dialog = new ui::ScheduleDeletionDialog(m_desk->context(), m_acts.get(), m_key);
        QVERIFY(Stage::show(*m_dialog));
        QVERIFY(part<QAbstractButton>(*m_dialog, "deletion.disable").hasFocus());
        auto &run = part<QAbstractButton>(*m_dialog, "deletion.run");
        auto &typed = part<QLineEdit>(*m_dialog, "deletion.typed");
        QTest::keyClicks(&typed, QStringLiteral("alias/billing/Invoices"));
        QVERIFY(!run.isEnabled());
        typed.clear();
        part<QSpinBox>(*m_dialog, "deletion.days").setValue(7);
        QTest::keyClicks(&typed, QStringLiteral("alias/billing/invoices-2026"));
        QVERIFY(run.isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("schedule-deletion"));
        const auto before = m_desk->kms().calls().size();
        typed.setFocus();
        QTest::keyClick(&typed, Qt::Key_Return);
        Stage::settle();
        for (std::size_t i = before; i < m_desk->kms().calls().size(); ++i) {
            QVERIFY(m_desk->kms().calls()[i] != kms::OperationId::ScheduleKeyDeletion);
            QVERIFY(m_desk->kms().calls()[i] != kms::OperationId::DisableKey);
        }
        QVERIFY(m_dialog && m_dialog->isVisible());
        QTest::mouseClick(&run, Qt::LeftButton);
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
        QTRY_COMPARE(stateOf(m_key), QStringLiteral("PendingDeletion"));
    }

    void whatADialogHasAskedIsNotAskedAgain_data() {
        QTest::addColumn<bool>("named");
        QTest::newRow("by its alias") << true;
        QTest::newRow("without an alias, by the end of its id") << false;
    }
    void whatADialogHasAskedIsNotAskedAgain() {
        QFETCH(bool, named);
        // Nobody is there to be asked: without the dialog's own word the level would refuse.
        m_desk = std::make_unique<Desk>(test::DeskOptions{.environment = workspace::Environment::Production,
                                                          .safety = workspace::SafetyLevel::ConfirmAndType});
        m_key = m_desk->addKey(named ? "alias/billing/invoices-2026" : "");
        m_desk->reload();
        m_acts = std::make_unique<ui::KeyActsPresenter>(m_desk->context());
        m_dialog = new ui::ScheduleDeletionDialog(m_desk->context(), m_acts.get(), m_key);
        QVERIFY(Stage::show(*m_dialog));
        QTest::keyClicks(&part<QLineEdit>(*m_dialog, "deletion.typed"),
                         named ? QStringLiteral("alias/billing/invoices-2026")
                               : QString::fromStdString(m_key).right(8));
        press(*m_dialog, "deletion.run");
        QTRY_COMPARE(stateOf(m_key), QStringLiteral("PendingDeletion"));
        bool refused = false;
        m_acts->cancelDeletionAndEnable(m_key, [&](const Result<kms::AnyReply> &reply) {
            refused = !reply && reply.error().code == ErrorCode::SafetyRefused;
        });
        QTRY_VERIFY(refused); // no dialog has asked for this one
    }

    void aReadOnlyProfileSaysWhyNothingIsMade() {
        m_desk = std::make_unique<Desk>(test::DeskOptions{workspace::Environment::Staging, true});
        openDesk();
        m_dialog = new ui::CreateKeyDialog(m_desk->context(), m_acts.get());
        QVERIFY(Stage::show(*m_dialog));
        press(*m_dialog, "createKey.run");
        QTRY_VERIFY(barText(*m_dialog).contains(QStringLiteral("read-only")));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-key-read-only"));
    }

    void aVaultIsMadeWithAPassphraseTypedTwice() {
        workspace::Session session(nullptr);
        QTemporaryDir folder;
        m_dialog = new ui::CreateVaultDialog(&session);
        QVERIFY(Stage::show(*m_dialog));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-vault-empty"));
        const QString file = folder.filePath(QStringLiteral("new.keyturn"));
        part<QLineEdit>(*m_dialog, "createVault.file").setText(file);
        QTest::keyClicks(&part<QWidget>(*m_dialog, "createVault.passphrase"),
                         QStringLiteral("correct horse"));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "createVault.again"), QStringLiteral("correct hose"));
        QVERIFY(!part<QAbstractButton>(*m_dialog, "createVault.run").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-vault-fault"));
        part<widgets::SecretEdit>(*m_dialog, "createVault.again").clear();
        QTest::keyClicks(&part<QWidget>(*m_dialog, "createVault.again"), QStringLiteral("correct horse"));
        press(*m_dialog, "createVault.run");
        QVERIFY(part<widgets::SecretEdit>(*m_dialog, "createVault.passphrase").isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(session.state() == workspace::Session::State::Open, 30000);
        QVERIFY(QFileInfo::exists(file));
        auto &use = part<QAbstractButton>(*m_dialog, "createVault.use");
        QTRY_VERIFY(use.isVisible());
        QVERIFY(!use.isEnabled());
        QVERIFY(!part<widgets::SecretView>(*m_dialog, "recoveryCode.code").isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-vault-code"));
        QSignalSpy without(qobject_cast<ui::CreateVaultDialog *>(m_dialog.data()),
                           &ui::CreateVaultDialog::leftWithoutRecoveryCode);
        press(*m_dialog, "createVault.skip"); // the code never counted
        QCOMPARE(without.size(), 1);
        QCOMPARE(recoverySlots(session), 0);
        delete m_dialog.data();
        changePassphraseAndRecovery(session);
    }

    void aVaultsKeyIsRenewedWithItsSlots() { renewVaultKey(); }

    /// The new secret is in the vault's slot and nowhere else: the slot goes, and the passphrase is left.
    void aKeychainThatRefusesTheNewSecretLosesItsSlot() {
        test::FakeKeychain keychain;
        workspace::Session session(&keychain);
        QTemporaryDir folder;
        const auto profile = profileIn(folder);
        openRemembered(session, profile);
        QTRY_COMPARE(int(keychain.items.size()), 1);
        QCOMPARE(slotsOf(session, "keychain"), 1);
        m_dialog = new ui::RenewVaultKeyDialog(&session);
        QVERIFY(Stage::show(*m_dialog));
        keychain.nextError = clientError(ErrorCode::KeychainDenied, "the keychain said no");
        QTest::keyClicks(&part<QWidget>(*m_dialog, "renewKey.passphrase"), QStringLiteral("correct horse"));
        press(*m_dialog, "renewKey.run");
        QTRY_VERIFY_WITH_TIMEOUT(part<QWidget>(*m_dialog, "renewKey.close").isVisible(), 30000);
        QVERIFY2(barText(*m_dialog).contains(QStringLiteral("does not unlock with it any more")),
                 qPrintable(barText(*m_dialog)));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("renew-vault-key-keychain"));
        QVERIFY(session.state() == workspace::Session::State::Open);
        QCOMPARE(*session.vault()->keyEpoch(), std::uint32_t(2));
        QCOMPARE(slotsOf(session, "keychain"), 0);
        QCOMPARE(slotsOf(session, "passphrase"), 1);
        session.lock();
        bool opened = false;
        workspace::VaultToOpen vault{.file = profile.vaultFile};
        vault.secret = SecretBytes::copyOf(asBytes("correct horse"));
        session.openVault(std::move(vault), profile,
                          [&](const Status &status) { opened = status.has_value(); });
        QTRY_VERIFY_WITH_TIMEOUT(opened, 30000);
    }

    void aVaultLockedWhileThePassphraseIsCheckedKeepsItsKey() {
        test::FakeKeychain keychain;
        workspace::Session session(&keychain);
        QTemporaryDir folder;
        const auto profile = profileIn(folder);
        openRemembered(session, profile);
        QTRY_COMPARE(int(keychain.items.size()), 1);
        m_dialog = new ui::RenewVaultKeyDialog(&session);
        QVERIFY(Stage::show(*m_dialog));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "renewKey.passphrase"), QStringLiteral("correct horse"));
        press(*m_dialog, "renewKey.run");
        bool locked = false;
        session.lock([&](const Status &status) { locked = status.has_value(); }); // by somebody else
        QVERIFY(!m_dialog || !m_dialog->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(locked, 30000);
        bool opened = false; // what is asked for later runs after what was asked for before
        session.openVaultWithKeychain({.file = profile.vaultFile}, profile,
                                      [&](const Status &status) { opened = status.has_value(); });
        QTRY_VERIFY_WITH_TIMEOUT(opened, 30000);
        QCOMPARE(*session.vault()->keyEpoch(), std::uint32_t(1));
    }

    void profilesAreListedAndEdited() {
        QTemporaryDir folder;
        auto store =
            workspace::ProfileStore::load(folder.filePath(QStringLiteral("profiles.json")).toStdString());
        test::FakeKeychain keychain;
        m_dialog = new ui::ProfilesDialog(&*store, &keychain);
        QVERIFY(Stage::show(*m_dialog));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("profiles-empty"));
        part<QLineEdit>(*m_dialog, "profiles.name").setText(QStringLiteral("Payments production"));
        part<QLineEdit>(*m_dialog, "profiles.region").setText(QStringLiteral("eu-central-1"));
        part<QLineEdit>(*m_dialog, "profiles.accessKey").setText(QStringLiteral("AKIDEXAMPLE"));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "profiles.secretKey"), QStringLiteral("secret"));
        press(*m_dialog, "profiles.save");
        QTRY_COMPARE(int(keychain.items.size()), 1);
        QVERIFY(store->find("Payments production") != nullptr);
        QVERIFY(part<widgets::SecretEdit>(*m_dialog, "profiles.secretKey").isEmpty());
        Stage::settle();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("profiles-endpoint"));
        press(*m_dialog, "profiles.remove");
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        KEYTURN_SHOOT(*m_stage, *question(*m_dialog), QStringLiteral("profiles-remove"));
        press(*question(*m_dialog), "question.agree");
        QTRY_VERIFY(store->find("Payments production") == nullptr);
        QTRY_VERIFY(keychain.items.empty());
    }

    void anyCiphertextIsInspectedOffline() {
        openDesk();
        m_dialog = new ui::InspectDialog;
        QVERIFY(Stage::show(*m_dialog));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("inspect-empty"));
        part<widgets::BlobEdit>(*m_dialog, "inspect.blob")
            .setText(QString::fromStdString(toBase64(m_desk->encrypt(m_key))));
        Stage::settle();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("inspect-keyturn"));
        part<widgets::BlobEdit>(*m_dialog, "inspect.blob").setText(QStringLiteral("Dear Sir or Madam"));
        Stage::settle();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("inspect-text"));
    }

private:
    void openDesk() {
        if (!m_desk) {
            m_desk = std::make_unique<Desk>();
        }
        m_key = m_desk->addKey("alias/billing/invoices-2026", "Invoices of 2026");
        m_desk->reload();
        m_acts = std::make_unique<ui::KeyActsPresenter>(m_desk->context());
    }
    QString stateOf(const std::string &keyId) {
        const auto &metadata = m_desk->catalog().at(m_desk->catalog().find(keyId)).metadata;
        return metadata && metadata->keyState ? QString::fromUtf8(metadata->keyState->text().data())
                                              : QString();
    }
    void changePassphraseAndRecovery(workspace::Session &session) {
        m_dialog = new ui::ChangePassphraseDialog(&session);
        QVERIFY(Stage::show(*m_dialog));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "changePassphrase.current"), QStringLiteral("wrong"));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "changePassphrase.next"), QStringLiteral("battery"));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "changePassphrase.again"), QStringLiteral("battery"));
        press(*m_dialog, "changePassphrase.run");
        QTRY_VERIFY_WITH_TIMEOUT(!barTitle(*m_dialog).isEmpty(), 30000);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("change-passphrase-wrong"));
        delete m_dialog.data();
        recoveryCode(session);
    }
    void recoveryCode(workspace::Session &session) {
        m_dialog = new ui::RecoveryCodeDialog(&session);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        QVERIFY(Stage::show(*m_dialog));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("recovery-code"));
        press(*m_dialog, "recoveryCode.make");
        auto &code = part<widgets::SecretView>(*m_dialog, "recoveryCode.code");
        auto &use = part<QAbstractButton>(*m_dialog, "recoveryCode.use");
        QVERIFY(code.isVisible());
        QVERIFY(!use.isEnabled()); // shown is not kept
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("recovery-code-made"));
        auto &typed = part<QWidget>(*m_dialog, "recoveryCode.typed");
        QTest::keyClicks(&typed, QStringLiteral("00000-00000"));
        QVERIFY(use.isEnabled());
        use.click();
        QVERIFY(m_dialog->isVisible());
        QCOMPARE(recoverySlots(session), 0);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("recovery-code-mistyped"));
        QTest::keyClicks(&typed, QString::fromStdString(std::string(code.copy().text())).toLower());
        use.click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isVisible(), 30000);
        QCOMPARE(recoverySlots(session), 1);
        QVERIFY(code.isEmpty());
        delete m_dialog.data();
        m_dialog = new ui::RecoveryCodeDialog(&session);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        QVERIFY(Stage::show(*m_dialog));
        press(*m_dialog, "recoveryCode.make");
        session.lock();
        QVERIFY(!m_dialog->isVisible());
        QVERIFY(part<widgets::SecretView>(*m_dialog, "recoveryCode.code").isEmpty());
    }
    static workspace::Profile profileIn(const QTemporaryDir &folder) {
        workspace::Profile profile;
        profile.kind = workspace::ProfileKind::Vault;
        profile.vaultFile = std::filesystem::path(folder.path().toStdString()) / "renewed.keyturn";
        return profile;
    }
    /// A new vault, open, with a slot whose secret the keychain gets.
    static void openRemembered(workspace::Session &session, const workspace::Profile &profile) {
        const auto done = [](const Status &status) { QVERIFY(status.has_value()); };
        session.createVault({.file = profile.vaultFile,
                             .passphrase = SecretBytes::copyOf(asBytes("correct horse")),
                             .kdfMemoryMib = 19,
                             .program = "test"},
                            profile, done);
        QTRY_VERIFY_WITH_TIMEOUT(session.state() == workspace::Session::State::Open, 30000);
        session.rememberInKeychain(done);
    }
    /// From an open vault with a recovery code to one under another key, that only a new code opens.
    void renewVaultKey() {
        test::FakeKeychain keychain;
        workspace::Session session(&keychain);
        QTemporaryDir folder;
        const auto profile = profileIn(folder);
        openRemembered(session, profile);
        session.withVault(
            [](workspace::OpenVault &vault) -> Status {
                auto code = vault.renewRecoveryCode();
                return code ? Status() : failFrom(code);
            },
            [](const Status &status) { QVERIFY(status.has_value()); });
        QTRY_COMPARE(int(keychain.items.size()), 1);
        QTRY_COMPARE(slotsOf(session, "recovery"), 1);
        const std::string before(keychain.items.begin()->second.text());
        m_dialog = new ui::RenewVaultKeyDialog(&session);
        QVERIFY(Stage::show(*m_dialog));
        auto &run = part<QAbstractButton>(*m_dialog, "renewKey.run");
        auto &passphrase = part<QWidget>(*m_dialog, "renewKey.passphrase");
        QTest::keyClicks(&passphrase, QStringLiteral("wrong"));
        QVERIFY(!run.isEnabled()); // a code that is only shown is not kept
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("renew-vault-key"));
        auto &code = part<widgets::SecretView>(*m_dialog, "recoveryCode.code");
        auto &typed = part<QWidget>(*m_dialog, "recoveryCode.typed");
        QTest::keyClicks(&typed, QString::fromStdString(std::string(code.copy().text())));
        QSignalSpy locks(&session, &workspace::Session::aboutToLock);
        run.click();
        QTRY_VERIFY_WITH_TIMEOUT(!passphrase.accessibleDescription().isEmpty(), 30000); // said at the field
        QCOMPARE(locks.size(), 0); // whatever works on the vault has not noticed
        QVERIFY(session.state() == workspace::Session::State::Open && passphrase.hasFocus());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("renew-vault-key-wrong"));
        QTest::keyClicks(&passphrase, QStringLiteral("correct horse")); // the code was kept before
        QVERIFY(passphrase.accessibleDescription().isEmpty());
        const auto fresh = code.copy();
        run.click();
        QTRY_VERIFY_WITH_TIMEOUT(part<QWidget>(*m_dialog, "renewKey.close").isVisible(), 30000);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("renew-vault-key-done"));
        QVERIFY(session.state() == workspace::Session::State::Open && code.isEmpty());
        QCOMPARE(*session.vault()->keyEpoch(), std::uint32_t(2));
        QVERIFY(std::string(keychain.items.begin()->second.text()) != before);
        session.lock();
        for (const bool byCode : {true, false}) { // each new secret opens it
            bool opened = false;
            workspace::VaultToOpen vault{.file = profile.vaultFile,
                                         .with = workspace::UnlockWith::RecoveryCode};
            vault.secret = fresh.clone();
            const auto tell = [&](const Status &status) { opened = status.has_value(); };
            byCode ? session.openVault(std::move(vault), profile, tell)
                   : session.openVaultWithKeychain(std::move(vault), profile, tell);
            QTRY_VERIFY_WITH_TIMEOUT(opened, 30000);
            session.lock();
        }
        delete m_dialog.data();
    }
    static int recoverySlots(const workspace::Session &session) { return slotsOf(session, "recovery"); }
    static int slotsOf(const workspace::Session &session, const char *type) {
        const auto facts = workspace::readVaultFacts(session.profile().vaultFile);
        return facts ? int(std::ranges::count(facts->slots, type, &workspace::VaultFacts::Slot::type)) : -1;
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<ui::KeyActsPresenter> m_acts;
    QPointer<QDialog> m_dialog;
    std::string m_key;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestKeyDialogs)
#include "tst_key_dialogs.moc"
