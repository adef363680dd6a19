// SPDX-License-Identifier: Apache-2.0
// Records, chained pages, the store: what was appended is read, and no change of it goes unnoticed.
#include "chainlog/json_lines.h"
#include "chainlog/log_store.h"
#include "crypto/committing_aead.h"
#include "sqlite/database.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::chainlog;

namespace {

Record sampleRecord(int number) {
    Record record;
    record.time = Timestamp(std::chrono::microseconds(1'764'000'000'000'001LL + number));
    record.monotonicMicroseconds = static_cast<std::uint64_t>(number) * 10;
    record.actor = "cli";
    record.action = "Encrypt";
    record.keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
    record.materialId = std::string(64, 'a');
    record.outcome = "Success";
    record.requestId = "request " + std::to_string(number);
    record.note = "Zeile \"ü\"\n";
    record.contextDigest = Bytes(32, static_cast<std::uint8_t>(number));
    return record;
}

class SamplePageSealer final : public PageSealer {
public:
    std::uint32_t epoch() const override { return 1; }
    Result<Bytes> sealPage(const PagePlace &place, ByteView clear) const override {
        Bytes sealed(clear.size() + crypto::CommittingAead::overheadSizeBytes);
        auto done = m_aead.seal(binding(place), {}, clear, sealed);
        return done ? Result<Bytes>(sealed) : failFrom(done);
    }
    Result<Bytes> openPage(const PagePlace &place, ByteView sealed) const override {
        Bytes clear(sealed.size() < crypto::CommittingAead::overheadSizeBytes
                        ? 0
                        : sealed.size() - crypto::CommittingAead::overheadSizeBytes);
        auto done = m_aead.open(binding(place), {}, sealed, clear);
        return done ? Result<Bytes>(clear) : failFrom(done);
    }

private:
    static Bytes binding(const PagePlace &place) {
        return toBytes(std::to_string(place.page) + "/" + std::to_string(place.version));
    }
    crypto::CommittingAead m_aead{asBytes("sixteen or more bytes"), "test"};
};

/// A log of 5 pages with 1, 2, 3, 4, 5 records.
struct Scene {
    Scene()
        : database(std::move(*sqlite::Database::createInMemory()))
        , chain(asBytes("chain key")) {
        [[maybe_unused]] const auto created = database.execute(LogStore::createTableSql);
        store.emplace(std::move(*LogStore::open(database, chain, sealer)));
        for (int page = 1; page <= 5; ++page) {
            std::vector<Record> records;
            for (int i = 0; i < page; ++i) {
                records.push_back(sampleRecord(next++));
            }
            states.push_back(state);
            [[maybe_unused]] const auto appended = store->append(state, records, 100);
        }
    }
    std::vector<std::string> findings() { return store->verify(state).value(); }

    sqlite::Database database;
    Chain chain;
    SamplePageSealer sealer;
    std::optional<LogStore> store;
    LogState state;
    std::vector<LogState> states;
    int next = 1;
};

} // namespace

class ChainlogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void recordsComeBack();
    void recordsThatAreTooLong_data();
    void recordsThatAreTooLong();
    void everyCutOfARecordIsRefused();
    void appendedRecordsAreRead();
    void newestFirstWithPaging();
    void tampering_data();
    void tampering();
    void everyBreakIsNamedWithItsPlace_data();
    void everyBreakIsNamedWithItsPlace();
    void aNewChainKeepsTheRecords();
    void everyBitOfAPageCounts();
    void anOlderStateIsNoticed();
    void pagesHaveLimits();
    void failedAppendLeavesTheState();
    void jsonLines();
};

void ChainlogTest::recordsComeBack() {
    for (const Record &record : {Record{}, sampleRecord(1)}) {
        Bytes bytes;
        QVERIFY(encodeRecord(record, bytes));
        auto back = decodeRecord(bytes);
        QVERIFY(back);
        QVERIFY(*back == record);
    }
}

void ChainlogTest::recordsThatAreTooLong_data() {
    QTest::addColumn<int>("noteBytes");
    QTest::addColumn<int>("digestBytes");
    QTest::addColumn<bool>("fits");
    QTest::newRow("largest") << 16384 - 17 - 16 << 0 << true;
    QTest::newRow("one more") << 16384 - 17 - 15 << 0 << false;
    QTest::newRow("over u16") << 70000 << 0 << false;
    QTest::newRow("odd digest") << 1 << 31 << false;
}

void ChainlogTest::recordsThatAreTooLong() {
    QFETCH(const int, noteBytes);
    QFETCH(const int, digestBytes);
    QFETCH(const bool, fits);
    Record record;
    record.note = std::string(static_cast<std::size_t>(noteBytes) - 0, 'n');
    record.contextDigest = Bytes(static_cast<std::size_t>(digestBytes));
    Bytes bytes;
    auto encoded = encodeRecord(record, bytes);
    QCOMPARE(encoded.has_value(), fits);
    if (fits) {
        QVERIFY(bytes.size() <= maxRecordBytes + 2);
        QVERIFY(*decodeRecord(bytes) == record);
    } else {
        QCOMPARE(encoded.error().code, ErrorCode::Usage);
    }
}

void ChainlogTest::everyCutOfARecordIsRefused() {
    Bytes bytes;
    QVERIFY(encodeRecord(sampleRecord(1), bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        QVERIFY(!decodeRecord(ByteView(bytes).first(size)));
    }
    bytes.push_back(0);
    QVERIFY(!decodeRecord(bytes));
}

void ChainlogTest::appendedRecordsAreRead() {
    Scene scene;
    QCOMPARE(scene.state.pages, std::uint64_t{5});
    QCOMPARE(scene.state.records, std::uint64_t{15});
    std::uint64_t expected = 1;
    ChainHash last{};
    auto walked = scene.store->forEach(scene.state, [&](const StoredRecord &stored) -> Status {
        if (stored.sequence != expected || !(stored.record == sampleRecord(static_cast<int>(expected)))) {
            return fail(ErrorCode::Usage, "wrong record");
        }
        ++expected;
        last = stored.hash;
        return {};
    });
    QVERIFY(walked);
    QCOMPARE(expected, std::uint64_t{16});
    QVERIFY(last == scene.state.head);
    QVERIFY(scene.findings().empty());
}

void ChainlogTest::newestFirstWithPaging() {
    Scene scene;
    std::vector<std::uint64_t> seen;
    std::uint64_t before = 0;
    for (;;) {
        auto records = scene.store->newest(scene.state, 4, before);
        QVERIFY(records);
        if (records->empty()) {
            break;
        }
        for (const StoredRecord &record : *records) {
            seen.push_back(record.sequence);
        }
        before = seen.back();
    }
    std::vector<std::uint64_t> expected;
    for (std::uint64_t i = 15; i > 0; --i) {
        expected.push_back(i);
    }
    QVERIFY(seen == expected);
    QVERIFY(scene.store->newest(LogState{}, 10)->empty());
}

void ChainlogTest::tampering_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("page removed") << QByteArray("DELETE FROM log_pages WHERE page=3")
                                  << QByteArray("log page 3");
    QTest::newRow("end removed") << QByteArray("DELETE FROM log_pages WHERE page=5")
                                 << QByteArray("log page 5");
    QTest::newRow("page added") << QByteArray("INSERT INTO log_pages SELECT 6, version, epoch, sealed FROM "
                                              "log_pages WHERE page=5")
                                << QByteArray("1 pages stand outside of the log's 5");
    QTest::newRow("pages swapped")
        << QByteArray("UPDATE log_pages SET sealed=(SELECT sealed FROM log_pages WHERE page=2) WHERE page=4")
        << QByteArray("log page 4");
    QTest::newRow("other version") << QByteArray("UPDATE log_pages SET version=7 WHERE page=2")
                                   << QByteArray("log page 2");
    QTest::newRow("other epoch") << QByteArray("UPDATE log_pages SET epoch=2 WHERE page=1")
                                 << QByteArray("log page 1");
    QTest::newRow("cut") << QByteArray("UPDATE log_pages SET sealed=substr(sealed, 1, 50) WHERE page=1")
                         << QByteArray("log page 1");
    QTest::newRow("a number") << QByteArray("UPDATE log_pages SET sealed=1 WHERE page=1")
                              << QByteArray("log page 1");
}

void ChainlogTest::tampering() {
    QFETCH(const QByteArray, sql);
    QFETCH(const QByteArray, says);
    Scene scene;
    QVERIFY(scene.database.execute(sql.toStdString()));
    const auto findings = scene.findings();
    QVERIFY(!findings.empty());
    QVERIFY2(findings.front().find(says.toStdString()) != std::string::npos, findings.front().c_str());
}

void ChainlogTest::everyBreakIsNamedWithItsPlace_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QStringList>("says");
    const QByteArray swap("UPDATE log_pages SET page=-page WHERE page IN (2, 4);"
                          "UPDATE log_pages SET page=6+page WHERE page<0");
    QTest::newRow("two altered")
        << QByteArray("UPDATE log_pages SET sealed=zeroblob(200) WHERE page IN (2, 4)")
        << QStringList{QStringLiteral("log page 2: altered"), QStringLiteral("behind record 1)"),
                       QStringLiteral("log page 4: altered"), QStringLiteral("behind record 6)")};
    QTest::newRow("two exchanged") << swap
                                   << QStringList{QStringLiteral("log page 2: altered, or of another place"),
                                                  QStringLiteral("log page 4: altered, or of another place")};
    QTest::newRow("a hole") << QByteArray("DELETE FROM log_pages WHERE page=3")
                            << QStringList{QStringLiteral("log page 3: missing (behind record 3)")};
    QTest::newRow("the end cut") << QByteArray("DELETE FROM log_pages WHERE page>3")
                                 << QStringList{QStringLiteral("log page 4: missing (behind record 6)"),
                                                QStringLiteral("log pages 4 to 5 are missing")};
    QTest::newRow("moved up") << QByteArray("DELETE FROM log_pages WHERE page=1;"
                                            "UPDATE log_pages SET page=page-1")
                              << QStringList{QStringLiteral("log page 1: altered, or of another place"),
                                             QStringLiteral("log page 5: missing")};
    QTest::newRow("in front") << QByteArray(
                                     "INSERT INTO log_pages SELECT 0, version, epoch, sealed FROM log_pages "
                                     "WHERE page=1")
                              << QStringList{QStringLiteral("1 pages stand outside of the log's 5")};
}

