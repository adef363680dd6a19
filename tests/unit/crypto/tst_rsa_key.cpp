// SPDX-License-Identifier: Apache-2.0
// RSA keys: generation, forms, limits, and what is refused.
#include "base/encoding.h"
#include "crypto/random.h"
#include "crypto/rsa_key.h"

#include <QObject>
#include <QTest>

#include <thread>

using namespace keyturn;
using namespace keyturn::crypto;

namespace {

/// One key of each size for the whole program: generating takes seconds.
const RsaKeyPair &key2048() {
    static const RsaKeyPair key = RsaKeyPair::generate(2048).value();
    return key;
}

template <class T>
ErrorCode codeOf(const Result<T> &result) {
    return result ? ErrorCode::Unknown : result.error().code;
}

} // namespace

class RsaKeyTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void generatesEachSize_data();
    void generatesEachSize();
    void otherSizesAreRefused_data();
    void otherSizesAreRefused();
    void longestPlaintext_data();
    void longestPlaintext();
    void hashesAndKeysDoNotMix();
    void everyCutAndFlipOfPkcs8();
    void spkiIsStrict();
    void generationStops();
    void oneKeyServesManyThreads();
};

void RsaKeyTest::generatesEachSize_data() {
    QTest::addColumn<uint>("bits");
    QTest::newRow("2048") << 2048U;
    QTest::newRow("3072") << 3072U;
    QTest::newRow("4096") << 4096U;
}

void RsaKeyTest::generatesEachSize() {
    QFETCH(const uint, bits);
    const auto key = RsaKeyPair::generate(bits);
    QVERIFY(key && key->sizeBits() == bits);
    const auto pkcs8 = key->toPkcs8();
    QVERIFY(pkcs8.has_value());
    const auto reread = RsaKeyPair::fromPkcs8(pkcs8->view());
    QVERIFY(reread.has_value());
    const auto publicKey = RsaPublicKey::fromSpki(key->publicKey().toSpki().value());
    QVERIFY(publicKey && publicKey->sizeBits() == bits);
    QCOMPARE(publicKey->toSpki().value(), reread->publicKey().toSpki().value());
    const auto ciphertext = publicKey->encryptOaep(OaepHash::Sha256, asBytes("secret"));
    QVERIFY(ciphertext && ciphertext->size() == bits / 8);
    const auto opened = reread->decryptOaep(OaepHash::Sha256, *ciphertext);
    QVERIFY(opened && opened->text() == "secret");
    QVERIFY(publicKey->encryptOaep(OaepHash::Sha256, asBytes("secret")).value() != *ciphertext);
}

void RsaKeyTest::otherSizesAreRefused_data() {
    QTest::addColumn<uint>("bits");
    for (const unsigned bits : {0U, 1024U, 2047U, 2056U, 8192U}) {
        QTest::addRow("%u", bits) << bits;
    }
}

void RsaKeyTest::otherSizesAreRefused() {
    QFETCH(const uint, bits);
    QCOMPARE(codeOf(RsaKeyPair::generate(bits)), ErrorCode::UnsupportedOperation);
}

void RsaKeyTest::longestPlaintext_data() {
    QTest::addColumn<bool>("sha1");
    QTest::addColumn<int>("limit");
    QTest::newRow("SHA-1") << true << 214;
    QTest::newRow("SHA-256") << false << 190;
}

void RsaKeyTest::longestPlaintext() {
    QFETCH(const bool, sha1);
    QFETCH(const int, limit);
    const OaepHash hash = sha1 ? OaepHash::Sha1 : OaepHash::Sha256;
    const auto size = static_cast<std::size_t>(limit);
    QCOMPARE(key2048().publicKey().maxPlaintextSizeBytes(hash), size);
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, size}) {
        const Bytes plaintext(length, 0x5a);
        const auto ciphertext = key2048().publicKey().encryptOaep(hash, plaintext);
        QVERIFY(ciphertext.has_value());
        const auto opened = key2048().decryptOaep(hash, *ciphertext);
        QVERIFY(opened && toBytes(opened->view()) == plaintext);
    }
    QCOMPARE(codeOf(key2048().publicKey().encryptOaep(hash, Bytes(size + 1))), ErrorCode::Usage);
}

