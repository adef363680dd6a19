// SPDX-License-Identifier: Apache-2.0
// The data-key dialog's logic: a spec or a number of bytes, no plaintext unless asked, and the plaintext gone
// when it is wiped or the session locks.
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "inspect/record.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "ui/presenters/data_key_presenter.h"

#include <QTest>

#include <algorithm>
#include <set>
#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::test;
using keyturn::ui::DataKeyForm;
using keyturn::ui::DataKeyPresenter;

class TestDataKeyPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_desk = std::make_unique<Desk>();
        m_desk->addKey("alias/wrap");
        m_desk->reload();
        m_presenter = std::make_unique<DataKeyPresenter>(m_desk->context());
        m_form = {.keyId = "alias/wrap"};
    }
    void cleanup() {
        m_presenter.reset();
        m_desk.reset();
    }

    void plaintextIsOffByDefault() {
        QVERIFY(!DataKeyForm().withPlaintext);
        generate();
        QVERIFY(asked(kms::OperationId::GenerateDataKeyWithoutPlaintext));
        QVERIFY(!asked(kms::OperationId::GenerateDataKey));
        QVERIFY(m_presenter->result() != nullptr);
        QVERIFY(m_presenter->result()->plaintext.empty());
        QVERIFY(!m_presenter->hasUnsavedPlaintext());
        QCOMPARE(m_presenter->result()->keyArn, m_desk->arnOf("alias/wrap"));
    }

    void theSizeIsASpecOrANumberNeverBoth_data() {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<int>("bytes"); // -1: none given
        QTest::addColumn<int>("size");  // 0: refused before any call
        QTest::newRow("AES 256") << QStringLiteral("AES_256") << -1 << 32;
        QTest::newRow("AES 128") << QStringLiteral("AES_128") << -1 << 16;
        QTest::newRow("1 byte") << QString() << 1 << 1;
        QTest::newRow("1024 bytes") << QString() << 1024 << 1024;
        QTest::newRow("neither") << QString() << -1 << 0;
        QTest::newRow("both") << QStringLiteral("AES_256") << 32 << 0;
        QTest::newRow("0 bytes") << QString() << 0 << 0;
        QTest::newRow("1025 bytes") << QString() << 1025 << 0;
    }
    void theSizeIsASpecOrANumberNeverBoth() {
        QFETCH(QString, spec);
        QFETCH(int, bytes);
        QFETCH(int, size);
        m_form.withPlaintext = true;
        m_form.keySpec = spec.toStdString();
        m_form.numberOfBytes = bytes < 0 ? std::nullopt : std::optional<std::int64_t>(bytes);
        QCOMPARE(m_presenter->fault(m_form).isEmpty(), size > 0);
        const auto callsBefore = m_desk->kms().calls().size();
        m_presenter->generate(m_form);
        if (size == 0) {
            QVERIFY(!m_presenter->isBusy());
            QCOMPARE(m_desk->kms().calls().size(), callsBefore);
            return;
        }
        QTRY_VERIFY(!m_presenter->isBusy());
        QCOMPARE(int(m_presenter->result()->plaintext.size()), size);
    }

    void whatIsWrappedOpensWithItsContext() {
        m_form.withPlaintext = true;
        m_form.context = contextWith({{"file", "a.bin"}});
        generate();
        const auto opened = m_desk->decrypt(m_presenter->result()->ciphertextBlob, m_form.context);
        QCOMPARE(opened, std::string(asText(m_presenter->result()->plaintext.view())));
        QVERIFY(!m_desk->decrypt(m_presenter->result()->ciphertextBlob));
    }

    void aPairIsMadeWithAndWithoutItsPrivateKey_data() {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<bool>("withPlaintext");
        QTest::newRow("curve, wrapped") << QStringLiteral("ECC_NIST_P256") << false;
        QTest::newRow("curve, with private key") << QStringLiteral("ECC_NIST_P384") << true;
        QTest::newRow("Ed25519, with private key") << QStringLiteral("ECC_NIST_EDWARDS25519") << true;
        QTest::newRow("RSA, wrapped") << QStringLiteral("RSA_2048") << false;
    }
    void aPairIsMadeWithAndWithoutItsPrivateKey() {
        QFETCH(QString, spec);
        QFETCH(bool, withPlaintext);
        m_form.keySpec.clear();
        m_form.keyPairSpec = spec.toStdString();
        m_form.withPlaintext = withPlaintext;
        m_form.context = contextWith({{"device", "7"}});
        QVERIFY(m_presenter->fault(m_form).isEmpty());
        generate();
        const ui::DataKeyResult *made = m_presenter->result();
        QVERIFY(made != nullptr);
        QCOMPARE(made->keyPairSpec, spec.toStdString());
        QVERIFY(!made->publicKey.empty());
        QCOMPARE(made->plaintext.empty(), !withPlaintext);
        QVERIFY(asked(kms::OperationId::GenerateDataKeyPair) == withPlaintext);
        QVERIFY(asked(kms::OperationId::GenerateDataKeyPairWithoutPlaintext) != withPlaintext);
        const auto opened = m_desk->decrypt(made->ciphertextBlob, m_form.context);
        QVERIFY(opened.has_value());
        QVERIFY(!withPlaintext || *opened == asText(made->plaintext.view()));
        const QString json = m_presenter->ciphertextText(0, ui::DataKeyOutput::Json);
        QVERIFY(json.contains(QString::fromStdString(toBase64(made->publicKey))));
        QCOMPARE(m_presenter->hasUnsavedPlaintext(), withPlaintext);
        m_desk->session().lock();
        QVERIFY(made->plaintext.empty());
    }

    void lockingWipesThePlaintext() {
        m_form.withPlaintext = true;
        generate();
        QVERIFY(m_presenter->hasUnsavedPlaintext());
        m_desk->session().lock();
        QVERIFY(m_presenter->result()->plaintext.empty());
        QVERIFY(!m_presenter->hasUnsavedPlaintext());
    }

    void anAnswerThatComesAfterTheLockIsDropped() {
        m_form.withPlaintext = true;
        m_desk->kms().holdAnswers();
        m_presenter->generate(m_form);
        QVERIFY(m_presenter->isBusy());
        m_desk->session().lock();
        m_desk->kms().answerHeld();
        QTRY_VERIFY(!m_presenter->isBusy());
        QVERIFY(!m_presenter->result());
        QCOMPARE(m_presenter->error()->code, ErrorCode::Cancelled);
    }

    void filesAreForTheirOwnerAlone() {
        m_form.withPlaintext = true;
        generate();
        const auto plain = m_desk->folder() / "key.bin";
        QVERIFY(m_presenter->savePlaintext(plain).has_value());
        QVERIFY(!m_presenter->hasUnsavedPlaintext());
        struct ::stat facts {};
        QCOMPARE(::stat(plain.c_str(), &facts), 0);
        QCOMPARE(int(facts.st_mode & 0777), 0600);
        QCOMPARE(asText(fileContent(plain)), asText(m_presenter->result()->plaintext.view()));
    }

    void theRecordSpeaksOfWhatWasGenerated() {
        m_form.context = contextWith({{"file", "a.bin"}});
        generate();
        const auto file = m_desk->folder() / "key.wrapped";
        QVERIFY(m_presenter->saveCiphertext(file, true).has_value());
        QCOMPARE(fileContent(file), m_presenter->result()->ciphertextBlob);
        const auto record = inspect::loadRecord(file);
        QCOMPARE((*record)->operation, "GenerateDataKeyWithoutPlaintext");
        QCOMPARE((*record)->encryptionContext, m_form.context);
        // A new form that fails leaves no result behind that its own record would misdescribe.
        m_form.keyId = "alias/absent";
        generate();
        QCOMPARE(m_presenter->error()->code, ErrorCode::NotFound);
        QVERIFY(!m_presenter->result());
    }

    void severalAreCallsOfTheirOwn() {
        m_form.withPlaintext = true;
        m_form.count = 12;
        generate();
        QCOMPARE(int(m_presenter->results().size()), 12);
        std::set<Bytes> distinct;
        for (const auto &each : m_presenter->results()) {
            QCOMPARE(int(each.plaintext.size()), 32);
            distinct.insert(each.ciphertextBlob);
        }
        QCOMPARE(int(distinct.size()), 12);
        for (std::size_t row = 0; row + 1 < 12; ++row) {
            m_presenter->markSeen(row);
        }
        QVERIFY(m_presenter->hasUnseenPlaintext());
        m_presenter->markSeen(11);
        QVERIFY(!m_presenter->hasUnseenPlaintext());
        QVERIFY(m_presenter->hasUnsavedPlaintext());
        QVERIFY(m_presenter->savePlaintext(m_desk->folder() / "key.bin").has_value());
        QVERIFY(!m_presenter->hasUnsavedPlaintext());
        QCOMPARE(asText(fileContent(m_desk->folder() / "key-12.bin")),
                 asText(m_presenter->results()[11].plaintext.view()));
        for (const int count : {0, 101}) {
            m_form.count = count;
            QVERIFY(!m_presenter->fault(m_form).isEmpty());
        }
    }

    void whatWasMadeBeforeAFailureStays() {
        m_form.count = 9;
        m_desk->kms().holdAnswers();
        m_presenter->generate(m_form);
        m_desk->kms().failNext(kms::OperationId::GenerateDataKeyWithoutPlaintext,
                               {.code = ErrorCode::Throttling, .serviceMessage = "Rate exceeded"});
        m_desk->kms().answerHeld();
        QTRY_VERIFY(!m_presenter->isBusy());
        QCOMPARE(m_presenter->error()->code, ErrorCode::Throttling);
        QVERIFY(!m_presenter->results().empty());
        QVERIFY(m_presenter->results().size() < 9);
    }

    void wrappedKeysAreWrittenAsAsked_data() {
        QTest::addColumn<int>("output");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("expected"); // with {b} for base64, {h} for hex and {k} for the ARN of each
        using ui::DataKeyOutput;
        QTest::newRow("base64") << int(DataKeyOutput::Base64) << 1 << QStringLiteral("{b0}\n");
        QTest::newRow("hex, two") << int(DataKeyOutput::Hex) << 2 << QStringLiteral("{h0}\n{h1}\n");
        QTest::newRow("environment") << int(DataKeyOutput::EnvironmentLine) << 1
                                     << QStringLiteral("DATA_KEY_WRAPPED={b0}\n");
        QTest::newRow("environment, two")
            << int(DataKeyOutput::EnvironmentLine) << 2
            << QStringLiteral("DATA_KEY_WRAPPED_1={b0}\nDATA_KEY_WRAPPED_2={b1}\n");
        QTest::newRow("json") << int(DataKeyOutput::Json) << 1
                              << QStringLiteral("{\"CiphertextBlob\": \"{b0}\", \"KeyId\": \"{k0}\"}\n");
    }
    void wrappedKeysAreWrittenAsAsked() {
        QFETCH(int, output);
        QFETCH(int, count);
        QFETCH(QString, expected);
        m_form.count = count;
        generate();
        for (int row = 0; row < count; ++row) {
            const auto *result = m_presenter->result(std::size_t(row));
            const QString number = QString::number(row) + u'}';
            expected.replace(QStringLiteral("{b") + number,
                             QString::fromStdString(toBase64(result->ciphertextBlob)));
            expected.replace(QStringLiteral("{h") + number,
                             QString::fromStdString(toHex(result->ciphertextBlob)));
            expected.replace(QStringLiteral("{k") + number, QString::fromStdString(result->keyArn));
        }
        const auto file = m_desk->folder() / "wrapped.txt";
        QVERIFY(m_presenter->saveCiphertext(file, true, static_cast<ui::DataKeyOutput>(output)).has_value());
        QCOMPARE(QString::fromStdString(std::string(asText(fileContent(file)))), expected);
    }

    void theCommandDoesTheSame() {
        m_form.numberOfBytes = 64;
        m_form.keySpec.clear();
        m_form.withPlaintext = true;
        QVERIFY2(m_presenter->command(m_form).contains(
                     QStringLiteral("kms generate-data-key --profile Payments --key-id alias/wrap "
                                    "--number-of-bytes 64")),
                 qPrintable(m_presenter->command(m_form)));
    }

private:
    void generate() {
        m_presenter->generate(m_form);
        QTRY_VERIFY(!m_presenter->isBusy());
    }
    bool asked(kms::OperationId operation) {
        return std::ranges::count(m_desk->kms().calls(), operation) > 0;
    }

    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<DataKeyPresenter> m_presenter;
    DataKeyForm m_form;
};

QTEST_MAIN(TestDataKeyPresenter)
#include "tst_data_key_presenter.moc"
