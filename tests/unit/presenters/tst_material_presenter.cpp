// SPDX-License-Identifier: Apache-2.0
// Importing key material on a real vault: wrapped here, or by the commands that
// the dialog shows; what cannot be imported is refused before it is sent.
#include "unit/presenters/desk.h"

#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/describe_key.h"
#include "ui/presenters/material_presenter.h"

#include <QProcess>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using ui::MaterialPresenter;

class TestMaterialPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_desk = std::make_unique<Desk>(); }
    void cleanup() { m_desk.reset(); }

    void materialIsWrappedHereAndImported_data() {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("usage");
        QTest::addColumn<QString>("algorithm");
        QTest::newRow("symmetric, OAEP SHA-256")
            << QStringLiteral("SYMMETRIC_DEFAULT") << QStringLiteral("ENCRYPT_DECRYPT")
            << QStringLiteral("RSAES_OAEP_SHA_256");
        QTest::newRow("symmetric, OAEP SHA-1")
            << QStringLiteral("SYMMETRIC_DEFAULT") << QStringLiteral("ENCRYPT_DECRYPT")
            << QStringLiteral("RSAES_OAEP_SHA_1");
        QTest::newRow("HMAC") << QStringLiteral("HMAC_256") << QStringLiteral("GENERATE_VERIFY_MAC")
                              << QStringLiteral("RSAES_OAEP_SHA_256");
        QTest::newRow("curve from PEM, AES key wrap")
            << QStringLiteral("ECC_NIST_P256") << QStringLiteral("SIGN_VERIFY")
            << QStringLiteral("RSA_AES_KEY_WRAP_SHA_256");
    }
    void materialIsWrappedHereAndImported() {
        QFETCH(QString, spec);
        QFETCH(QString, usage);
        QFETCH(QString, algorithm);
        MaterialPresenter presenter(m_desk->context(), externalKey(spec, usage));
        QVERIFY(!presenter.fault({}).isEmpty());
        parameters(presenter, algorithm);
        const auto file = spec.startsWith(QStringLiteral("ECC")) ? m_desk->write("key.pem", toBytes(pem()))
                                                                 : m_desk->write("key.bin", Bytes(32, 0x5a));
        const Status wrapped = presenter.wrapFile(file);
        QVERIFY2(wrapped.has_value(), wrapped ? "" : wrapped.error().detail.c_str());
        QCOMPARE(presenter.fault({}), QString());
        presenter.import({});
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY2(presenter.isImported(), presenter.error() ? presenter.error()->serviceMessage.c_str() : "");
        QVERIFY(*describe(*presenter.key().keyId).keyState == kms::KeyState::Enabled);
    }

    void theCommandsWrapAsWell() {
        MaterialPresenter presenter(m_desk->context(), externalKey(QStringLiteral("SYMMETRIC_DEFAULT"),
                                                                   QStringLiteral("ENCRYPT_DECRYPT")));
        parameters(presenter, QStringLiteral("RSAES_OAEP_SHA_256"));
        QVERIFY(presenter.savePublicKey(m_desk->folder() / "wrapping-key.der").has_value());
        m_desk->write("key-material.bin", Bytes(32, 0x5a));
        QProcess shell;
        shell.setWorkingDirectory(QString::fromStdString(m_desk->folder().string()));
        shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-ec"), presenter.wrappingCommands()});
        QVERIFY(shell.waitForFinished());
        QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError().constData());
        QVERIFY(presenter.useWrappedFile(m_desk->folder() / "wrapped.bin").has_value());
        presenter.import({.validTo = systemClock()->now() + std::chrono::days(30)});
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.isImported());
        QVERIFY(describe(*presenter.key().keyId).validTo.has_value());
    }

    void whatDoesNotFitIsRefusedHere() {
        MaterialPresenter presenter(m_desk->context(), externalKey(QStringLiteral("SYMMETRIC_DEFAULT"),
                                                                   QStringLiteral("ENCRYPT_DECRYPT")));
        parameters(presenter, QStringLiteral("RSAES_OAEP_SHA_256"));
        const Status shortKey = presenter.wrapFile(m_desk->write("short.bin", Bytes(31, 1)));
        QVERIFY(!shortKey && shortKey.error().detail.find("32 bytes") != std::string::npos);
        const Status notPem =
            presenter.wrapFile(m_desk->write("cert.pem", toBytes("-----BEGIN CERTIFICATE-----\n")));
        QVERIFY(!notPem && notPem.error().code == ErrorCode::BadEncoding);
        QVERIFY(!presenter.useWrappedFile(m_desk->write("empty.bin", {})));
        QVERIFY(presenter.wrapped().empty());
        QVERIFY(presenter.wrapFile(m_desk->write("key.bin", Bytes(32, 1))).has_value());
        const Timestamp now = systemClock()->now();
        QVERIFY(!presenter.fault({.validTo = now - std::chrono::days(1)}).isEmpty());
        QVERIFY(!presenter.fault({.validTo = now + std::chrono::days(366)}).isEmpty());
        QVERIFY(presenter.fault({.validTo = now + std::chrono::days(364)}).isEmpty());
        // Material that was wrapped for other parameters is of no use with new
        // ones.
        parameters(presenter, QStringLiteral("RSAES_OAEP_SHA_1"));
        QVERIFY(presenter.wrapped().empty());
    }

    void aRefusedStepTakesNothingAway() {
        MaterialPresenter presenter(m_desk->context(), externalKey(QStringLiteral("SYMMETRIC_DEFAULT"),
                                                                   QStringLiteral("ENCRYPT_DECRYPT")));
        parameters(presenter, QStringLiteral("RSAES_OAEP_SHA_256"));
        QVERIFY(presenter.wrapFile(m_desk->write("key.bin", Bytes(32, 1))).has_value());
        const Bytes wrapped = presenter.wrapped();
        presenter.getParameters("NO_SUCH_ALGORITHM", "RSA_2048");
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.error().has_value() && !presenter.isImportStep());
        QVERIFY(!presenter.useWrappedFile(m_desk->write("empty.bin", {})));
        QVERIFY(!presenter.useSavedToken(m_desk->folder() / "no-such-file"));
        QVERIFY(presenter.wrapped() == wrapped);
        QCOMPARE(presenter.algorithm(), std::string("RSAES_OAEP_SHA_256"));
        presenter.import({});
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.isImported() && !presenter.error());
    }

    void aSavedTokenTakesUpAnImport() {
        const kms::KeyMetadata key =
            externalKey(QStringLiteral("SYMMETRIC_DEFAULT"), QStringLiteral("ENCRYPT_DECRYPT"));
        const auto token = m_desk->folder() / "import-token.bin";
        std::filesystem::path wrapped;
        {
            MaterialPresenter before(m_desk->context(), key);
            parameters(before, QStringLiteral("RSAES_OAEP_SHA_256"));
            QVERIFY(before.saveToken(token).has_value());
            QVERIFY(before.wrapFile(m_desk->write("key.bin", Bytes(32, 1))).has_value());
            wrapped = m_desk->write("wrapped.bin", before.wrapped());
        }
        MaterialPresenter after(m_desk->context(), key);
        QVERIFY(after.useSavedToken(token).has_value());
        QVERIFY(after.hasParameters() && !after.canWrapHere());
        QVERIFY(after.useWrappedFile(wrapped).has_value());
        after.import({});
        QTRY_VERIFY(!after.isBusy());
        QVERIFY2(after.isImported(), after.error() ? after.error()->serviceMessage.c_str() : "");
    }

