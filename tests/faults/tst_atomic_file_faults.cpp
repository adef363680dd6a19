// SPDX-License-Identifier: Apache-2.0
// AtomicFile under every fault at every call: the name holds the old or the new content, whole; success is
// reported only for the new one; nothing is left beside it unless the program was killed; a second try
// succeeds.
#include "faults/fault_sweep.h"

#include "base/atomic_file.h"

#include <sys/stat.h>

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <optional>

using namespace keyturn;
using namespace keyturn::test;

namespace {

constexpr std::size_t newSizeBytes = 10'000;
constexpr mode_t oldMode = 0640;
const Bytes oldContent(5000, 'o');
const Bytes newContent(newSizeBytes, 'n');

class Scene {
public:
    Scene(std::filesystem::path folder, std::string kind)
        : m_folder(std::move(folder))
        , m_kind(std::move(kind)) {}

    std::filesystem::path target() const { return m_folder / "target"; }
    bool hasOld() const { return m_kind != "create"; }

    void prepare() const {
        for (const auto &entry : std::filesystem::directory_iterator(m_folder)) {
            std::filesystem::remove(entry.path());
        }
        if (hasOld()) {
            [[maybe_unused]] const auto made = writeFileAtomically(target(), oldContent, {.mode = oldMode});
        }
    }

    std::string judge(const FaultRun &run) const {
        const auto content = contentOf(target());
        if (content != newContent && content != (hasOld() ? std::optional(oldContent) : std::nullopt)) {
            return "neither old nor new: " +
                   (content ? std::to_string(content->size()) + " bytes" : std::string("no file"));
        }
        if (!run.killed && run.exitCode == 0 && content != newContent) {
            return "success was reported for the old content";
        }
        if (!run.killed && run.exitCode != 0 && run.exitCode != 3) {
            return "exit code " + std::to_string(run.exitCode);
        }
        const bool survivable = run.fault == Fault::ShortWrite || run.fault == Fault::Interrupt;
        if (survivable && run.exitCode != 0) {
            return "a short write or an interruption is no reason to fail";
        }
        if (run.fault == Fault::Eio && run.point.call != "unlinkat" && run.exitCode == 0) {
            return "a failed " + run.point.call + " was not reported";
        }
        const bool mayLitter = run.killed || (run.point.call == "unlinkat");
        return !mayLitter && hasLitter() ? "a temporary file was left" : checkModeAndBackup(content);
    }

private:
    static std::optional<Bytes> contentOf(const std::filesystem::path &path) {
        auto content = readFile(path, 1 << 20);
        return content ? std::optional(std::move(*content)) : std::nullopt;
    }
    bool hasLitter() const {
        for (const auto &entry : std::filesystem::directory_iterator(m_folder)) {
            const auto name = entry.path().filename();
            if (name != "target" && name != "target.bak") {
                return true;
            }
        }
        return false;
    }
    std::string checkModeAndBackup(const std::optional<Bytes> &content) const {
        struct stat facts {};
        if (content && (stat(target().c_str(), &facts) != 0 ||
                        (facts.st_mode & 07777U) != (hasOld() ? oldMode : 0600U))) {
            return "the mode is not kept";
        }
        const auto backup = contentOf(m_folder / "target.bak");
        if (backup && (m_kind != "backup" || backup != oldContent)) {
            return "the backup is not the old content";
        }
        return m_kind == "backup" && content == newContent && !backup ? "no backup" : "";
    }

    std::filesystem::path m_folder;
    std::string m_kind;
};

} // namespace

class AtomicFileFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sweep_data();
    void sweep();
    void theSweepFindsFaults();
};

void AtomicFileFaultsTest::sweep_data() {
    QTest::addColumn<QString>("kind");
    QTest::newRow("replace") << "replace";
    QTest::newRow("create") << "create";
    QTest::newRow("replace and keep a backup") << "backup";
}

void AtomicFileFaultsTest::sweep() {
    QFETCH(const QString, kind);
    const QTemporaryDir folder;
    const Scene scene(folder.path().toStdString(), kind.toStdString());
    const char *writer = std::getenv("KEYTURN_ATOMIC_FILE_WRITER");
    QVERIFY2(writer != nullptr, "ctest names the program");
    FaultSweep sweep;
    sweep.command = {writer, scene.target().string(), kind.toStdString(), std::to_string(newSizeBytes)};
    sweep.watchedFolder = folder.path().toStdString();
    sweep.prepare = [&scene] { scene.prepare(); };
    sweep.oracle = [&](const FaultRun &run) -> std::string {
        std::string wrong = scene.judge(run);
        const bool mayReplace = kind != QStringLiteral("create") || !std::filesystem::exists(scene.target());
        if (wrong.empty() && mayReplace &&
            (!writeFileAtomically(scene.target(), newContent, {.mayReplace = scene.hasOld()}) ||
             readFile(scene.target(), newSizeBytes).value() != newContent)) {
            wrong = "a second try fails";
        }
        return wrong;
    };
    const FaultReport report = sweepFaults(sweep);
    std::printf("AtomicFile %s: %s\n", qPrintable(kind), report.summary().c_str());
    std::fflush(stdout);
    for (const std::string &finding : report.findings) {
        std::printf("%s\n", finding.c_str());
    }
    QCOMPARE(report.findings.size(), std::size_t{0});
    QVERIFY(report.points.size() >= 7); // four writes, fsync, rename, fsync of the folder
    QVERIFY(report.runs >= 35);
}

/// The control: a program that writes in place is caught by the same oracle.
void AtomicFileFaultsTest::theSweepFindsFaults() {
    const QTemporaryDir folder;
    const Scene scene(folder.path().toStdString(), "replace");
    FaultSweep sweep;
    sweep.command = {"/bin/dd", "if=/dev/zero", "of=" + scene.target().string(),
                     "bs=5000", "count=2",      "conv=fsync"};
    sweep.watchedFolder = folder.path().toStdString();
    sweep.faults = {Fault::Kill, Fault::Enospc};
    sweep.prepare = [&scene] { scene.prepare(); };
    sweep.oracle = [&scene](const FaultRun &run) { return scene.judge(run); };
    const FaultReport report = sweepFaults(sweep);
    QVERIFY(report.points.size() >= 3);
    QCOMPARE(report.findings.size(), static_cast<std::size_t>(report.runs));
    QVERIFY(report.runs >= 6);
}

QTEST_APPLESS_MAIN(AtomicFileFaultsTest)
#include "tst_atomic_file_faults.moc"
