// SPDX-License-Identifier: Apache-2.0
// Pasted contexts and blobs are read as they were meant, and refused with the reason.
#include "base/encoding.h"
#include "ui/widgets/blob_text.h"
#include "ui/widgets/context_model.h"
#include "ui/widgets/context_text.h"
#include "ui/widgets/filter_bar.h"

#include <QSignalSpy>
#include <QTest>

namespace keyturn::widgets {
namespace {

QString written(const ContextPairs &pairs) {
    QStringList parts;
    for (const ContextPair &pair : pairs) {
        parts << QString::fromStdString(pair.name + "=" + pair.value);
    }
    return parts.join(u'|');
}

} // namespace

class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void contextsAreRead_data();
    void contextsAreRead();
    void contextsAreRefused_data();
    void contextsAreRefused();
    void contextsAreCompared_data();
    void contextsAreCompared();
    void duplicatesAreNamedOnce();
    void modelTakesTypedRows();
    void modelShowsWhatIsMissing();
    void blobsAreGuessed_data();
    void blobsAreGuessed();
    void blobsAreReadStrictly_data();
    void blobsAreReadStrictly();
    void queriesAreSplit_data();
    void queriesAreSplit();
};

void TestText::contextsAreRead_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("pairs");
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("empty object") << QByteArray(" { } ") << QString();
    QTest::newRow("json") << QByteArray(R"({"tenant":"pay","stage" : "prod"})")
                          << QStringLiteral("tenant=pay|stage=prod");
    QTest::newRow("json keeps duplicates to show them")
        << QByteArray(R"({"a":"1","a":"2"})") << QStringLiteral("a=1|a=2");
    QTest::newRow("json escapes") << QByteArray(R"({"a\"b":"x\u00e9\n\/"})")
                                  << QString::fromUtf8("a\"b=x\xC3\xA9\n/");
    QTest::newRow("json pair of surrogates")
        << QByteArray(R"({"k":"\ud83d\udd11"})") << QString::fromUtf8("k=\xF0\x9F\x94\x91");
    QTest::newRow("lines") << QByteArray("tenant=pay\r\n\nstage = prod\n")
                           << QStringLiteral("tenant=pay|stage=prod");
    QTest::newRow("one line of the command line")
        << QByteArray("tenant=pay,stage=prod") << QStringLiteral("tenant=pay|stage=prod");
    QTest::newRow("comma stays in lines") << QByteArray("a=1,2\nb=3") << QStringLiteral("a=1,2|b=3");
    QTest::newRow("value with equals") << QByteArray("a=b=c") << QStringLiteral("a=b=c");
    QTest::newRow("empty value") << QByteArray("a=") << QStringLiteral("a=");
}

void TestText::contextsAreRead() {
    QFETCH(QByteArray, text);
    QFETCH(QString, pairs);
    const auto read = parseContextText(text.toStdString());
    QVERIFY2(read.has_value(), read ? "" : read.error().detail.c_str());
    QCOMPARE(written(*read), pairs);
}

void TestText::contextsAreRefused_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no equals") << QByteArray("a=1\nwords")
                               << QStringLiteral("part 2 has no name=value: give JSON or name=value lines");
    QTest::newRow("no name") << QByteArray("=1")
                             << QStringLiteral("part 1 has no name=value: give JSON or name=value lines");
    QTest::newRow("number") << QByteArray(R"({"a":1})")
                            << QStringLiteral("the JSON needs a text value in double quotes at character 6");
    QTest::newRow("nested") << QByteArray(R"({"a":{}})")
                            << QStringLiteral("the JSON needs a text value in double quotes at character 6");
    QTest::newRow("trailing comma") << QByteArray(R"({"a":"1",})")
                                    << QStringLiteral(
                                           "the JSON needs a name in double quotes at character 10");
    QTest::newRow("unclosed") << QByteArray(R"({"a":"1")")
                              << QStringLiteral("the JSON needs a comma or the closing brace at character 9");
    QTest::newRow("more after it") << QByteArray(R"({"a":"1"} x)")
                                   << QStringLiteral(
                                          "the JSON needs nothing after the closing brace at character 11");
    QTest::newRow("lone surrogate") << QByteArray(R"({"a":"\ud83d"})")
                                    << QStringLiteral(
                                           "the JSON needs a text value in double quotes at character 13");
    QTest::newRow("not UTF-8") << QByteArray("a=\xff") << QStringLiteral("the text is not UTF-8");
}

