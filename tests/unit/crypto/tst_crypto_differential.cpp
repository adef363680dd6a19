// SPDX-License-Identifier: Apache-2.0
// OAEP both ways with the `openssl` program: keys and ciphertexts of either side are the other's.
#include "child_process.h"

#include "base/atomic_file.h"
#include "crypto/rsa_key.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::crypto;

class CryptoDifferentialTest : public QObject {
    Q_OBJECT
private:
    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    bool save(const char *name, ByteView bytes) const {
        return writeFileAtomically(path(name).toStdString(), bytes, {}).has_value();
    }
    ChildOutcome pkeyutl(const QStringList &arguments, const QString &hash, ByteView input) const;

    QTemporaryDir m_folder;

private Q_SLOTS:
    void oaep_data();
    void oaep();
    void keysOfTheProgram_data();
    void keysOfTheProgram();
};

ChildOutcome CryptoDifferentialTest::pkeyutl(const QStringList &arguments, const QString &hash,
                                             ByteView input) const {
    const QStringList options{QStringLiteral("-keyform"), QStringLiteral("DER"),
                              QStringLiteral("-pkeyopt"), QStringLiteral("rsa_padding_mode:oaep"),
                              QStringLiteral("-pkeyopt"), QStringLiteral("rsa_oaep_md:") + hash,
                              QStringLiteral("-pkeyopt"), QStringLiteral("rsa_mgf1_md:") + hash};
    return runProgram(QStringLiteral("openssl"), QStringList(QStringLiteral("pkeyutl")) + arguments + options,
                      input);
}

void CryptoDifferentialTest::oaep_data() {
    QTest::addColumn<uint>("bits");
    QTest::addColumn<QString>("hash");
    for (const unsigned bits : {2048U, 3072U, 4096U}) {
        for (const char *hash : {"sha1", "sha256"}) {
            QTest::addRow("%u %s", bits, hash) << bits << QString::fromLatin1(hash);
        }
    }
}

void CryptoDifferentialTest::oaep() {
    QFETCH(const uint, bits);
    QFETCH(const QString, hash);
    const OaepHash ourHash = hash == QStringLiteral("sha1") ? OaepHash::Sha1 : OaepHash::Sha256;
    const auto key = RsaKeyPair::generate(bits);
    QVERIFY(key && save("key.der", key->toPkcs8()->view()) && save("public.der", *key->publicKey().toSpki()));
    const std::size_t most = key->publicKey().maxPlaintextSizeBytes(ourHash);
    for (const std::size_t size : {std::size_t{1}, std::size_t{32}, most}) {
        const Bytes plaintext(size, 0x42);
        const ChildOutcome theirs = pkeyutl({QStringLiteral("-encrypt"), QStringLiteral("-pubin"),
                                             QStringLiteral("-inkey"), path("public.der")},
                                            hash, plaintext);
        QCOMPARE(theirs.exitCode, 0);
        const auto opened = key->decryptOaep(ourHash, theirs.output);
        QVERIFY(opened && toBytes(opened->view()) == plaintext);

        const auto ours = key->publicKey().encryptOaep(ourHash, plaintext);
        QVERIFY(ours.has_value());
        const ChildOutcome openedThere =
            pkeyutl({QStringLiteral("-decrypt"), QStringLiteral("-inkey"), path("key.der")}, hash, *ours);
        QCOMPARE(openedThere.exitCode, 0);
        QCOMPARE(openedThere.output, plaintext);
    }
}

void CryptoDifferentialTest::keysOfTheProgram_data() {
    QTest::addColumn<QString>("algorithm");
    QTest::addColumn<QString>("option");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("RSA 2048") << "RSA"
                              << "rsa_keygen_bits:2048" << true;
    QTest::newRow("RSA 3072") << "RSA"
                              << "rsa_keygen_bits:3072" << true;
    QTest::newRow("exponent 3") << "RSA"
                                << "rsa_keygen_pubexp:3" << true;
    QTest::newRow("RSA 1024") << "RSA"
                              << "rsa_keygen_bits:1024" << false;
    QTest::newRow("three primes") << "RSA"
                                  << "rsa_keygen_primes:3" << false;
    QTest::newRow("RSA-PSS") << "RSA-PSS"
                             << "rsa_keygen_bits:2048" << false;
    QTest::newRow("P-256") << "EC"
                           << "ec_paramgen_curve:P-256" << false;
}

void CryptoDifferentialTest::keysOfTheProgram() {
    QFETCH(const QString, algorithm);
    QFETCH(const QString, option);
    QFETCH(const bool, accepted);
    const ChildOutcome made =
        runProgram(QStringLiteral("openssl"),
                   {QStringLiteral("genpkey"), QStringLiteral("-algorithm"), algorithm,
                    QStringLiteral("-pkeyopt"), option, QStringLiteral("-outform"), QStringLiteral("DER")});
    QCOMPARE(made.exitCode, 0);
    const ChildOutcome pkcs8 = runProgram(
        QStringLiteral("openssl"),
        {QStringLiteral("pkcs8"), QStringLiteral("-topk8"), QStringLiteral("-nocrypt"),
         QStringLiteral("-inform"), QStringLiteral("DER"), QStringLiteral("-outform"), QStringLiteral("DER")},
        made.output);
    QCOMPARE(pkcs8.exitCode, 0);
    const auto fromPkcs8 = RsaKeyPair::fromPkcs8(pkcs8.output);
    QCOMPARE(fromPkcs8.has_value(), accepted);
    if (accepted) {
        QCOMPARE(toBytes(fromPkcs8->toPkcs8()->view()), pkcs8.output);
        const ChildOutcome spki =
            runProgram(QStringLiteral("openssl"),
                       {QStringLiteral("pkey"), QStringLiteral("-inform"), QStringLiteral("DER"),
                        QStringLiteral("-pubout"), QStringLiteral("-outform"), QStringLiteral("DER")},
                       made.output);
        QCOMPARE(fromPkcs8->publicKey().toSpki().value(), spki.output);
    }
}

QTEST_APPLESS_MAIN(CryptoDifferentialTest)
#include "tst_crypto_differential.moc"
