// SPDX-License-Identifier: Apache-2.0
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/text.h"
#include "fakes/vectors.h"
#include "reencrypt/json_scan.h"

#include <QTest>

#include <map>

using namespace keyturn;
using reencrypt::JsonKind;
using reencrypt::JsonScan;

namespace {

QByteArray shown(std::string_view text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

/// Where our rules are stricter than JSON, on purpose.
const std::map<std::string, const char *> refusedOnPurpose{
    {"y_object_duplicated_key.json", "a name given twice is refused"},
    {"y_object_duplicated_key_and_value.json", "a name given twice is refused"},
};

struct SuiteRow {
    std::string name;
    Bytes content;
};
/// "file" and "b64" of a line of the suite: read by the scanner itself.
std::optional<SuiteRow> suiteRow(std::string_view line) {
    JsonScan scan;
    if (!scan.read(line) || !scan.at("/file") || !scan.at("/b64")) {
        return std::nullopt;
    }
    auto bytes = fromBase64(*scan.text(*scan.at("/b64")));
    return bytes ? std::optional(SuiteRow{*scan.text(*scan.at("/file")), *bytes}) : std::nullopt;
}

} // namespace

class TestJsonScan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pointersFindValues_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("token");
        const auto row = [](const char *pointer, const char *token) {
            QTest::newRow(pointer) << QByteArray(pointer) << QByteArray(token);
        };
        row("/a", "1");
        row("/b/c", "[10, [], {}, \"x\"]");
        row("/b/c/0", "10");
        row("/b/c/1", "[]");
        row("/b/c/2", "{}");
        row("/b/c/3", "\"x\"");
        row("/b/c/4", "");
        row("/b/c/01", "");
        row("/b/c/-", "");
        row("/b/c/99999999999", "");
        row("/d~1e", "true");
        row("/d~0e", "null");
        row("/d~2e", "");
        row("/uml\xC3\xA4ut", "-1.5e+3");
        row("/", "\"empty\"");
        row("/b/x", "");
        row("/a/x", "");
        row("a", "");
    }
    void pointersFindValues() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, token);
        const std::string text = "\xEF\xBB\xBF{ \"a\":1,\r\n\t\"b\" : {\"c\":[10, [], {}, \"x\"]}, "
                                 "\"d/e\":true,\"d~e\":null, \"uml\\u00e4ut\" : -1.5e+3, \"\":\"empty\" } \n";
        JsonScan scan;
        QVERIFY(scan.read(text));
        const auto *node = scan.at(pointer.toStdString());
        QCOMPARE(node ? shown(scan.token(*node)) : QByteArray(), token);
        QCOMPARE(scan.at("") == &scan.root(), true);
    }

    void aNodeKnowsItsLineAndColumn() {
        JsonScan scan;
        QVERIFY(scan.read("{\n \"a\": [\n  1,\n  \"x\"]}", 10));
        QCOMPARE(scan.line(*scan.at("/a/1")), std::uint64_t(13));
        QCOMPARE(scan.column(*scan.at("/a/1")), std::uint64_t(3));
    }

    void childrenComeInOrder() {
        JsonScan scan;
        QVERIFY(scan.read("{\"a\":[1,[2,3],{\"x\":4}],\"b\":5,\"c\":{}}"));
        std::string names;
        for (auto *child = scan.first(scan.root()); child; child = scan.after(scan.root(), *child)) {
            names += scan.name(*child) + std::to_string(child->children) + " ";
        }
        QCOMPARE(names, "a3 b0 c0 ");
    }

    void textsComeUnescaped_data() {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("isText");
        QTest::newRow("plain") << QByteArray("\"abc\"") << QByteArray("abc") << true;
        QTest::newRow("simple escapes")
            << QByteArray("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"") << QByteArray("\"\\/\b\f\n\r\t") << true;
        QTest::newRow("code unit") << QByteArray("\"\\u00E4\\u20ac\"") << QByteArray("\xC3\xA4\xE2\x82\xAC")
                                   << true;
        QTest::newRow("pair") << QByteArray("\"\\uD83D\\uDE00\"") << QByteArray("\xF0\x9F\x98\x80") << true;
        QTest::newRow("half a pair") << QByteArray("\"\\uD83Dx\"") << QByteArray() << false;
        QTest::newRow("halves the wrong way round")
            << QByteArray("\"\\uDE00\\uD83D\"") << QByteArray() << false;
        QTest::newRow("a number") << QByteArray("12") << QByteArray() << false;
    }
    void textsComeUnescaped() {
        QFETCH(QByteArray, token);
        QFETCH(QByteArray, value);
        QFETCH(bool, isText);
        JsonScan scan;
        const std::string text = token.toStdString();
        QVERIFY(scan.read(text));
        QCOMPARE(scan.text(scan.root()).has_value(), isText);
        QCOMPARE(shown(scan.text(scan.root()).value_or("")), value);
    }

    void faultsNameLineAndColumn_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("detail");
        const auto row = [](const char *text, const char *detail) {
            QTest::newRow(detail) << QByteArray(text) << QByteArray(detail);
        };
        row("{\"a\":1,\n}", "line 2, column 1: a comma before the closing bracket");
        row("[1 2]", "line 1, column 4: a comma or ] is missing");
        row("{\"a\":1 \"b\":2}", "line 1, column 8: a comma or } is missing");
        row("{a:1}", "line 1, column 2: a member's name in quotes is missing");
        row("{\"a\" 1}", "line 1, column 6: the colon behind a member's name is missing");
        row("\"a\nb\"", "line 1, column 3: a control character in a text");
        row("\"ab", "line 1, column 4: a text without its closing quote");
        row("\"\\x\"", "line 1, column 3: an unknown escape in a text");
        row("\"\\u12g4\"", "line 1, column 6: an escape without its four hex digits");
        row("1.", "line 1, column 3: digits are missing behind the point of a number");
        row("1e", "line 1, column 3: digits are missing in the exponent of a number");
        row("", "line 1, column 1: no JSON value");
        row("{} x", "line 1, column 4: text after the end of the document");
        row("{\"a\":1,\"b\":2,\"\\u0061\":3}", "line 1, column 25: an object that has a name twice");
        row("\"\xff\"", "line 1: bytes that are not UTF-8");
    }
    void faultsNameLineAndColumn() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, detail);
        JsonScan scan;
        const auto read = scan.read(text.toStdString());
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::BadJson);
        QCOMPARE(shown(read.error().detail), detail);
    }

    void depthHasItsLimit() {
        JsonScan scan;
        QVERIFY(scan.read(std::string(64, '[') + std::string(64, ']')));
        QVERIFY(!scan.read(std::string(65, '[') + std::string(65, ']')));
        QVERIFY(!scan.read(std::string(100000, '[')));
    }

    void duplicatesAmongManyMembersAreFound() {
        std::string text = "{";
        for (int i = 0; i < 5000; ++i) {
            text += "\"m" + std::to_string(i) + "\":0,";
        }
        JsonScan scan;
        QVERIFY(scan.read(text + "\"last\":0}"));
        QVERIFY(!scan.read(text + "\"m4321\":0}"));
        QVERIFY(!scan.read(text + "\"\\u006d4321\":0}"));
    }

    void textsAreWrittenInTheMannerOfTheOldOne_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("like");
        QTest::addColumn<QByteArray>("token");
        const auto row = [](const char *name, const char *value, const char *like, const char *token) {
            QTest::newRow(name) << QByteArray(value) << QByteArray(like) << QByteArray(token);
        };
        row("as it stands", "a/b+c=", "\"x/y\"", "\"a/b+c=\"");
        row("slashes escaped", "a/b+c=", "\"x\\/y\"", "\"a\\/b+c=\"");
        row("plus as upper case hex", "a/b+c+", "\"\\u002Bx\"", "\"a/b\\u002Bc\\u002B\"");
        row("plus as lower case hex", "a+", "\"\\u002bx\"", "\"a\\u002b\"");
        row("what must be escaped", "\"\\\n\x01", "\"\"", "\"\\\"\\\\\\n\\u0001\"");
        row("beyond ASCII as it stands", "\xC3\xA4", "\"x\"", "\"\xC3\xA4\"");
        row("beyond ASCII escaped", "\xC3\xA4\xF0\x9F\x98\x80", "\"\\u00FC\"", "\"\\u00E4\\uD83D\\uDE00\"");
    }
    void textsAreWrittenInTheMannerOfTheOldOne() {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, like);
        QFETCH(QByteArray, token);
        const std::string text = reencrypt::jsonTextLike(value.toStdString(), like.toStdString());
        QCOMPARE(shown(text), token);
        JsonScan scan;
        QVERIFY(scan.read(text));
        QCOMPARE(shown(*scan.text(scan.root())), value);
    }

    void published() {
        constexpr std::size_t maxBytes = 1 << 20;
        const auto file = readFile(test::vectorPath("json/JSONTestSuite.jsonl"), maxBytes);
        if (!file) {
            QSKIP(test::vectorsMissing("json/JSONTestSuite.jsonl").c_str());
        }
        int seen = 0;
        for (const std::string_view line : split(asText(*file), '\n')) {
            if (line.empty()) {
                continue;
            }
            const auto row = suiteRow(line);
            QVERIFY(row);
            JsonScan scan;
            const bool taken = scan.read(asText(row->content)).has_value();
            if (row->name.starts_with("n_") || refusedOnPurpose.contains(row->name)) {
                QVERIFY2(!taken, row->name.c_str());
            } else if (row->name.starts_with("y_")) {
                QVERIFY2(taken, row->name.c_str());
            }
            ++seen;
        }
        QVERIFY(seen > 300);
    }
};

QTEST_APPLESS_MAIN(TestJsonScan)
#include "tst_json_scan.moc"