void TestText::contextsAreRefused() {
    QFETCH(QByteArray, text);
    QFETCH(QString, reason);
    const auto read = parseContextText(text.toStdString());
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::BadEncoding);
    QCOMPARE(QString::fromStdString(read.error().detail), reason);
}

void TestText::contextsAreCompared_data() {
    QTest::addColumn<QString>("here");
    QTest::addColumn<QString>("there");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("same in other order") << QStringLiteral("a=1,b=2") << QStringLiteral("b=2,a=1")
                                         << QStringList{QStringLiteral("Same"), QStringLiteral("Same")};
    QTest::newRow("value") << QStringLiteral("a=1") << QStringLiteral("a=2")
                           << QStringList{QStringLiteral("Differs: \"2\"")};
    QTest::newRow("value by case") << QStringLiteral("a=Prod") << QStringLiteral("a=prod")
                                   << QStringList{QStringLiteral("Differs by case: \"prod\"")};
    QTest::newRow("name by case") << QStringLiteral("Tenant=1") << QStringLiteral("tenant=1")
                                  << QStringList{QStringLiteral("Name differs by case: \"tenant\"")};
    QTest::newRow("here only") << QStringLiteral("a=1") << QString()
                               << QStringList{QStringLiteral("Only here")};
    QTest::newRow("there only") << QString() << QStringLiteral("a=1")
                                << QStringList{QStringLiteral("Missing here")};
    QTest::newRow("exact name wins over case")
        << QStringLiteral("A=1,a=2") << QStringLiteral("a=2")
        << QStringList{QStringLiteral("Name differs by case: \"a\""), QStringLiteral("Same")};
}

void TestText::contextsAreCompared() {
    QFETCH(QString, here);
    QFETCH(QString, there);
    QFETCH(QStringList, words);
    const auto ours = parseContextText(here.toStdString());
    const auto theirs = parseContextText(there.toStdString());
    QVERIFY(ours && theirs);
    QStringList said;
    for (const ContextDifference &difference : compareContexts(*ours, *theirs)) {
        said << verdictWords(difference);
    }
    QCOMPARE(said, words);
}

void TestText::duplicatesAreNamedOnce() {
    const auto twice = duplicateNames({{"a", "1"}, {"b", "1"}, {"a", "2"}, {"a", "3"}, {"A", "1"}});
    QCOMPARE(twice, std::vector<std::string>{"a"});
}

void TestText::modelTakesTypedRows() {
    ContextModel model;
    QSignalSpy changed(&model, &ContextModel::pairsChanged);
    QCOMPARE(model.rowCount(), 1);                                       // the row to type into
    QVERIFY(!model.setData(model.index(0, 0), QString(), Qt::EditRole)); // left empty: nothing happened
    QVERIFY(model.setData(model.index(0, 0), QStringLiteral("tenant"), Qt::EditRole));
    QVERIFY(model.setData(model.index(0, 1), QStringLiteral("pay"), Qt::EditRole));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(written(model.pairs()), QStringLiteral("tenant=pay"));
    QCOMPARE(changed.size(), 2);
    model.append({{"tenant", "risk"}});
    QVERIFY(model.index(0, 0).data(ContextModel::DuplicateRole).toBool());
    model.removePair(1);
    QVERIFY(!model.index(0, 0).data(ContextModel::DuplicateRole).toBool());
    model.setWritable(false);
    QCOMPARE(model.rowCount(), 1);
    QVERIFY(!model.flags(model.index(0, 0)).testFlag(Qt::ItemIsEditable));
}

void TestText::modelShowsWhatIsMissing() {
    ContextModel model;
    model.setPairs({{"a", "1"}});
    model.compareWith({{"a", "1"}, {"b", "2"}});
    QCOMPARE(model.columnCount(), 3);
    QCOMPARE(model.rowCount(), 3); // ours, the row to type into, theirs
    QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("Same"));
    QCOMPARE(model.index(1, 0).data().toString(), QString());
    QCOMPARE(model.index(2, 0).data().toString(), QStringLiteral("b"));
    QCOMPARE(model.index(2, 2).data().toString(), QStringLiteral("Missing here"));
    QVERIFY(!model.flags(model.index(2, 0)).testFlag(Qt::ItemIsEditable));
    QVERIFY(model.setData(model.index(1, 0), QStringLiteral("b"), Qt::EditRole));
    QCOMPARE(model.index(1, 2).data().toString(), QStringLiteral("Differs: \"2\""));
    model.endComparison();
    QCOMPARE(model.columnCount(), 2);
}

