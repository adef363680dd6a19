// SPDX-License-Identifier: Apache-2.0
// The data-key, encrypt and decrypt dialogs worked by hand: plaintext only when asked, masked, wiped on close
// and lock, never lost without a question; and how they look.
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/crypt_dialogs.h"
#include "ui/dialogs/data_key_dialog.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/secret_pad.h"
#include "ui/widgets/secret_view.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QSpinBox>

#include <algorithm>

namespace keyturn::gui_test {

using test::contextWith;
using test::Desk;
using ui::KeyPicker;
using widgets::SecretView;

class TestDataKeyDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void init() {
        m_desk = std::make_unique<Desk>();
        m_key = m_desk->addKey("alias/billing/invoices-2026");
        m_desk->reload();
        m_clipboard = std::make_unique<desktop::ClipboardGuard>(*QGuiApplication::clipboard());
    }
    void cleanup() {
        delete m_dialog.data();
        m_clipboard.reset();
        m_desk.reset();
    }

    void plaintextIsOffUntilItIsAskedFor() {
        openDataKey();
        QVERIFY(!part<QCheckBox>(*m_dialog, "dataKey.withPlaintext").isChecked());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-empty"));
        generate();
        QVERIFY(part<QWidget>(*m_dialog, "dataKey.ciphertext").isVisible());
        QVERIFY(!part<SecretView>(*m_dialog, "dataKey.plaintext").isVisible());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-result"));
        QTest::keyClick(m_dialog.data(), Qt::Key_Escape); // nothing to lose: no question
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
    }

    void aNumberOfBytesTakesThePlaceOfTheSpec() {
        openDataKey();
        auto &kind = part<QComboBox>(*m_dialog, "dataKey.kind");
        auto &bytes = part<QSpinBox>(*m_dialog, "dataKey.bytes");
        QVERIFY(!bytes.isVisible());
        kind.setCurrentIndex(kind.findData(QString()));
        QVERIFY(bytes.isVisible());
        bytes.setValue(1024);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-bytes"));
        part<QCheckBox>(*m_dialog, "dataKey.withPlaintext").setChecked(true);
        generate();
        QCOMPARE(int(part<SecretView>(*m_dialog, "dataKey.plaintext").copy().size()), 1024);
    }

