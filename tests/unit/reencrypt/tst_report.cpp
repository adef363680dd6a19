// SPDX-License-Identifier: Apache-2.0
// Reports: each item once and as it was told last, sums that add up, a digest that can be recomputed, nothing
// secret, and nothing that a file name could smuggle into a spreadsheet or a browser.
#include "crypto/sha256.h"
#include "reencrypt/item_ledger.h"
#include "reencrypt/report.h"
#include "reencrypt/report_text.h"
#include "unit/reencrypt/job_scene.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

constexpr std::string_view hostileName = "=cmd|'/c calc'!A1<script>alert(1)</script>\"\n\xff.jsonl";

std::string reportOf(Journal &journal, ReportForm form) {
    std::string text;
    const auto written = writeReport(journal, form, [&](std::string_view part) -> Status {
        text += part;
        return {};
    });
    return written ? text : "failed: " + written.error().detail;
}

/// The digest that the last line holds is that of all before it.
bool digestHolds(const std::string &report) {
    const auto end = report.rfind('\n', report.size() - 2);
    const std::string body = report.substr(0, end + 1);
    const std::string last = report.substr(end + 1);
    return last.find("sha256") != std::string::npos &&
           last.find(toHex(crypto::sha256(asBytes(body)))) != std::string::npos;
}

std::unique_ptr<Journal> journalWith(const JournalFolder &place,
                                     const std::vector<std::vector<ItemRecord>> &told) {
    auto journal = place.create();
    if (!journal) {
        return nullptr;
    }
    for (const auto &items : told) {
        if (!(*journal)->append({{Entry::Applied, bodyOf("zone", items)}})) {
            return nullptr;
        }
    }
    return std::move(*journal);
}

} // namespace

class ReportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFormOfARealJob_data() {
        QTest::addColumn<int>("form");
        QTest::newRow("json") << static_cast<int>(ReportForm::Json);
        QTest::newRow("csv") << static_cast<int>(ReportForm::Csv);
        QTest::newRow("html") << static_cast<int>(ReportForm::Html);
    }
    void everyFormOfARealJob() {
        QFETCH(int, form);
        JobScene scene;
        scene.service.watched->before = [&](int call, const kms::AnyRequest &) -> std::optional<Error> {
            return call == 5 ? std::optional(serviceError(ErrorCode::AccessDenied, "User is not <b>you</b>"))
                             : std::nullopt;
        };
        scene.spec.reason = "compromise";
        QVERIFY(scene.run().has_value());
        auto journal = scene.journal();
        QVERIFY(journal.has_value());
        const std::string report = reportOf(**journal, static_cast<ReportForm>(form));
        QVERIFY2(digestHolds(report), report.substr(report.size() - 200).c_str());
        std::string changed = report;
        changed[changed.size() / 2] ^= 1;
        QVERIFY(!digestHolds(changed));
        QVERIFY(report.find("refused") != std::string::npos);
        QVERIFY(report.find("<b>you</b>") == std::string::npos || form != static_cast<int>(ReportForm::Html));
        // Ciphertexts hold "secret 3" openly here, and are base64 in the file.
        QVERIFY(report.find("secret 3") == std::string::npos);
        QVERIFY(report.find(toBase64(scene.blob(3)).substr(0, 400)) == std::string::npos);
        const auto folder = qEnvironmentVariable("KEYTURN_TEST_OUTPUT");
        if (!folder.isEmpty()) {
            const std::filesystem::path out = folder.toStdString();
            std::filesystem::create_directories(out);
            const char *names[] = {"job-report.json", "job-report.csv", "job-report.html"};
            QVERIFY(writeFileAtomically(out / names[form], asBytes(report), {}));
        }
    }

    void sumsAddUp() {
        const JobScene scene(25);
        QVERIFY(scene.run().has_value());
        auto journal = scene.journal();
        QVERIFY(journal.has_value());
        const auto json =
            QJsonDocument::fromJson(QByteArray::fromStdString(reportOf(**journal, ReportForm::Json)));
        QVERIFY(json.isObject());
        const QJsonObject report = json.object();
        const QJsonArray items = report.value(QStringLiteral("items")).toArray();
        QCOMPARE(items.size(), 25);
        QCOMPARE(report.value(QStringLiteral("counts")).toObject().value(QStringLiteral("verified")).toInt(),
                 25);
        QCOMPARE(report.value(QStringLiteral("calls")).toInt(), 50);
        int byKey = 0;
        for (const auto &each : report.value(QStringLiteral("sourceKeys")).toArray()) {
            byKey += each.toObject()
                         .value(QStringLiteral("counts"))
                         .toObject()
                         .value(QStringLiteral("found"))
                         .toInt();
        }
        QCOMPARE(byKey, 25);
        const QJsonObject item = items.at(3).toObject();
        QCOMPARE(item.value(QStringLiteral("line")).toInt(), 4);
        QCOMPARE(item.value(QStringLiteral("before")).toString().size(), 64);
        QVERIFY(item.value(QStringLiteral("before")) != item.value(QStringLiteral("after")));
        QVERIFY(report.value(QStringLiteral("asked")).toString().contains(QStringLiteral("destination-key")));
        const std::string csv = reportOf(**journal, ReportForm::Csv);
        QCOMPARE(std::count(csv.begin(), csv.end(), '\n'), std::ptrdiff_t(25 + 3));
        QVERIFY(csv.starts_with("# job "));
    }

    void theLastWordOfEachItemCounts() {
        const JournalFolder place;
        const auto journal = journalWith(
            place, {{itemOf("1", ItemState::Failed, Cause::Refused), itemOf("2", ItemState::Applied)},
                    {itemOf("1", ItemState::Verified), itemOf("3", ItemState::Skipped)},
                    {itemOf("2", ItemState::Conflict, Cause::ChangedMeanwhile)}});
        QVERIFY(journal != nullptr);
        std::vector<std::pair<std::string, ItemState>> seen;
        QVERIFY(visitItems(*journal, [&](const ItemRecord &item) -> Result<bool> {
            seen.emplace_back(item.place.part, item.state);
            return true;
        }));
        const std::vector<std::pair<std::string, ItemState>> expected{
            {"1", ItemState::Verified}, {"3", ItemState::Skipped}, {"2", ItemState::Conflict}};
        QVERIFY(seen == expected);
        Counters counters;
        ItemLedger ledger;
        QVERIFY(ledger.load(*journal, counters));
        QVERIFY((counters == Counters{3, 1, 1, 1, 1, 0, 0, 0}));
        QCOMPARE(ledger.size(), std::size_t(3));
    }

    void hostileTexts() {
        const JournalFolder place;
        ItemRecord item = itemOf("1", ItemState::Failed, Cause::Service);
        item.place.unit = hostileName;
        item.message = "+HYPERLINK(\"http://x\")</td><img src=x onerror=alert(1)>";
        item.serviceCode = "@SUM(1)";
        const auto journal = journalWith(place, {{item}});
        QVERIFY(journal != nullptr);
        const std::string html = reportOf(*journal, ReportForm::Html);
        QVERIFY(html.find("<script") == std::string::npos && html.find("<img") == std::string::npos);
        QVERIFY(html.find("http://") == std::string::npos ||
                html.find("&quot;http://x&quot;") != std::string::npos);
        QVERIFY(html.find(" src=x") != std::string::npos); // shown as text
        QVERIFY(html.find("href") == std::string::npos && html.find("url(") == std::string::npos);
        const std::string csv = reportOf(*journal, ReportForm::Csv);
        QVERIFY(csv.find("\"'=cmd") != std::string::npos);
        QVERIFY(csv.find("\"'+HYPERLINK(\"\"") != std::string::npos);
        QVERIFY(csv.find("\"'@SUM") != std::string::npos);
        QCOMPARE(std::count(csv.begin(), csv.end(), '\n'), std::ptrdiff_t(4));
        const auto json =
            QJsonDocument::fromJson(QByteArray::fromStdString(reportOf(*journal, ReportForm::Json)));
        QVERIFY(json.isObject());
        const QString unit = json.object()
                                 .value(QStringLiteral("items"))
                                 .toArray()
                                 .at(0)
                                 .toObject()
                                 .value(QStringLiteral("unit"))
                                 .toString();
        QVERIFY(unit.startsWith(QStringLiteral("=cmd")) && unit.contains(QLatin1Char('\n')));
        QVERIFY(digestHolds(html) && digestHolds(csv));
    }

    void texts_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QByteArray>("html");
        const auto row = [](const char *name, QByteArray text, QByteArray json, QByteArray csv,
                            QByteArray html) { QTest::newRow(name) << text << json << csv << html; };
        row("plain", "abc", "\"abc\"", "\"abc\"", "abc");
        row("empty", "", "\"\"", "\"\"", "");
        row("quotes", "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\"\"b\\c\"", "a&quot;b\\c");
        row("controls", QByteArray("a\x01\tb\x7f", 5), "\"a\\u0001\\u0009b\\u007f\"", "\"a  b\x7f\"",
            "a  b\x7f");
        row("formula", "=1+1", "\"=1+1\"", "\"'=1+1\"", "=1+1");
        row("minus", "-1", "\"-1\"", "\"'-1\"", "-1");
        row("markup", "<a & 'b'>", "\"<a & 'b'>\"", "\"<a & 'b'>\"", "&lt;a &amp; &#39;b&#39;&gt;");
        row("not UTF-8", "a\xff\xc3(", "\"a\xef\xbf\xbd\xef\xbf\xbd(\"", "\"a\xef\xbf\xbd\xef\xbf\xbd(\"",
            "a\xef\xbf\xbd\xef\xbf\xbd(");
        row("UTF-8", "\xc3\xa4\xe2\x82\xac", "\"\xc3\xa4\xe2\x82\xac\"", "\"\xc3\xa4\xe2\x82\xac\"",
            "\xc3\xa4\xe2\x82\xac");
    }
    void texts() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, csv);
        QFETCH(QByteArray, html);
        const std::string input = text.toStdString();
        QCOMPARE(jsonText(input), json.toStdString());
        QCOMPARE(csvCell(input), csv.toStdString());
        QCOMPARE(htmlText(input), html.toStdString());
    }

    void aSinkThatFailsEndsIt() {
        const JobScene scene(25);
        QVERIFY(scene.run().has_value());
        auto journal = scene.journal();
        for (const auto form : {ReportForm::Json, ReportForm::Csv, ReportForm::Html}) {
            const auto written = writeReport(**journal, form, [](std::string_view) -> Status {
                return fail(ErrorCode::DiskFull, "full");
            });
            QVERIFY(!written && written.error().code == ErrorCode::DiskFull);
        }
    }

    void aLedgerOfMany() {
        ItemLedger ledger;
        Counters counters;
        constexpr std::uint64_t many = 100'000;
        ItemRecord item = itemOf("blob", ItemState::Failed, Cause::Service);
        for (std::uint64_t line = 1; line <= many; ++line) {
            item.place.line = line;
            QVERIFY(!ledger.note(item, counters));
        }
        QCOMPARE(counters.failed, many);
        item.state = ItemState::Verified;
        for (std::uint64_t line = 1; line <= many; ++line) {
            item.place.line = line;
            QVERIFY(ledger.note(item, counters));
        }
        QVERIFY(counters.found == many && counters.verified == many && counters.failed == 0);
    }
};

QTEST_GUILESS_MAIN(ReportTest)
#include "tst_report.moc"
