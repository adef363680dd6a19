// SPDX-License-Identifier: Apache-2.0
// Signatures and MACs without widgets: what is made verifies, what does not match is a verdict and no error,
// and a digest that is made here gives the signature that the message gives.
#include "unit/presenters/desk.h"

#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/verify.h"
#include "ui/models/key_choices.h"
#include "ui/presenters/signing_presenter.h"

#include <QTest>

#include <algorithm>

using namespace keyturn;
using namespace keyturn::test;
using ui::SignedAs;
using ui::SigningFamily;
using ui::SigningForm;
using ui::SigningPresenter;

class TestSigningPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_desk = std::make_unique<Desk>();
        const auto sign = kms::KeyUsageType::SIGN_VERIFY;
        m_keys["RSA_2048"] = m_desk->addKeyOf(kms::KeySpec::RSA_2048, sign);
        m_keys["ECC_NIST_P384"] = m_desk->addKeyOf(kms::KeySpec::ECC_NIST_P384, sign);
        m_keys["ECC_NIST_EDWARDS25519"] = m_desk->addKeyOf(kms::KeySpec::ECC_NIST_EDWARDS25519, sign);
        m_keys["SM2"] = m_desk->addKeyOf(kms::KeySpec::SM2, sign);
        m_keys["HMAC_256"] = m_desk->addKeyOf(kms::KeySpec::HMAC_256, kms::KeyUsageType::GENERATE_VERIFY_MAC);
        m_desk->reload();
    }
    void cleanupTestCase() { m_desk.reset(); }

    void whatIsMadeVerifiesAndWhatIsChangedDoesNot_data() {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("algorithm");
        QTest::addColumn<int>("way");
        const auto row = [](const char *spec, const char *algorithm, SignedAs way) {
            QTest::addRow("%s, way %d", algorithm, int(way))
                << QString::fromLatin1(spec) << QString::fromLatin1(algorithm) << int(way);
        };
        row("RSA_2048", "RSASSA_PSS_SHA_256", SignedAs::Message);
        row("RSA_2048", "RSASSA_PSS_SHA_512", SignedAs::DigestMadeHere);
        row("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_384", SignedAs::DigestGiven);
        row("ECC_NIST_P384", "ECDSA_SHA_384", SignedAs::Message);
        row("ECC_NIST_P384", "ECDSA_SHA_384", SignedAs::DigestMadeHere);
        row("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", SignedAs::Message);
        row("ECC_NIST_EDWARDS25519", "ED25519_PH_SHA_512", SignedAs::DigestGiven);
        row("SM2", "SM2DSA", SignedAs::Message);
        row("HMAC_256", "HMAC_SHA_256", SignedAs::Message);
    }
    void whatIsMadeVerifiesAndWhatIsChangedDoesNot() {
        QFETCH(QString, spec);
        QFETCH(QString, algorithm);
        QFETCH(int, way);
        const SigningForm form{.keyId = m_keys.at(spec.toStdString()),
                               .algorithm = algorithm.toStdString(),
                               .as = SignedAs(way)};
        SigningPresenter presenter(m_desk->context(), familyOf(spec));
        const auto ways = presenter.waysFor(form.algorithm);
        QVERIFY(std::ranges::find(ways, form.as) != ways.end());
        const Bytes message = form.as == SignedAs::DigestGiven ? Bytes(digestBytes(algorithm), 7)
                                                               : toBytes("the order of the day");
        QCOMPARE(presenter.fault(form, message.size()), QString());
        presenter.make(form, SecretBytes::copyOf(message));
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY2(!presenter.error(), presenter.error() ? presenter.error()->serviceMessage.c_str() : "");
        const Bytes proof = presenter.proof();
        QVERIFY(!proof.empty());
        QVERIFY(presenter.verdict() == SigningPresenter::Verdict::None);

        presenter.verify(form, SecretBytes::copyOf(message), proof);
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.verdict() == SigningPresenter::Verdict::Matches);
        QVERIFY(presenter.proof().empty());

        Bytes other = message;
        other.back() ^= 1;
        presenter.verify(form, SecretBytes::copyOf(other), proof);
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.verdict() == SigningPresenter::Verdict::DoesNotMatch);
        QVERIFY(!presenter.error()); // a verdict of its own, with nothing to try again
    }

    void aDigestMadeHereGivesTheSignatureOfTheMessage() {
        const std::string key = m_keys.at("ECC_NIST_P384");
        SigningPresenter presenter(m_desk->context(), SigningFamily::Signature);
        const Bytes message(SigningPresenter::longestMessage + 1000, 0x61);
        const SigningForm whole{.keyId = key, .algorithm = "ECDSA_SHA_384"};
        QVERIFY(presenter.fault(whole, message.size()).contains(QStringLiteral("4096")));
        SigningForm digested = whole;
        digested.as = SignedAs::DigestMadeHere;
        QCOMPARE(presenter.fault(digested, message.size()), QString());
        const Bytes shorter(100, 0x61);
        presenter.make(digested, SecretBytes::copyOf(shorter));
        QTRY_VERIFY(!presenter.isBusy());
        const Bytes signature = presenter.proof();
        presenter.verify(whole, SecretBytes::copyOf(shorter), signature);
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.verdict() == SigningPresenter::Verdict::Matches);
        presenter.make(digested, SecretBytes::copyOf(message));
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(!presenter.proof().empty());
    }

    void onlyWhatGivesTheSameSignatureIsOffered_data() {
        QTest::addColumn<QString>("algorithm");
        QTest::addColumn<int>("ways");
        QTest::newRow("RSA") << QStringLiteral("RSASSA_PSS_SHA_256") << 3;
        QTest::newRow("ECDSA") << QStringLiteral("ECDSA_SHA_512") << 3;
        QTest::newRow("SM2: the public key goes into its digest") << QStringLiteral("SM2DSA") << 2;
        QTest::newRow("Ed25519 takes messages") << QStringLiteral("ED25519_SHA_512") << 1;
        QTest::newRow("Ed25519ph takes digests") << QStringLiteral("ED25519_PH_SHA_512") << 1;
        QTest::newRow("ML-DSA") << QStringLiteral("ML_DSA_SHAKE_256") << 1;
    }
    void onlyWhatGivesTheSameSignatureIsOffered() {
        QFETCH(QString, algorithm);
        QFETCH(int, ways);
        const SigningPresenter presenter(m_desk->context(), SigningFamily::Signature);
        QCOMPARE(int(presenter.waysFor(algorithm.toStdString()).size()), ways);
    }

    void whatCannotBeSentIsSaid_data() {
        QTest::addColumn<QString>("algorithm");
        QTest::addColumn<int>("way");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<int>("proof"); // -1: none is asked for
        QTest::addColumn<QString>("says");
        QTest::newRow("no algorithm") << QString() << 0 << 10 << -1 << QStringLiteral("algorithm");
        QTest::newRow("no message") << QStringLiteral("ECDSA_SHA_384") << 0 << 0 << -1
                                    << QStringLiteral("message");
        QTest::newRow("4096 bytes") << QStringLiteral("ECDSA_SHA_384") << 0 << 4096 << -1 << QString();
        QTest::newRow("4097 bytes") << QStringLiteral("ECDSA_SHA_384") << 0 << 4097 << -1
                                    << QStringLiteral("4096");
        QTest::newRow("digest too short")
            << QStringLiteral("ECDSA_SHA_384") << 2 << 32 << -1 << QStringLiteral("48 bytes");
        QTest::newRow("digest") << QStringLiteral("ECDSA_SHA_384") << 2 << 48 << -1 << QString();
        QTest::newRow("no signature")
            << QStringLiteral("ECDSA_SHA_384") << 0 << 10 << 0 << QStringLiteral("signature");
        QTest::newRow("signature") << QStringLiteral("ECDSA_SHA_384") << 0 << 10 << 96 << QString();
    }
    void whatCannotBeSentIsSaid() {
        QFETCH(QString, algorithm);
        QFETCH(int, way);
        QFETCH(int, bytes);
        QFETCH(int, proof);
        QFETCH(QString, says);
        const SigningPresenter presenter(m_desk->context(), SigningFamily::Signature);
        const QString fault =
            presenter.fault({.keyId = "alias/any", .algorithm = algorithm.toStdString(), .as = SignedAs(way)},
                            std::size_t(bytes), proof < 0 ? std::nullopt : std::optional(std::size_t(proof)));
        QVERIFY2(says.isEmpty() ? fault.isEmpty() : fault.contains(says), qPrintable(fault));
    }

    void anErrorIsNoVerdict() {
        SigningPresenter presenter(m_desk->context(), SigningFamily::Mac);
        const SigningForm form{.keyId = m_keys.at("HMAC_256"), .algorithm = "HMAC_SHA_512"};
        presenter.verify(form, SecretBytes::copyOf("message"), Bytes(64, 1));
        QTRY_VERIFY(!presenter.isBusy());
        QCOMPARE(presenter.error()->code, ErrorCode::InvalidKeyUsage);
        QVERIFY(presenter.verdict() == SigningPresenter::Verdict::None);
    }

    void aNoOfTheServiceIsBelieved() {
        // KMS never answers "false", an emulator may.
        Desk desk({.prepare = [](HeldKms &kms) {
            kms.answerBy(kms::OperationId::Verify, [](const kms::AnyRequest &) -> Result<kms::AnyReply> {
                kms::Verify::Reply reply;
                reply.signatureValid = false;
                return kms::AnyReply::of<kms::Verify>(std::move(reply));
            });
        }});
        SigningPresenter presenter(desk.context(), SigningFamily::Signature);
        presenter.verify({.keyId = "any", .algorithm = "ECDSA_SHA_256"}, SecretBytes::copyOf("m"),
                         Bytes(8, 1));
        QTRY_VERIFY(!presenter.isBusy());
        QVERIFY(presenter.verdict() == SigningPresenter::Verdict::DoesNotMatch);
    }

    void commandsHoldNoMessage() {
        const SigningPresenter presenter(m_desk->context(), SigningFamily::Signature);
        const QString command = presenter.makeCommand({.keyId = "alias/a", .algorithm = "ECDSA_SHA_256"});
        QVERIFY2(command.contains(QStringLiteral("--message fileb://FILE")), qPrintable(command));
        QVERIFY(command.contains(QStringLiteral("kms sign")));
    }

private:
    static SigningFamily familyOf(const QString &spec) {
        return spec.startsWith(QStringLiteral("HMAC")) ? SigningFamily::Mac : SigningFamily::Signature;
    }
    static std::size_t digestBytes(const QString &algorithm) {
        return algorithm.endsWith(QStringLiteral("384")) ? 48 : 64;
    }

    std::unique_ptr<Desk> m_desk;
    std::map<std::string, std::string> m_keys;
};

QTEST_MAIN(TestSigningPresenter)
#include "tst_signing_presenter.moc"