    void severalKeysAreShownOneAtATime() {
        openDataKey();
        part<QSpinBox>(*m_dialog, "dataKey.count").setValue(3);
        part<QCheckBox>(*m_dialog, "dataKey.withPlaintext").setChecked(true);
        QVERIFY(!part<QSpinBox>(*m_dialog, "dataKey.which").isVisible());
        generate();
        auto &which = part<QSpinBox>(*m_dialog, "dataKey.which");
        QVERIFY(which.isVisible());
        auto &view = part<SecretView>(*m_dialog, "dataKey.plaintext");
        const SecretBytes first = view.copy();
        which.setValue(3);
        QVERIFY(asText(view.copy().view()) != asText(first.view()));
        auto &output = part<QComboBox>(*m_dialog, "dataKey.output");
        output.setCurrentIndex(output.findData(int(ui::DataKeyOutput::EnvironmentLine)));
        QTest::keyClick(m_dialog.data(), Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("DATA_KEY_WRAPPED_3=")));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-several"));
        view.reveal(); // one of three was seen: closing still asks
        QTest::keyClick(m_dialog.data(), Qt::Key_Escape);
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        press(*question(*m_dialog), "question.cancel");
    }

    void closingWithAnUnreadPlaintextAsks() {
        openDataKey();
        generateWithPlaintext();
        auto &view = part<SecretView>(*m_dialog, "dataKey.plaintext");
        QVERIFY(!view.isRevealed());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-plaintext"));
        QTest::keyClick(m_dialog.data(), Qt::Key_Escape);
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        QVERIFY(m_dialog->isVisible());
        QStringList verbs;
        for (const QAbstractButton *each : question(*m_dialog)->findChildren<QAbstractButton *>()) {
            verbs += each->text();
        }
        QVERIFY(verbs.contains(QStringLiteral("Save to file\u2026")) &&
                verbs.contains(QStringLiteral("Copy")));
        KEYTURN_SHOOT(*m_stage, *question(*m_dialog), QStringLiteral("data-key-discard"));
        press(*question(*m_dialog), "question.cancel");
        QTRY_VERIFY(question(*m_dialog) == nullptr);
        QVERIFY(!view.isEmpty());
        // Another one would overwrite it: the same question.
        press(*m_dialog, "dataKey.run");
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        press(*question(*m_dialog), "question.cancel");
        QTRY_VERIFY(question(*m_dialog) == nullptr);
        view.reveal();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-revealed"));
        QTest::keyClick(m_dialog.data(), Qt::Key_Escape); // seen: no question any more
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
    }

    void closingWipesThePlaintext() {
        openDataKey();
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        generateWithPlaintext();
        auto &view = part<SecretView>(*m_dialog, "dataKey.plaintext");
        view.reveal();
        m_dialog->close();
        QVERIFY(view.isEmpty());
    }

    void lockingWipesAndClosesWithoutAQuestion() {
        openDataKey();
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        generateWithPlaintext();
        m_desk->session().lock();
        QVERIFY(part<SecretView>(*m_dialog, "dataKey.plaintext").isEmpty());
        QVERIFY(!m_dialog->isVisible());
        QVERIFY(question(*m_dialog) == nullptr);
    }

    void aPlaintextIsCopiedThroughTheClipboardGuard() {
        openDataKey();
        generateWithPlaintext();
        Q_EMIT part<SecretView>(*m_dialog, "dataKey.plaintext").copyRequested();
        QVERIFY(m_clipboard->isLending());
        m_clipboard->takeBack();
        QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
    }

    void aDataKeyErrorStandsInline() {
        m_desk->disable(m_key);
        openDataKey();
        generate();
        QVERIFY(!barTitle(*m_dialog).isEmpty());
        QVERIFY(!part<QWidget>(*m_dialog, "dataKey.ciphertext").isVisible());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("data-key-error"));
    }

    void whatIsTypedIsEncrypted() {
        auto *dialog = new ui::EncryptDialog(m_desk->context());
        m_dialog = dialog;
        QVERIFY(Stage::show(*m_dialog));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("encrypt-empty"));
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("pin 0000"));
        dialog->setKey("alias/billing/invoices-2026");
        part<widgets::ContextGrid>(*m_dialog, "crypt.context").setPairs({{"tenant", "acme"}});
        press(*m_dialog, "crypt.run");
        QTRY_VERIFY(part<QWidget>(*m_dialog, "encrypt.ciphertext").isVisible());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("encrypt-result"));
    }

    void aPlaintextThatIsTooLongIsRefusedBeforeTheCall() {
        auto *dialog = new ui::EncryptDialog(m_desk->context());
        m_dialog = dialog;
        QVERIFY(Stage::show(*m_dialog));
        const auto file = m_desk->write("long.txt", Bytes(5000, 0x41));
        auto &pad = part<widgets::SecretPad>(*m_dialog, "encrypt.pad");
        QVERIFY(pad.openFile(QString::fromStdString(file.string())).has_value());
        dialog->setKey("alias/billing/invoices-2026");
        QVERIFY(!part<QAbstractButton>(*m_dialog, "crypt.run").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("encrypt-too-long"));
    }

    void aDecryptedPlaintextIsMaskedAndWiped() {
        m_dialog = new ui::DecryptDialog(m_desk->context(), m_clipboard.get());
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        QVERIFY(Stage::show(*m_dialog));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("decrypt-empty"));
        const auto context = contextWith({{"tenant", "acme"}});
        part<widgets::BlobEdit>(*m_dialog, "decrypt.blob")
            .setText(QString::fromStdString(toBase64(m_desk->encrypt(m_key, context))));
        press(*m_dialog, "crypt.run");
        QTRY_VERIFY(!barTitle(*m_dialog).isEmpty()); // the context is missing
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("decrypt-error"));
        part<widgets::ContextGrid>(*m_dialog, "crypt.context").setPairs({{"tenant", "acme"}});
        press(*m_dialog, "crypt.run");
        auto &view = part<SecretView>(*m_dialog, "decrypt.plaintext");
        QTRY_VERIFY(view.isVisible());
        QVERIFY(barTitle(*m_dialog).isEmpty());
        QCOMPARE(asText(view.copy().view()), "the invoice");
        QVERIFY(!view.isRevealed());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("decrypt-result"));
        m_desk->session().lock();
        QVERIFY(view.isEmpty());
        QVERIFY(!m_dialog->isVisible());
    }

private:
    void openDataKey() {
        auto *dialog = new ui::DataKeyDialog(m_desk->context(), m_clipboard.get());
        m_dialog = dialog;
        dialog->setKey("alias/billing/invoices-2026");
        QVERIFY(Stage::show(*m_dialog));
    }
    void generate() {
        const auto before = m_desk->kms().calls().size();
        press(*m_dialog, "dataKey.run");
        QTRY_VERIFY(m_desk->kms().calls().size() > before);
        QTRY_VERIFY(part<QWidget>(*m_dialog, "dataKey.ciphertext").isVisible() ||
                    !barTitle(*m_dialog).isEmpty());
    }
    void generateWithPlaintext() {
        part<QCheckBox>(*m_dialog, "dataKey.withPlaintext").setChecked(true);
        generate();
        QVERIFY(!part<SecretView>(*m_dialog, "dataKey.plaintext").isEmpty());
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<desktop::ClipboardGuard> m_clipboard;
    QPointer<QDialog> m_dialog;
    std::string m_key;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestDataKeyDialog)
#include "tst_data_key_dialog.moc"