private:
    kms::KeyMetadata externalKey(const QString &spec, const QString &usage) {
        kms::CreateKey::Request request;
        request.keySpec = kms::Open<kms::KeySpec>::fromText(spec.toStdString());
        request.keyUsage = kms::Open<kms::KeyUsageType>::fromText(usage.toStdString());
        request.origin = kms::OriginType::EXTERNAL;
        auto made = kms::callAndWait<kms::CreateKey>(m_desk->kms(), std::move(request));
        if (!made) {
            qFatal("no key: %s", made.error().serviceMessage.c_str());
        }
        m_desk->reload();
        return *made->keyMetadata;
    }
    kms::KeyMetadata describe(const std::string &keyId) {
        kms::DescribeKey::Request request;
        request.keyId = keyId;
        return *kms::callAndWait<kms::DescribeKey>(m_desk->kms(), std::move(request))->keyMetadata;
    }
    static void parameters(MaterialPresenter &presenter, const QString &algorithm) {
        presenter.getParameters(algorithm.toStdString(), "RSA_2048");
        QTRY_VERIFY_WITH_TIMEOUT(!presenter.isBusy(), 60'000);
        QVERIFY2(presenter.hasParameters(),
                 presenter.error() ? presenter.error()->serviceMessage.c_str() : "");
    }
    /// The private key of RFC 6979 A.2.5, as `openssl pkcs8 -topk8 -nocrypt`
    /// writes it without its public half.
    static std::string pem() {
        return "-----BEGIN PRIVATE KEY-----\n"
               "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDJr6nYRbp1FmtcIVdn\n"
               "sdaTTlDD2zbomxJ7imIrEg9nIQ==\n"
               "-----END PRIVATE KEY-----\n";
    }

    std::unique_ptr<Desk> m_desk;
};

QTEST_MAIN(TestMaterialPresenter)
#include "tst_material_presenter.moc"
