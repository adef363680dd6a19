// SPDX-License-Identifier: Apache-2.0
// What checkJob() refuses whatever the data, each fault by the member's name in the job file.
#include "reencrypt/job.h"

#include <QObject>
#include <QTest>

#include <functional>
#include <limits>

using namespace keyturn;
using namespace keyturn::reencrypt;

namespace {

JobSpec goodJob(SourceKind kind) {
    JobSpec spec;
    spec.source.kind = kind;
    spec.destinationKey = "alias/new";
    if (isDatabase(kind)) {
        spec.source.table = "users";
        spec.finder.blob = "secret";
        if (kind == SourceKind::Sqlite) {
            spec.source.paths = {"users.db"};
        } else {
            spec.source.connection = "host=db dbname=app";
        }
        return spec;
    }
    spec.source.paths = {"folder"};
    if (isTable(kind)) {
        spec.finder.blob = kind == SourceKind::JsonLines ? "/secret" : "secret";
    }
    return spec;
}

using Change = std::function<void(JobSpec &)>;

} // namespace

class JobTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names() {
        for (int each = 0; each <= static_cast<int>(SourceKind::Odbc); ++each) {
            const auto kind = static_cast<SourceKind>(each);
            QVERIFY(!wireName(kind).empty());
            QVERIFY(sourceKindOf(wireName(kind)) == kind);
            QVERIFY(!(isDatabase(kind) && isTable(kind)));
            const Status checked = checkJob(goodJob(kind));
            QVERIFY2(checked.has_value(), checked ? "" : checked.error().detail.c_str());
        }
        QVERIFY(!sourceKindOf("oracle"));
        for (const auto level : {Verification::Reply, Verification::ReEncrypt, Verification::Decrypt}) {
            QVERIFY(verificationOf(wireName(level)) == level);
        }
        QVERIFY(!verificationOf("none"));
    }

    void refused_data();
    void refused() {
        QFETCH(int, kind);
        QFETCH(Change, change);
        QFETCH(QString, member);
        JobSpec spec = goodJob(static_cast<SourceKind>(kind));
        change(spec);
        const Status checked = checkJob(spec);
        QVERIFY(!checked);
        QVERIFY(checked.error().code == ErrorCode::Usage);
        const auto detail = QString::fromStdString(checked.error().detail);
        QVERIFY2(detail.startsWith(member), qPrintable(detail));
        QVERIFY2(!detail.contains(QLatin1Char('\n')), qPrintable(detail)); // that fault and no other
    }

    void allFaultsAtOnce() {
        JobSpec spec = goodJob(SourceKind::Csv);
        spec.destinationKey.clear();
        spec.safety.inFlight = 0;
        const Status checked = checkJob(spec);
        QVERIFY(!checked);
        const auto lines = QString::fromStdString(checked.error().detail).split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 2);
    }
};

