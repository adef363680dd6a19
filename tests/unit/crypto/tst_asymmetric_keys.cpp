// SPDX-License-Identifier: Apache-2.0
// Elliptic-curve and Ed25519 keys and RSA signatures: both ways with the openssl program, the forms that
// they are kept in, and what is refused.
#include "child_process.h"

#include "base/encoding.h"
#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/rsa_key.h"

#include <QFile>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::crypto;
using keyturn::test::runProgram;

namespace {

template <class T>
ErrorCode codeOf(const Result<T> &result) {
    return result ? ErrorCode::Unknown : result.error().code;
}

struct Named {
    Curve curve;
    const char *openssl;
    const char *digest;
};
constexpr Named curves[] = {{Curve::P256, "prime256v1", "sha256"},
                            {Curve::P384, "secp384r1", "sha384"},
                            {Curve::P521, "secp521r1", "sha512"},
                            {Curve::Secp256k1, "secp256k1", "sha256"},
                            {Curve::Sm2, "SM2", "sm3"}};

Result<Bytes> hashed(const EcPublicKey &key, ByteView message) {
    return key.curve() == Curve::Sm2 ? key.sm2Digest(message) : digestOf(hashOf(key.curve()), message);
}

void curveRows() {
    QTest::addColumn<int>("index");
    for (int index = 0; index < static_cast<int>(std::size(curves)); ++index) {
        QTest::newRow(curves[index].openssl) << index;
    }
}

/// A folder that files for the openssl program are put into.
class Folder {
public:
    QString put(const QString &name, ByteView bytes) const {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly)) {
            qFatal("no file for openssl");
        }
        file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<qint64>(bytes.size()));
        return path(name);
    }
    QString path(const QString &name) const { return m_folder.filePath(name); }
    Bytes read(const QString &name) const {
        QFile file(path(name));
        const QByteArray bytes = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        return {bytes.begin(), bytes.end()};
    }

private:
    QTemporaryDir m_folder;
};

bool openssl(const QString &arguments) {
    return runProgram(QStringLiteral("openssl"), arguments.split(u' ')).exitCode == 0;
}

QString sm2Id(Curve curve) {
    return curve == Curve::Sm2 ? QStringLiteral(" -pkeyopt distid:1234567812345678") : QString();
}

} // namespace

class AsymmetricKeysTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void opensslVerifiesAndSigns_data() { curveRows(); }
    void opensslVerifiesAndSigns();
    void opensslsKeysAreRead_data() { curveRows(); }
    void opensslsKeysAreRead();
    void cutsAndFlipsOfPkcs8_data() { curveRows(); }
    void cutsAndFlipsOfPkcs8();
    void agreement_data() { curveRows(); }
    void agreement();
    void sm2Encryption();
    void ed25519BothWays();
    void rsaSignaturesBothWays_data();
    void rsaSignaturesBothWays();
    void refusals();
};

void AsymmetricKeysTest::opensslVerifiesAndSigns() {
    QFETCH(const int, index);
    const Named &named = curves[index];
    QVERIFY(hasCurve(named.curve));
    const auto key = EcKeyPair::generate(named.curve).value();
    const Folder folder;
    const QString message = folder.put(QStringLiteral("message"), asBytes("to be signed"));
    const QString pkcs8 = folder.put(QStringLiteral("key"), key.toPkcs8()->view());
    const QString spki = folder.put(QStringLiteral("public"), key.publicKey().toSpki().value());
    const Bytes digest = hashed(key.publicKey(), asBytes("to be signed")).value();
    const Bytes signature = key.sign(digest).value();
    const QString ours = folder.put(QStringLiteral("ours"), signature);
    const QString common =
        QStringLiteral(" -rawin -digest %1 -keyform DER -in %2").arg(QLatin1String(named.digest), message) +
        sm2Id(named.curve);
    QVERIFY(openssl(QStringLiteral("pkeyutl -verify -pubin -inkey %1 -sigfile %2").arg(spki, ours) + common));
    const QString theirs = folder.path(QStringLiteral("theirs"));
    QVERIFY(openssl(QStringLiteral("pkeyutl -sign -inkey %1 -out %2").arg(pkcs8, theirs) + common));
    const Bytes given = folder.read(QStringLiteral("theirs"));
    QVERIFY(key.publicKey().verify(digest, given).has_value());
    Bytes flipped = given;
    flipped.back() ^= 1U;
    QCOMPARE(codeOf(key.publicKey().verify(digest, flipped)), ErrorCode::NotAuthentic);
    QCOMPARE(codeOf(key.publicKey().verify(digest, {})), ErrorCode::NotAuthentic);
    Bytes otherDigest = digest;
    otherDigest[0] ^= 1U;
    QCOMPARE(codeOf(key.publicKey().verify(otherDigest, given)), ErrorCode::NotAuthentic);
    QCOMPARE(codeOf(key.sign(ByteView(digest).subspan(1))), ErrorCode::Usage);
}

