// SPDX-License-Identifier: Apache-2.0
// The re-encrypt dialog worked by hand: what it fills in, what it refuses, what it says, and how it looks.
#include "gui/dialogs/dialog_parts.h"
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "inspect/record.h"
#include "ui/dialogs/context_pairs.h"
#include "ui/dialogs/re_encrypt_dialog.h"
#include "ui/dialogs/re_encrypt_results.h"
#include "ui/widgets/blob_edit.h"
#include "ui/widgets/busy_button.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>

#include <algorithm>

namespace keyturn::gui_test {

using test::contextWith;
using test::Desk;
using ui::KeyPicker;
using ui::ReEncryptDialog;
using widgets::BlobEdit;
using widgets::ContextGrid;

class TestReEncryptDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void cleanup() {
        delete m_dialog.data();
        m_desk.reset();
    }

    void nothingIsMarkedBeforeAnythingIsFilledIn() {
        open();
        QVERIFY(!part<QAbstractButton>(*m_dialog, "reEncrypt.run").isEnabled());
        QVERIFY(!part<QAbstractButton>(*m_dialog, "reEncrypt.check").isEnabled());
        QVERIFY(blob().isAncestorOf(QApplication::focusWidget())); // the source box has the keyboard
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-empty"));
    }

    void theInspectorFillsTheSourceKeyAndItIsSent() {
        open();
        paste({m_desk->encrypt(m_source, contextWith({{"tenant", "acme"}}))});
        QCOMPARE(sourceKey().identifier(), "alias/billing/invoices-2025");
        typeKey(targetKey(), QStringLiteral("alias/billing/invoices-2026"));
        sourceContext().setPairs({{"tenant", "acme"}});
        press(*m_dialog, "copy-as-command");
        const QString command = QApplication::clipboard()->text();
        QVERIFY2(command.contains(QStringLiteral("--source-key-id alias/billing/invoices-2025")),
                 qPrintable(command));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-filled"));
    }

    void aContextOfThisSessionIsOffered() {
        open();
        m_desk->knownContexts().remember(contextWith({{"tenant", "acme"}}),
                                         QStringLiteral("used in this session"));
        auto *known = sourceContext().findChild<QPushButton *>(QStringLiteral("contextKnown"));
        QVERIFY(known != nullptr);
        Q_EMIT known->menu()->aboutToShow();
        QCOMPARE(int(known->menu()->actions().size()), 1);
        known->menu()->actions().front()->trigger();
        QCOMPARE(ui::contextOf(sourceContext().pairs()), contextWith({{"tenant", "acme"}}));
    }

    void leavingTheSourceKeyOpenIsAVisibleChoice() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        sourceKey().setIdentifier("");
        Stage::settle();
        QVERIFY(!runButton().isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-faults"));
        auto &find = part<QCheckBox>(*m_dialog, "reEncrypt.letServiceFind");
        QVERIFY(find.isEnabled());
        QTest::mouseClick(&find, Qt::LeftButton, {}, QPoint(8, find.height() / 2));
        QVERIFY(find.isChecked());
        QVERIFY(runButton().isEnabled());
        QVERIFY(!sourceKey().isEnabled());
        run();
        QCOMPARE(result(0), QStringLiteral("Re-encrypted"));
    }

    void forAsymmetricCiphertextKeyAndAlgorithmAreRequired() {
        open();
        paste({m_desk->encrypt(addRsaKey(), {}, kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256)});
        QVERIFY(!part<QCheckBox>(*m_dialog, "reEncrypt.letServiceFind").isEnabled());
        targetKey().setIdentifier("alias/billing/invoices-2026");
        sourceKey().setIdentifier("alias/partner/inbox");
        Stage::settle();
        auto &algorithm = part<QComboBox>(*m_dialog, "reEncrypt.sourceAlgorithm");
        QVERIFY(algorithm.isVisible());
        QVERIFY(!runButton().isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-asymmetric"));
        algorithm.setCurrentIndex(algorithm.findData(QStringLiteral("RSAES_OAEP_SHA_256")));
        QVERIFY(runButton().isEnabled());
        run();
        QCOMPARE(result(0), QStringLiteral("Re-encrypted"));
    }

    void anAsymmetricResultSaysWhatItDoesNotHold() {
        open();
        addRsaKey();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/partner/inbox");
        Stage::settle();
        auto &algorithm = part<QComboBox>(*m_dialog, "reEncrypt.targetAlgorithm");
        algorithm.setCurrentIndex(algorithm.findData(QStringLiteral("RSAES_OAEP_SHA_256")));
        auto &note = part<QLabel>(*m_dialog, "reEncrypt.asymmetricNote");
        QVERIFY(!note.isVisible());
        run();
        QVERIFY(note.isVisible());
        QVERIFY(note.text().contains(QStringLiteral("Neither key nor algorithm")));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-asymmetric-result"));
    }

    void theTargetContextStartsAsACopyAndEmptyingItIsSaid() {
        open();
        paste({m_desk->encrypt(m_source, contextWith({{"tenant", "acme"}}))});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        sourceContext().setPairs({{"tenant", "acme"}});
        QCOMPARE(targetContext().pairs(), sourceContext().pairs());
        auto &warning = part<QLabel>(*m_dialog, "reEncrypt.contextWarning");
        QVERIFY(!warning.isVisible());
        targetContext().setPairs({});
        QVERIFY(warning.isVisible());
        QVERIFY(warning.text().contains(QStringLiteral("no encryption context")));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-context-dropped"));
        // What the person changed stays as they left it.
        sourceContext().setPairs({{"tenant", "other"}});
        QVERIFY(targetContext().pairs().empty());
    }

    void theSameKeyOnBothSidesIsAllowed() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2025");
        targetContext().setPairs({{"tenant", "acme"}});
        run();
        QCOMPARE(result(0), QStringLiteral("Re-encrypted"));
    }

