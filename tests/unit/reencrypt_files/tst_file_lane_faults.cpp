// SPDX-License-Identifier: Apache-2.0
// The lane of files under every fault at every call, its journal included; then a storm of kills over many
// files. After each fault every file is old or new, whole, and the same act done again ends as if nothing had
// happened.
#include "faults/fault_sweep.h"
#include "unit/reencrypt_files/file_scene.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <random>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

constexpr int fileCount = 6; // one zone of four and one of two

class Scene {
public:
    Scene(fs::path base, std::string act)
        : m_base(std::move(base))
        , m_act(std::move(act)) {}

    fs::path file(int number) const { return m_base / "files" / ("b" + std::to_string(number)); }
    std::string old(int number) const { return textBlob("b" + std::to_string(number)); }
    std::string moved(int number) const { return textBlob("b" + std::to_string(number), 'N'); }
    Status doIt(const std::string &act) const {
        FileRun run;
        run.base = m_base;
        run.spec.safety.batchItems = 4;
        return run(act);
    }

    void prepare() const {
        for (const auto &entry : fs::directory_iterator(m_base)) {
            fs::remove_all(entry.path());
        }
        for (int number = 0; number < fileCount; ++number) {
            put(file(number), old(number));
            chmod(file(number).c_str(), 0604);
        }
        if (m_act != "run") {
            [[maybe_unused]] const auto done = doIt("run");
        }
    }

    std::string judge(const FaultRun &run) const {
        for (int number = 0; number < fileCount; ++number) {
            const std::string content = contentOf(file(number));
            if (content != moved(number) && (m_act == "finalise" || content != old(number))) {
                return "neither old nor new: " + file(number).string();
            }
        }
        if (!run.killed && run.exitCode != 0 && run.exitCode != 3) {
            return "exit code " + std::to_string(run.exitCode) + ": " + run.output;
        }
        const bool ours =
            run.point.path.find("/files") != std::string::npos; // SQLite gives up when interrupted
        const bool survivable = ours && (run.fault == Fault::ShortWrite || run.fault == Fault::Interrupt);
        if (survivable && run.exitCode != 0) {
            return "a short write or an interruption is no reason to fail: " + run.output;
        }
        return judgeAgain();
    }

private:
    /// What the next program finds: everything done, everything as it belongs, nothing left beside.
    std::string judgeAgain() const {
        if (auto again = doIt(m_act); !again) {
            return "a second try fails: " + again.error().detail;
        }
        const bool isNew = m_act != "undo";
        for (int number = 0; number < fileCount; ++number) {
            struct stat facts {};
            stat(file(number).c_str(), &facts);
            if (contentOf(file(number)) != (isNew ? moved(number) : old(number)) ||
                (facts.st_mode & 07777U) != 0604 || facts.st_nlink != 1) {
                return "after a second try it is not as it should be: " + file(number).string();
            }
        }
        const std::size_t copies = copiesBelow(m_base / "files");
        if (copies != (m_act == "run" ? std::size_t{fileCount} : 0)) {
            return std::to_string(copies) + " temporary names after a second try";
        }
        if (m_act != "run") {
            return {};
        }
        if (auto undone = doIt("undo");
            !undone || contentOf(file(3)) != old(3) || copiesBelow(m_base / "files") != 0) {
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
    const char *named = std::getenv("KEYTURN_FILE_LANE_ACT");
    return named != nullptr ? named : "";
}

} // namespace

class FileLaneFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sweep_data();
    void sweep();
    void stormOfKills();
};

void FileLaneFaultsTest::sweep_data() {
    QTest::addColumn<QString>("act");
    QTest::addColumn<bool>("byLink");
    QTest::newRow("run") << QStringLiteral("run") << false;
    QTest::newRow("run without exchange") << QStringLiteral("run") << true;
    QTest::newRow("undo") << QStringLiteral("undo") << false;
    QTest::newRow("undo without exchange") << QStringLiteral("undo") << true;
    QTest::newRow("finalise") << QStringLiteral("finalise") << false;
}