void AsymmetricKeysTest::opensslsKeysAreRead() {
    QFETCH(const int, index);
    const Named &named = curves[index];
    const Folder folder;
    const QString pem = folder.path(QStringLiteral("pem"));
    const QString der = folder.path(QStringLiteral("der"));
    const QString spki = folder.path(QStringLiteral("spki"));
    const QString algorithm = named.curve == Curve::Sm2 ? QStringLiteral("SM2")
                                                        : QStringLiteral("EC -pkeyopt ec_paramgen_curve:") +
                                                              QLatin1String(named.openssl);
    QVERIFY(openssl(QStringLiteral("genpkey -algorithm %1 -out %2").arg(algorithm, pem)));
    QVERIFY(openssl(QStringLiteral("pkcs8 -topk8 -nocrypt -in %1 -outform DER -out %2").arg(pem, der)));
    QVERIFY(openssl(QStringLiteral("pkey -in %1 -pubout -outform DER -out %2").arg(pem, spki)));
    const auto key = EcKeyPair::fromPkcs8(folder.read(QStringLiteral("der")));
    QVERIFY(key.has_value());
    QCOMPARE(key->publicKey().toSpki().value(), folder.read(QStringLiteral("spki")));
    QVERIFY(toBytes(key->toPkcs8()->view()) == folder.read(QStringLiteral("der")));
}

void AsymmetricKeysTest::cutsAndFlipsOfPkcs8() {
    QFETCH(const int, index);
    const auto key = EcKeyPair::generate(curves[index].curve).value();
    const SecretBytes pkcs8 = key.toPkcs8().value();
    for (std::size_t size = 0; size < pkcs8.size(); ++size) {
        QCOMPARE(codeOf(EcKeyPair::fromPkcs8(pkcs8.view().first(size))), ErrorCode::BadEncoding);
    }
    Bytes flipped = toBytes(pkcs8.view()); // the public point pins every bit of the number
    for (std::size_t at = 0; at < flipped.size(); ++at) {
        flipped[at] ^= 0x20U;
        QVERIFY2(!EcKeyPair::fromPkcs8(flipped), qPrintable(QString::number(at)));
        flipped[at] ^= 0x20U;
    }
    Bytes spki = key.publicKey().toSpki().value();
    for (std::size_t size = 0; size < spki.size(); ++size) {
        QCOMPARE(codeOf(EcPublicKey::fromSpki(ByteView(spki).first(size))), ErrorCode::BadEncoding);
    }
    spki.back() ^= 1U; // a point off the curve
    QCOMPARE(codeOf(EcPublicKey::fromSpki(spki)), ErrorCode::BadEncoding);
}

void AsymmetricKeysTest::agreement() {
    QFETCH(const int, index);
    const Named &named = curves[index];
    const auto one = EcKeyPair::generate(named.curve).value();
    const auto two = EcKeyPair::generate(named.curve).value();
    const auto shared = one.agree(two.publicKey());
    QVERIFY(shared && shared->text() == two.agree(one.publicKey())->text());
    const auto other = EcKeyPair::generate(named.curve == Curve::P256 ? Curve::P384 : Curve::P256).value();
    QCOMPARE(codeOf(one.agree(other.publicKey())), ErrorCode::Usage);
    if (named.curve == Curve::Sm2) {
        return; // the openssl program derives nothing on it
    }
    const Folder folder;
    const QString key = folder.put(QStringLiteral("key"), one.toPkcs8()->view());
    const QString spki = folder.put(QStringLiteral("peer"), two.publicKey().toSpki().value());
    const QString peer = folder.path(QStringLiteral("peer.pem"));
    QVERIFY(openssl(QStringLiteral("pkey -pubin -inform DER -in %1 -out %2").arg(spki, peer)));
    const QString out = folder.path(QStringLiteral("out"));
    QVERIFY(openssl(
        QStringLiteral("pkeyutl -derive -keyform DER -inkey %1 -peerkey %2 -out %3").arg(key, peer, out)));
    QVERIFY(toBytes(shared->view()) == folder.read(QStringLiteral("out")));
}

