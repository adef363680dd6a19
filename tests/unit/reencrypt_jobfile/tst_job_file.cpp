// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job_file.h"

#include "base/atomic_file.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace keyturn;
using namespace keyturn::reencrypt;

namespace {

const std::string head = "keyturn-job: 1\n";
const std::string files = "source:\n  kind: files\n  paths: [secrets/]\n";
const std::string target = "destination-key: alias/new\n";

std::string everyMember() {
    return "keyturn-job: 1\n"
           "name: user secrets to key B\n"
           "reason: rotation\n"
           "service: production\n"
           "source:\n"
           "  kind: postgresql\n"
           "  connection: host=db.example dbname=app user=rotate\n"
           "  table: public.users\n"
           "  key: [id, tenant]\n"
           "  where: deleted_at is null\n"
           "  shared: true\n"
           "find:\n"
           "  blob: encrypted_kms_key\n"
           "  json-pointer: /k\n"
           "  encoding: base64\n"
           "  id: email\n"
           "  new-prefix: 'v2:'\n"
           "context:\n"
           "  model_name: User\n"
           "  model_id: '{id}'\n"
           "context-from: kms_context\n"
           "destination-context:\n"
           "  model_id: 'u-{id}'\n"
           "destination-context-from: new_context\n"
           "source-keys: [alias/app-2023, alias/app-2024]\n"
           "destination-key: alias/app-2026\n"
           "source-algorithm: SYMMETRIC_DEFAULT\n"
           "destination-algorithm: SYMMETRIC_DEFAULT\n"
           "safety:\n"
           "  dry-run: true\n"
           "  backup: false\n"
           "  batch: 128\n"
           "  in-flight: 64\n"
           "  rate: 12.5\n"
           "  stop-after-failures: 9\n"
           "  sweeps: 3\n"
           "  lock-timeout-ms: 4000\n"
           "  statement-timeout-ms: 20000\n"
           "verify: decrypt\n"
           "allow-client-plaintext: true\n"
           "destination-service: eu-production\n";
}

/// One that may be asked of checkJob, with texts of any sort.
class RandomJob {
public:
    explicit RandomJob(std::uint32_t seed)
        : m_random(seed) {}

