// SPDX-License-Identifier: Apache-2.0
// The layout of ciphertexts to the byte, and that canonical contexts are injective.
#include "base/encoding.h"
#include "blob/ciphertext.h"
#include "blob/encryption_context.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace keyturn;
using namespace keyturn::blob;

namespace {

using Context = std::vector<ContextPair>;

Header sampleHeader() {
    Header header;
    for (std::size_t i = 0; i < 16; ++i) {
        header.keyId[i] = static_cast<std::uint8_t>(0x20 + i);
        header.materialId[i] = static_cast<std::uint8_t>(0x40 + i);
    }
    for (std::size_t i = 0; i < 8; ++i) {
        header.vaultId[i] = static_cast<std::uint8_t>(0x10 + i);
    }
    header.materialVersion = 0x01020304;
    return header;
}

Bytes sampleBlob(std::size_t plaintextBytes) {
    Bytes blob(overheadSizeBytes + plaintextBytes, 0xee);
    writeHeader(sampleHeader(), std::span<std::uint8_t, headerSizeBytes>(blob.data(), headerSizeBytes));
    return blob;
}

std::string canonicalHex(const Context &context) {
    auto bytes = canonicalContext(context);
    return bytes ? toHex(*bytes) : std::string(errorCodeName(bytes.error().code));
}

} // namespace

class BlobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void headerToTheByte();
    void partsOfABlob_data();
    void partsOfABlob();
    void refusals_data();
    void refusals();
    void everyHeaderBitMatters();
    void canonicalContexts_data();
    void canonicalContexts();
    void contextsAreInjective();
};

void BlobTest::headerToTheByte() {
    QCOMPARE(toHex(ByteView(sampleBlob(0)).first(headerSizeBytes)),
             std::string("4b544342"
                         "01"
                         "01"
                         "0000"
                         "1011121314151617"
                         "202122232425262728292a2b2c2d2e2f"
                         "404142434445464748494a4b4c4d4e4f"
                         "01020304"));
    QCOMPARE(overheadSizeBytes, std::size_t{128});
}

void BlobTest::partsOfABlob_data() {
    QTest::addColumn<int>("plaintextBytes");
    for (const int size : {0, 1, 32, 4096}) {
        QTest::addRow("%d bytes", size) << size;
    }
}

void BlobTest::partsOfABlob() {
    QFETCH(const int, plaintextBytes);
    const Bytes blob = sampleBlob(static_cast<std::size_t>(plaintextBytes));
    auto parts = parse(blob);
    QVERIFY(parts);
    QCOMPARE(parts->header, sampleHeader());
    QCOMPARE(parts->plaintextSizeBytes(), static_cast<std::size_t>(plaintextBytes));
    QCOMPARE(parts->headerBytes.data(), blob.data());
    QCOMPARE(parts->sealed.data(), blob.data() + headerSizeBytes);
    QCOMPARE(parts->sealed.size() + headerSizeBytes, blob.size());
}

void BlobTest::refusals_data() {
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("value");
    QTest::addColumn<int>("size");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << 0 << -1 << 0 << QByteArray("no ciphertext of a Keyturn vault");
    QTest::newRow("other magic") << 0 << int{'X'} << 200 << QByteArray("no ciphertext of a Keyturn vault");
    QTest::newRow("cut") << 0 << -1 << 127 << QByteArray("cut short");
    QTest::newRow("format 2") << 4 << 2 << 200 << QByteArray("format 2");
    QTest::newRow("format 0") << 4 << 0 << 200 << QByteArray("format 0");
    QTest::newRow("suite 9") << 5 << 9 << 200 << QByteArray("suite 9");
    QTest::newRow("flags") << 7 << 1 << 200 << QByteArray("flags");
}

