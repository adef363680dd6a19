// SPDX-License-Identifier: Apache-2.0
// The path that every request takes: nothing is allocated, and no key stays behind.
#include "allocation_counts.h"
#include "own_memory.h"

#include "base/encoding.h"
#include "crypto/aes256_gcm.h"
#include "crypto/committing_aead.h"
#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/random.h"
#include "crypto/secret_scratch.h"
#include "crypto/sha256.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <latch>
#include <thread>
#include <vector>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::crypto;

namespace {

Bytes randomBytes(std::size_t size) {
    Bytes bytes(size);
    [[maybe_unused]] const bool filled = fillRandom(bytes).has_value();
    return bytes;
}

/// PKCS#8 of the number or seed `key`.
SecretBytes pkcs8Of(const char *formHex, ByteView key) {
    const Bytes form = fromHex(formHex).value();
    SecretBytes der(form.size() + key.size());
    std::ranges::copy(form, der.data());
    std::ranges::copy(key, der.data() + form.size());
    return der;
}

void workWithCurve(const char *formHex, ByteView number) {
    const auto key = EcKeyPair::fromPkcs8(pkcs8Of(formHex, number).view());
    if (!key) {
        qFatal("the key is not read");
    }
    const auto peer = EcKeyPair::generate(key->curve());
    if (!peer || !key->sign(Bytes(32)) || !key->agree(peer->publicKey()) || !key->toPkcs8()) {
        qFatal("the key does not work");
    }
}

void workWithKeyPair(ByteView key, int act) {
    switch (act) {
    case 4:
        workWithCurve("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420", key);
        break;
    case 5:
        workWithCurve("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420", key);
        break;
    case 6: {
        const auto pair = Ed25519KeyPair::fromPkcs8(pkcs8Of("302e020100300506032b657004220420", key).view());
        if (!pair || !pair->sign(Ed25519Form::Pure, Bytes(9)) ||
            !pair->sign(Ed25519Form::Prehashed, Bytes(9)) || pair->toPkcs8().empty()) {
            qFatal("the key does not work");
        }
        break;
    }
    default:
        if (!HmacKey(Hash::Sha384, SecretBytes::copyOf(key)).compute(Bytes(9))) {
            qFatal("the key does not work");
        }
        break;
    }
}

void workWith(ByteView key, int act) {
    const Bytes iv(12);
    Bytes sealed(20);
    Bytes opened(4);
    switch (act) {
    case 0:
        (void)(Aes256Gcm::seal(key, iv, {}, opened, sealed) && Aes256Gcm::open(key, iv, {}, sealed, opened));
        break;
    case 1: {
        const HmacSha256 mac(key);
        break;
    }
    case 2: {
        SecretScratch out(64);
        Kbkdf(key).derive("label", {}, out.mutableView());
        break;
    }
    default:
        (void)sha256(key);
        break;
    }
}

} // namespace

class CryptoHotPathTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void scratchIsZeroAndReused();
    void scratchLargerThanTheArena();
    void hotPathAllocatesNothing();
    void hotPathLeavesTheSecureHeapAlone();
    void noKeyStaysBehind_data();
    void noKeyStaysBehind();
};

void CryptoHotPathTest::scratchIsZeroAndReused() {
    const std::uint8_t *place = nullptr;
    {
        SecretScratch first(100);
        SecretScratch second(50);
        QVERIFY(second.view().data() >= first.view().data() + first.size());
        place = first.view().data();
        std::fill(first.mutableView().begin(), first.mutableView().end(), std::uint8_t{0xee});
        std::fill(second.mutableView().begin(), second.mutableView().end(), std::uint8_t{0xdd});
    }
    const SecretScratch reused(150);
    QCOMPARE(reused.view().data(), place);
    QCOMPARE(toBytes(reused.view()), Bytes(150));
    QVERIFY(SecretScratch(0).view().empty());
}

void CryptoHotPathTest::scratchLargerThanTheArena() {
    const SecretScratch whole(SecretScratch::arenaSizeBytes);
    const std::size_t used = secureHeapState().usedBytes;
    SecretScratch overflow(4096);
    QVERIFY(secureHeapState().usedBytes > used);
    QCOMPARE(toBytes(overflow.view()), Bytes(4096));
}

