// SPDX-License-Identifier: Apache-2.0
// The lane of tables under every fault at every call, its journal included; a storm of kills; a full disk.
// After each fault the file is the old or the new one, whole, and the same act done again ends as if nothing
// had happened.
#include "faults/fault_sweep.h"
#include "unit/reencrypt_records/table_fixture.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QObject>
#include <QScopeGuard>
#include <QTest>

#include <cstdlib>
#include <random>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::reencrypt;

namespace {

namespace fs = std::filesystem;

class Scene {
public:
    Scene(fs::path base, std::string act)
        : m_base(std::move(base))
        , m_act(std::move(act)) {}

    void prepare() const {
        for (const auto &entry : fs::directory_iterator(m_base)) {
            fs::remove_all(entry.path());
        }
        TableFixture job(jsonTableSpec(), m_base);
        job.write(tableLines("old"));
        chmod(job.path().c_str(), 0604);
        if (m_act != "run") {
            [[maybe_unused]] const auto done = job.act("run");
        }
    }

    std::string judge(const FaultRun &run) const {
        TableFixture job(jsonTableSpec(), m_base);
        const std::string content = job.read();
        if (content != tableLines("new") && (m_act == "finalise" || content != tableLines("old"))) {
            return "neither old nor new";
        }
        if (!run.killed && run.exitCode != 0 && run.exitCode != 3) {
            return "exit code " + std::to_string(run.exitCode) + ": " + run.output;
        }
        const bool ours = run.point.path.find("job.ktj") == std::string::npos; // SQLite's own
        const bool survivable = ours && (run.fault == Fault::ShortWrite || run.fault == Fault::Interrupt);
        if (survivable && run.exitCode != 0) {
            return "a short write or an interruption is no reason to fail: " + run.output;
        }
        return judgeAgain(job);
    }

private:
    std::string judgeAgain(TableFixture &job) const {
        if (auto again = job.act(m_act); !again) {
            return "a second try fails: " + again.error().detail;
        }
        struct stat facts {};
        stat(job.path().c_str(), &facts);
        if (job.read() != tableLines(m_act == "undo" ? "old" : "new") || (facts.st_mode & 07777U) != 0604 ||
            facts.st_nlink != 1) {
            return "after a second try it is not as it should be";
        }
        if (job.copies().size() != (m_act == "run" ? 1 : 0)) {
            return std::to_string(job.copies().size()) + " temporary names after a second try";
        }
        const Counters counters = job.counted();
        if (counters.verified != (m_act == "undo" ? 0U : 21U) || counters.failed != 3) {
            return "the journal counts " + std::to_string(counters.verified) + " moved items";
        }
        if (m_act != "run") {
            return {};
        }
        if (auto undone = job.act("undo");
            !undone || job.read() != tableLines("old") || !job.copies().empty()) {
            return "it cannot be undone after a second try";
        }
        return {};
    }