void JobTest::refused_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("member");
    const auto row = [](const char *name, SourceKind kind, const char *member, Change change) {
        QTest::newRow(name) << static_cast<int>(kind) << change << QString::fromLatin1(member);
    };
    using S = JobSpec;
    const auto csv = SourceKind::Csv;
    const auto pg = SourceKind::PostgreSql;
    row("version", csv, "keyturn-job", [](S &s) { s.version = 2; });
    row("no path", csv, "source.paths", [](S &s) { s.source.paths.clear(); });
    row("empty path", csv, "source.paths", [](S &s) { s.source.paths.push_back(""); });
    row("connection of a file", csv, "source.connection", [](S &s) { s.source.connection = "host=a"; });
    row("table of a file", csv, "source.table", [](S &s) { s.source.table = "t"; });
    row("where of a file", csv, "source.where", [](S &s) { s.source.where = "true"; });
    row("key of a file", csv, "source.key", [](S &s) { s.source.keyColumns = {"id"}; });
    row("shared file", csv, "source.shared", [](S &s) { s.source.shared = true; });
    row("delimiter of jsonl", SourceKind::JsonLines, "source.delimiter",
        [](S &s) { s.source.delimiter = ';'; });
    row("quote as delimiter", csv, "source.delimiter", [](S &s) { s.source.delimiter = '"'; });
    row("no table", pg, "source.table", [](S &s) { s.source.table.clear(); });
    row("no connection", pg, "source.connection", [](S &s) { s.source.connection.clear(); });
    row("password", pg, "source.connection", [](S &s) { s.source.connection += " PassWord=x"; });
    row("paths of a server", pg, "source.paths", [](S &s) { s.source.paths = {"x"}; });
    row("include of a database", pg, "source.include", [](S &s) { s.source.include = {"*"}; });
    row("repeated key column", pg, "source.key", [](S &s) { s.source.keyColumns = {"a", "a"}; });
    row("blob in the key", pg, "find.blob", [](S &s) { s.source.keyColumns = {"secret"}; });
    row("two SQLite files", SourceKind::Sqlite, "source.paths", [](S &s) { s.source.paths.push_back("b"); });
    row("no blob", csv, "find.blob", [](S &s) { s.finder.blob.clear(); });
    row("no pointer", SourceKind::JsonLines, "find.blob", [](S &s) { s.finder.blob = "secret"; });
    row("blob of sops", SourceKind::Sops, "find.blob", [](S &s) { s.finder.blob = "x"; });
    row("pointer", csv, "find.json-pointer", [](S &s) { s.finder.jsonPointer = "k"; });
    row("pointer of text", SourceKind::Text, "find.json-pointer", [](S &s) { s.finder.jsonPointer = "/k"; });
    row("prefix of sops", SourceKind::Sops, "find.new-prefix", [](S &s) { s.finder.newPrefix = "v2:"; });
    row("context name", csv, "context", [](S &s) { s.context.pairs = {{"", ContextTemplate()}}; });
    row("context twice", csv, "destination-context.a", [](S &s) {
        s.destinationContext = ContextSpec{{{"a", ContextTemplate()}, {"a", ContextTemplate()}}, {}};
    });
    row("context of RSA", csv, "destination-context", [](S &s) {
        s.destinationAlgorithm = "RSAES_OAEP_SHA_256";
        s.context.pairs = {{"a", ContextTemplate()}};
    });
    row("source context of RSA", csv, "context", [](S &s) {
        s.sourceAlgorithm = "RSAES_OAEP_SHA_256";
        s.sourceKeys = {"rsa"};
        s.context.pairs = {{"a", ContextTemplate()}};
    });
    row("RSA without key", csv, "source-keys", [](S &s) { s.sourceAlgorithm = "RSAES_OAEP_SHA_1"; });
    row("no destination", csv, "destination-key", [](S &s) { s.destinationKey.clear(); });
    row("long key", csv, "destination-key", [](S &s) { s.destinationKey.assign(2049, 'k'); });
    row("empty source key", csv, "source-keys", [](S &s) { s.sourceKeys = {""}; });
    row("source key twice", csv, "source-keys", [](S &s) { s.sourceKeys = {"a", "a"}; });
    row("algorithm", csv, "source-algorithm", [](S &s) {
        s.sourceAlgorithm = "ROT13";
        s.sourceKeys = {"a"};
    });
    row("batch 0", csv, "safety.batch", [](S &s) { s.safety.batchItems = 0; });
    row("batch of a table", csv, "safety.batch", [](S &s) { s.safety.batchItems = 1001; });
    row("batch of rows", pg, "safety.batch", [](S &s) { s.safety.batchItems = 257; });
    row("in flight", csv, "safety.in-flight", [](S &s) { s.safety.inFlight = 1025; });
    row("rate", csv, "safety.rate", [](S &s) { s.safety.perSecond = -1; });
    row("endless rate", csv, "safety.rate",
        [](S &s) { s.safety.perSecond = std::numeric_limits<double>::infinity(); });
    row("sweeps", pg, "safety.sweeps", [](S &s) { s.safety.sweeps = 0; });
    row("lock time-out", pg, "safety.lock-timeout-ms", [](S &s) { s.safety.lockTimeout = {}; });
    row("statement time-out", pg, "safety.statement-timeout-ms",
        [](S &s) { s.safety.statementTimeout = std::chrono::hours(25); });
    row("other service", csv, "destination-service", [](S &s) { s.destinationService = "b"; });
    row("plaintext for nothing", csv, "allow-client-plaintext", [](S &s) { s.allowClientPlaintext = true; });
    row("same service", csv, "destination-service", [](S &s) {
        s.service = s.destinationService = "a";
        s.allowClientPlaintext = true;
    });
}

QTEST_GUILESS_MAIN(JobTest)
#include "tst_job.moc"
