// SPDX-License-Identifier: Apache-2.0
// What the pages of the job wizard know: every fault of a job stands on the page that can mend it.
#include "ui/presenters/job_form.h"

#include <QTest>

#include <functional>

using namespace keyturn;
using reencrypt::JobSpec;
using reencrypt::SourceKind;
using ui::JobPage;

namespace {

JobSpec soundFiles() {
    JobSpec spec;
    spec.source.kind = SourceKind::Text;
    spec.source.paths = {"/srv/secrets"};
    spec.destinationKey = "alias/new";
    return spec;
}

JobSpec soundTable() {
    JobSpec spec = soundFiles();
    spec.source.kind = SourceKind::Csv;
    spec.finder.blob = "key";
    return spec;
}

struct FaultRow {
    const char *name;
    std::function<void(JobSpec &)> spoil;
    JobPage page;
    const char *member;
};

const FaultRow faultRows[] = {
    {"no path", [](JobSpec &job) { job.source.paths.clear(); }, JobPage::Source, "source.paths"},
    {"table of files", [](JobSpec &job) { job.source.table = "t"; }, JobPage::Source, "source.table"},
    {"shared files", [](JobSpec &job) { job.source.shared = true; }, JobPage::Source, "source.shared"},
    {"separator of text", [](JobSpec &job) { job.source.delimiter = ';'; }, JobPage::Source,
     "source.delimiter"},
    {"database without table",
     [](JobSpec &job) {
         job.source.kind = SourceKind::Sqlite;
         job.finder.blob = "key";
     },
     JobPage::Source, "source.table"},
    {"password in a connection",
     [](JobSpec &job) {
         job.source.kind = SourceKind::PostgreSql;
         job.finder.blob = "key";
         job.source.paths.clear();
         job.source.table = "users";
         job.source.connection = "host=db password=x";
     },
     JobPage::Source, "source.connection"},
    {"column of text", [](JobSpec &job) { job.finder.blob = "key"; }, JobPage::Blobs, "find.blob"},
    {"no column", [](JobSpec &job) { job.source.kind = SourceKind::Csv; }, JobPage::Blobs, "find.blob"},
    {"no pointer",
     [](JobSpec &job) {
         job.source.kind = SourceKind::JsonLines;
         job.finder.blob = "key";
     },
     JobPage::Blobs, "find.blob"},
    {"JSON in text", [](JobSpec &job) { job.finder.jsonPointer = "/k"; }, JobPage::Blobs,
     "find.json-pointer"},
    {"prefix of text", [](JobSpec &job) { job.finder.newPrefix = "v2:"; }, JobPage::Blobs, "find.new-prefix"},
    {"no destination", [](JobSpec &job) { job.destinationKey.clear(); }, JobPage::Keys, "destination-key"},
    {"empty source key", [](JobSpec &job) { job.sourceKeys = {""}; }, JobPage::Keys, "source-keys"},
    {"name there twice",
     [](JobSpec &job) {
         job.context.pairs = {{"a", reencrypt::ContextTemplate::literal("1")},
                              {"a", reencrypt::ContextTemplate::literal("2")}};
     },
     JobPage::Keys, "context.a"},
    {"unknown algorithm",
     [](JobSpec &job) {
         job.sourceAlgorithm = "ROT13";
         job.sourceKeys = {"alias/old"};
     },
     JobPage::Keys, "source-algorithm"},
    {"other service", [](JobSpec &job) { job.destinationService = "elsewhere"; }, JobPage::Keys,
     "destination-service"},
    {"plaintext for nothing", [](JobSpec &job) { job.allowClientPlaintext = true; }, JobPage::Keys,
     "allow-client-plaintext"},
    {"no batch", [](JobSpec &job) { job.safety.batchItems = 0; }, JobPage::Safety, "safety.batch"},
    {"too many calls", [](JobSpec &job) { job.safety.inFlight = 2000; }, JobPage::Safety, "safety.in-flight"},
    {"rate", [](JobSpec &job) { job.safety.perSecond = -1; }, JobPage::Safety, "safety.rate"},
    {"version", [](JobSpec &job) { job.version = 9; }, JobPage::Review, "keyturn-job"},
};

} // namespace

class TestJobForm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void soundJobsHaveNoFault() {
        QVERIFY(ui::jobFaults(soundFiles()).empty());
        QVERIFY(ui::jobFaults(soundTable()).empty());
    }

    void eachFaultStandsOnItsPage_data() {
        QTest::addColumn<int>("row");
        for (int row = 0; row < int(std::size(faultRows)); ++row) {
            QTest::newRow(faultRows[row].name) << row;
        }
    }
    void eachFaultStandsOnItsPage() {
        QFETCH(int, row);
        const FaultRow &expected = faultRows[row];
        JobSpec job = soundFiles();
        expected.spoil(job);
        const auto faults = ui::jobFaults(job);
        QCOMPARE(faults.size(), std::size_t(1));
        QCOMPARE(faults.front().member, QString::fromLatin1(expected.member));
        QCOMPARE(int(faults.front().page), int(expected.page));
        const QString &sentence = faults.front().sentence;
        QVERIFY2(sentence.endsWith(u'.') && sentence.front() == sentence.front().toUpper(),
                 qPrintable(sentence));
        QVERIFY(!sentence.startsWith(faults.front().member));
    }

    void severalFaultsComeInOrderOfPages() {
        JobSpec job;
        job.safety.batchItems = 0;
        const auto faults = ui::jobFaults(job);
        QCOMPARE(faults.size(), std::size_t(3));
        QCOMPARE(int(faults[0].page), int(JobPage::Source));
        QCOMPARE(int(faults[1].page), int(JobPage::Keys));
        QCOMPARE(int(faults[2].page), int(JobPage::Safety));
    }

    void aNewJobIsADryRunFirst() {
        const JobSpec remote = ui::newJob(false);
        QVERIFY(remote.safety.dryRun && remote.safety.backup);
        QVERIFY(remote.verification == reencrypt::Verification::ReEncrypt);
        const JobSpec vault = ui::newJob(true);
        QVERIFY(vault.safety.dryRun);
        QCOMPARE(vault.safety.perSecond, 0.0);
        QVERIFY(vault.verification == reencrypt::Verification::Decrypt);
    }

    void templatesLackOnlyWhatIsThePersonsOwn() {
        for (const auto &each : ui::jobTemplates(false)) {
            QVERIFY(!each.name.isEmpty() && !each.sentence.isEmpty());
            for (const auto &fault : ui::jobFaults(each.spec)) {
                QVERIFY2(fault.member == u"source.paths" || fault.member == u"source.connection" ||
                             fault.member == u"source.table" || fault.member == u"find.blob" ||
                             fault.member == u"destination-key",
                         qPrintable(each.name + u": " + fault.member));
            }
        }
    }

    void theCommandNamesFileAndProfile() {
        workspace::Profile profile;
        profile.name = "Payments";
        profile.kind = workspace::ProfileKind::Endpoint;
        const QString command = ui::jobCommand(QStringLiteral("/tmp/my job.yaml"), profile);
        QVERIFY2(command.startsWith(u"keyturn-cli job run '/tmp/my job.yaml'"), qPrintable(command));
        QVERIFY2(command.contains(u"Payments"), qPrintable(command));
    }
};

QTEST_GUILESS_MAIN(TestJobForm)
#include "tst_job_form.moc"
