// SPDX-License-Identifier: Apache-2.0
// What holds for every input: records together are the file; a cell written back as it was gives the same
// bytes; a new value changes nothing outside its cell; the size of reads and the place of a resume change
// nothing.
#include "read_records.h"

#include <QTest>

#include <random>

using namespace keyturn;
using namespace keyturn::reencrypt;

namespace {

constexpr unsigned seed = 20261122;

struct Shape {
    const char *name;
    JobSpec spec;
    std::vector<std::string> pieces; ///< that random files are put together from
    std::string begin;
};

std::vector<Shape> shapes() {
    JobSpec bare = tableSpec(SourceKind::Csv, "1");
    bare.source.csvHeader = false;
    return {
        {"csv",
         tableSpec(SourceKind::Csv, "k"),
         {"a", ",", ",", "\"", "\"", "\n", "\r\n", "\r", "\"\"", "\"x,y\"", "1,AA\n", "\"q\"\"q\"",
          "\xC3\xA9", "\xFF", ",\"B\nB\"\n"},
         "id,k\n"},
        {"marked csv",
         tableSpec(SourceKind::Csv, "k"),
         {"1,AA\n", "\"", ",", "\n"},
         "\xEF\xBB\xBFk,\"id\"\r\n"},
        {"csv without header", bare, {"a", ",", "\"", "\n", "\r", "AA,1\n"}, "\xEF\xBB\xBF"},
        {"tsv",
         tableSpec(SourceKind::Tsv, "k"),
         {"a", "\t", "\t", "\"", "\n", "\r\n", "\r", "1\tAA\n"},
         "id\tk\n"},
        {"jsonl",
         tableSpec(SourceKind::JsonLines, "/k"),
         {"{\"k\":\"AA\"}\n", "{", "}", "\"k\"", ":", "\"A\\/\\u0041\\n\"", ",", "\n", " ", "[", "]", "null",
          "1", "{\"a\":[1,{}],\"k\":\"\\ud83d\\ude00x\"}\n", "\xC3\xA9", "\xFF", "\\"},
         ""},
    };
}

std::string randomText(const Shape &shape, std::mt19937 &random, int piecesMax) {
    std::string text = shape.begin;
    const auto count = std::uniform_int_distribution(0, piecesMax)(random);
    for (int i = 0; i < count; ++i) {
        text += shape.pieces[std::uniform_int_distribution<std::size_t>(0, shape.pieces.size() - 1)(random)];
    }
    return text;
}

std::string together(const std::vector<Seen> &records) {
    std::string text;
    for (const Seen &seen : records) {
        text += seen.bytes;
    }
    return text;
}

} // namespace

