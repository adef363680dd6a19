// SPDX-License-Identifier: Apache-2.0
// Secrets: where they live, that they are wiped, that they move and never copy.
#include "base/secret_bytes.h"
#include "base/secret_text.h"

#include <openssl/crypto.h>

#include <QObject>
#include <QTest>

#include <algorithm>
#include <type_traits>
#include <vector>

using namespace keyturn;

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_copy_constructible_v<SecretText> && !std::is_copy_assignable_v<SecretText>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretText>);

class SecretsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void liveInTheSecureHeap();
    void moveAndClone();
    void shrinkWipesTheTail();
    void freedMemoryIsWiped();
    void growingTextWipesWhatItLeaves();
    void textTakesAndMoves();
    void textAppendsItself();
    void constantTimeComparison();
    void wipedStrings();
    void fullHeapFallsBackAndCounts();

private:
    SecureHeapState m_first;
};

void SecretsTest::initTestCase() {
    m_first = initialiseSecureHeap();
    QVERIFY(m_first.initialised);
    QCOMPARE(m_first.sizeBytes, std::size_t{1024 * 1024});
    QCOMPARE(initialiseSecureHeap(4096).sizeBytes, std::size_t{1024 * 1024}); // later calls change nothing
}

void SecretsTest::liveInTheSecureHeap() {
    const std::size_t before = secureHeapState().usedBytes;
    {
        const SecretBytes secret(100);
        QVERIFY(CRYPTO_secure_allocated(secret.data()) == 1);
        QVERIFY(secureHeapState().usedBytes >= before + 100);
        QVERIFY(std::all_of(secret.data(), secret.data() + 100, [](std::uint8_t b) { return b == 0; }));
    }
    QCOMPARE(secureHeapState().usedBytes, before);
    const SecretBytes none(0);
    QVERIFY(none.empty() && none.data() == nullptr);
}

void SecretsTest::moveAndClone() {
    SecretBytes secret = SecretBytes::copyOf(std::string_view("passphrase"));
    const std::uint8_t *place = secret.data();
    SecretBytes moved = std::move(secret);
    QVERIFY(secret.empty() && secret.data() == nullptr && moved.data() == place);
    const SecretBytes twin = moved.clone();
    QVERIFY(twin.data() != moved.data() && twin.text() == "passphrase");
    SecretBytes assigned(5);
    assigned = std::move(moved);
    QVERIFY(assigned.data() == place && assigned.text() == "passphrase");
    assigned = SecretBytes();
    QVERIFY(assigned.empty());
}

void SecretsTest::shrinkWipesTheTail() {
    SecretBytes secret = SecretBytes::copyOf(std::string_view("abcdef"));
    secret.shrink(10);
    QCOMPARE(secret.size(), std::size_t{6});
    secret.shrink(2);
    QCOMPARE(secret.text(), std::string_view("ab"));
    QVERIFY(std::all_of(secret.data() + 2, secret.data() + 6, [](std::uint8_t b) { return b == 0; }));
}

/// The secure heap is one arena, so what a freed block left behind can be read from its neighbour's pages.
void SecretsTest::freedMemoryIsWiped() {
    SecretBytes secret = SecretBytes::copyOf(std::string_view("0123456789abcdef0123456789abcdef"));
    const std::uint8_t *place = secret.data();
    QCOMPARE(place[20], std::uint8_t{'4'});
    secret.clear();
    constexpr std::size_t listLinksBytes = 16; // the heap's free list is kept in the block's first bytes
    QVERIFY(std::all_of(place + listLinksBytes, place + 32, [](std::uint8_t b) { return b == 0; }));
}

void SecretsTest::growingTextWipesWhatItLeaves() {
    SecretText text(64);
    text.append(std::string(64, 's'));
    const auto *place = reinterpret_cast<const std::uint8_t *>(text.view().data());
    text.append("one more");
    QVERIFY(reinterpret_cast<const std::uint8_t *>(text.view().data()) != place);
    QVERIFY(std::all_of(place + 16, place + 64, [](std::uint8_t b) { return b == 0; }));
    QCOMPARE(std::string(text.view()), std::string(64, 's') + "one more");
}

void SecretsTest::textTakesAndMoves() {
    SecretText text;
    QVERIFY(text.empty() && text.view().empty());
    for (char c = 'a'; c <= 'z'; ++c) {
        text.append(c);
    }
    SecretText moved = std::move(text);
    QVERIFY(text.empty() && text.view().empty());
    text.append("again");
    QCOMPARE(std::string(text.view()), std::string("again"));
    const SecretBytes bytes = moved.take();
    QCOMPARE(bytes.text(), std::string_view("abcdefghijklmnopqrstuvwxyz"));
    QVERIFY(moved.empty());
    moved.append("x");
    moved.clear();
    QVERIFY(moved.empty());
}

void SecretsTest::textAppendsItself() {
    SecretText text;
    text.append("0123456789");
    for (int i = 0; i < 4; ++i) { // across reallocations
        text.append(text.view());
    }
    QCOMPARE(text.size(), std::size_t{160});
    for (std::size_t i = 0; i < text.size(); ++i) {
        QCOMPARE(text.view()[i], static_cast<char>('0' + i % 10));
    }
}

void SecretsTest::constantTimeComparison() {
    const auto equal = [](std::string_view a, std::string_view b) {
        return equalConstantTime(asBytes(a), asBytes(b));
    };
    QVERIFY(equal("", "") && equal("abc", "abc"));
    QVERIFY(!equal("abc", "abd") && !equal("abc", "bbc") && !equal("abc", "ab") && !equal("", "a"));
}

void SecretsTest::wipedStrings() {
    std::string text(100, 's');
    text.resize(50);
    const char *place = text.data();
    wipe(text);
    QVERIFY(text.empty() && text.data() == place);
    QCOMPARE(std::count(place, place + 100, 's'), std::ptrdiff_t{0}); // what the longer text left, too
    Bytes bytes(10, 7);
    wipe(bytes);
    QCOMPARE(bytes, Bytes(10));
    wipe(MutableByteView());
}

void SecretsTest::fullHeapFallsBackAndCounts() {
    QCOMPARE(secureHeapState().fallbacks, std::size_t{0});
    std::vector<SecretBytes> secrets;
    while (secureHeapState().fallbacks == 0) {
        secrets.emplace_back(64 * 1024);
    }
    QCOMPARE(secrets.size(), std::size_t{17}); // sixteen of 64 KiB are the whole heap
    SecretBytes &outside = secrets.back();
    QVERIFY(CRYPTO_secure_allocated(outside.data()) == 0);
    std::fill(outside.data(), outside.data() + outside.size(), std::uint8_t{1});
    secrets.clear();
    const SecretBytes inside(100);
    QVERIFY(CRYPTO_secure_allocated(inside.data()) == 1);
    QCOMPARE(secureHeapState().fallbacks, std::size_t{1});
}

QTEST_APPLESS_MAIN(SecretsTest)
#include "tst_secrets.moc"
