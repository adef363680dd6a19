// SPDX-License-Identifier: Apache-2.0
// Keys of every kind in the dialogs: made, encrypted under with the algorithms and sizes that they have,
// pairs of data keys with their public halves, signatures and MACs; and how they look.
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "kms/operations/create_key.h"
#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/crypt_dialogs.h"
#include "ui/dialogs/data_key_dialog.h"
#include "ui/dialogs/key_dialogs.h"
#include "ui/dialogs/public_key_view.h"
#include "ui/dialogs/re_encrypt_dialog.h"
#include "ui/dialogs/signing_dialog.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/mono_text.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/secret_view.h"

#include <QCheckBox>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>

namespace keyturn::gui_test {

using test::Desk;
using widgets::SecretView;

class TestAsymmetricDialogs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void init() {
        m_desk = std::make_unique<Desk>();
        m_clipboard = std::make_unique<desktop::ClipboardGuard>(*QGuiApplication::clipboard());
    }
    void cleanup() {
        delete m_dialog.data();
        m_acts.reset();
        m_clipboard.reset();
        m_desk.reset();
    }

    void theUsagesFollowTheSpec() {
        openCreate();
        auto &spec = part<QComboBox>(*m_dialog, "createKey.spec");
        auto &usage = part<QComboBox>(*m_dialog, "createKey.usage");
        QVERIFY(!usage.isEnabled()); // symmetric keys have one
        spec.setCurrentIndex(spec.findData(QStringLiteral("ECC_NIST_P256")));
        QCOMPARE(usage.count(), 2);
        usage.setCurrentIndex(usage.findData(QStringLiteral("KEY_AGREEMENT")));
        part<QLineEdit>(*m_dialog, "createKey.alias").setText(QStringLiteral("devices/agreement"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-key-usage"));
        press(*m_dialog, "createKey.run");
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
        QTRY_VERIFY(m_desk->catalog().find("alias/devices/agreement") >= 0);
        const auto &metadata = [this]() -> const auto & {
            return m_desk->catalog().at(m_desk->catalog().find("alias/devices/agreement")).metadata;
        };
        QTRY_VERIFY(metadata().has_value());
        QVERIFY(*metadata()->keyUsage == kms::KeyUsageType::KEY_AGREEMENT);
    }

    void materialFromOutsideAndRegionsAreOfferedWhereTheBackendTakesThem() {
        const auto lacks = [](const kms::AnyRequest &) -> Result<kms::AnyReply> {
            return fail(ErrorCode::NotFound, "not asked for");
        };
        m_desk = std::make_unique<Desk>(test::DeskOptions{.prepare = [&](test::HeldKms &kms) {
            kms.answerBy(kms::OperationId::GetParametersForImport, lacks);
            kms.answerBy(kms::OperationId::ImportKeyMaterial, lacks);
            kms.answerBy(kms::OperationId::ReplicateKey, lacks);
        }});
        openCreate();
        auto &origin = part<QComboBox>(*m_dialog, "createKey.origin");
        QVERIFY(origin.isEnabled());
        origin.setCurrentIndex(origin.findData(true));
        auto &regions = part<QCheckBox>(*m_dialog, "createKey.multiRegion");
        QVERIFY(regions.isEnabled());
        regions.setChecked(true);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("create-key-imported"));
        std::optional<kms::OriginType> sent;
        m_desk->kms().seen = [&](const kms::AnyRequest &request) {
            if (request.operation() == kms::OperationId::CreateKey) {
                sent = request.as<kms::CreateKey>().origin->known();
            }
        };
        press(*m_dialog, "createKey.run");
        QTRY_VERIFY(sent == kms::OriginType::EXTERNAL);
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible() || !barTitle(*m_dialog).isEmpty());
    }