    void grantTokensStandUnderMore() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        auto &tokens = part<QLineEdit>(*m_dialog, "reEncrypt.grantTokens");
        QVERIFY(!tokens.isVisible());
        press(*m_dialog, "reEncrypt.more");
        QVERIFY(tokens.isVisible());
        tokens.setText(QStringLiteral("a b c d e f g h i j k"));
        QVERIFY(!runButton().isEnabled());
        tokens.setText(QStringLiteral("not-issued-here"));
        run();
        QVERIFY2(barText(*m_dialog).contains(QStringLiteral("grant token"), Qt::CaseInsensitive),
                 qPrintable(barText(*m_dialog)));
    }

    void severalBlobsHaveAnOutcomeEach() {
        open();
        const auto context = contextWith({{"tenant", "acme"}});
        paste({m_desk->encrypt(m_source, context), m_desk->encrypt(m_target, context),
               m_desk->encrypt(m_source, context), m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        sourceKey().setIdentifier("alias/billing/invoices-2025");
        sourceContext().setPairs({{"tenant", "acme"}});
        QVERIFY(part<QToolButton>(blob(), "blobKind").text().contains(QStringLiteral("4 lines")));
        run();
        QCOMPARE(result(0), QStringLiteral("Re-encrypted"));
        QCOMPARE(result(2), QStringLiteral("Re-encrypted"));
        constexpr int oldKey = 3;
        constexpr int newKey = 4;
        QCOMPARE(cell(0, oldKey), QString::fromStdString(m_desk->arnOf("alias/billing/invoices-2025")));
        QCOMPARE(cell(0, newKey), QString::fromStdString(m_desk->arnOf("alias/billing/invoices-2026")));
        QVERIFY(result(1) != result(0));
        QVERIFY(result(3) != result(0));
        QVERIFY(part<QLabel>(*m_dialog, "reEncrypt.summary").text().contains(QStringLiteral("2 failed")));
        QVERIFY(!blob().isEmpty()); // the input is kept
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-several"));
    }

    void aContextThatDoesNotMatchIsComparedAndSaidToBeOnlyThat() {
        m_desk = std::make_unique<Desk>();
        m_desk->knownContexts().remember(contextWith({{"Tenant", "acme"}}), QStringLiteral("used before"));
        open();
        paste({m_desk->encrypt(m_source, contextWith({{"Tenant", "acme"}}))});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        sourceContext().setPairs({{"tenant", "acme"}});
        run();
        const QString text = barText(*m_dialog);
        QVERIFY2(text.contains(QStringLiteral("only in letter case")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("only a comparison")), qPrintable(text));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-context-mismatch"));
    }

    void aDisabledKeyIsEnabledFromTheError_data() {
        QTest::addColumn<bool>("pendingDeletion");
        QTest::newRow("disabled") << false;
        QTest::newRow("pending deletion") << true;
    }
    void aDisabledKeyIsEnabledFromTheError() {
        QFETCH(bool, pendingDeletion);
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        pendingDeletion ? m_desk->scheduleDeletion(m_source) : m_desk->disable(m_source);
        run();
        auto *bar = m_dialog->findChild<widgets::InlineBar *>();
        QCOMPARE(bar->news().action, pendingDeletion ? QStringLiteral("Cancel deletion and enable")
                                                     : QStringLiteral("Enable key"));
        if (!pendingDeletion) {
            KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-disabled-key"));
        }
        Q_EMIT bar->actionTriggered();
        QTRY_COMPARE(barTitle(*m_dialog), QStringLiteral("The key is enabled"));
        run();
        QCOMPARE(result(0), QStringLiteral("Re-encrypted"));
    }

    void aKeyOfAnotherAccountIsTypedAndRemembered() {
        open();
        const QString foreign = QStringLiteral("arn:aws:kms:eu-central-1:999988887777:key/"
                                               "0c5f2b7e-6a3d-4e58-9d1b-2f7a4c8e6b10");
        typeKey(targetKey(), foreign);
        QTRY_VERIFY(!targetKey().problem().isEmpty()); // asked of the service, which knows no such key
        paste({m_desk->encrypt(m_source)});
        run();
        QVERIFY(m_desk->recentKeys().identifiers().contains(foreign));
        ReEncryptDialog again(m_desk->context());
        again.setAttribute(Qt::WA_DeleteOnClose, false);
        const auto *list = part<KeyPicker>(again, "reEncrypt.targetKey").findChild<QComboBox *>();
        QVERIFY(list->findData(foreign) >= 0);
    }

    void anotherRegionIsRefusedBeforeAnyCall() {
        open();
        const auto before = m_desk->kms().calls().size();
        typeKey(targetKey(), QStringLiteral("arn:aws:kms:us-east-1:111122223333:key/"
                                            "0c5f2b7e-6a3d-4e58-9d1b-2f7a4c8e6b10"));
        QTRY_VERIFY(!targetKey().problem().isEmpty());
        QVERIFY2(targetKey().problem().contains(QStringLiteral("Region")), qPrintable(targetKey().problem()));
        QCOMPARE(m_desk->kms().calls().size(), before);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-other-region"));
    }

    void whileItRunsTheButtonCancels() {
        open();
        paste({m_desk->encrypt(m_source), m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        m_desk->kms().holdAnswers();
        press(*m_dialog, "reEncrypt.run");
        QTRY_VERIFY(part<widgets::BusyButton>(*m_dialog, "reEncrypt.run").showsSpinner());
        QVERIFY(runButton().isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-busy"));
        QTest::keyClick(m_dialog.data(), Qt::Key_Escape); // stops the work, not the dialog
        QVERIFY(m_dialog->isVisible());
        m_desk->kms().answerHeld();
        QTRY_VERIFY(part<QAbstractButton>(*m_dialog, "reEncrypt.check").isEnabled());
    }

    void lockingClosesTheDialogEvenWhileItRuns() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        m_desk->kms().holdAnswers();
        press(*m_dialog, "reEncrypt.run");
        m_desk->session().lock();
        QVERIFY(!m_dialog || !m_dialog->isVisible());
        m_desk->kms().answerHeld();
        Stage::settle();
    }

    void aFileIsReplacedOnlyAfterAQuestion_data() {
        QTest::addColumn<bool>("production");
        QTest::newRow("development") << false;
        QTest::newRow("production asks for the target's alias") << true;
    }
    void aFileIsReplacedOnlyAfterAQuestion() {
        QFETCH(bool, production);
        m_desk = std::make_unique<Desk>(test::DeskOptions{
            production ? workspace::Environment::Production : workspace::Environment::Development, false});
        open();
        const Bytes before = m_desk->encrypt(m_source);
        const auto file = m_desk->write("invoice.bin", before);
        m_dialog->setFiles({file});
        QCOMPARE(sourceKey().identifier(), "alias/billing/invoices-2025");
        targetKey().setIdentifier("alias/billing/invoices-2026");
        run();
        if (production) {
            KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-production-result"));
        }
        press(*m_dialog, "reEncrypt.replace");
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        QCOMPARE(test::fileContent(file), before);
        auto &agree = part<QAbstractButton>(*question(*m_dialog), "question.agree");
        QCOMPARE(agree.isEnabled(), !production);
        if (production) {
            QTest::keyClicks(&part<QLineEdit>(*question(*m_dialog), "question.typed"),
                             QStringLiteral("alias/billing/invoices-2026"));
            QVERIFY(agree.isEnabled());
            KEYTURN_SHOOT(*m_stage, *question(*m_dialog), QStringLiteral("re-encrypt-replace-question"));
        }
        QTest::mouseClick(&agree, Qt::LeftButton);
        QTRY_COMPARE(barTitle(*m_dialog), QStringLiteral("Replaced"));
        QVERIFY(test::fileContent(file) != before);
        QCOMPARE(test::fileContent(std::filesystem::path(file.string() + ".bak")), before);
        QCOMPARE(m_desk->context().consents->given(QStringLiteral("alias/billing/invoices-2026")), true);
        QTRY_VERIFY(question(*m_dialog) == nullptr);
        press(*m_dialog, "reEncrypt.replace"); // the target was confirmed in this session: a plain question
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        QVERIFY(part<QAbstractButton>(*question(*m_dialog), "question.agree").isEnabled());
        press(*question(*m_dialog), "question.cancel");
    }

    void aResultIsSavedWithItsRecordAndReadBack() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        targetContext().setPairs({{"tenant", "acme"}});
        run();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("re-encrypt-result"));
        const auto file = m_desk->folder() / "result.bin";
        press(*m_dialog, "reEncrypt.save");
        auto *chooser = m_dialog->findChild<QFileDialog *>();
        QVERIFY(chooser != nullptr);
        Q_EMIT chooser->filesSelected({QString::fromStdString(file.string())});
        QTRY_COMPARE(barTitle(*m_dialog), QStringLiteral("Saved"));
        chooser->close();
        QCOMPARE((*inspect::loadRecord(file))->encryptionContext, contextWith({{"tenant", "acme"}}));
        m_dialog->setFiles({file}); // and the dialog takes key and context from it
        QCOMPARE(sourceKey().identifier(), "alias/billing/invoices-2026");
        QCOMPARE(ui::contextOf(sourceContext().pairs()), contextWith({{"tenant", "acme"}}));
    }

    void aDryRunTellsWithoutAResult() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        press(*m_dialog, "reEncrypt.check");
        QTRY_COMPARE(result(0), QStringLiteral("Would succeed"));
        QVERIFY(!part<QAbstractButton>(*m_dialog, "reEncrypt.save").isEnabled());
    }

    void enterWritesALineAndCtrlEnterSends() {
        open();
        paste({m_desk->encrypt(m_source)});
        targetKey().setIdentifier("alias/billing/invoices-2026");
        auto *editor = blob().findChild<QPlainTextEdit *>();
        editor->setFocus();
        editor->moveCursor(QTextCursor::End);
        QTest::keyClick(editor, Qt::Key_Return);
        Stage::settle();
        QVERIFY(result(0) != QStringLiteral("Re-encrypted"));
        QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(result(0), QStringLiteral("Re-encrypted"));
    }

private:
    void open() {
        if (!m_desk) {
            m_desk = std::make_unique<Desk>();
        }
        m_source = m_desk->addKey("alias/billing/invoices-2025");
        m_target = m_desk->addKey("alias/billing/invoices-2026");
        m_desk->reload();
        m_dialog = new ReEncryptDialog(m_desk->context());
        QVERIFY(Stage::show(*m_dialog));
    }
    std::string addRsaKey() {
        const auto rsa = m_desk->addRsaKey("alias/partner/inbox");
        m_desk->reload();
        return rsa;
    }
    void paste(const std::vector<Bytes> &blobs) {
        QStringList lines;
        for (const Bytes &each : blobs) {
            lines += QString::fromStdString(toBase64(each));
        }
        blob().setText(lines.join(u'\n'));
        Stage::settle();
    }
    void run() {
        press(*m_dialog, "reEncrypt.run");
        QTRY_VERIFY(part<QAbstractButton>(*m_dialog, "reEncrypt.check").isEnabled());
    }
    QString cell(int row, int column) const {
        return part<QTableWidget>(*m_dialog, "reEncrypt.results").item(row, column)->text();
    }
    QString result(int row) const {
        constexpr int resultColumn = 2;
        return cell(row, resultColumn);
    }
    BlobEdit &blob() const { return part<BlobEdit>(*m_dialog, "reEncrypt.blob"); }
    KeyPicker &sourceKey() const { return part<KeyPicker>(*m_dialog, "reEncrypt.sourceKey"); }
    KeyPicker &targetKey() const { return part<KeyPicker>(*m_dialog, "reEncrypt.targetKey"); }
    ContextGrid &sourceContext() const { return part<ContextGrid>(*m_dialog, "reEncrypt.sourceContext"); }
    ContextGrid &targetContext() const { return part<ContextGrid>(*m_dialog, "reEncrypt.targetContext"); }
    QAbstractButton &runButton() const { return part<QAbstractButton>(*m_dialog, "reEncrypt.run"); }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<Desk> m_desk;
    QPointer<ReEncryptDialog> m_dialog;
    std::string m_source;
    std::string m_target;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestReEncryptDialog)
#include "tst_re_encrypt_dialog.moc"
