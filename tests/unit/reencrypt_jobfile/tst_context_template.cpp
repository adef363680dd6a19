// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/context_template.h"

#include <QTest>

#include <map>

using namespace keyturn;
using reencrypt::ContextTemplate;

class TestContextTemplate : public QObject {
    Q_OBJECT

    static std::optional<std::string> row(std::string_view place) {
        static const std::map<std::string, std::string, std::less<>> values{
            {"id", "7"}, {"/user/id", "u{1}"}, {"name with blank", "é"}, {"empty", ""}};
        const auto found = values.find(place);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }

private Q_SLOTS:
    void expands_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expanded");
        QTest::newRow("nothing") << ""
                                 << "";
        QTest::newRow("no place") << "plain"
                                  << "plain";
        QTest::newRow("place alone") << "{id}"
                                     << "7";
        QTest::newRow("place among text") << "user-{id}!"
                                          << "user-7!";
        QTest::newRow("two places") << "{id}{id}/{name with blank}"
                                    << "77/é";
        QTest::newRow("pointer") << "{/user/id}"
                                 << "u{1}";
        QTest::newRow("braces") << "{{{id}}} {{id}}"
                                << "{7} {id}";
        QTest::newRow("empty value") << "[{empty}]"
                                     << "[]";
    }
    void expands() {
        QFETCH(QString, text);
        QFETCH(QString, expanded);
        const auto parsed = ContextTemplate::parse(text.toStdString());
        QVERIFY(parsed);
        QCOMPARE(QString::fromStdString(parsed->text()), text);
        const auto value = parsed->expand(row);
        QVERIFY(value);
        QCOMPARE(QString::fromStdString(*value), expanded);
    }

    void refuses_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("position");
        QTest::newRow("not closed") << "a{id"
                                    << "character 2:";
        QTest::newRow("not closed at the end") << "abc{"
                                               << "character 4:";
        QTest::newRow("brace in a place") << "{a{b}"
                                          << "character 1:";
        QTest::newRow("empty place") << "ab{}"
                                     << "character 3:";
        QTest::newRow("closing alone") << "abc}"
                                       << "character 4:";
    }
    void refuses() {
        QFETCH(QString, text);
        QFETCH(QString, position);
        const auto parsed = ContextTemplate::parse(text.toStdString());
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code, ErrorCode::Usage);
        QVERIFY2(parsed.error().detail.starts_with(position.toStdString()), parsed.error().detail.c_str());
    }

    void aPlaceWithoutValueIsNamed() {
        const auto value = ContextTemplate::parse("{id}-{missing}")->expand(row);
        QVERIFY(!value);
        QCOMPARE(value.error().code, ErrorCode::Usage);
        QVERIFY(value.error().detail.find("{missing}") != std::string::npos);
        QVERIFY2(value.error().detail.find('7') == std::string::npos, "values of the row are not repeated");
    }

    void placesAreListedOnce() {
        const auto parsed = ContextTemplate::parse("{b}{a}{b}{{c}}");
        QCOMPARE(parsed->places(), (std::vector<std::string>{"b", "a"}));
    }

    void literalTakesBracesAsTheyAre() {
        const auto literal = ContextTemplate::literal("{id}}{");
        QVERIFY(literal.places().empty());
        QCOMPARE(*literal.expand(row), std::string("{id}}{"));
        const auto again = ContextTemplate::parse(literal.text());
        QVERIFY(again);
        QVERIFY(*again == literal);
        QCOMPARE(*again->expand(row), std::string("{id}}{"));
    }
};

QTEST_APPLESS_MAIN(TestContextTemplate)
#include "tst_context_template.moc"