    void anAsymmetricKeySaysHowMuchItTakes_data() {
        QTest::addColumn<int>("spec");
        QTest::addColumn<QString>("algorithm");
        QTest::addColumn<int>("most");
        QTest::newRow("OAEP with SHA-256")
            << int(kms::KeySpec::RSA_2048) << QStringLiteral("RSAES_OAEP_SHA_256") << 190;
        QTest::newRow("OAEP with SHA-1")
            << int(kms::KeySpec::RSA_2048) << QStringLiteral("RSAES_OAEP_SHA_1") << 214;
        QTest::newRow("SM2") << int(kms::KeySpec::SM2) << QStringLiteral("SM2PKE") << 1024;
    }
    void anAsymmetricKeySaysHowMuchItTakes() {
        QFETCH(int, spec);
        QFETCH(QString, algorithm);
        QFETCH(int, most);
        m_desk->addKeyOf(kms::KeySpec(spec), kms::KeyUsageType::ENCRYPT_DECRYPT, "alias/partner/inbox");
        m_desk->reload();
        auto *dialog = new ui::EncryptDialog(m_desk->context());
        m_dialog = dialog;
        dialog->setKey("alias/partner/inbox");
        QVERIFY(Stage::show(*m_dialog));
        auto &algorithms = part<QComboBox>(*m_dialog, "crypt.algorithm");
        QVERIFY(algorithms.isVisible());
        algorithms.setCurrentIndex(algorithms.findData(algorithm));
        QVERIFY(!part<QWidget>(*m_dialog, "crypt.context").isVisible());
        auto &pad = part<widgets::SecretPad>(*m_dialog, "encrypt.pad");
        const auto file = m_desk->write("message", Bytes(std::size_t(most), 0x41));
        QVERIFY(pad.openFile(QString::fromStdString(file.string())).has_value());
        const auto limit = part<QLabel>(*m_dialog, "encrypt.atMost").text();
        QVERIFY2(limit.contains(QString::number(most)), qPrintable(limit));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("encrypt-asymmetric"));
        press(*m_dialog, "crypt.run");
        QTRY_VERIFY(part<QWidget>(*m_dialog, "encrypt.ciphertext").isVisible());
        const auto longer = m_desk->write("longer", Bytes(std::size_t(most) + 1, 0x41));
        QVERIFY(pad.openFile(QString::fromStdString(longer.string())).has_value());
        QVERIFY(!part<QAbstractButton>(*m_dialog, "crypt.run").isEnabled());
    }

    void anAsymmetricCiphertextIsDecryptedUnderTheKeyThatIsNamed_data() {
        QTest::addColumn<int>("spec");
        QTest::addColumn<int>("algorithm");
        QTest::newRow("RSA") << int(kms::KeySpec::RSA_2048)
                             << int(kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256);
        QTest::newRow("SM2") << int(kms::KeySpec::SM2) << int(kms::EncryptionAlgorithmSpec::SM2PKE);
    }
    void anAsymmetricCiphertextIsDecryptedUnderTheKeyThatIsNamed() {
        QFETCH(int, spec);
        QFETCH(int, algorithm);
        const auto key =
            m_desk->addKeyOf(kms::KeySpec(spec), kms::KeyUsageType::ENCRYPT_DECRYPT, "alias/partner/inbox");
        m_desk->reload();
        auto *dialog = new ui::DecryptDialog(m_desk->context(), m_clipboard.get());
        m_dialog = dialog;
        QVERIFY(Stage::show(*m_dialog));
        part<widgets::BlobEdit>(*m_dialog, "decrypt.blob")
            .setText(QString::fromStdString(
                toBase64(m_desk->encrypt(key, {}, kms::EncryptionAlgorithmSpec(algorithm)))));
        QVERIFY(!part<QAbstractButton>(*m_dialog, "crypt.run").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("decrypt-asymmetric"));
        dialog->setKey("alias/partner/inbox");
        QTRY_VERIFY(part<QAbstractButton>(*m_dialog, "crypt.run").isEnabled());
        press(*m_dialog, "crypt.run");
        auto &view = part<SecretView>(*m_dialog, "decrypt.plaintext");
        QTRY_VERIFY(view.isVisible());
        QCOMPARE(asText(view.copy().view()), "the invoice");
    }

    void contextsAreNotOfferedForAsymmetricSides() {
        const auto source = m_desk->addKey("alias/billing/invoices-2025");
        m_desk->addKeyOf(kms::KeySpec::RSA_2048, kms::KeyUsageType::ENCRYPT_DECRYPT, "alias/partner/inbox");
        m_desk->reload();
        auto *dialog = new ui::ReEncryptDialog(m_desk->context());
        m_dialog = dialog;
        QVERIFY(Stage::show(*m_dialog));
        const auto context = test::contextWith({{"tenant", "acme"}});
        part<widgets::BlobEdit>(*m_dialog, "reEncrypt.blob")
            .setText(QString::fromStdString(toBase64(m_desk->encrypt(source, context))));
        part<widgets::ContextGrid>(*m_dialog, "reEncrypt.sourceContext").setPairs({{"tenant", "acme"}});
        auto &target = part<widgets::ContextGrid>(*m_dialog, "reEncrypt.targetContext");
        QVERIFY(target.isVisible());
        part<ui::KeyPicker>(*m_dialog, "reEncrypt.targetKey").setIdentifier("alias/partner/inbox");
        QTRY_VERIFY(!target.isVisible());
        QVERIFY(part<QLabel>(*m_dialog, "reEncrypt.noTargetContext").isVisible());
        auto &algorithm = part<QComboBox>(*m_dialog, "reEncrypt.targetAlgorithm");
        QCOMPARE(algorithm.count(), 3); // and "Choose"
        algorithm.setCurrentIndex(algorithm.findData(QStringLiteral("RSAES_OAEP_SHA_256")));
        QVERIFY(part<QLabel>(*m_dialog, "reEncrypt.atMost").text().contains(QStringLiteral("190")));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-asymmetric-target"));
        press(*m_dialog, "reEncrypt.run");
        QTRY_VERIFY(part<QAbstractButton>(*m_dialog, "reEncrypt.save").isEnabled());
    }

    void aPairShowsItsPublicKeyAndHidesItsPrivateOne() {
        m_desk->addKey("alias/devices/wrapping");
        m_desk->reload();
        auto *dialog = new ui::DataKeyDialog(m_desk->context(), m_clipboard.get());
        m_dialog = dialog;
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        dialog->setKey("alias/devices/wrapping");
        QVERIFY(Stage::show(*m_dialog));
        auto &kind = part<QComboBox>(*m_dialog, "dataKey.kind");
        kind.setCurrentIndex(kind.findData(QStringLiteral("ECC_NIST_P256")));
        press(*m_dialog, "dataKey.run");
        auto &text = part<QPlainTextEdit>(*m_dialog, "publicKey.text");
        QTRY_VERIFY(text.isVisible());
        QVERIFY(text.toPlainText().startsWith(QStringLiteral("-----BEGIN PUBLIC KEY-----")));
        auto &view = part<SecretView>(*m_dialog, "dataKey.plaintext");
        QVERIFY(!view.isVisible());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-pair"));
        part<QCheckBox>(*m_dialog, "dataKey.withPlaintext").setChecked(true);
        press(*m_dialog, "dataKey.run");
        QTRY_VERIFY(view.isVisible());
        QVERIFY(!view.isRevealed() && !view.isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-pair-private"));
        auto &written = part<QComboBox>(*m_dialog, "publicKey.form");
        written.setCurrentIndex(2);
        QVERIFY(text.toPlainText().contains(QStringLiteral("\"crv\": \"P-256\"")));
        m_desk->session().lock();
        QVERIFY(view.isEmpty());
        QVERIFY(!m_dialog->isVisible());
    }

    void aMessageIsSignedAndVerified() {
        m_desk->addKeyOf(kms::KeySpec::ECC_NIST_P256, kms::KeyUsageType::SIGN_VERIFY,
                         "alias/release/signing");
        m_desk->reload();
        openSigning(ui::SigningFamily::Signature, ui::SigningDialog::Act::Make);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("sign-empty"));
        setKey("alias/release/signing");
        QTest::keyClicks(&part<QWidget>(*m_dialog, "signing.message"), QStringLiteral("release 1.4"));
        QCOMPARE(part<QComboBox>(*m_dialog, "signing.algorithm").count(), 1);
        press(*m_dialog, "signing.run");
        auto &made = part<widgets::MonoText>(*m_dialog, "signing.made");
        QTRY_VERIFY(made.isVisible());
        const QString signature = made.text();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("sign-result"));
        // What was signed is no longer what stands here.
        QTest::keyClicks(&part<QWidget>(*m_dialog, "signing.message"), QStringLiteral("!"));
        QVERIFY(!made.isVisible());
        delete m_dialog.data();
        openSigning(ui::SigningFamily::Signature, ui::SigningDialog::Act::Verify);
        setKey("alias/release/signing");
        QTest::keyClicks(&part<QWidget>(*m_dialog, "signing.message"), QStringLiteral("release 1.4"));
        part<widgets::BlobEdit>(*m_dialog, "signing.proof").setText(signature);
        press(*m_dialog, "signing.run");
        QTRY_COMPARE(barTitle(*m_dialog), QStringLiteral("The signature is valid"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("verify-valid"));
        QTest::keyClicks(&part<QWidget>(*m_dialog, "signing.message"), QStringLiteral("!"));
        QCOMPARE(barTitle(*m_dialog), QString()); // a verdict of before says nothing now
        press(*m_dialog, "signing.run");
        QTRY_COMPARE(barTitle(*m_dialog), QStringLiteral("The signature is not valid"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("verify-invalid"));
    }

    void aLongMessageIsSignedByItsDigest() {
        m_desk->addKeyOf(kms::KeySpec::RSA_2048, kms::KeyUsageType::SIGN_VERIFY, "alias/release/signing");
        m_desk->reload();
        openSigning(ui::SigningFamily::Signature, ui::SigningDialog::Act::Make);
        setKey("alias/release/signing");
        QCOMPARE(part<QComboBox>(*m_dialog, "signing.algorithm").count(), 6);
        const auto file = m_desk->write("long.bin", Bytes(6000, 0x41));
        auto &pad = part<widgets::SecretPad>(*m_dialog, "signing.message");
        QVERIFY(pad.openFile(QString::fromStdString(file.string())).has_value());
        Q_EMIT pad.edited();
        QVERIFY(!part<QAbstractButton>(*m_dialog, "signing.run").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("sign-too-long"));
        auto &way = part<QComboBox>(*m_dialog, "signing.way");
        way.setCurrentIndex(way.findData(int(ui::SignedAs::DigestMadeHere)));
        press(*m_dialog, "signing.run");
        QTRY_VERIFY(part<QWidget>(*m_dialog, "signing.made").isVisible());
        way.setCurrentIndex(way.findData(int(ui::SignedAs::DigestGiven)));
        QVERIFY(!pad.isVisible());
        part<widgets::BlobEdit>(*m_dialog, "signing.digest").setText(QString(60, u'0'));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("sign-digest-fault"));
    }

    void aMacIsMadeAndVerified() {
        m_desk->addKeyOf(kms::KeySpec::HMAC_384, kms::KeyUsageType::GENERATE_VERIFY_MAC, "alias/tokens/mac");
        m_desk->reload();
        openSigning(ui::SigningFamily::Mac, ui::SigningDialog::Act::Make);
        setKey("alias/tokens/mac");
        QVERIFY(!part<QWidget>(*m_dialog, "signing.way").isVisible());
        QTest::keyClicks(&part<QWidget>(*m_dialog, "signing.message"), QStringLiteral("session 7"));
        press(*m_dialog, "signing.run");
        auto &made = part<widgets::MonoText>(*m_dialog, "signing.made");
        QTRY_VERIFY(made.isVisible());
        const QString mac = made.text();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("mac-result"));
        delete m_dialog.data();
        openSigning(ui::SigningFamily::Mac, ui::SigningDialog::Act::Verify);
        setKey("alias/tokens/mac");
        QTest::keyClicks(&part<QWidget>(*m_dialog, "signing.message"), QStringLiteral("session 8"));
        part<widgets::BlobEdit>(*m_dialog, "signing.proof").setText(mac);
        press(*m_dialog, "signing.run");
        QTRY_COMPARE(barTitle(*m_dialog), QStringLiteral("The MAC is not valid"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("mac-invalid"));
    }

    void lockingWipesTheMessage() {
        openSigning(ui::SigningFamily::Signature, ui::SigningDialog::Act::Make);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        auto &pad = part<widgets::SecretPad>(*m_dialog, "signing.message");
        QTest::keyClicks(&pad, QStringLiteral("secret plan"));
        QVERIFY(!pad.isEmpty());
        m_desk->session().lock();
        QVERIFY(pad.isEmpty());
        QVERIFY(!m_dialog->isVisible());
    }

private:
    void openCreate() {
        m_desk->reload();
        m_acts = std::make_unique<ui::KeyActsPresenter>(m_desk->context());
        m_dialog = new ui::CreateKeyDialog(m_desk->context(), m_acts.get());
        QVERIFY(Stage::show(*m_dialog));
    }

    void openSigning(ui::SigningFamily family, ui::SigningDialog::Act act) {
        m_dialog = new ui::SigningDialog(m_desk->context(), family, act);
        QVERIFY(Stage::show(*m_dialog));
    }
    void setKey(const std::string &identifier) {
        qobject_cast<ui::SigningDialog *>(m_dialog.data())->setKey(identifier);
        Stage::settle();
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<desktop::ClipboardGuard> m_clipboard;
    std::unique_ptr<ui::KeyActsPresenter> m_acts;
    QPointer<QDialog> m_dialog;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestAsymmetricDialogs)
#include "tst_asymmetric_dialogs.moc"