void CryptoHotPathTest::hotPathAllocatesNothing() {
    const CommittingAead aead(randomBytes(32), "test");
    const Bytes random = randomBytes(CommittingAead::randomSizeBytes);
    Bytes sealed(32 + CommittingAead::overheadSizeBytes);
    Bytes opened(32);
    const auto once = [&] {
        return aead.sealWith(random, asBytes("a"), asBytes("b"), opened, sealed).has_value() &&
               aead.open(asBytes("a"), asBytes("b"), sealed, opened).has_value();
    };
    QVERIFY(once()); // the thread's context and arena
    const long before = allocationCount.load();
    bool all = true;
    for (int i = 0; i < 100; ++i) {
        all = all && once();
    }
    const long after = allocationCount.load();
    QVERIFY(all);
    QCOMPARE(after - before, 0L);
    QVERIFY(before > 0); // the counters are wired up
}

void CryptoHotPathTest::hotPathLeavesTheSecureHeapAlone() {
    const CommittingAead aead(randomBytes(32), "test");
    Bytes sealed(32 + CommittingAead::overheadSizeBytes);
    Bytes opened(32);
    QVERIFY(aead.seal({}, {}, opened, sealed).has_value());
    std::vector<SecretBytes> everything; // with the heap full, whoever takes from it is counted
    while (secureHeapState().fallbacks == 0) {
        everything.emplace_back(64);
    }
    const std::size_t fallbacks = secureHeapState().fallbacks;
    QVERIFY(aead.seal({}, {}, opened, sealed).has_value());
    QVERIFY(aead.open({}, {}, sealed, opened).has_value());
    QCOMPARE(secureHeapState().fallbacks, fallbacks);
    const SecretBytes control(64);
    QCOMPARE(secureHeapState().fallbacks, fallbacks + 1);
}

void CryptoHotPathTest::noKeyStaysBehind_data() {
    QTest::addColumn<int>("act");
    QTest::newRow("AES-GCM") << 0;
    QTest::newRow("a MAC is keyed") << 1;
    QTest::newRow("a key is derived") << 2;
    QTest::newRow("a secret is hashed") << 3;
    QTest::newRow("a key on P-256") << 4;
    QTest::newRow("a key on SM2's curve") << 5;
    QTest::newRow("an Ed25519 key") << 6;
    QTest::newRow("an HMAC key") << 7;
}

void CryptoHotPathTest::noKeyStaysBehind() {
    QFETCH(const int, act);
    SecretBytes key = randomSecret(32).value();
    key.data()[0] &= 0x7fU; // below every curve's order
    std::vector<MaskedNeedle> needles;
    for (const int pad : {0x00, 0x36, 0x5c}) { // HMAC's pads
        SecretBytes searched = SecretBytes::copyOf(key.view().first(16));
        for (std::uint8_t &byte : searched.mutableView()) {
            byte = static_cast<std::uint8_t>(byte ^ pad);
        }
        needles.emplace_back(searched.view());
    }
    SecretBytes backwards = SecretBytes::copyOf(key.view().last(16)); // as OpenSSL holds numbers
    std::reverse(backwards.data(), backwards.data() + backwards.size());
    needles.emplace_back(backwards.view());
    backwards.clear();
    QVERIFY(occurrencesInOwnMemory(needles[0]) >= 1); // the search finds what is there
    // The work is done on a thread whose stack is then left alone, so that what lies on it is found too.
    std::latch worked(1);
    std::latch searched(1);
    std::jthread worker([&] {
        if (act < 4) {
            workWith(key.view(), act);
        } else {
            workWithKeyPair(key.view(), act);
        }
        worked.count_down();
        searched.wait();
    });
    worked.wait();
    key.clear();
    std::vector<int> found;
    for (const MaskedNeedle &each : needles) {
        found.push_back(occurrencesInOwnMemory(each));
    }
    searched.count_down();
    QVERIFY(found == (std::vector{0, 0, 0, 0}));
}

int main(int argc, char **argv) {
    if (!countOpensslAllocations()) {
        return 1;
    }
    initialiseSecureHeap();
    CryptoHotPathTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_crypto_hot_path.moc"