void TestText::blobsAreGuessed_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::newRow("nothing") << QByteArray(" \n") << int(BlobKind::Nothing);
    QTest::newRow("base64") << QByteArray("AQICAHh+/w==") << int(BlobKind::Base64);
    QTest::newRow("base64 in lines") << QByteArray("AQIC\nAHh+\n") << int(BlobKind::Base64);
    QTest::newRow("hex") << QByteArray("00112233445566778899aabbccddeeff") << int(BlobKind::Hex);
    QTest::newRow("short hex is base64 as well") << QByteArray("abcd") << int(BlobKind::Base64);
    QTest::newRow("data url") << QByteArray("data:application/octet-stream;base64,AQID")
                              << int(BlobKind::DataUrl);
    QTest::newRow("transit") << QByteArray("vault:v3:AQID") << int(BlobKind::TransitText);
    QTest::newRow("field") << QByteArray("ENC[AES256_GCM,data:AQID,iv:AA==,type:str]")
                           << int(BlobKind::EncryptedField);
    QTest::newRow("words") << QByteArray("hello, world") << int(BlobKind::Raw);
    QTest::newRow("base64 without padding") << QByteArray("AQICAHh+/w") << int(BlobKind::Raw);
}

void TestText::blobsAreGuessed() {
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QCOMPARE(int(guessBlobKind(text.toStdString())), kind);
}

void TestText::blobsAreReadStrictly_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("hex"); // null: refused
    QTest::newRow("base64") << QByteArray(" AQID\n") << int(BlobKind::Base64) << QStringLiteral("010203");
    QTest::newRow("twice stays twice")
        << QByteArray("QVFJRA==") << int(BlobKind::Base64) << QStringLiteral("41514944");
    QTest::newRow("base64 that is not") << QByteArray("AQI") << int(BlobKind::Base64) << QString();
    QTest::newRow("hex") << QByteArray("01 02\n03") << int(BlobKind::Hex) << QStringLiteral("010203");
    QTest::newRow("hex that is not") << QByteArray("01g2") << int(BlobKind::Hex) << QString();
    QTest::newRow("raw keeps its line break")
        << QByteArray("a\n") << int(BlobKind::Raw) << QStringLiteral("610a");
    QTest::newRow("data url") << QByteArray("data:;base64,AQID") << int(BlobKind::DataUrl)
                              << QStringLiteral("010203");
    QTest::newRow("data url that is not") << QByteArray("AQID") << int(BlobKind::DataUrl) << QString();
    QTest::newRow("transit") << QByteArray("vault:v12:AQID") << int(BlobKind::TransitText)
                             << QStringLiteral("010203");
    QTest::newRow("transit that is not")
        << QByteArray("vault:AQID") << int(BlobKind::TransitText) << QString();
    QTest::newRow("field") << QByteArray("ENC[AES256_GCM,data:AQID,iv:AA==]") << int(BlobKind::EncryptedField)
                           << QStringLiteral("010203");
    QTest::newRow("nothing") << QByteArray() << int(BlobKind::Nothing) << QStringLiteral("");
}

void TestText::blobsAreReadStrictly() {
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(QString, hex);
    const auto read = readBlob(text.toStdString(), static_cast<BlobKind>(kind));
    QCOMPARE(read.has_value(), !hex.isNull());
    if (read) {
        QCOMPARE(QString::fromStdString(toHex(*read)), hex);
    }
}

void TestText::queriesAreSplit_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("empty") << QStringLiteral("  ") << QStringList();
    QTest::newRow("words") << QStringLiteral("pay  prod")
                           << QStringList{QStringLiteral("pay"), QStringLiteral("prod")};
    QTest::newRow("quotes keep together")
        << QStringLiteral("tag:\"team a\" x")
        << QStringList{QStringLiteral("tag:\"team a\""), QStringLiteral("x")};
}

void TestText::queriesAreSplit() {
    QFETCH(QString, query);
    QFETCH(QStringList, parts);
    QCOMPARE(splitQuery(query), parts);
}

} // namespace keyturn::widgets

QTEST_MAIN(keyturn::widgets::TestText)
#include "tst_text.moc"
