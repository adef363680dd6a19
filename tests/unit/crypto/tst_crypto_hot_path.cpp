// SPDX-License-Identifier: Apache-2.0
// The path that every request takes: nothing is allocated, and no key stays behind.
#include "allocation_counts.h"
#include "own_memory.h"

#include "crypto/aes256_gcm.h"
#include "crypto/committing_aead.h"
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
}

void CryptoHotPathTest::noKeyStaysBehind() {
    QFETCH(const int, act);
    SecretBytes key = randomSecret(32).value();
    std::vector<MaskedNeedle> needles;
    for (const int pad : {0x00, 0x36, 0x5c}) { // HMAC's pads
        SecretBytes searched = SecretBytes::copyOf(key.view().first(16));
        for (std::uint8_t &byte : searched.mutableView()) {
            byte = static_cast<std::uint8_t>(byte ^ pad);
        }
        needles.emplace_back(searched.view());
    }
    QVERIFY(occurrencesInOwnMemory(needles[0]) >= 1); // the search finds what is there
    // The work is done on a thread whose stack is then left alone, so that what lies on it is found too.
    std::latch worked(1);
    std::latch searched(1);
    std::jthread worker([&] {
        workWith(key.view(), act);
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
    QVERIFY(found == (std::vector{0, 0, 0}));
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
