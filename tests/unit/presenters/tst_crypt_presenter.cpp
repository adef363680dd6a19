// SPDX-License-Identifier: Apache-2.0
// Encrypt and decrypt without their dialogs: the way there and back, what is saved, what is wiped.
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "inspect/record.h"
#include "ui/presenters/crypt_presenter.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using keyturn::ui::CryptForm;
using keyturn::ui::CryptPresenter;

class TestCryptPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_desk = std::make_unique<Desk>();
        m_key = m_desk->addKey("alias/notes");
        m_desk->reload();
        m_presenter = std::make_unique<CryptPresenter>(m_desk->context());
        m_form = {.keyId = "alias/notes", .context = contextWith({{"team", "pay"}})};
    }
    void cleanup() {
        m_presenter.reset();
        m_desk.reset();
    }

    void whatIsEncryptedOpensAgain() {
        m_presenter->encrypt(m_form, SecretBytes::copyOf("four"));
        wait();
        QVERIFY(m_presenter->encrypted().has_value());
        const Bytes blob = *m_presenter->encrypted()->ciphertextBlob;
        QCOMPARE(m_desk->decrypt(blob, m_form.context), "four");
        m_form.keyId.clear(); // the ciphertext names its key
        m_presenter->decrypt(m_form, blob);
        wait();
        QCOMPARE(asText(m_presenter->decrypted()->plaintext->view()), "four");
    }

    void aSavedCiphertextHasItsRecord_data() {
        QTest::addColumn<bool>("asBase64");
        QTest::newRow("raw") << false;
        QTest::newRow("base64") << true;
    }
    void aSavedCiphertextHasItsRecord() {
        QFETCH(bool, asBase64);
        m_presenter->encrypt(m_form, SecretBytes::copyOf("four"));
        wait();
        const Bytes blob = *m_presenter->encrypted()->ciphertextBlob;
        const auto file = m_desk->folder() / "note.bin";
        QVERIFY(m_presenter->saveCiphertext(file, asBase64, true).has_value());
        QCOMPARE(fileContent(file), asBase64 ? toBytes(toBase64(blob) + "\n") : blob);
        const auto record = inspect::loadRecord(file);
        QCOMPARE((*record)->keyId, m_desk->arnOf("alias/notes"));
        QCOMPARE((*record)->encryptionContext, m_form.context);
    }

    void lockingWipesThePlaintext() {
        m_presenter->decrypt(m_form, m_desk->encrypt(m_key, m_form.context));
        wait();
        QVERIFY(!m_presenter->decrypted()->plaintext->empty());
        m_desk->session().lock();
        QVERIFY(m_presenter->decrypted()->plaintext->empty());
    }

    void anAnswerThatComesAfterTheLockIsWiped() {
        const Bytes blob = m_desk->encrypt(m_key, m_form.context);
        m_desk->kms().holdAnswers();
        m_presenter->decrypt(m_form, blob);
        m_desk->session().lock();
        m_desk->kms().answerHeld();
        wait();
        QVERIFY(!m_presenter->decrypted() || m_presenter->decrypted()->plaintext->empty());
    }

    void aContextOfOtherCaseIsComparedWithTheOneUsedBefore() {
        const Bytes blob = m_desk->encrypt(m_key, m_form.context);
        m_presenter->decrypt(m_form, blob);
        wait();
        m_form.context = contextWith({{"Team", "pay"}});
        m_presenter->decrypt(m_form, blob);
        wait();
        QCOMPARE(m_presenter->error()->code, ErrorCode::InvalidCiphertext);
        QVERIFY(m_presenter->contextComparison(m_form).contains(QStringLiteral("used in this session")));
    }

    void noCommandHoldsAPlaintext() {
        const QString command = m_presenter->encryptCommand(m_form);
        QVERIFY2(command.contains(QStringLiteral("--plaintext fileb://FILE")), qPrintable(command));
    }

private:
    void wait() { QTRY_VERIFY(!m_presenter->isBusy()); }

    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<CryptPresenter> m_presenter;
    std::string m_key;
    CryptForm m_form;
};

QTEST_MAIN(TestCryptPresenter)
#include "tst_crypt_presenter.moc"
