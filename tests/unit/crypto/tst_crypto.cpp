// SPDX-License-Identifier: Apache-2.0
// What the symmetric primitives promise beyond the vectors: parts are one message, sizes are checked, every
// bit counts, nothing is given out when a tag is wrong.
#include "base/encoding.h"
#include "crypto/aes256_gcm.h"
#include "crypto/committing_aead.h"
#include "crypto/kbkdf.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <QObject>
#include <QTest>

#include <atomic>
#include <random>
#include <thread>

using namespace keyturn;
using namespace keyturn::crypto;

namespace {

Bytes randomBytes(std::size_t size) {
    Bytes bytes(size);
    [[maybe_unused]] const bool filled = fillRandom(bytes).has_value();
    return bytes;
}

/// A message cut at random places; empty parts occur.
std::vector<ByteView> cut(ByteView message, std::mt19937 &random) {
    std::vector<ByteView> parts;
    while (!message.empty()) {
        const std::size_t size = std::uniform_int_distribution<std::size_t>(0, message.size())(random);
        parts.push_back(message.first(size));
        message = message.subspan(size);
    }
    return parts;
}

Bytes opensslHmac(ByteView key, ByteView message) {
    EVP_MAC *mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    static constexpr std::uint8_t nothing = 0;
    Bytes tag(32);
    std::size_t size = 0;
    const bool done = EVP_MAC_init(context, key.empty() ? &nothing : key.data(), key.size(), params) == 1 &&
                      EVP_MAC_update(context, message.data(), message.size()) == 1 &&
                      EVP_MAC_final(context, tag.data(), &size, tag.size()) == 1;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
    return done ? tag : Bytes();
}

Bytes opensslKbkdf(Bytes key, std::string label, Bytes context, std::size_t size) {
    EVP_KDF *kdf = EVP_KDF_fetch(nullptr, "KBKDF", nullptr);
    EVP_KDF_CTX *kdfContext = EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    char mac[] = "HMAC";
    char mode[] = "COUNTER";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MAC, mac, 0),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MODE, mode, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, label.data(), label.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, context.data(), context.size()),
        OSSL_PARAM_construct_end()};
    Bytes out(size);
    const bool done = EVP_KDF_derive(kdfContext, out.data(), out.size(), params) == 1;
    EVP_KDF_CTX_free(kdfContext);
    EVP_KDF_free(kdf);
    return done ? out : Bytes();
}

struct GcmCase {
    Bytes key = randomBytes(32);
    Bytes iv = randomBytes(12);
    Bytes aad = randomBytes(40);
    Bytes plaintext = randomBytes(100);

    Bytes sealed() const { return Aes256Gcm::seal(key, iv, ByteView(aad), plaintext).value(); }
};

} // namespace

class CryptoTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sha256KnownAnswers();
    void sha256InPieces();
    void hmacAgreesWithOpenssl();
    void hmacVerifiesCutTags();
    void oneMacServesManyThreads();
    void kbkdfAgreesWithOpenssl();
    void kbkdfLabelsAndContextsCount();
    void gcmAssociatedDataInParts();
    void gcmWrongSizes_data();
    void gcmWrongSizes();
    void gcmEveryBitCounts();
    void gcmGivesNothingOut();
    void committingAeadBindsEverything();
    void randomBytesDiffer();
};