void AsymmetricKeysTest::sm2Encryption() {
    const auto key = EcKeyPair::generate(Curve::Sm2).value();
    const Bytes ciphertext = key.publicKey().encryptSm2(asBytes("for SM2")).value();
    QCOMPARE(key.decryptSm2(ciphertext)->text(), std::string_view("for SM2"));
    const Folder folder;
    const QString in = folder.put(QStringLiteral("in"), ciphertext);
    const QString pkcs8 = folder.put(QStringLiteral("key"), key.toPkcs8()->view());
    const QString out = folder.path(QStringLiteral("out"));
    QVERIFY(openssl(
        QStringLiteral("pkeyutl -decrypt -keyform DER -inkey %1 -in %2 -out %3").arg(pkcs8, in, out)));
    QCOMPARE(folder.read(QStringLiteral("out")), toBytes(std::string_view("for SM2")));
    for (std::size_t at = 0; at < ciphertext.size(); ++at) {
        Bytes flipped = ciphertext;
        flipped[at] ^= 4U;
        QCOMPARE(codeOf(key.decryptSm2(flipped)), ErrorCode::NotAuthentic);
    }
    QCOMPARE(codeOf(key.decryptSm2({})), ErrorCode::NotAuthentic);
    const auto other = EcKeyPair::generate(Curve::P256).value();
    QCOMPARE(codeOf(other.decryptSm2(ciphertext)), ErrorCode::UnsupportedOperation);
    QCOMPARE(codeOf(other.publicKey().encryptSm2(asBytes("x"))), ErrorCode::UnsupportedOperation);
    const Bytes longest(1024, 0x5a);
    const Bytes wide = key.publicKey().encryptSm2(longest).value();
    QCOMPARE(toBytes(key.decryptSm2(wide)->view()), longest);
}

void AsymmetricKeysTest::ed25519BothWays() {
    const auto key = Ed25519KeyPair::generate().value();
    const Folder folder;
    const QString message = folder.put(QStringLiteral("message"), asBytes("to be signed"));
    const QString pkcs8 = folder.put(QStringLiteral("key"), key.toPkcs8().view());
    const QString spki = folder.put(QStringLiteral("public"), key.publicKey().toSpki());
    const Bytes signature = key.sign(Ed25519Form::Pure, asBytes("to be signed")).value();
    const QString ours = folder.put(QStringLiteral("ours"), signature);
    const QString common = QStringLiteral(" -rawin -keyform DER -in ") + message;
    QVERIFY(openssl(QStringLiteral("pkeyutl -verify -pubin -inkey %1 -sigfile %2").arg(spki, ours) + common));
    const QString theirs = folder.path(QStringLiteral("theirs"));
    QVERIFY(openssl(QStringLiteral("pkeyutl -sign -inkey %1 -out %2").arg(pkcs8, theirs) + common));
    QCOMPARE(folder.read(QStringLiteral("theirs")), signature); // RFC 8032: no chance in it
    const auto reread = Ed25519KeyPair::fromPkcs8(key.toPkcs8().view());
    QVERIFY(reread && reread->publicKey().toSpki() == key.publicKey().toSpki());
    for (std::size_t size = 0; size < key.toPkcs8().size(); ++size) {
        QCOMPARE(codeOf(Ed25519KeyPair::fromPkcs8(key.toPkcs8().view().first(size))), ErrorCode::BadEncoding);
        QVERIFY(!key.publicKey().verify(Ed25519Form::Pure, asBytes("to be signed"),
                                        ByteView(signature).first(size % signature.size())));
    }
    const Bytes curveKey = EcKeyPair::generate(Curve::P256)->publicKey().toSpki().value();
    QCOMPARE(codeOf(Ed25519PublicKey::fromSpki(curveKey)), ErrorCode::BadEncoding);
}

void AsymmetricKeysTest::rsaSignaturesBothWays_data() {
    QTest::addColumn<int>("hash");
    QTest::addColumn<bool>("pss");
    QTest::addColumn<QString>("name");
    for (const auto &[hash, name] : {std::pair(Hash::Sha256, "sha256"), std::pair(Hash::Sha384, "sha384"),
                                     std::pair(Hash::Sha512, "sha512")}) {
        QTest::addRow("PSS %s", name) << int(hash) << true << QString(QLatin1String(name));
        QTest::addRow("PKCS #1 %s", name) << int(hash) << false << QString(QLatin1String(name));
    }
}