void RsaKeyTest::hashesAndKeysDoNotMix() {
    const auto other = RsaKeyPair::generate(2048).value();
    Bytes ciphertext = key2048().publicKey().encryptOaep(OaepHash::Sha1, asBytes("x")).value();
    const auto refused = [&ciphertext](const RsaKeyPair &key, OaepHash hash) {
        return codeOf(key.decryptOaep(hash, ciphertext)) == ErrorCode::NotAuthentic;
    };
    QVERIFY(!refused(key2048(), OaepHash::Sha1));
    QVERIFY(refused(key2048(), OaepHash::Sha256));
    QVERIFY(refused(other, OaepHash::Sha1));
    ciphertext[100] ^= 1U;
    QVERIFY(refused(key2048(), OaepHash::Sha1));
    ciphertext.pop_back();
    QVERIFY(refused(key2048(), OaepHash::Sha1));
    ciphertext.clear();
    QVERIFY(refused(key2048(), OaepHash::Sha1));
    ciphertext.assign(256, 0xff); // above the modulus
    QVERIFY(refused(key2048(), OaepHash::Sha1));
}

void RsaKeyTest::everyCutAndFlipOfPkcs8() {
    const SecretBytes pkcs8 = key2048().toPkcs8().value();
    for (std::size_t size = 0; size < pkcs8.size(); ++size) {
        QCOMPARE(codeOf(RsaKeyPair::fromPkcs8(pkcs8.view().first(size))), ErrorCode::BadEncoding);
    }
    Bytes longer = toBytes(pkcs8.view());
    longer.push_back(0);
    QCOMPARE(codeOf(RsaKeyPair::fromPkcs8(longer)), ErrorCode::BadEncoding);
    Bytes longForm = toBytes(pkcs8.view()); // the algorithm's length in two bytes where one is enough
    longForm[3] = static_cast<std::uint8_t>(longForm[3] + 1);
    longForm.insert(longForm.begin() + 8, 0x81);
    QCOMPARE(codeOf(RsaKeyPair::fromPkcs8(longForm)), ErrorCode::BadEncoding);
    Bytes flipped = toBytes(pkcs8.view());
    int accepted = 0;
    for (std::size_t at = 0; at < flipped.size(); ++at) { // never a crash, and the form is checked throughout
        flipped[at] ^= 0x80U;
        const auto key = RsaKeyPair::fromPkcs8(flipped);
        accepted += key && key->toPkcs8()->text() != asText(flipped) ? 1 : 0;
        flipped[at] ^= 0x80U;
    }
    QCOMPARE(accepted, 0); // what is accepted is written back as it was read
}

void RsaKeyTest::spkiIsStrict() {
    Bytes spki = key2048().publicKey().toSpki().value();
    for (std::size_t size = 0; size < spki.size(); ++size) {
        QCOMPARE(codeOf(RsaPublicKey::fromSpki(ByteView(spki).first(size))), ErrorCode::BadEncoding);
    }
    spki.push_back(0);
    QCOMPARE(codeOf(RsaPublicKey::fromSpki(spki)), ErrorCode::BadEncoding);
    // an Ed25519 key (RFC 8410 section 10.1)
    const Bytes ed25519 = fromBase64("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").value();
    QCOMPARE(codeOf(RsaPublicKey::fromSpki(ed25519)), ErrorCode::BadEncoding);
}

void RsaKeyTest::generationStops() {
    CancelSource before;
    before.cancel();
    QCOMPARE(codeOf(RsaKeyPair::generate(4096, before.token())), ErrorCode::Cancelled);
    CancelSource during;
    std::atomic<bool> goOn{true};
    std::atomic<int> rounds{0};
    Result<RsaKeyPair> last = RsaKeyPair::generate(2048);
    const std::jthread worker([&] {
        while (goOn) { // whichever round the cancel meets, that round and all later ones say so
            ++rounds;
            last = RsaKeyPair::generate(4096, during.token());
            goOn = goOn && last.has_value();
        }
    });
    while (rounds == 0) {
        std::this_thread::yield();
    }
    during.cancel();
    while (goOn) {
        std::this_thread::yield();
    }
    QCOMPARE(codeOf(last), ErrorCode::Cancelled);
}

void RsaKeyTest::oneKeyServesManyThreads() {
    const RsaKeyPair &key = key2048();
    std::atomic<int> wrong{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                const auto sealed = key.publicKey().encryptOaep(OaepHash::Sha256, asBytes("text"));
                const auto opened =
                    sealed ? key.decryptOaep(OaepHash::Sha256, *sealed) : Result<SecretBytes>();
                wrong += opened && opened->text() == "text" ? 0 : 1;
            }
        });
    }
    threads.clear();
    QCOMPARE(wrong.load(), 0);
}

QTEST_APPLESS_MAIN(RsaKeyTest)
#include "tst_rsa_key.moc"
