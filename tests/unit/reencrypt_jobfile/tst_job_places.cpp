// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job_places.h"

#include "base/atomic_file.h"
#include "base/platform/lock_file.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::reencrypt;

class TestJobPlaces : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path path(const char *name) const {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    }
    static void touch(const std::filesystem::path &file) { QVERIFY(writeFileAtomically(file, {}, {})); }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString(path("xdg").string()));
    }

    void aJobFileHasItsOwnFolder() {
        const JobPlace place = placeOf(path("a") / "users.yaml");
        QCOMPARE(place.folder.parent_path(), jobsFolder());
        QVERIFY(jobsFolder().string().starts_with(path("xdg").string()));
        QVERIFY(place.folder.filename().string().starts_with("users-"));
        QCOMPARE(place.name, std::string("users"));
        QCOMPARE(placeOf(path("a") / "." / "x" / ".." / "users.yaml").folder, place.folder);
        QVERIFY(placeOf(path("b") / "users.yaml").folder != place.folder);
        QCOMPARE(placeOf(path("a") / "users.yaml", path("state")).folder, path("state"));
    }

    void journalsAreNumbered() {
        const JobPlace place{path("state"), "users"};
        QVERIFY(!newestJournal(place));
        QCOMPARE(*nextJournal(place), path("state") / "users.journal");
        struct stat facts {};
        QCOMPARE(::stat(path("state").c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 07777, 0700U);
        for (const char *name :
             {"users.journal", "users.2.journal", "users.10.journal", "users.dry-run.journal",
              "users2.journal", "users.journal.lock", "users.011x.journal", "other.99.journal"}) {
            touch(path("state") / name);
        }
        QCOMPARE(*newestJournal(place), path("state") / "users.10.journal");
        QCOMPARE(*nextJournal(place), path("state") / "users.11.journal");
        QCOMPARE(journalsIn(path("")).size(), std::size_t(7));
        QCOMPARE(journalsIn(path("state")).front().filename().string(), std::string("other.99.journal"));
        QVERIFY(journalsIn(path("nowhere")).empty());
    }

    void pathsBecomeAbsolute() {
        JobSpec spec;
        spec.source.paths = {"secrets/", "/abs/x", "../up.csv"};
        const JobSpec absolute = withAbsolutePaths(spec, "/base/jobs");
        QCOMPARE(absolute.source.paths,
                 (std::vector<std::string>{"/base/jobs/secrets/", "/abs/x", "/base/up.csv"}));
    }

    void speedIsNoOtherWork() {
        JobSpec one;
        one.destinationKey = "k";
        JobSpec other = one;
        other.safety.perSecond = 7;
        other.safety.rateGiven = true;
        other.safety.inFlight = 1;
        QVERIFY(isSameWork(one, other));
        other.context.from = "c";
        QVERIFY(!isSameWork(one, other));
    }

    void aVaultHasNoCeilingUnlessAsked() {
        JobSpec spec;
        QCOMPARE(ceilingOf(spec, false), 50.0);
        QCOMPARE(ceilingOf(spec, true), 0.0);
        spec.safety.rateGiven = true;
        QCOMPARE(ceilingOf(spec, true), 50.0);
        spec.safety.rateGiven = false;
        spec.safety.perSecond = 9;
        QCOMPARE(ceilingOf(spec, true), 9.0);
    }

    void aHolderIsNamedAndNotDisturbed() {
        const auto journal = path("j.journal");
        QVERIFY(!holderOf(journal).isHeld);
        QVERIFY2(!std::filesystem::exists(path("j.journal.lock")), "looking makes no file");
        {
            auto lock = platform::LockFile::acquire(path("j.journal.lock"), "MARKER process 7");
            QVERIFY(lock);
            const JobHolder holder = holderOf(journal);
            QVERIFY(holder.isHeld);
            QCOMPARE(holder.note, std::string("MARKER process 7"));
        }
        QVERIFY(!holderOf(journal).isHeld);
    }

    void aPauseIsAskedOnce() {
        const auto journal = path("j.journal");
        QVERIFY(!takePauseRequest(journal));
        QVERIFY(requestPause(journal, Stop::AfterBatch));
        QCOMPARE(takePauseRequest(journal), std::optional(Stop::AfterBatch));
        QVERIFY(!takePauseRequest(journal));
        QVERIFY(requestPause(journal, Stop::AfterBatch));
        QVERIFY(requestPause(journal, Stop::Now));
        QCOMPARE(takePauseRequest(journal), std::optional(Stop::Now));
    }
};

QTEST_APPLESS_MAIN(TestJobPlaces)
#include "tst_job_places.moc"
