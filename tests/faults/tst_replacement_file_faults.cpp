// SPDX-License-Identifier: Apache-2.0
// ReplacementFile under every fault at every call: the live name holds the old or the new file, whole; the
// old file is never lost; success is reported only for the new one; a second try succeeds; and it can be
// given back.
#include "faults/fault_sweep.h"

#include "base/atomic_file.h"
#include "base/platform/pinned_file.h"
#include "base/platform/replacement_file.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <optional>

using namespace keyturn;
using namespace keyturn::test;
using platform::ReplacementFile;
namespace fs = std::filesystem;

namespace {

constexpr char tag[] = "0123abcd";
const Bytes oldContent(5'000, 'o');
const Bytes newContent(10'000, 'n');

class Scene {
public:
    Scene(fs::path folder, bool isBack)
        : m_folder(std::move(folder))
        , m_isBack(isBack) {}

    fs::path live() const { return m_folder / "live"; }
    fs::path beside() const { return m_folder / ReplacementFile::nameFor(live(), tag); }

    /// The old file live, or the new one live and the old one beside.
    void prepare() const {
        for (const auto &entry : fs::directory_iterator(m_folder)) {
            fs::remove(entry.path());
        }
        const bool done =
            writeFileAtomically(live(), oldContent, {.mode = 0640}).has_value() &&
            (!m_isBack || (writeFileAtomically(beside(), newContent, {.mode = 0640}).has_value() && swap()));
        QVERIFY(done);
    }

    std::string judge(const FaultRun &run) const {
        const auto content = contentOf(live());
        const Bytes &wanted = m_isBack ? oldContent : newContent;
        if (content != oldContent && content != newContent) {
            return "neither old nor new";
        }
        if (!run.killed && run.exitCode == 0 && content != wanted) {
            return "success was reported for nothing";
        }
        if (!run.killed && run.exitCode != 0 && run.exitCode != 3) {
            return "exit code " + std::to_string(run.exitCode);
        }
        const bool survivable = run.fault == Fault::ShortWrite || run.fault == Fault::Interrupt;
        if (survivable && run.exitCode != 0) {
            return "a short write or an interruption is no reason to fail: " + run.output;
        }
        // The old file, wherever it is: live, beside, or under its second name half way.
        const bool halfWay = contentOf(beside().string() + "~") == oldContent;
        if (content != oldContent && contentOf(beside()) != oldContent && !halfWay) {
            return "the old file is lost";
        }
        const auto identity = platform::identityOf(live());
        return identity && identity->mode == 0640 ? std::string() : "the mode was not kept";
    }

private:
    static std::optional<Bytes> contentOf(const fs::path &path) {
        auto content = readFile(path, 1 << 20);
        return content ? std::optional(std::move(*content)) : std::nullopt;
    }
    bool swap() const {
        auto file = ReplacementFile::reopen(live(), tag);
        const auto identity = platform::identityOf(live());
        return file && identity && file->exchange(*identity).has_value();
    }

    fs::path m_folder;
    bool m_isBack;
};

} // namespace

class ReplacementFileFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sweep_data();
    void sweep();
};

void ReplacementFileFaultsTest::sweep_data() {
    QTest::addColumn<QString>("act");
    QTest::addColumn<bool>("byLink");
    QTest::newRow("new") << QStringLiteral("new") << false;
    QTest::newRow("new, by link and rename") << QStringLiteral("new") << true;
    QTest::newRow("back") << QStringLiteral("back") << false;
    QTest::newRow("back, by link and rename") << QStringLiteral("back") << true;
}

void ReplacementFileFaultsTest::sweep() {
    QFETCH(const QString, act);
    QFETCH(const bool, byLink);
    const QTemporaryDir folder;
    const bool isBack = act == QStringLiteral("back");
    const Scene scene(fs::canonical(folder.path().toStdString()), isBack);
    const char *writer = std::getenv("KEYTURN_REPLACEMENT_FILE_WRITER");
    QVERIFY2(writer != nullptr, "ctest names the program");
    FaultSweep sweep;
    sweep.command = {writer, scene.live().string(), act.toStdString()};
    if (byLink) {
        sweep.command.push_back("link");
    }
    sweep.watchedFolder = folder.path().toStdString();
    sweep.prepare = [&scene] { scene.prepare(); };
    sweep.oracle = [&](const FaultRun &run) { return scene.judge(run); };
    const FaultReport report = sweepFaults(sweep);
    std::printf("ReplacementFile %s: %s\n", QTest::currentDataTag(), report.summary().c_str());
    for (const std::string &finding : report.findings) {
        std::printf("%s\n", finding.c_str());
    }
    std::fflush(stdout);
    QCOMPARE(report.findings.size(), std::size_t{0});
    QVERIFY(report.points.size() >= 3); // exchange, fsync of the folder, unlink
    QVERIFY(report.runs >= 12);
}

QTEST_APPLESS_MAIN(ReplacementFileFaultsTest)
#include "tst_replacement_file_faults.moc"