void FileLaneFaultsTest::sweep() {
    QFETCH(const QString, act);
    QFETCH(const bool, byLink);
    QVERIFY2(!program().empty(), "ctest names the program");
    const QTemporaryDir folder;
    const fs::path base = fs::canonical(folder.path().toStdString());
    const Scene scene(base, act.toStdString());
    FaultSweep sweep;
    sweep.command = {program(), base.string(), act.toStdString()};
    if (byLink) {
        sweep.command.push_back("link");
    }
    sweep.watchedFolder = base;
    sweep.maxPointsPerFault = isSoak() ? 0 : 10;
    sweep.prepare = [&scene] { scene.prepare(); };
    sweep.oracle = [&scene](const FaultRun &run) { return scene.judge(run); };
    const FaultReport report = sweepFaults(sweep);
    std::printf("files, %s: %s\n", QTest::currentDataTag(), report.summary().c_str());
    for (const std::string &finding : report.findings) {
        std::printf("%s\n", finding.c_str());
    }
    std::fflush(stdout);
    QCOMPARE(report.findings.size(), std::size_t{0});
    QVERIFY(report.runs >= 40);
}

/// kill -9 at random calls, resume after each: the end is that of an undisturbed run, for every file.
void FileLaneFaultsTest::stormOfKills() {
    QVERIFY2(!program().empty(), "ctest names the program");
    const bool soak = isSoak();
    const int files = soak ? 10'000 : 300;
    const int kills = soak ? 300 : 20;
    const QTemporaryDir folder;
    const fs::path base = fs::canonical(folder.path().toStdString());
    const auto name = [](int number) {
        return "d" + std::to_string(number % 7) + "/b" + std::to_string(number);
    };
    for (int number = 0; number < files; ++number) {
        put(base / "files" / name(number), textBlob(name(number)));
    }
    put(base / "files/other", "no ciphertext");
    std::mt19937 random(20261122); // the same storm each time
    int killed = 0;
    for (int turn = 0; turn <= kills; ++turn) {
        const long at =
            turn == kills ? 0 : static_cast<long>(random() % static_cast<unsigned>(files / 2)) + 1;
        const pid_t child = fork();
        if (child == 0) {
            setenv("LD_PRELOAD", std::getenv("KEYTURN_FAULT_SHIM"), 1);
            setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
            setenv("KEYTURN_FAULT_PREFIX", base.c_str(), 1);
            setenv("KEYTURN_FAULT_MODE", turn % 3 == 2 ? "tear" : "kill", 1);
            setenv("KEYTURN_FAULT_AT", std::to_string(at).c_str(), 1);
            execl(program().c_str(), program().c_str(), base.c_str(), "run", nullptr);
            _exit(127);
        }
        int status = 0;
        waitpid(child, &status, 0);
        killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
        QVERIFY2(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, std::to_string(status).c_str());
        if (turn == kills) {
            QCOMPARE(WEXITSTATUS(status), 0);
        }
    }
    QVERIFY(killed >= 3);
    std::printf("storm: %d kills over %d files\n", killed, files);
    std::fflush(stdout);
    for (int number = 0; number < files; ++number) {
        QCOMPARE(contentOf(base / "files" / name(number)), textBlob(name(number), 'N'));
    }
    QCOMPARE(contentOf(base / "files/other"), std::string("no ciphertext"));
    QCOMPARE(copiesBelow(base / "files"), static_cast<std::size_t>(files)); // exactly once each
    FileRun undo;
    undo.base = base;
    QVERIFY(undo("undo").has_value());
    for (int number = 0; number < files; ++number) {
        QCOMPARE(contentOf(base / "files" / name(number)), textBlob(name(number)));
    }
    QCOMPARE(copiesBelow(base / "files"), std::size_t{0});
}

QTEST_APPLESS_MAIN(FileLaneFaultsTest)
#include "tst_file_lane_faults.moc"
