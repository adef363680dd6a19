// SPDX-License-Identifier: Apache-2.0
// Outside vectors for signatures, MACs and key agreement: every `valid` is accepted, every `invalid` refused,
// and what became of `acceptable` is fixed here with the numbers, so that a file that lost tests is noticed.
#include "vector_file.h"

#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/rsa_key.h"

#include <QObject>
#include <QTest>

#include <functional>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::crypto;

namespace {

/// Whether a test's signature or tag is accepted; the group names the key.
using Check = std::function<bool(const nlohmann::json &group, const nlohmann::json &test)>;

bool ecdsa(const nlohmann::json &group, const nlohmann::json &test) {
    const auto key = EcPublicKey::fromSpki(hexField(group, "publicKeyDer"));
    const auto digest = key ? digestOf(hashOf(key->curve()), hexField(test, "msg")) : Result<Bytes>();
    return digest && key->verify(*digest, hexField(test, "sig")).has_value();
}

bool ed25519(const nlohmann::json &group, const nlohmann::json &test) {
    const auto key = Ed25519PublicKey::fromSpki(hexField(group, "publicKeyDer"));
    return key && key->verify(Ed25519Form::Pure, hexField(test, "msg"), hexField(test, "sig")).has_value();
}

Check rsa(RsaPadding padding) {
    return [padding](const nlohmann::json &group, const nlohmann::json &test) {
        const auto key = RsaPublicKey::fromSpki(hexField(group, "publicKeyDer"));
        const Bytes digest = digestOf(Hash::Sha256, hexField(test, "msg")).value();
        return key && key->verify(padding, Hash::Sha256, digest, hexField(test, "sig")).has_value();
    };
}

/// KMS has no shortened tags: a shorter one is refused whatever it is.
Check hmac(Hash hash) {
    return [hash](const nlohmann::json &, const nlohmann::json &test) {
        const HmacKey key(hash, SecretBytes::copyOf(hexField(test, "key")));
        return key.verify(hexField(test, "msg"), hexField(test, "tag")).has_value();
    };
}

/// PKCS#8 of a P-256 number without its public key.
Bytes pkcs8OfP256(Bytes number) {
    number.erase(number.begin(), number.begin() + std::max<std::ptrdiff_t>(0, std::ssize(number) - 32));
    number.insert(number.begin(), 32 - number.size(), 0);
    Bytes der = fromHex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420").value();
    der.insert(der.end(), number.begin(), number.end());
    return der;
}

bool ecdh(const nlohmann::json &, const nlohmann::json &test) {
    const auto own = EcKeyPair::fromPkcs8(pkcs8OfP256(hexField(test, "private")));
    const auto peer = EcPublicKey::fromSpki(hexField(test, "public"));
    if (!own || !peer) {
        return false;
    }
    const auto shared = own->agree(*peer);
    return shared && toBytes(shared->view()) == hexField(test, "shared");
}

struct File {
    const char *name;
    Check accepts;
    int valid;
    int acceptable; ///< of those marked so, the ones that we accept
    int refused;
    int tagBits = 0;   ///< of a whole tag
    int shortened = 0; ///< valid tags that were cut, which are refused
};

std::vector<File> files() {
    return {
        {"ecdsa_secp256r1_sha256", ecdsa, 174, 0, 310},
        {"ecdsa_secp384r1_sha384", ecdsa, 194, 0, 310},
        {"ecdsa_secp521r1_sha512", ecdsa, 232, 0, 310},
        {"ecdsa_secp256k1_sha256", ecdsa, 168, 0, 308},
        {"ed25519", ed25519, 88, 0, 63},
        {"rsa_pss_2048_sha256_mgf1_32", rsa(RsaPadding::Pss), 63, 0, 45},
        {"rsa_signature_2048_sha256", rsa(RsaPadding::Pkcs1), 9, 0, 250},
        {"ecdh_secp256r1", ecdh, 330, 1, 281},
        {"hmac_sha224", hmac(Hash::Sha224), 33, 0, 106, 224, 33},
        {"hmac_sha256", hmac(Hash::Sha256), 33, 0, 108, 256, 33},
        {"hmac_sha384", hmac(Hash::Sha384), 33, 0, 108, 384, 33},
        {"hmac_sha512", hmac(Hash::Sha512), 33, 0, 108, 512, 33},
    };
}

} // namespace

class SignatureVectorsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wycheproof_data();
    void wycheproof();
    void ed25519phOfRfc8032();
};

void SignatureVectorsTest::wycheproof_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const File &file : files()) {
        QTest::newRow(file.name) << index++;
    }
}

void SignatureVectorsTest::wycheproof() {
    QFETCH(const int, index);
    const File file = files()[static_cast<std::size_t>(index)];
    const std::string relative = "wycheproof/" + std::string(file.name) + "_test.json";
    const auto vectors = readVectors(relative);
    if (!vectors) {
        QSKIP(vectorsMissing(relative).c_str());
    }
    int valid = 0;
    int acceptable = 0;
    int refused = 0;
    int shortened = 0;
    for (const auto &group : vectors->at("testGroups")) {
        const bool cut = group.value("tagSize", file.tagBits) != file.tagBits;
        for (const auto &test : group.at("tests")) {
            const bool accepted = file.accepts(group, test);
            const std::string result = test.at("result");
            const QString label = QStringLiteral("tcId %1").arg(test.at("tcId").get<int>());
            QVERIFY2(result != "invalid" || !accepted, qPrintable(label));
            QVERIFY2(result != "valid" || accepted != cut, qPrintable(label));
            valid += accepted && result == "valid" ? 1 : 0;
            acceptable += accepted && result == "acceptable" ? 1 : 0;
            shortened += !accepted && result == "valid" ? 1 : 0;
            refused += !accepted && result != "valid" ? 1 : 0;
        }
    }
    std::printf("vectors %s: %d valid and %d acceptable accepted, %d refused, %d cut tags refused\n",
                file.name, valid, acceptable, refused, shortened);
    QCOMPARE(valid, file.valid);
    QCOMPARE(acceptable, file.acceptable);
    QCOMPARE(refused, file.refused);
    QCOMPARE(shortened, file.shortened);
}

void SignatureVectorsTest::ed25519phOfRfc8032() { // section 7.3
    const Bytes pkcs8 = fromHex("302e020100300506032b657004220420"
                                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42")
                            .value();
    const auto key = Ed25519KeyPair::fromPkcs8(pkcs8);
    QVERIFY(key.has_value());
    QCOMPARE(toHex(key->publicKey().toSpki()).substr(24),
             std::string("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"));
    const auto signature = key->sign(Ed25519Form::Prehashed, asBytes("abc"));
    QVERIFY(signature.has_value());
    QCOMPARE(toHex(*signature),
             std::string("98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
                         "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"));
    QVERIFY(key->publicKey().verify(Ed25519Form::Prehashed, asBytes("abc"), *signature).has_value());
    QVERIFY(!key->publicKey().verify(Ed25519Form::Pure, asBytes("abc"), *signature));
    QVERIFY(!key->publicKey().verify(Ed25519Form::Prehashed, asBytes("abd"), *signature));
}

QTEST_APPLESS_MAIN(SignatureVectorsTest)
#include "tst_signature_vectors.moc"