/// One break does not hide the next.
void ChainlogTest::everyBreakIsNamedWithItsPlace() {
    QFETCH(const QByteArray, sql);
    QFETCH(const QStringList, says);
    Scene scene;
    QVERIFY(scene.database.execute(sql.toStdString()));
    QString all;
    for (const std::string &finding : scene.findings()) {
        all += QString::fromStdString(finding) + u'\n';
    }
    for (const QString &expected : says) {
        QVERIFY2(all.contains(expected), qPrintable(all));
    }
    QVERIFY2(!all.contains(u"page 3:") || sql.contains("page=3") || sql.contains("page-1"), qPrintable(all));
    // Without a state the pages are still checked among themselves.
    const bool endOnly = sql.contains("page>3") || QByteArray(QTest::currentDataTag()) == "in front";
    QCOMPARE(scene.store->verify(std::nullopt)->empty(), endOnly && !sql.contains("INSERT"));
}

/// Another chain key: the same records in the same pages, each h another one; the old chain is checked on the
/// way.
void ChainlogTest::aNewChainKeepsTheRecords() {
    Scene scene;
    const Chain nextChain(asBytes("next chain key"));
    auto next = LogStore::open(scene.database, nextChain, scene.sealer);
    QVERIFY(next);
    const auto actionsOf = [](LogStore &store, const LogState &state) {
        std::vector<Record> records;
        const auto walked = store.forEach(state, [&](const StoredRecord &stored) -> Status {
            records.push_back(stored.record);
            return {};
        });
        return walked ? records : std::vector<Record>{};
    };
    const auto before = actionsOf(*scene.store, scene.state);
    LogState state = scene.state;
    QVERIFY(scene.store->rebuildFor(*next, state, 200));
    QCOMPARE(state.pages, scene.state.pages);
    QCOMPARE(state.records, scene.state.records);
    QVERIFY(state.head != scene.state.head);
    QVERIFY(actionsOf(*next, state) == before);
    QVERIFY(next->verify(state)->empty());
    QVERIFY(!scene.store->verify(scene.state)->empty());
    QVERIFY(*next->endOfPage(5) == state);
    QVERIFY(*next->endOfPage(2) != state);

    Scene broken;
    QVERIFY(broken.database.execute("UPDATE log_pages SET sealed=zeroblob(200) WHERE page=4"));
    auto other = LogStore::open(broken.database, nextChain, broken.sealer);
    LogState same = broken.state;
    QVERIFY(!broken.store->rebuildFor(*other, same, 200));
    QVERIFY(same == broken.state);
}

