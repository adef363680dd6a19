// SPDX-License-Identifier: Apache-2.0
// CSV and TSV: every fault of quoting is a fault of its record with line and column, reading goes on behind
// it, and no byte is ever another one.
#include "read_records.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;

namespace {

QString shown(const Reading &reading) {
    if (!reading.error.empty()) {
        return QStringLiteral("error: ") + QString::fromStdString(reading.error);
    }
    QStringList parts;
    for (const Seen &seen : reading.records) {
        const QString place = QString::number(seen.number) + QLatin1Char('@') + QString::number(seen.line);
        parts.append(seen.fault != "none"
                         ? place + QStringLiteral(" !") + QString::fromStdString(seen.message)
                     : seen.hasBlob ? place + QLatin1Char(' ') + QString::fromStdString(seen.blob)
                                    : place);
    }
    return parts.join(QLatin1Char('|'));
}

} // namespace

class TestCsvReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void records_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(expected);
        };
        row("plain", "id,k\n1,AA\n2,BB\n", "0@1|1@2 AA|2@3 BB");
        row("crlf", "id,k\r\n1,AA\r\n", "0@1|1@2 AA");
        row("mixed line ends", "id,k\r\n1,AA\n2,BB\r\n", "0@1|1@2 AA|2@3 BB");
        row("byte order mark", "\xEF\xBB\xBFid,k\n1,AA\n", "0@1|1@2 AA");
        row("mark before the blob's name", "\xEF\xBB\xBFk,id\nAA,1\n", "0@1|1@2 AA");
        row("mark before a quoted name", "\xEF\xBB\xBF\"k\",id\nAA,1\n", "0@1|1@2 AA");
        row("last line without end", "id,k\n1,AA", "0@1|1@2 AA");
        row("empty lines", "id,k\n\n1,AA\n\r\n\n", "0@1|1@2|2@3 AA|3@4|4@5");
        row("empty cell", "id,k\n1,\n2,\"\"\n", "0@1|1@2|2@3");
        row("quoted", "id,k\n\"1\",\"AA\"\n", "0@1|1@2 AA");
        row("delimiter in quotes", "id,k\n\"a,b\",\"A,A\"\n", "0@1|1@2 A,A");
        row("doubled quotes", "id,k\n1,\"A\"\"A\"\n", "0@1|1@2 A\"A");
        row("line feed in quotes", "id,k\n\"a\nb\",AA\n3,CC\n", "0@1|1@2 AA|2@4 CC");
        row("crlf in quotes", "id,k\r\n\"a\r\nb\",AA\r\n3,CC\r\n", "0@1|1@2 AA|2@4 CC");
        row("return in quotes", "id,k\n\"a\rb\",AA\n", "0@1|1@2 AA");
        row("quoted header over two lines", "\"i\nd\",k\n1,AA\n", "0@1|1@3 AA");
        row("unclosed quote", "id,k\n1,AA\n2,\"BB\n3,CC\n",
            "0@1|1@2 AA|2@3 !line 3, column 3: a quote that never closes; it takes the rest of the file. "
            "Close it, then run again.");
        row("quote at the end of the file", "id,k\n1,\"",
            "0@1|1@2 !line 2, column 3: a quote that never closes; it takes the rest of the file. Close it, "
            "then run again.");
        row("quote inside unquoted", "id,k\na\"b,AA\n2,BB\n",
            "0@1|1@2 !line 2, column 2: a quote inside a field that does not begin with one. Quote the whole "
            "field and double the quote.|2@3 BB");
        row("blank before a quote", "id,k\n1, \"AA\"\n2,BB\n",
            "0@1|1@2 !line 2, column 4: a quote inside a field that does not begin with one. Quote the whole "
            "field and double the quote.|2@3 BB");
        row("text behind a closing quote", "id,k\n\"1\"x,AA\n2,BB\n",
            "0@1|1@2 !line 2, column 4: text behind a closing quote. Double the quotes inside a field; "
            "nothing stands between a closing quote and the delimiter.|2@3 BB");
        row("the fault's own line", "id,k\n\"a\nb\"x,AA\n2,BB\n",
            "0@1|1@2 !line 3, column 3: text behind a closing quote. Double the quotes inside a field; "
            "nothing stands between a closing quote and the delimiter.|2@4 BB");
        row("return alone", "id,k\n1\r2,AA\n2,BB\n",
            "0@1|1@2 !line 2, column 2: a carriage return without a line feed. Lines end in LF or CRLF; "
            "inside a field it must stand in quotes.|2@3 BB");
        row("return at the end of the file", "id,k\n1,AA\r",
            "0@1|1@2 !line 2, column 5: a carriage return without a line feed. Lines end in LF or CRLF; "
            "inside a field it must stand in quotes.");
        row("too few fields", "id,k\n1\n2,BB\n",
            "0@1|1@2 !line 2: 1 fields, the header has 2. Mend the line: a delimiter inside a field needs "
            "quotes around the field.|2@3 BB");
        row("too many fields", "id,k\n1,AA,x\n2,BB\n",
            "0@1|1@2 !line 2: 3 fields, the header has 2. Mend the line: a delimiter inside a field needs "
            "quotes around the field.|2@3 BB");
        row("other bytes than UTF-8 elsewhere", "id,k\n\xE9t\xE9,AA\n", "0@1|1@2 AA");
        row("header alone", "id,k\n", "0@1");
        row("no such column", "id,key\n1,AA\n",
            "error: find.blob: there is no column \"k\". The header has \"id\", \"key\".");
        row("column twice", "k,id,k\n1,AA,2\n",
            "error: find.blob: there is more than one column \"k\". The header has \"k\", \"id\", \"k\".");
        row("another column twice", "id,id,k\n1,2,AA\n", "0@1|1@2 AA");
        row("empty file", "",
            "error: source.header: the file has no header line. Say `header: false` for one without.");
        row("mark alone", "\xEF\xBB\xBF",
            "error: source.header: the file has no header line. Say `header: false` for one without.");
        row("broken header", "id,\"k\n1,AA\n",
            "error: source.header: line 1, column 4: a quote that never closes; it takes the rest of the "
            "file. Close it, then run again.");
        row("lines that end in CR alone", "id,k\r1,AA\r",
            "error: source.header: line 1, column 5: a carriage return without a line feed. Lines end in LF "
            "or CRLF; inside a field it must stand in quotes.");
    }
    void records() {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        const JobSpec spec = tableSpec(SourceKind::Csv, "k");
        const Reading reading = readRecords(text.toStdString(), spec);
        QCOMPARE(shown(reading), expected);
        std::string together;
        for (const Seen &seen : reading.records) {
            QCOMPARE(seen.offset, together.size());
            QCOMPARE(seen.same, seen.bytes);
            together += seen.bytes;
        }
        QVERIFY(!reading.error.empty() || together == text.toStdString());
    }

    void tsv_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QByteArray("id\tk\n1\tAA\n") << QStringLiteral("0@1|1@2 AA");
        QTest::newRow("quote inside is text")
            << QByteArray("id\tk\na\"b\tAA\n") << QStringLiteral("0@1|1@2 AA");
        QTest::newRow("comma is text") << QByteArray("id\tk\na,b\tA,A\n") << QStringLiteral("0@1|1@2 A,A");
        QTest::newRow("quoted tab") << QByteArray("id\tk\n\"a\tb\"\tAA\n") << QStringLiteral("0@1|1@2 AA");
        QTest::newRow("wrong count")
            << QByteArray("id\tk\n1 AA\n")
            << QStringLiteral("0@1|1@2 !line 2: 1 fields, the header has 2. Mend the line: a delimiter "
                              "inside a field needs quotes around the field.");
    }
    void tsv() {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QCOMPARE(shown(readRecords(text.toStdString(), tableSpec(SourceKind::Tsv, "k"))), expected);
    }

    void withoutHeader_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("blob");
        QTest::addColumn<QString>("expected");
        QTest::newRow("by number") << QByteArray("1,AA\n2,BB\n") << QStringLiteral("2")
                                   << QStringLiteral("1@1 AA|2@2 BB");
        QTest::newRow("mark") << QByteArray("\xEF\xBB\xBF\"AA\",1\n") << QStringLiteral("1")
                              << QStringLiteral("1@1 AA");
        QTest::newRow("mark alone") << QByteArray("\xEF\xBB\xBF") << QStringLiteral("1")
                                    << QStringLiteral("1@1");
        QTest::newRow("empty file") << QByteArray() << QStringLiteral("1") << QString();
        QTest::newRow("short record")
            << QByteArray("1\n2,BB\n") << QStringLiteral("2")
            << QStringLiteral("1@1 !line 1: 1 fields, the blob is in column 2. Mend the line: a delimiter "
                              "inside a field needs quotes around the field.|2@2 BB");
        QTest::newRow("by name") << QByteArray("1,AA\n") << QStringLiteral("k")
                                 << QStringLiteral("error: find.blob: without a header columns are called 1, "
                                                   "2, 3, ...; \"k\" is no such number.");
        QTest::newRow("number 0") << QByteArray("1,AA\n") << QStringLiteral("0")
                                  << QStringLiteral(
                                         "error: find.blob: without a header columns are called 1, "
                                         "2, 3, ...; \"0\" is no such number.");
    }
    void withoutHeader() {
        QFETCH(QByteArray, text);
        QFETCH(QString, blob);
        QFETCH(QString, expected);
        JobSpec spec = tableSpec(SourceKind::Csv, blob.toStdString());
        spec.source.csvHeader = false;
        QCOMPARE(shown(readRecords(text.toStdString(), spec)), expected);
    }

    void replaced_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *line, const char *value, const char *expected) {
            QTest::newRow(name) << QByteArray(line) << QByteArray(value) << QByteArray(expected);
        };
        row("plain", "1;AA;x\r\n", "BBB", "1;BBB;x\r\n");
        row("quotes stay", "\"1\";\"AA\";\"x\"", "BBB", "\"1\";\"BBB\";\"x\"");
        row("quotes come where they must", "1;AA;x\n", "B;B", "1;\"B;B\";x\n");
        row("quotes inside are doubled", "1;\"AA\";x\n", "B\"B", "1;\"B\"\"B\";x\n");
        row("what is doubled stays", "1;\"{\"\"k\"\":\"\"AA\"\"}\";x\n", "{\"k\":\"BBB\"}",
            "1;\"{\"\"k\"\":\"\"BBB\"\"}\";x\n");
        row("shorter, with equal ends", "1;\"a\"\"\"\"b\";x\n", "a\"b", "1;\"a\"\"b\";x\n");
    }
    void replaced() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, expected);
        JobSpec spec = tableSpec(SourceKind::Csv, "2");
        spec.source.csvHeader = false;
        spec.source.delimiter = ';';
        const std::string text = line.toStdString();
        auto reader = openRecordReader(sourceOf(text, 100), spec);
        QVERIFY(reader);
        const auto record = (*reader)->next();
        QVERIFY(record && *record && (*record)->hasBlob);
        const Bytes changed = (*reader)->withBlob(**record, value.toStdString());
        QCOMPARE(std::string(asText(changed)), expected.toStdString());
    }

    void valuesAndColumns() {
        JobSpec spec = tableSpec(SourceKind::Csv, "k");
        spec.finder.id = "na\"me";
        spec.context.pairs.emplace_back("user", *ContextTemplate::parse("u-{id}"));
        const std::string text = "id,\"na\"\"me\",k,more\n7,\"x \"\"y\"\"\",AA,\n";
        auto reader = openRecordReader(sourceOf(text, 5), spec);
        QVERIFY(reader);
        QVERIFY((*reader)->next().has_value());
        QVERIFY((*reader)->next().has_value());
        QCOMPARE((*reader)->value("id"), std::optional<std::string>("7"));
        QCOMPARE((*reader)->value("na\"me"), std::optional<std::string>("x \"y\""));
        QCOMPARE((*reader)->value("more"), std::optional<std::string>(""));
        QCOMPARE((*reader)->value("none"), std::nullopt);
        spec.context.from = "ctx";
        QCOMPARE(QString::fromStdString(readRecords(text, spec).error),
                 QStringLiteral("context or find.id: there is no column \"ctx\". The header has \"id\", "
                                "\"na\"me\", \"k\", \"more\"."));
    }

    void delimiterThatCannotBe() {
        JobSpec spec = tableSpec(SourceKind::Csv, "k");
        for (const char delimiter : {'"', '\n', '\r', '\0'}) {
            spec.source.delimiter = delimiter;
            QVERIFY(!readRecords("k\nAA\n", spec).error.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestCsvReader)
#include "tst_csv_reader.moc"