class TestReaderProperties : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bytesAndMasks() {
        std::mt19937 random(seed);
        int blobs = 0;
        for (const Shape &shape : shapes()) {
            for (int round = 0; round < 3000; ++round) {
                const std::string text = randomText(shape, random, 25);
                const Reading reading = readRecords(text, shape.spec);
                QVERIFY2(reading.error.empty(), reading.error.c_str());
                QCOMPARE(together(reading.records), text);
                std::uint64_t offset = 0;
                for (const Seen &seen : reading.records) {
                    QCOMPARE(seen.offset, offset);
                    QCOMPARE(seen.same, seen.bytes);
                    offset += seen.bytes.size();
                    blobs += seen.hasBlob ? 1 : 0;
                }
            }
        }
        QVERIFY(blobs > 5000);
    }

    /// Every blob of a random file replaced by something nasty: the new file reads the same but for these.
    void replacing() {
        std::mt19937 random(seed + 1);
        const std::string values[] = {"B",          "a,b", "q\"q",
                                      "two\nlines", "\t",  "BBBBBBBBBBBBBBBBBBBBBBBBBBBB/+="};
        for (const Shape &shape : shapes()) {
            for (int round = 0; round < 2000; ++round) {
                const std::string text = randomText(shape, random, 25);
                const std::string &value = values[round % std::size(values)];
                auto reader = openRecordReader(sourceOf(text, 1000), shape.spec);
                QVERIFY(reader);
                std::string changed;
                for (auto next = (*reader)->next(); next && *next; next = (*reader)->next()) {
                    changed += (*next)->hasBlob ? asText((*reader)->withBlob(**next, value))
                                                : asText((*next)->bytes);
                }
                const Reading before = readRecords(text, shape.spec);
                const Reading after = readRecords(changed, shape.spec);
                QCOMPARE(after.records.size(), before.records.size());
                for (std::size_t i = 0; i < before.records.size(); ++i) {
                    QCOMPARE(after.records[i].masked, before.records[i].masked);
                    QCOMPARE(after.records[i].hasBlob, before.records[i].hasBlob);
                    QCOMPARE(after.records[i].fault, before.records[i].fault);
                    QVERIFY(!after.records[i].hasBlob || after.records[i].blob == value);
                }
            }
        }
    }

    void everySizeOfReads() {
        std::mt19937 random(seed + 2);
        for (const Shape &shape : shapes()) {
            for (int round = 0; round < 20; ++round) {
                const std::string text = randomText(shape, random, 40);
                const Reading whole = readRecords(text, shape.spec);
                for (std::size_t chunk = 1; chunk <= 64; ++chunk) {
                    ReaderOptions options;
                    options.bufferBytes = chunk;
                    const Reading pieces = readRecords(text, shape.spec, options, chunk);
                    QCOMPARE(pieces.error, whole.error);
                    QCOMPARE(pieces.header, whole.header);
                    QVERIFY2(
                        pieces.records == whole.records,
                        qPrintable(QStringLiteral("%1, chunk %2").arg(QLatin1String(shape.name)).arg(chunk)));
                }
            }
        }
    }

    void goingOnAtEveryRecord() {
        std::mt19937 random(seed + 3);
        for (const Shape &shape : shapes()) {
            for (int round = 0; round < 100; ++round) {
                const std::string text = randomText(shape, random, 40);
                const Reading whole = readRecords(text, shape.spec);
                for (std::size_t i = 0; i < whole.records.size(); ++i) {
                    const Reading rest = readRecords(text, shape.spec, {4096, recordBytesMax}, 9,
                                                     whole.records[i].behind, whole.header);
                    QCOMPARE(rest.error, std::string());
                    QVERIFY(std::equal(rest.records.begin(), rest.records.end(),
                                       whole.records.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                       whole.records.end()));
                }
            }
        }
    }

    /// Records longer than may be held come in pieces, are faults, and the next ones are read as ever.
    void longRecords_data() {
        QTest::addColumn<int>("shape");
        QTest::addColumn<QByteArray>("longOne");
        QTest::addColumn<QByteArray>("behind");
        QTest::addColumn<QString>("message");
        QTest::newRow("csv") << 0 << QByteArray("1,") + QByteArray(1000, 'x') + '\n'
                             << QByteArray("2,BB\n")
                             << QStringLiteral("the record that ends behind line 2 is longer than 64 bytes. "
                                               "It was left as it is.");
        QTest::newRow("csv in quotes")
            << 0 << QByteArray("1,\"") + QByteArray(100, '\n') + "\"\n"
            << QByteArray("2,BB\n")
            << QStringLiteral("line 2, column 3: a quote that does not close within 64 bytes. It was left as "
                              "it is.");
        QTest::newRow("csv, quote never closed")
            << 0 << QByteArray("1,\"") + QByteArray(1000, '\n') << QByteArray()
            << QStringLiteral("line 2, column 3: a quote that does not close within 64 bytes. It was left as "
                              "it is.");
        QTest::newRow("jsonl") << 4 << QByteArray("{\"k\":\"") + QByteArray(1000, 'x') + "\"}\n"
                               << QByteArray("{\"k\":\"BB\"}\n")
                               << QStringLiteral("line 1: longer than 64 bytes. It was left as it is.");
    }
    void longRecords() {
        QFETCH(int, shape);
        QFETCH(QByteArray, longOne);
        QFETCH(QByteArray, behind);
        QFETCH(QString, message);
        const Shape used = shapes()[static_cast<std::size_t>(shape)];
        const std::string text = used.begin + longOne.toStdString() + behind.toStdString();
        for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{5000}}) {
            ReaderOptions options;
            options.bufferBytes = std::min<std::size_t>(chunk, 16);
            options.recordBytes = 64;
            const Reading reading = readRecords(text, used.spec, options, chunk);
            QCOMPARE(reading.error, std::string());
            QCOMPARE(together(reading.records), text);
            const auto first = std::find_if(reading.records.begin(), reading.records.end(),
                                            [](const Seen &seen) { return seen.fault != "none"; });
            QVERIFY(first != reading.records.end() && first->continues);
            QCOMPARE(QString::fromStdString(first->message), message);
            const Seen &last = reading.records.back();
            QCOMPARE(last.blob, std::string(behind.isEmpty() ? "" : "BB"));
            QCOMPARE(last.number, first->number + (behind.isEmpty() ? 0 : 1));
            for (const Seen &seen : reading.records) {
                QVERIFY(seen.bytes.size() <= 64);
            }
        }
    }

    void cellsOfTenMebibytes() {
        const std::string big(10 * 1024 * 1024, 'A');
        const std::string csv = "id,k\n1,\"" + big + "\"\n2,BB\n";
        Reading reading = readRecords(csv, tableSpec(SourceKind::Csv, "k"));
        QCOMPARE(reading.records.size(), std::size_t{3});
        QCOMPARE(reading.records[1].blob.size(), big.size());
        QVERIFY(reading.records[1].same == reading.records[1].bytes);
        QCOMPARE(reading.records[2].blob, std::string("BB"));
        const std::string lines = "{\"x\":\"" + big + "\",\"k\":\"AA\"}\n{\"k\":\"BB\"}\n";
        reading = readRecords(lines, tableSpec(SourceKind::JsonLines, "/k"));
        QCOMPARE(reading.records.size(), std::size_t{2});
        QCOMPARE(reading.records[0].blob, std::string("AA"));
        QVERIFY(reading.records[0].same == reading.records[0].bytes);
        QCOMPARE(reading.records[1].blob, std::string("BB"));
    }

    void aSourceThatFails() {
        int reads = 0;
        const ByteSource source = [&](std::span<std::uint8_t> buffer) -> Result<std::size_t> {
            if (++reads > 1) {
                return fail(ErrorCode::IoFailed, "table.jsonl");
            }
            const std::string_view begin = "{\"k\":\"AA\"}\n{\"k\"";
            std::copy(begin.begin(), begin.end(), buffer.begin());
            return begin.size();
        };
        auto reader = openRecordReader(source, tableSpec(SourceKind::JsonLines, "/k"));
        QVERIFY(!reader);
        QCOMPARE(reader.error().code, ErrorCode::IoFailed);
    }
};

QTEST_APPLESS_MAIN(TestReaderProperties)
#include "tst_reader_properties.moc"