/// Whoever holds the sealing key but not the chain key cannot change a page either.
void ChainlogTest::everyBitOfAPageCounts() {
    const Chain chain(asBytes("chain key"));
    LogState state;
    const std::vector<Record> records{sampleRecord(1), sampleRecord(2)};
    auto page = chain.buildPage(state, records);
    QVERIFY(page);
    for (std::size_t bit = 0; bit < page->size() * 8; ++bit) {
        Bytes flipped = *page;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        LogState start;
        QVERIFY(!chain.readPage(start, flipped));
        QVERIFY(start == LogState{});
    }
    std::printf("bits of a page flipped: %zu, all refused\n", page->size() * 8);
}

void ChainlogTest::anOlderStateIsNoticed() {
    Scene scene;
    QVERIFY(!scene.store->verify(scene.states[3])->empty());
    LogState forged = scene.state;
    forged.head[0] ^= 1;
    QVERIFY(!scene.store->verify(forged)->empty());
    QVERIFY(!scene.store->newest(forged, 1));
}

void ChainlogTest::pagesHaveLimits() {
    const Chain chain(asBytes("chain key"));
    LogState state;
    QCOMPARE(chain.buildPage(state, {}).error().code, ErrorCode::Usage);
    const std::vector<Record> full(maxRecordsPerPage, sampleRecord(1));
    auto page = chain.buildPage(state, full);
    QVERIFY(page);
    LogState start;
    QCOMPARE(chain.readPage(start, *page)->size(), maxRecordsPerPage);
    const std::vector<Record> tooMany(maxRecordsPerPage + 1, sampleRecord(1));
    QCOMPARE(chain.buildPage(state, tooMany).error().code, ErrorCode::Usage);
}

