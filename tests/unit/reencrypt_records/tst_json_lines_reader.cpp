// SPDX-License-Identifier: Apache-2.0
// JSON Lines: a broken line is a fault of that line, pointers reach any depth, escapes stay as they were.
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
                         ? place + QStringLiteral(" !") + QString::fromStdString(seen.fault) +
                               QLatin1Char(' ') + QString::fromStdString(seen.message)
                     : seen.hasBlob ? place + QLatin1Char(' ') + QString::fromStdString(seen.blob)
                                    : place);
    }
    return parts.join(QLatin1Char('|'));
}

} // namespace

class TestJsonLinesReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void records_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << text << QString::fromUtf8(expected);
        };
        row("plain", "{\"k\":\"AA\"}\n{\"k\":\"BB\"}\n", "1@1 AA|2@2 BB");
        row("crlf and blanks", "  { \"k\" : \"AA\" }  \r\n\t{\"k\":\"BB\"}\r\n", "1@1 AA|2@2 BB");
        row("byte order mark", "\xEF\xBB\xBF{\"k\":\"AA\"}\n", "1@1 AA");
        row("last line without end", "{\"k\":\"AA\"}", "1@1 AA");
        row("empty lines", "\n{\"k\":\"AA\"}\n  \r\n", "1@1|2@2 AA|3@3");
        row("missing, null, empty", "{}\n{\"k\":null}\n{\"k\":\"\"}\n", "1@1|2@2|3@3");
        row("escapes", "{\"k\":\"A\\/\\u0041\"}\n", "1@1 A/A");
        row("escaped name", "{\"\\u006b\":\"AA\"}\n", "1@1 AA");
        row("broken line in the middle", "{\"k\":\"AA\"}\n{\"k\":\"BB\"\n{\"k\":\"CC\"}\n",
            "1@1 AA|2@2 !bad-syntax line 2, column 10: a comma or } is missing. Mend the line, then run "
            "again.|3@3 CC");
        row("two names", "{\"k\":\"AA\",\"k\":\"BB\"}\n",
            "1@1 !bad-syntax line 1, column 20: an object that has a name twice. Mend the line, then run "
            "again.");
        row("two values in a line", "{\"k\":\"AA\"}{}\n",
            "1@1 !bad-syntax line 1, column 11: text after the end of the document. Mend the line, then run "
            "again.");
        row("no object", "\"AA\"\n", "1@1 !bad-syntax line 1, column 1: no object and no array.");
        row("a number where the blob should be", "{\"k\":12}\n",
            "1@1 !not-a-ciphertext line 1, column 6: /k is no text.");
        row("an object where the blob should be", "{\"k\":{\"a\":1}}\n",
            "1@1 !not-a-ciphertext line 1, column 6: /k is no text.");
        row("half a pair", "{\"k\":\"\\ud800\"}\n",
            "1@1 !bad-syntax line 1, column 6: half a surrogate pair in a text.");
        row("bytes that are not UTF-8", "{\"x\":\"\xE9\",\"k\":\"AA\"}\n{\"k\":\"BB\"}\n",
            "1@1 !bad-syntax line 1: bytes that are not UTF-8. Mend the line, then run again.|2@2 BB");
        row("overlong UTF-8", "{\"x\":\"\xC0\xAF\",\"k\":\"AA\"}\n",
            "1@1 !bad-syntax line 1: bytes that are not UTF-8. Mend the line, then run again.");
        row("zero byte", QByteArray("{\"k\":\"A\0\"}\n", 11),
            "1@1 !bad-syntax line 1, column 8: a control character in a text. Mend the line, then run "
            "again.");
        row("empty file", "", "");
        row("mark alone", "\xEF\xBB\xBF", "1@1");
    }
    void records() {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        const Reading reading = readRecords(text.toStdString(), tableSpec(SourceKind::JsonLines, "/k"));
        QCOMPARE(shown(reading), expected);
        std::string together;
        for (const Seen &seen : reading.records) {
            QCOMPARE(seen.offset, together.size());
            QCOMPARE(seen.same, seen.bytes);
            together += seen.bytes;
        }
        QCOMPARE(together, text.toStdString());
    }

    void pointers_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nested") << QByteArray("/a/b/0/c") << QByteArray("{\"a\":{\"b\":[{\"c\":\"AA\"}]}}")
                                << QStringLiteral("1@1 AA");
        QTest::newRow("array line") << QByteArray("/1") << QByteArray("[1,\"AA\"]")
                                    << QStringLiteral("1@1 AA");
        QTest::newRow("tilde and slash")
            << QByteArray("/a~1b~0c") << QByteArray("{\"a/b~c\":\"AA\"}") << QStringLiteral("1@1 AA");
        QTest::newRow("behind the array")
            << QByteArray("/2") << QByteArray("[1,\"AA\"]") << QStringLiteral("1@1");
        QTest::newRow("no pointer") << QByteArray("k") << QByteArray("{}")
                                    << QStringLiteral("error: find.blob: must be a JSON pointer such as "
                                                      "/user/key (~0 for ~, ~1 for /), not \"k\".");
        QTest::newRow("empty pointer")
            << QByteArray() << QByteArray("{}")
            << QStringLiteral("error: find.blob: must be a JSON pointer such as /user/key (~0 for ~, ~1 "
                              "for /), not \"\".");
    }
    void pointers() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, line);
        QFETCH(QString, expected);
        const JobSpec spec = tableSpec(SourceKind::JsonLines, pointer.toStdString());
        QCOMPARE(shown(readRecords(line.toStdString(), spec)), expected);
    }

    void replaced_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *line, const char *value, const char *expected) {
            QTest::newRow(name) << QByteArray(line) << QByteArray(value) << QByteArray(expected);
        };
        row("plain", " {\"a\" : 1, \"k\":\"AA/+\" }\r\n", "B/B+", " {\"a\" : 1, \"k\":\"B/B+\" }\r\n");
        row("slashes escaped as before", "{\"k\":\"A\\/A\"}", "B/C/", "{\"k\":\"B\\/C\\/\"}");
        row("plus escaped as before", "{\"k\":\"A\\u002BA/\"}", "+/+B", "{\"k\":\"\\u002B/\\u002BB\"}");
        row("a document in the text keeps its other bytes",
            "{\"k\":\"{\\\"n\\\":\\\"\\u00e9\xC3\xA9\\\",\\\"k\\\":\\\"AA\\\",\\\"m\\\":"
            "\\\"\\ud83d\\ude00\\\"}\"}",
            "{\"n\":\"\xC3\xA9\xC3\xA9\",\"k\":\"BBBB\",\"m\":\"\xF0\x9F\x98\x80\"}",
            "{\"k\":\"{\\\"n\\\":\\\"\\u00e9\xC3\xA9\\\",\\\"k\\\":\\\"BBBB\\\",\\\"m\\\":"
            "\\\"\\ud83d\\ude00\\\"}\"}");
        row("escapes come where they must", "{\"k\":\"AA\"}", "v\"\n", "{\"k\":\"v\\\"\\n\"}");
    }
    void replaced() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, expected);
        const JobSpec spec = tableSpec(SourceKind::JsonLines, "/k");
        const std::string text = line.toStdString();
        auto reader = openRecordReader(sourceOf(text, 100), spec);
        QVERIFY(reader);
        const auto record = (*reader)->next();
        QVERIFY(record && *record && (*record)->hasBlob);
        const Bytes changed = (*reader)->withBlob(**record, value.toStdString());
        QCOMPARE(std::string(asText(changed)), expected.toStdString());
    }

    void values() {
        const JobSpec spec = tableSpec(SourceKind::JsonLines, "/k");
        const std::string text =
            "{\"k\":\"AA\",\"n\":12.50,\"t\":true,\"z\":null,\"o\":{\"a\":\"b\"},\"s\":\"\\u00e9\"}\n[";
        auto reader = openRecordReader(sourceOf(text, 7), spec);
        QVERIFY(reader && (*reader)->next().has_value());
        QCOMPARE((*reader)->value("/n"), std::optional<std::string>("12.50"));
        QCOMPARE((*reader)->value("/t"), std::optional<std::string>("true"));
        QCOMPARE((*reader)->value("/z"), std::nullopt);
        QCOMPARE((*reader)->value("/none"), std::nullopt);
        QCOMPARE((*reader)->value("/o"), std::optional<std::string>("{\"a\":\"b\"}"));
        QCOMPARE((*reader)->value("/s"), std::optional<std::string>("\xC3\xA9"));
        QVERIFY((*reader)->next().has_value()); // broken: has no values
        QCOMPARE((*reader)->value("/n"), std::nullopt);
    }
};

QTEST_APPLESS_MAIN(TestJsonLinesReader)
#include "tst_json_lines_reader.moc"