void BlobTest::refusals() {
    QFETCH(const int, offset);
    QFETCH(const int, value);
    QFETCH(const int, size);
    QFETCH(const QByteArray, says);
    Bytes blob = sampleBlob(200);
    blob.resize(static_cast<std::size_t>(size));
    if (value >= 0) {
        blob[static_cast<std::size_t>(offset)] = static_cast<std::uint8_t>(value);
    }
    auto parts = parse(blob);
    QVERIFY(!parts);
    QCOMPARE(parts.error().code, ErrorCode::InvalidCiphertext);
    QVERIFY2(parts.error().detail.find(says.toStdString()) != std::string::npos,
             parts.error().detail.c_str());
}

/// Each bit of the header is either refused or seen: none is ignored.
void BlobTest::everyHeaderBitMatters() {
    const Bytes blob = sampleBlob(16);
    int refused = 0;
    int seen = 0;
    for (std::size_t bit = 0; bit < headerSizeBytes * 8; ++bit) {
        Bytes flipped = blob;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        auto parts = parse(flipped);
        if (!parts) {
            ++refused;
        } else {
            QVERIFY(!(parts->header == sampleHeader()));
            ++seen;
        }
    }
    QCOMPARE(refused, 64);
    QCOMPARE(seen, 352);
}

void BlobTest::canonicalContexts_data() {
    QTest::addColumn<Context>("context");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray two("00000002000000016100000001320000000162"
                         "0000000131");
    QTest::newRow("none") << Context{} << QByteArray("00000000");
    QTest::newRow("one") << Context{{"a", "b"}}
                         << QByteArray("000000010000000161"
                                       "0000000162");
    QTest::newRow("sorted") << Context{{"b", "1"}, {"a", "2"}} << two;
    QTest::newRow("sorted as given") << Context{{"a", "2"}, {"b", "1"}} << two;
    QTest::newRow("by bytes: Z before a, \xc3\xa4 last")
        << Context{{"\xc3\xa4", ""}, {"a", ""}, {"Z", ""}}
        << QByteArray("00000003000000015a00000000000000016100000000"
                      "00000002c3a400000000");
    QTest::newRow("empty name and value") << Context{{"", ""}} << QByteArray("000000010000000000000000");
    QTest::newRow("name twice") << Context{{"a", "1"}, {"b", ""}, {"a", "1"}} << QByteArray("Usage");
}

void BlobTest::canonicalContexts() {
    QFETCH(const Context, context);
    QFETCH(const QByteArray, expected);
    QCOMPARE(canonicalHex(context), expected.toStdString());
}

/// Short texts over a tiny alphabet, with bytes that look like lengths, so that different contexts collide in
/// any encoding that forgets a boundary.
void BlobTest::contextsAreInjective() {
    constexpr int rounds = 200'000;
    std::mt19937 random(20261122);
    const std::string alphabet{'a', '\0', '\1', '\2'};
    const auto text = [&] {
        std::string value(random() % 6, 'a');
        for (char &character : value) {
            character = alphabet[random() % alphabet.size()];
        }
        return value;
    };
    std::map<Bytes, std::map<std::string, std::string>> seen;
    std::map<std::string, std::string> concatenations;
    int distinct = 0;
    int sameJoined = 0;
    for (int round = 0; round < rounds; ++round) {
        std::map<std::string, std::string> meaning;
        for (std::size_t pairs = random() % 4; pairs > 0; --pairs) {
            meaning[text()] = text();
        }
        Context context(meaning.begin(), meaning.end());
        std::shuffle(context.begin(), context.end(), random);
        auto bytes = canonicalContext(context);
        QVERIFY(bytes);
        const auto [entry, isNew] = seen.emplace(*bytes, meaning);
        QCOMPARE(entry->second, meaning);
        if (isNew) {
            ++distinct;
            std::string joined;
            for (const auto &[name, value] : meaning) {
                joined += name + value;
            }
            sameJoined += concatenations.emplace(joined, joined).second ? 0 : 1;
        }
    }
    QVERIFY2(sameJoined > 10'000, "the fuzz must reach contexts that differ in a boundary only");
    std::printf("contexts: %d rounds, %d distinct, %d of them equal to another when joined, 0 collisions\n",
                rounds, distinct, sameJoined);
}

QTEST_APPLESS_MAIN(BlobTest)
#include "tst_blob.moc"