void ChainlogTest::failedAppendLeavesTheState() {
    Scene scene;
    const LogState before = scene.state;
    Record tooLong;
    tooLong.note = std::string(20000, 'x');
    const std::vector<Record> records{sampleRecord(1), tooLong};
    QVERIFY(!scene.store->append(scene.state, records, 101));
    QVERIFY(scene.state == before);
    QVERIFY(scene.findings().empty());
}

void ChainlogTest::jsonLines() {
    StoredRecord stored;
    stored.sequence = 7;
    stored.hash.fill(0xab);
    stored.record = sampleRecord(1);
    std::string line;
    appendJsonLine(stored, line);
    const std::string expected =
        "{\"seq\":7,\"time\":\"2025-11-24T16:00:00.000002Z\",\"monotonicUs\":10,\"actor\":"
        "\"cli\",\"action\":\"Encrypt\",\"keyId\":\"1234abcd-12ab-34cd-56ef-1234567890ab\","
        "\"materialId\":\"" +
        std::string(64, 'a') +
        "\",\"outcome\":\"Success\",\"requestId\":\"request 1\",\"note\":\"Zeile "
        "\\\"ü\\\"\\u000a\",\"contextDigest\":\"" +
        std::string("01010101010101010101010101010101") + "01010101010101010101010101010101\",\"hash\":\"" +
        [] {
            std::string hash;
            for (int i = 0; i < 32; ++i) {
                hash += "ab";
            }
            return hash;
        }() +
        "\"}\n";
    QCOMPARE(QString::fromStdString(line), QString::fromStdString(expected));
}

QTEST_APPLESS_MAIN(ChainlogTest)
#include "tst_chainlog.moc"