void AsymmetricKeysTest::rsaSignaturesBothWays() {
    QFETCH(const int, hash);
    QFETCH(const bool, pss);
    QFETCH(const QString, name);
    static const RsaKeyPair key = RsaKeyPair::generate(2048).value();
    const auto padding = pss ? RsaPadding::Pss : RsaPadding::Pkcs1;
    const auto by = Hash(hash);
    const Bytes digest = digestOf(by, asBytes("to be signed")).value();
    const Bytes signature = key.sign(padding, by, digest).value();
    const Folder folder;
    const QString in = folder.put(QStringLiteral("digest"), digest);
    const QString pkcs8 = folder.put(QStringLiteral("key"), key.toPkcs8()->view());
    const QString spki = folder.put(QStringLiteral("public"), key.publicKey().toSpki().value());
    const QString ours = folder.put(QStringLiteral("ours"), signature);
    const auto common = [&](const QString &salt) -> QString {
        const QString start =
            QStringLiteral(" -keyform DER -in %1 -pkeyopt digest:%2 -pkeyopt rsa_padding_mode:")
                .arg(in, name);
        const QString mode =
            pss ? QString(QStringLiteral("pss -pkeyopt rsa_pss_saltlen:") + salt) : QStringLiteral("pkcs1");
        return start + mode;
    };
    const QString whole = common(QString::number(hashSizeBytes(by)));
    QVERIFY(openssl(QStringLiteral("pkeyutl -verify -pubin -inkey %1 -sigfile %2").arg(spki, ours) + whole));
    const QString theirs = folder.path(QStringLiteral("theirs"));
    QVERIFY(openssl(QStringLiteral("pkeyutl -sign -inkey %1 -out %2").arg(pkcs8, theirs) + whole));
    const auto publicKey = key.publicKey();
    QVERIFY(publicKey.verify(padding, by, digest, folder.read(QStringLiteral("theirs"))).has_value());
    if (pss) { // a salt of another length is none of KMS's
        QVERIFY(openssl(QStringLiteral("pkeyutl -sign -inkey %1 -out %2").arg(pkcs8, theirs) +
                        common(QStringLiteral("20"))));
        const Bytes shortSalt = folder.read(QStringLiteral("theirs"));
        QCOMPARE(codeOf(publicKey.verify(padding, by, digest, shortSalt)), ErrorCode::NotAuthentic);
    }
    const auto other = pss ? RsaPadding::Pkcs1 : RsaPadding::Pss;
    QCOMPARE(codeOf(publicKey.verify(other, by, digest, signature)), ErrorCode::NotAuthentic);
    QCOMPARE(codeOf(publicKey.verify(padding, by, digest, ByteView(signature).subspan(1))),
             ErrorCode::NotAuthentic);
    QCOMPARE(codeOf(key.sign(padding, by, ByteView(digest).subspan(1))), ErrorCode::Usage);
}

void AsymmetricKeysTest::refusals() {
    // An RSA key, and a number of zero and one that is the order, are no keys of a curve.
    const Bytes rsa = RsaKeyPair::generate(2048)->publicKey().toSpki().value();
    QCOMPARE(codeOf(EcPublicKey::fromSpki(rsa)), ErrorCode::BadEncoding);
    const std::string form = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
    const std::string order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    QCOMPARE(codeOf(EcKeyPair::fromPkcs8(fromHex(form + std::string(64, '0')).value())),
             ErrorCode::BadEncoding);
    QCOMPARE(codeOf(EcKeyPair::fromPkcs8(fromHex(form + order).value())), ErrorCode::BadEncoding);
    QVERIFY(EcKeyPair::fromPkcs8(fromHex(form + std::string(63, '0') + "1").value()).has_value());
    // The tag of another length, key or message.
    const HmacKey mac(Hash::Sha384, SecretBytes::copyOf(std::string_view("a key")));
    const Bytes tag = mac.compute(asBytes("message")).value();
    QVERIFY(mac.verify(asBytes("message"), tag).has_value());
    QCOMPARE(codeOf(mac.verify(asBytes("message"), ByteView(tag).first(47))), ErrorCode::NotAuthentic);
    QCOMPARE(codeOf(mac.verify(asBytes("Message"), tag)), ErrorCode::NotAuthentic);
    const HmacKey other(Hash::Sha384, SecretBytes::copyOf(std::string_view("another")));
    QCOMPARE(codeOf(other.verify(asBytes("message"), tag)), ErrorCode::NotAuthentic);
}

QTEST_APPLESS_MAIN(AsymmetricKeysTest)
#include "tst_asymmetric_keys.moc"