    fs::path m_base;
    std::string m_act;
};

bool isSoak() {
    const char *soak = std::getenv("KEYTURN_SOAK");
    return soak != nullptr && std::string(soak) == "yes";
}

std::string program() {
    const char *named = std::getenv("KEYTURN_TABLE_LANE_ACT");
    return named != nullptr ? named : "";
}

/// Runs the program with a kill at its `at`th call; 0: without. Answers waitpid's status.
int runWithKill(const fs::path &base, long at, bool tears) {
    const pid_t child = fork();
    if (child == 0) {
        setenv("LD_PRELOAD", std::getenv("KEYTURN_FAULT_SHIM"), 1);
        setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
        setenv("KEYTURN_FAULT_PREFIX", base.c_str(), 1);
        setenv("KEYTURN_FAULT_MODE", tears ? "tear" : "kill", 1);
        setenv("KEYTURN_FAULT_AT", std::to_string(at).c_str(), 1);
        execl(program().c_str(), program().c_str(), base.c_str(), "run", "50", nullptr);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

} // namespace

class TestTableLaneFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sweep_data() {
        QTest::addColumn<QString>("act");
        QTest::newRow("run") << QStringLiteral("run");
        QTest::newRow("undo") << QStringLiteral("undo");
        QTest::newRow("finalise") << QStringLiteral("finalise");
    }
    void sweep() {
        QFETCH(QString, act);
        QVERIFY2(!program().empty(), "ctest names the program");
        const QTemporaryDir folder(TableFixture::scratch());
        const fs::path base = fs::canonical(folder.path().toStdString());
        const Scene scene(base, act.toStdString());
        FaultSweep sweep;
        sweep.command = {program(), base.string(), act.toStdString(), "4"};
        sweep.watchedFolder = base;
        sweep.maxPointsPerFault = isSoak() ? 0 : 12;
        sweep.prepare = [&scene] { scene.prepare(); };
        sweep.oracle = [&scene](const FaultRun &run) { return scene.judge(run); };
        const FaultReport report = sweepFaults(sweep);
        std::printf("tables, %s: %s\n", qPrintable(act), report.summary().c_str());
        for (const std::string &finding : report.findings) {
            std::printf("%s\n", finding.c_str());
        }
        std::fflush(stdout);
        QCOMPARE(report.findings.size(), std::size_t{0});
        QVERIFY(report.runs >= 40);
    }

    /// kill -9 at random calls, resume after each: the end is that of an undisturbed run.
    void stormOfKills() {
        QVERIFY2(!program().empty(), "ctest names the program");
        const bool soak = isSoak();
        const int lines = soak ? 10'000 : 2'000;
        const int kills = soak ? 300 : 20;
        const QTemporaryDir folder(TableFixture::scratch());
        const fs::path base = fs::canonical(folder.path().toStdString());
        TableFixture job(jsonTableSpec(), base);
        job.write(tableLines("old", lines));
        std::mt19937 random(20261122); // the same storm each time
        int killed = 0;
        for (int turn = 0; turn <= kills; ++turn) {
            const long at = turn == kills ? 0 : static_cast<long>(random() % 60U) + 1;
            const int status = runWithKill(base, at, turn % 3 == 2);
            killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
            QVERIFY2(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, std::to_string(status).c_str());
            QVERIFY(job.read() == tableLines("old", lines) || job.read() == tableLines("new", lines));
        }
        QVERIFY(killed >= 3);
        std::printf("storm: %d kills over %d lines\n", killed, lines);
        std::fflush(stdout);
        QCOMPARE(job.read(), tableLines("new", lines));
        QCOMPARE(job.readCopy(), tableLines("old", lines));
        QCOMPARE(job.copies().size(), 1);
        QVERIFY(job.start());
        QCOMPARE(job.counted().verified, std::uint64_t(lines) - 4);
        QVERIFY(job.lane->undo({}));
        QCOMPARE(job.read(), tableLines("old", lines));
        QVERIFY(job.copies().isEmpty());
    }

    /// A real full disk: nothing is changed, and the job goes on when there is room.
    void fullDisk() {
        const QTemporaryDir folder(TableFixture::scratch());
        JobSpec spec = jsonTableSpec();
        spec.source.paths = {"small/t.jsonl"};
        TableFixture job(spec, fs::path(folder.path().toStdString()));
        fs::create_directory(job.path("small"));
        if (mount("none", job.path("small").c_str(), "tmpfs", 0, "size=64k,mode=0755") != 0) {
            QSKIP("only root may mount a small file system");
        }
        const auto unmount = qScopeGuard([&] { umount2(job.path("small").c_str(), MNT_DETACH); });
        job.write(tableLines("old", 400), "small/t.jsonl");
        job.write(std::string(28'000, 'x'), "small/filler");
        const auto stopped = job.run();
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::DiskFull);
        QCOMPARE(job.read("small/t.jsonl"), tableLines("old", 400));
        QCOMPARE(
            QDir(QString::fromStdString(job.path("small").string())).entryList(QDir::Files | QDir::Hidden),
            (QStringList{QStringLiteral("filler"), QStringLiteral("t.jsonl")}));
        fs::remove(job.path("small/filler"));
        QVERIFY(job.run());
        QCOMPARE(job.read("small/t.jsonl"), tableLines("new", 400));
    }

    /// A file system that is read-only: the file's own fault, the others go on.
    void readOnlyFolder() {
        const QTemporaryDir folder(TableFixture::scratch());
        JobSpec spec = jsonTableSpec();
        spec.source.paths = {"fixed/t.jsonl", "t.jsonl"};
        TableFixture job(spec, fs::path(folder.path().toStdString()));
        fs::create_directory(job.path("fixed"));
        if (mount("none", job.path("fixed").c_str(), "tmpfs", 0, "size=64k,mode=0755") != 0) {
            QSKIP("only root may mount a small file system");
        }
        const auto unmount = qScopeGuard([&] { umount2(job.path("fixed").c_str(), MNT_DETACH); });
        job.write(tableLines("old"), "fixed/t.jsonl");
        job.write(tableLines("old"));
        QCOMPARE(mount("none", job.path("fixed").c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
        const auto done = job.run();
        QVERIFY2(done, done ? "" : done.error().detail.c_str());
        QCOMPARE(job.read("fixed/t.jsonl"), tableLines("old"));
        QCOMPARE(job.read(), tableLines("new"));
        const auto items = job.lastItems();
        QCOMPARE(items[0].place.unit, std::string("fixed/t.jsonl"));
        QCOMPARE(items[0].cause, Cause::ReadOnly);
    }
};

QTEST_APPLESS_MAIN(TestTableLaneFaults)
#include "tst_table_lane_faults.moc"