    JobSpec make() {
        JobSpec spec;
        spec.name = text();
        spec.reason = text();
        source(spec);
        context(spec.context);
        if (chance()) {
            context(spec.destinationContext.emplace());
        }
        for (int i = below(4); i > 0; --i) {
            spec.sourceKeys.push_back("k" + std::to_string(i) + text());
        }
        spec.destinationKey = "k" + text();
        spec.service = "s" + text();
        if (chance()) {
            spec.destinationService = "d" + text();
            spec.allowClientPlaintext = true;
        }
        spec.safety.dryRun = chance();
        spec.safety.backup = chance();
        spec.safety.batchItems = 1 + static_cast<std::uint32_t>(below(256));
        spec.safety.inFlight = 1 + static_cast<std::uint32_t>(below(1024));
        spec.safety.rateGiven = chance();
        spec.safety.perSecond = spec.safety.rateGiven ? below(100000) / 7.0 : 50;
        spec.safety.stopAfterFailures = static_cast<std::uint64_t>(below(100)) * 10'000'000'000ULL;
        spec.safety.sweeps = 1 + static_cast<std::uint32_t>(below(10));
        spec.safety.lockTimeout = std::chrono::milliseconds(1 + below(86400000));
        spec.safety.statementTimeout = std::chrono::milliseconds(1 + below(86400000));
        spec.verification = static_cast<Verification>(below(3));
        return spec;
    }

private:
    int below(int limit) { return static_cast<int>(m_random() % static_cast<std::uint32_t>(limit)); }
    bool chance() { return below(2) == 0; }
    std::string text() {
        static const std::vector<std::string> parts{"a",
                                                    "Z",
                                                    "9",
                                                    " ",
                                                    ":",
                                                    ": ",
                                                    "#",
                                                    " #",
                                                    "-",
                                                    "- ",
                                                    "'",
                                                    "\"",
                                                    "\\",
                                                    "\n",
                                                    "\t",
                                                    "\r",
                                                    "\x01",
                                                    "[",
                                                    "]",
                                                    "{{",
                                                    "}}",
                                                    ",",
                                                    "&",
                                                    "*",
                                                    "!",
                                                    "|",
                                                    ">",
                                                    "%",
                                                    "@",
                                                    "`",
                                                    "é",
                                                    "漢",
                                                    "?",
                                                    "null",
                                                    "~",
                                                    "=",
                                                    "\xc2\x85",
                                                    "/",
                                                    "true",
                                                    "0x",
                                                    "1e5",
                                                    "---",
                                                    "...",
                                                    "same",
                                                    "\x7f",
                                                    ".",
                                                    "\xe2\x80\xa8",
                                                    "\xef\xbb\xbf",
                                                    "\x04"};
        std::string result;
        for (int i = below(6); i > 0; --i) {
            result += parts[static_cast<std::size_t>(below(static_cast<int>(parts.size())))];
        }
        return result;
    }
    void source(JobSpec &spec) {
        switch (below(3)) {
        case 0:
            spec.source.kind = SourceKind::Csv;
            spec.source.paths = {"p" + text(), "q" + text()};
            spec.source.include = {"i" + text()};
            spec.source.csvHeader = chance();
            spec.source.delimiter = ",;\t|#'"[below(6)];
            spec.finder.blob = "b" + text();
            break;
        case 1:
            spec.source.kind = SourceKind::Text;
            spec.source.paths = {"p" + text()};
            spec.source.exclude = {"e" + text(), text() + "f"};
            break;
        default:
            spec.source.kind = SourceKind::PostgreSql;
            spec.source.connection = "host=" + text();
            spec.source.table = "t" + text();
            spec.source.keyColumns = {"k" + text()};
            spec.source.where = text();
            spec.source.shared = chance();
            spec.finder.blob = "b" + text();
            spec.finder.jsonPointer = "/" + text();
            spec.finder.id = text();
            spec.finder.newPrefix = text();
            spec.finder.encoding = static_cast<Encoding>(below(4));
        }
    }
    void context(ContextSpec &context) {
        for (int i = below(3); i > 0; --i) {
            context.pairs.emplace_back(std::to_string(i) + text(),
                                       *ContextTemplate::parse(text() + "{/a b}"));
        }
        context.from = text();
    }
    std::mt19937 m_random;
};

} // namespace

class TestJobFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMemberIsRead() {
        const ParsedJob parsed = parseJob(everyMember());
        QVERIFY2(parsed.faults.empty(), describe(parsed.faults).c_str());
        const JobSpec &spec = parsed.spec;
        QCOMPARE(spec.name, std::string("user secrets to key B"));
        QCOMPARE(spec.reason, std::string("rotation"));
        QCOMPARE(spec.service, std::string("production"));
        QCOMPARE(spec.source.kind, SourceKind::PostgreSql);
        QCOMPARE(spec.source.connection, std::string("host=db.example dbname=app user=rotate"));
        QCOMPARE(spec.source.table, std::string("public.users"));
        QCOMPARE(spec.source.keyColumns, (std::vector<std::string>{"id", "tenant"}));
        QCOMPARE(spec.source.where, std::string("deleted_at is null"));
        QVERIFY(spec.source.shared);
        QCOMPARE(spec.finder.blob, std::string("encrypted_kms_key"));
        QCOMPARE(spec.finder.jsonPointer, std::string("/k"));
        QCOMPARE(spec.finder.encoding, std::optional(Encoding::Base64));
        QCOMPARE(spec.finder.id, std::string("email"));
        QCOMPARE(spec.finder.newPrefix, std::optional<std::string>("v2:"));
        QCOMPARE(spec.context.pairs.size(), std::size_t(2));
        QCOMPARE(spec.context.pairs[1].first, std::string("model_id"));
        QCOMPARE(spec.context.pairs[1].second.places(), std::vector<std::string>{"id"});
        QCOMPARE(spec.context.from, std::string("kms_context"));
        QVERIFY(spec.destinationContext.has_value());
        QCOMPARE(spec.destinationContext->pairs.front().second.text(), std::string("u-{id}"));
        QCOMPARE(spec.destinationContext->from, std::string("new_context"));
        QCOMPARE(spec.sourceKeys, (std::vector<std::string>{"alias/app-2023", "alias/app-2024"}));
        QCOMPARE(spec.destinationKey, std::string("alias/app-2026"));
        QCOMPARE(spec.sourceAlgorithm, std::string("SYMMETRIC_DEFAULT"));
        QCOMPARE(spec.destinationAlgorithm, std::string("SYMMETRIC_DEFAULT"));
        SafetySpec safety{.dryRun = true, .backup = false, .batchItems = 128, .inFlight = 64};
        safety.perSecond = 12.5;
        safety.rateGiven = true;
        safety.stopAfterFailures = 9;
        safety.sweeps = 3;
        safety.lockTimeout = std::chrono::milliseconds(4000);
        safety.statementTimeout = std::chrono::milliseconds(20000);
        QVERIFY(spec.safety == safety);
        QCOMPARE(spec.verification, Verification::Decrypt);
        QVERIFY(spec.allowClientPlaintext);
        QCOMPARE(spec.destinationService, std::string("eu-production"));
    }

    void membersOfFilesAreRead() {
        const ParsedJob parsed =
            parseJob(head +
                     "source:\n  kind: csv\n  paths: [a.csv, b/]\n  include: ['**/*.csv']\n"
                     "  exclude: ['vendor/**']\n  header: false\n  delimiter: ';'\n"
                     "find: {blob: 2}\ndestination-context: {}\n" +
                     target);
        QVERIFY2(parsed.faults.empty(), describe(parsed.faults).c_str());
        QCOMPARE(parsed.spec.source.paths, (std::vector<std::string>{"a.csv", "b/"}));
        QCOMPARE(parsed.spec.source.include, std::vector<std::string>{"**/*.csv"});
        QCOMPARE(parsed.spec.source.exclude, std::vector<std::string>{"vendor/**"});
        QVERIFY(!parsed.spec.source.csvHeader);
        QCOMPARE(parsed.spec.source.delimiter, ';');
        QCOMPARE(parsed.spec.finder.blob, std::string("2"));
        QVERIFY(parsed.spec.destinationContext && parsed.spec.destinationContext->empty());
        QVERIFY(!parsed.spec.safety.rateGiven);
    }

    void faults_data() {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>(
            "fault"); // "line:column member", and what the sentence must say behind '|'
        const auto row = [](const char *name, const std::string &yaml, const char *fault) {
            QTest::newRow(name) << QByteArray::fromStdString(yaml) << QByteArray(fault);
        };
        row("empty", "", "1:1 |keyturn-job: 1");
        row("not a map", "- 1\n", "1:1 |keyturn-job: 1");
        row("version missing", files + target, "1:1 keyturn-job|missing");
        row("version not first", files + head + target, "1:1 |begins with");
        row("newer version", "keyturn-job: 2\n" + files + target, "1:14 keyturn-job|must be 1");
        row("source missing", head + target, "1:1 source|missing");
        row("kind missing", head + "source:\n  paths: [a]\n" + target, "3:3 source.kind|missing");
        row("source is a text", head + "source: files\n" + target, "2:9 source|members");
        row("destination missing", head + files, "1:1 destination-key|missing");
        row("unknown member", head + files + target + "verfiy: reply\n", "6:1 verfiy|not known");
        row("unknown in a section", head + files + "  shred: true\n" + target, "5:3 source.shred|not known");
        row("unknown with content", head + files + target + "'my secret!': 1\n", "6:1 a member|not known");
        row("repeated", head + files + target + target, "6:1 |second time");
        row("repeated context", head + files + target + "context:\n  a: 1\n  a: 2\n", "8:3 |second time");
        row("kind", head + "source:\n  kind: filez\n  paths: [a]\n" + target, "3:9 source.kind|one of");
        row("paths is a text", head + "source:\n  kind: files\n  paths: secrets/\n" + target,
            "4:10 source.paths|list");
        row("paths hold a list", head + "source:\n  kind: files\n  paths: [[a]]\n" + target,
            "4:10 source.paths|list");
        row("truth value as text", head + files + target + "safety:\n  backup: 'true'\n",
            "7:11 safety.backup|true or false");
        row("truth value as word", head + files + target + "safety:\n  backup: yes\n",
            "7:11 safety.backup|true or false");
        row("number as text", head + files + target + "safety: {in-flight: '8'}\n",
            "6:21 safety.in-flight|1 to 1024");
        row("number too small", head + files + target + "safety: {in-flight: 0}\n",
            "6:21 safety.in-flight|1 to 1024");
        row("number too large", head + files + target + "safety: {in-flight: 1025}\n",
            "6:21 safety.in-flight|1 to 1024");
        row("number beyond 64 bits", head + files + target + "safety: {in-flight: 18446744073709551617}\n",
            "6:21 safety.in-flight|1 to 1024");
        row("number with fraction", head + files + target + "safety: {batch: 1.5}\n",
            "6:17 safety.batch|1 to 1000");
        row("batch of files", head + files + target + "safety: {batch: 257}\n", "6:17 safety.batch|1 to 256");
        row("rate negative", head + files + target + "safety: {rate: -1}\n",
            "6:16 safety.rate|0 (no ceiling)");
        row("rate not finite", head + files + target + "safety: {rate: inf}\n",
            "6:16 safety.rate|0 (no ceiling)");
        row("rate too large", head + files + target + "safety: {rate: 1000001}\n",
            "6:16 safety.rate|1000000");
        row("sweeps", head + files + target + "safety: {sweeps: 11}\n", "6:18 safety.sweeps|1 to 10");
        row("lock time", head + files + target + "safety: {lock-timeout-ms: 0}\n",
            "6:27 safety.lock-timeout-ms|1 to 86400000");
        row("statement time", head + files + target + "safety: {statement-timeout-ms: 86400001}\n",
            "6:32 safety.statement-timeout-ms|1 to 86400000");
        row("failures", head + files + target + "safety: {stop-after-failures: -1}\n",
            "6:31 safety.stop-after-failures|0 to");
        row("delimiter", head + "source: {kind: csv, paths: [a], delimiter: ab}\nfind: {blob: c}\n" + target,
            "2:44 source.delimiter|one ASCII");
        row("encoding", head + files + target + "find: {encoding: rot13}\n", "6:18 find.encoding|base64url");
        row("blob where none is", head + files + target + "find: {blob: c}\n", "6:14 find.blob|leave it out");
        row("blob missing", head + "source: {kind: csv, paths: [a]}\n" + target, "1:1 find.blob|column");
        row("member empty", head + files + "destination-key:\n", "5:1 destination-key|a text");
        row("verify", head + files + target + "verify: all\n", "6:9 verify|re-encrypt");
        row("context is a text", head + files + target + "context: a=b\n", "6:10 context|pairs");
        row("context value", head + files + target + "context: {a: [b]}\n", "6:14 context|a text");
        row("context template", head + files + target + "context: {a: '{id'}\n", "6:14 context|character 1");
        row("destination context", head + files + target + "destination-context: other\n",
            "6:22 destination-context|same");
        row("same and from",
            head + files + target + "destination-context: same\ndestination-context-from: c\n",
            "7:27 destination-context-from|same");
        row("tag", head + files + target + "name: !!str x\n", "6:7 |tags");
        row("binary tag", head + files + target + "name: !!binary aGk=\n", "6:7 |tags");
        row("anchor", head + files + target + "name: &a x\n", "6:7 |anchors");
        row("alias", head + "name: &a x\n" + files + target + "reason: *a\n", "7:9 |aliases");
        row("unknown alias", head + files + target + "reason: *secretname\n", "6:9 |YAML");
        row("merge key", head + files + target + "<<: {name: x}\n", "6:1 a member|not known");
        row("two documents", head + files + target + "---\na: 1\n", "1:1 |several documents");
        row("broken YAML", head + "source: [a\n", "3:1 |YAML");
        row("tab", head + "source:\n\tkind: files\n", "3:6 |YAML");
        row("control character",
            head + files + target +
                "name: a\x04"
                "b\n",
            "6:8 |control character");
        row("not UTF-8", head + "name: \xff\n", "1:1 |UTF-8");
        row("UTF-16", std::string("\xff\xfek\0e\0", 6), "1:1 |UTF-8");
        row("name is a list", head + files + target + "[a]: b\n", "6:1 |member's name");
    }
    void faults() {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, fault);
        const ParsedJob parsed = parseJob(yaml.toStdString());
        const auto bar = fault.indexOf('|');
        const std::string place = fault.left(bar).toStdString();
        const std::string words = fault.mid(bar + 1).toStdString();
        bool found = false;
        for (const JobFileFault &one : parsed.faults) {
            const std::string told =
                std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.member;
            found = found || (told == place && one.text.find(words) != std::string::npos);
            QVERIFY2(!one.text.empty(), describe(parsed.faults).c_str());
        }
        QVERIFY2(found, describe(parsed.faults).c_str());
        const std::string all = describe(parsed.faults);
        for (const char *content : {"secret!", "secretname", "rot13", "filez", "enc:"}) {
            QVERIFY2(all.find(content) == std::string::npos, all.c_str());
        }
    }

    void allFaultsAtOnceInOrder() {
        const ParsedJob parsed =
            parseJob("keyturn-job: 1\nsource:\n  kind: sqlite\n  color: red\n  paths: x\n"
                     "find:\n  encoding: 7\nsafety:\n  rate: fast\n  batch: 300\nverify: maybe\n");
        std::vector<std::string> told;
        for (const JobFileFault &fault : parsed.faults) {
            told.push_back(std::to_string(fault.line) + " " + fault.member);
        }
        const std::vector<std::string> wanted{"1 destination-key", "3 source.table",  "4 source.color",
                                              "5 source.paths",    "7 find.blob",     "7 find.encoding",
                                              "9 safety.rate",     "10 safety.batch", "11 verify"};
        for (const std::string &one : wanted) {
            const bool found = std::find_if(told.begin(), told.end(), [&](const std::string &t) {
                                   return t.substr(t.find(' ')) == one.substr(one.find(' '));
                               }) != told.end();
            QVERIFY2(found, (one + "\n" + describe(parsed.faults)).c_str());
        }
        QVERIFY(std::is_sorted(parsed.faults.begin(), parsed.faults.end(),
                               [](const auto &a, const auto &b) { return a.line < b.line; }));
        QCOMPARE(told.size(), wanted.size());
    }

    void writesWhatItReads() {
        const ParsedJob parsed = parseJob(everyMember());
        const std::string text = writeJob(parsed.spec);
        const ParsedJob again = parseJob(text);
        QVERIFY2(again.faults.empty(), (text + describe(again.faults)).c_str());
        QVERIFY2(again.spec == parsed.spec, text.c_str());
        const ParsedJob small = parseJob(head + files + target);
        QCOMPARE(writeJob(small.spec),
                 std::string("keyturn-job: 1\n\nsource:\n  kind: files\n  paths: [secrets/]\n\n"
                             "destination-key: alias/new\n"));
    }

    void roundTripOfAnyJob() {
        int whole = 0;
        for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
            JobSpec spec = RandomJob(seed).make();
            if (!checkJob(spec)) {
                continue;
            }
            ++whole;
            const std::string text = writeJob(spec);
            const ParsedJob again = parseJob(text);
            QVERIFY2(again.faults.empty(),
                     (std::to_string(seed) + "\n" + text + describe(again.faults)).c_str());
            QVERIFY2(again.spec == spec, (std::to_string(seed) + "\n" + text).c_str());
            QCOMPARE(writeJob(again.spec), text);
        }
        QVERIFY2(whole > 1500, std::to_string(whole).c_str());
    }

    void sizeIsLimited() {
        std::string text = head + files + target + "# ";
        text.resize(1024 * 1024, 'x');
        QVERIFY(parseJob(text).faults.empty());
        text += "x";
        const ParsedJob parsed = parseJob(text);
        QCOMPARE(parsed.faults.size(), std::size_t(1));
        QVERIFY(parsed.faults.front().text.find("1 MiB") != std::string::npos);
    }

    void hugeInputEndsSoon_data() {
        QTest::addColumn<QByteArray>("yaml");
        std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
        for (char name = 'b'; name <= 'z'; ++name) {
            const std::string before = std::string("*") + static_cast<char>(name - 1);
            laughs += std::string(1, name) + ": &" + name + " [" + before;
            for (int i = 0; i < 9; ++i) {
                laughs += ", " + before;
            }
            laughs += "]\n";
        }
        QTest::newRow("billion laughs") << QByteArray::fromStdString(head + laughs);
        QTest::newRow("deep lists") << QByteArray::fromStdString(head + "name: " + std::string(1000000, '['));
        QTest::newRow("deep maps") << QByteArray::fromStdString(head + "name: " + std::string(1000000, '{'));
        QTest::newRow("deep dashes") << QByteArray::fromStdString(head + "name:\n" +
                                                                  std::string(900000, '-'));
        std::string dashes = head + "name:\n";
        for (int i = 0; i < 300000; ++i) {
            dashes += "- ";
        }
        QTest::newRow("nested dashes") << QByteArray::fromStdString(dashes);
        QTest::newRow("one long scalar")
            << QByteArray::fromStdString(head + "name: \"" + std::string(1000000, 'x') + "\"\n");
    }
    void hugeInputEndsSoon() {
        QFETCH(QByteArray, yaml);
        QVERIFY(!parseJob(yaml.toStdString()).faults.empty());
    }

    void aFileGivesItsName() {
        QTemporaryDir folder;
        const std::filesystem::path file =
            std::filesystem::path(folder.path().toStdString()) / "move users.yaml";
        QVERIFY(writeFileAtomically(file, asBytes(head + files + target), {}));
        auto spec = readJobFile(file);
        QVERIFY2(spec, spec ? "" : spec.error().detail.c_str());
        QCOMPARE(spec->name, std::string("move users"));
        QVERIFY(writeFileAtomically(file, asBytes(head + "nam: x\n"), {}));
        spec = readJobFile(file);
        QCOMPARE(spec.error().code, ErrorCode::Usage);
        for (const char *told :
             {"move users.yaml", "line 2, column 1: nam:", "destination-key: is missing"}) {
            QVERIFY2(spec.error().detail.find(told) != std::string::npos, spec.error().detail.c_str());
        }
        QCOMPARE(readJobFile(file.parent_path() / "none.yaml").error().code, ErrorCode::FileNotFound);
    }

    void theExampleOfTheFormatPageIsAJob() {
        QFile page(QStringLiteral(KEYTURN_SOURCE_DIR "/core/reencrypt/FORMAT.md"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const std::string text = page.readAll().toStdString();
        const auto begin = text.find("```yaml\n") + 8;
        const ParsedJob parsed =
            parseJob(std::string_view(text).substr(begin, text.find("```", begin) - begin));
        // It shows every member, those too that exclude each other; each is known and of the right type.
        for (const JobFileFault &fault : parsed.faults) {
            QVERIFY2(fault.text.find("not known") == std::string::npos &&
                         fault.text.find("must be") == std::string::npos,
                     describe(parsed.faults).c_str());
        }
        QCOMPARE(parsed.spec.finder.newPrefix, std::optional<std::string>("v2:"));
    }
};

QTEST_APPLESS_MAIN(TestJobFile)
#include "tst_job_file.moc"