void CryptoTest::sha256KnownAnswers() {
    // FIPS 180-4 examples
    QCOMPARE(toHex(sha256(asBytes(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    QCOMPARE(toHex(sha256(asBytes("abc"))),
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    QCOMPARE(toHex(sha256(asBytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

void CryptoTest::sha256InPieces() {
    const Bytes message = randomBytes(200);
    const Sha256Digest whole = sha256(message);
    Sha256 running;
    for (std::size_t at = 0; at <= message.size(); ++at) {
        const ByteView head = ByteView(message).first(at);
        const ByteView tail = ByteView(message).subspan(at);
        QCOMPARE(sha256({head, tail}), whole);
        running.update(head);
        Sha256 fork = running;
        running.update(tail);
        fork.update(tail);
        QCOMPARE(running.finish(), whole); // and starts anew
        QCOMPARE(fork.finish(), whole);
    }
}

void CryptoTest::hmacAgreesWithOpenssl() {
    std::mt19937 random(20261122);
    for (std::size_t i = 0; i < 1000; ++i) {
        const Bytes key = randomBytes(i % 150); // across the block size of 64
        const Bytes message = randomBytes(i % 300);
        const Bytes expected = opensslHmac(key, message);
        const HmacSha256 mac(key);
        const auto parts = cut(message, random);
        QCOMPARE(toHex(mac.compute(ByteParts(std::span<const ByteView>(parts)))), toHex(expected));
        QCOMPARE(toHex(hmacSha256(key, message)), toHex(expected));
    }
}

void CryptoTest::hmacVerifiesCutTags() {
    const HmacSha256 mac(asBytes("key"));
    const ByteView message = asBytes("message");
    const HmacSha256Tag tag = mac.compute(message);
    for (std::size_t size = 0; size <= tag.size(); ++size) {
        QCOMPARE(mac.verify(message, ByteView(tag).first(size)), size >= 16);
    }
    Bytes longer = toBytes(tag);
    longer.push_back(0);
    QVERIFY(!mac.verify(message, longer));
    Bytes wrong = toBytes(tag);
    wrong.back() ^= 1U;
    QVERIFY(!mac.verify(message, wrong));
}

void CryptoTest::oneMacServesManyThreads() {
    const HmacSha256 mac(asBytes("one key"));
    const Kbkdf kdf(asBytes("one key"));
    std::atomic<int> wrong{0};
    const HmacSha256Tag expected = mac.compute(asBytes("message"));
    const Bytes derived = toBytes(kdf.derive("label", asBytes("context"), 64).view());
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 2000; ++round) {
                Bytes out(64);
                kdf.derive("label", asBytes("context"), out);
                wrong += mac.compute(asBytes("message")) == expected && out == derived ? 0 : 1;
            }
        });
    }
    threads.clear();
    QCOMPARE(wrong.load(), 0);
}

void CryptoTest::kbkdfAgreesWithOpenssl() {
    for (std::size_t i = 0; i < 200; ++i) {
        const Bytes key = randomBytes(32);
        const std::string label = toHex(randomBytes(1 + i % 10));
        const Bytes context = randomBytes(1 + i % 60);
        const std::size_t size = 1 + i % 130;
        const Kbkdf kdf(key);
        const SecretBytes ours = kdf.derive(
            label,
            {ByteView(context).first(i % context.size()), ByteView(context).subspan(i % context.size())},
            size);
        QCOMPARE(toHex(ours.view()), toHex(opensslKbkdf(key, label, context, size)));
    }
}

void CryptoTest::kbkdfLabelsAndContextsCount() {
    const Kbkdf kdf(randomBytes(32));
    const auto derive = [&kdf](std::string_view label, std::string_view context, std::size_t size) {
        return toHex(kdf.derive(label, asBytes(context), size).view());
    };
    const std::string reference = derive("row", "context", 32);
    QVERIFY(derive("root", "context", 32) != reference);
    QVERIFY(derive("row", "contexT", 32) != reference);
    QVERIFY(derive("row", "context", 64).substr(0, 64) != reference); // the length is part of the input
    QVERIFY(derive("rowcon", "text", 32) != derive("row", "context", 32));
    QCOMPARE(derive("row", "context", 32), reference);
}

void CryptoTest::gcmAssociatedDataInParts() {
    const GcmCase c;
    std::mt19937 random(1);
    const Bytes sealed = c.sealed();
    for (int i = 0; i < 100; ++i) {
        const auto parts = cut(c.aad, random);
        const ByteParts aad{std::span<const ByteView>(parts)};
        QCOMPARE(Aes256Gcm::seal(c.key, c.iv, aad, c.plaintext).value(), sealed);
        QVERIFY(Aes256Gcm::open(c.key, c.iv, aad, sealed).has_value());
    }
}

void CryptoTest::gcmWrongSizes_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("iv");
    QTest::addColumn<int>("outMore");
    QTest::newRow("128-bit key") << 16 << 12 << 0;
    QTest::newRow("no key") << 0 << 12 << 0;
    QTest::newRow("long key") << 33 << 12 << 0;
    QTest::newRow("no IV") << 32 << 0 << 0;
    QTest::newRow("long IV") << 32 << 16 << 0;
    QTest::newRow("output too small") << 32 << 12 << -1;
    QTest::newRow("output too large") << 32 << 12 << 1;
}

void CryptoTest::gcmWrongSizes() {
    QFETCH(const int, key);
    QFETCH(const int, iv);
    QFETCH(const int, outMore);
    const Bytes keyBytes(static_cast<std::size_t>(key));
    const Bytes ivBytes(static_cast<std::size_t>(iv));
    const Bytes plaintext(10);
    Bytes sealed(static_cast<std::size_t>(26 + outMore));
    const auto sealing = Aes256Gcm::seal(keyBytes, ivBytes, {}, plaintext, sealed);
    QVERIFY(!sealing && sealing.error().code == ErrorCode::Usage);
    Bytes opened(static_cast<std::size_t>(10 + outMore));
    const auto opening = Aes256Gcm::open(keyBytes, ivBytes, {}, Bytes(26), opened);
    QVERIFY(!opening && opening.error().code == ErrorCode::Usage);
}

void CryptoTest::gcmEveryBitCounts() {
    const GcmCase c;
    const Bytes sealed = c.sealed();
    const auto refused = [](const GcmCase &with, const Bytes &bytes) {
        const auto opened = Aes256Gcm::open(with.key, with.iv, ByteView(with.aad), bytes);
        return !opened && opened.error().code == ErrorCode::NotAuthentic;
    };
    QVERIFY(!refused(c, sealed));
    const auto flipEach = [](Bytes &bytes, auto &&isRefused) {
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            QVERIFY(isRefused());
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        }
    };
    Bytes flipped = sealed;
    flipEach(flipped, [&] { return refused(c, flipped); });
    GcmCase other = c;
    flipEach(other.key, [&] { return refused(other, sealed); });
    flipEach(other.iv, [&] { return refused(other, sealed); });
    flipEach(other.aad, [&] { return refused(other, sealed); });
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        QVERIFY(refused(c, toBytes(ByteView(sealed).first(size))));
    }
}

void CryptoTest::gcmGivesNothingOut() {
    const GcmCase c;
    Bytes sealed = c.sealed();
    sealed.back() ^= 1U;
    Bytes out(c.plaintext.size(), 0xee);
    QVERIFY(!Aes256Gcm::open(c.key, c.iv, ByteView(c.aad), sealed, out));
    QCOMPARE(out, Bytes(out.size(), 0));
    sealed.back() ^= 1U; // the thread's context is usable after a failure
    QVERIFY(Aes256Gcm::open(c.key, c.iv, ByteView(c.aad), sealed, out).has_value());
    QCOMPARE(out, c.plaintext);
}

void CryptoTest::committingAeadBindsEverything() {
    const Bytes key = randomBytes(32);
    const CommittingAead aead(key, "test");
    const Bytes plaintext = randomBytes(40);
    Bytes sealed(plaintext.size() + CommittingAead::overheadSizeBytes);
    QVERIFY(aead.seal(asBytes("before"), asBytes("after"), plaintext, sealed).has_value());
    Bytes out(plaintext.size());
    const auto opens = [&](const CommittingAead &with, std::string_view before, std::string_view after) {
        return with.open(asBytes(before), asBytes(after), sealed, out).has_value() && out == plaintext;
    };
    QVERIFY(opens(aead, "before", "after"));
    QVERIFY(!opens(aead, "befor", "eafter"));
    QVERIFY(!opens(aead, "before", ""));
    QVERIFY(!opens(CommittingAead(key, "other"), "before", "after"));
    QVERIFY(!opens(CommittingAead(randomBytes(32), "test"), "before", "after"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        sealed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        QVERIFY(!opens(aead, "before", "after"));
        sealed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
    Bytes again(sealed.size());
    QVERIFY(aead.seal(asBytes("before"), asBytes("after"), plaintext, again).has_value());
    QVERIFY(again != sealed); // fresh N and IV
}

void CryptoTest::randomBytesDiffer() {
    QVERIFY(randomBytes(32) != randomBytes(32));
    const auto a = randomSecret(32);
    const auto b = randomSecret(32);
    QVERIFY(a && b && a->size() == 32 && a->text() != b->text());
    QVERIFY(fillRandom({}).has_value());
}

QTEST_APPLESS_MAIN(CryptoTest)
#include "tst_crypto.moc"
