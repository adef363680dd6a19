// SPDX-License-Identifier: Apache-2.0
// The lane of files over real files and a real journal: what moves, what is left alone and why, undo, second
// passes. Kills and faults are in tst_file_lane_faults.
#include "unit/reencrypt_files/file_scene.h"

#include "base/platform/pinned_file.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QObject>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

#define VERIFY_OK(act)                                                                                       \
    do {                                                                                                     \
        const auto okResult = (act);                                                                         \
        QVERIFY2(okResult.has_value(), okResult ? "" : okResult.error().detail.c_str());                     \
    } while (false)

std::string numbered(const char *stem, int number) {
    return std::string(stem) + std::to_string(number);
}

} // namespace

class FileLaneTest : public QObject {
    Q_OBJECT
private:
    FileRun again() const {
        FileRun run;
        run.base = m_base;
        run.spec = m_spec;
        return run;
    }
    fs::path file(const std::string &name) const { return m_base / "files" / name; }
    void putFiles(int count, char flag = '.') const {
        for (int number = 0; number < count; ++number) {
            put(file(numbered("b", number)), textBlob(numbered("b", number), 'O', flag));
        }
    }
    bool allAre(int count, char state) const {
        for (int number = 0; number < count; ++number) {
            if (contentOf(file(numbered("b", number))) != textBlob(numbered("b", number), state)) {
                return false;
            }
        }
        return true;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_base;
    JobSpec m_spec;

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_base = fs::canonical(m_folder->path().toStdString());
        fs::create_directories(m_base / "files");
        m_spec = fileJob();
    }

    void everyFileInItsForm();
    void zonesAreBounded();
    void aSecondRunAsksNobody();
    void whatCannotMoveDoesNotStopTheRest();
    void changedWhileItMoves_data();
    void changedWhileItMoves();
    void notForUsToChange();
    void readOnly();
    void stoppedAndResumed();
    void aFaultOfTheJob();
    void dryRun();
    void undoGivesEverythingBack();
    void undoOfTwoPasses();
    void undoLeavesOthersAlone_data();
    void undoLeavesOthersAlone();
    void finaliseRemovesCopies();
    void withoutBackup();
    void secondPass();
    void surveys();
    void emptyFolder();
    void fullDisk();
    void leftBeforeAnyIntent();
    void manyFiles();
};

void FileLaneTest::everyFileInItsForm() {
    const Bytes raw = blobOf("raw");
    put(file("a/raw"), raw);
    put(file("a/base64"), textBlob("base64") + "\n");
    put(file("b/hex"), toHex(blobOf("hex")));
    put(file("b/done"), textBlob("done", 'N'));
    put(m_base / "outside", textBlob("outside"));
    chmod(file("a/raw").c_str(), 0604);
    FileRun run = again();
    VERIFY_OK(run("run"));
    QCOMPARE(contentOf(file("a/raw")), std::string(asText(blobOf("raw", 'N'))));
    QCOMPARE(contentOf(file("a/base64")), textBlob("base64", 'N') + "\n");
    QCOMPARE(contentOf(file("b/hex")), toHex(blobOf("hex", 'N')));
    QCOMPARE(contentOf(file("b/done")), textBlob("done", 'N'));
    QCOMPARE(contentOf(m_base / "outside"), textBlob("outside"));
    QCOMPARE(platform::identityOf(file("a/raw"))->mode, 0604U);
    QCOMPARE(run.events.count(ItemState::Verified), std::size_t{3});
    QCOMPARE(run.events.count(ItemState::Skipped), std::size_t{1});
    const ItemRecord &item = run.events.last["files/a/raw"];
    QVERIFY(item.before == crypto::sha256(raw) && item.after == crypto::sha256(blobOf("raw", 'N')));
    QCOMPARE(item.destinationKey, std::string("key/new"));
    QCOMPARE(run.events.bytesDone, run.events.bytesTotal);
    QCOMPARE(copiesBelow(file("")), std::size_t{3});
}

void FileLaneTest::zonesAreBounded() {
    putFiles(25);
    m_spec.safety.batchItems = 10;
    FileRun run = again();
    VERIFY_OK(run("run"));
    QCOMPARE(run.mover.largest, std::size_t{10});
    QCOMPARE(run.mover.asked, std::uint64_t{25});
    QVERIFY(allAre(25, 'N'));
}

void FileLaneTest::aSecondRunAsksNobody() {
    putFiles(25);
    m_spec.safety.batchItems = 10;
    VERIFY_OK(again()("run"));
    put(file("new"), textBlob("new"));
    FileRun second = again();
    VERIFY_OK(second("run"));
    QCOMPARE(second.mover.asked, std::uint64_t{1}); // the file that came in between
    QCOMPARE(contentOf(file("new")), textBlob("new", 'N'));
    QVERIFY(allAre(25, 'N'));
}

void FileLaneTest::whatCannotMoveDoesNotStopTheRest() {
    m_spec.source.kind = SourceKind::Text;
    const auto text = [](char state) {
        return "# first\r\nA=" + textBlob("a", state) + "\nB='" + textBlob("b", 'O', 'S') +
               "'\nC=" + textBlob("c", state) + "   # last, no line feed";
    };
    put(file(".env"), text('O'));
    put(file("none.txt"), std::string("nothing in here"));
    FileRun run = again();
    VERIFY_OK(run("run"));
    QCOMPARE(contentOf(file(".env")), text('N'));
    QCOMPARE(run.events.count(ItemState::Verified), std::size_t{2});
    QCOMPARE(run.events.count(ItemState::Failed, Cause::StrayKey), std::size_t{1});
    QCOMPARE(run.events.last.size(), std::size_t{3});
    FileRun second = again();
    VERIFY_OK(second("run"));
    QCOMPARE(second.mover.asked, std::uint64_t{3}); // the file has something left: one look at each
    QCOMPARE(contentOf(file(".env")), text('N'));
    QCOMPARE(copiesBelow(file("")), std::size_t{1});
}

void FileLaneTest::changedWhileItMoves_data() {
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("left");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("cause");
    const auto row = [](const char *name, const char *left, ItemState state, Cause cause) {
        QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(left)
                            << static_cast<int>(state) << static_cast<int>(cause);
    };
    row("written", "theirs", ItemState::Conflict, Cause::ChangedMeanwhile);
    row("replaced", "theirs", ItemState::Conflict, Cause::ChangedMeanwhile);
    row("same size and time", "theirs", ItemState::Conflict, Cause::ChangedMeanwhile);
    row("removed", "(none)", ItemState::Failed, Cause::Missing);
    row("a link", "theirs", ItemState::Conflict, Cause::ChangedMeanwhile);
    row("a folder", "(none)", ItemState::Failed, Cause::NotRegular);
    row("a second name", textBlob("b1").c_str(), ItemState::Failed, Cause::HardLinked);
}

void FileLaneTest::changedWhileItMoves() {
    QFETCH(const QString, how);
    putFiles(3);
    const fs::path victim = file("b1");
    FileRun run = again();
    run.mover.before = [&] {
        struct stat was {};
        stat(victim.c_str(), &was);
        if (how == QStringLiteral("written")) {
            put(victim, "theirs");
        } else if (how == QStringLiteral("a second name")) {
            fs::create_hard_link(victim, m_base / "second");
        } else if (how == QStringLiteral("same size and time")) {
            put(victim, std::string("theirs") + std::string(static_cast<std::size_t>(was.st_size) - 6, ' '));
            const timespec times[2] = {was.st_atim, was.st_mtim};
            utimensat(AT_FDCWD, victim.c_str(), times, 0);
        } else {
            fs::remove(victim);
        }
        if (how == QStringLiteral("replaced") || how == QStringLiteral("a link")) {
            put(m_base / "theirs", "theirs");
            how == QStringLiteral("replaced") ? fs::rename(m_base / "theirs", victim)
                                              : fs::create_symlink(m_base / "theirs", victim);
        } else if (how == QStringLiteral("a folder")) {
            fs::create_directory(victim);
        }
    };
    VERIFY_OK(run("run"));
    QTEST(QString::fromStdString(contentOf(victim)).trimmed(), "left");
    QTEST(static_cast<int>(run.events.last["files/b1"].state), "state");
    QTEST(static_cast<int>(run.events.last["files/b1"].cause), "cause");
    QCOMPARE(contentOf(file("b0")), textBlob("b0", 'N'));
    QCOMPARE(contentOf(file("b2")), textBlob("b2", 'N'));
    QCOMPARE(copiesBelow(file("")), std::size_t{2});
}

/// Links, devices, several names, no permission, no file at all: each says why, none is touched, nobody is
/// asked.
void FileLaneTest::notForUsToChange() {
    put(file("linked"), textBlob("linked"));
    fs::create_hard_link(file("linked"), m_base / "second-name");
    put(m_base / "outside", textBlob("outside"));
    fs::create_symlink(m_base / "outside", file("link"));
    fs::create_symlink("nowhere", file("broken"));
    QCOMPARE(mkfifo(file("pipe").c_str(), 0600), 0);
    put(file("text"), std::string("no ciphertext"));
    put(file("empty"), std::string());
    m_spec.source.paths = {"files", "absent"};
    FileRun run = again();
    VERIFY_OK(run("run"));
    QCOMPARE(run.mover.asked, std::uint64_t{0});
    const auto cause = [&run](const char *unit) {
        return std::string(wireName(run.events.last[unit].cause));
    };
    QCOMPARE(cause("files/linked"), std::string("hard-linked"));
    QCOMPARE(cause("files/link"), std::string("not-regular"));
    QCOMPARE(cause("files/broken"), std::string("missing"));
    QCOMPARE(cause("files/pipe"), std::string("not-regular"));
    QCOMPARE(cause("files/text"), std::string("not-a-ciphertext"));
    QCOMPARE(cause("files/empty"), std::string("not-a-ciphertext"));
    QCOMPARE(cause("absent"), std::string("missing"));
    QCOMPARE(run.events.last.size(), std::size_t{7});
    QCOMPARE(contentOf(m_base / "outside"), textBlob("outside"));
    QCOMPARE(copiesBelow(m_base), std::size_t{0});
}

/// As somebody who may read everything, and write some of it.
void FileLaneTest::readOnly() {
    if (geteuid() != 0) {
        QSKIP("needs to become another user");
    }
    put(file("theirs"), textBlob("theirs"));
    put(file("closed/ours"), textBlob("ours"));
    put(file("ours"), textBlob("ours"));
    put(file("secret"), textBlob("secret"));
    put(file("not owned"), textBlob("not owned"));
    constexpr uid_t other = 65534;
    for (const fs::path &path : {m_base, file(""), file("ours"), file("closed/ours")}) {
        QCOMPARE(chown(path.c_str(), other, other), 0);
    }
    chmod(file("not owned").c_str(), 0666);
    chmod(file("secret").c_str(), 0600);
    const pid_t child = fork();
    if (child == 0) {
        FileRun run = again();
        const bool changed = setresgid(other, other, other) == 0 && setresuid(other, other, other) == 0;
        const bool done = changed && run("run").has_value();
        const auto is = [&run](const char *unit, Cause cause) {
            return run.events.last[unit].state == ItemState::Failed && run.events.last[unit].cause == cause;
        };
        const bool right = run.events.last["files/ours"].state == ItemState::Verified &&
                           is("files/theirs", Cause::ReadOnly) && is("files/closed/ours", Cause::ReadOnly) &&
                           is("files/secret", Cause::Unreadable) && is("files/not owned", Cause::ReadOnly);
        _exit(done && right && run.mover.asked == 2 ? 7 : 1); // nobody was asked about those that are closed
    }
    int status = 0;
    waitpid(child, &status, 0);
    QCOMPARE(WEXITSTATUS(status), 7);
    QCOMPARE(contentOf(file("ours")), textBlob("ours", 'N'));
    QCOMPARE(contentOf(file("closed/ours")), textBlob("ours"));
    QCOMPARE(contentOf(file("not owned")), textBlob("not owned"));
    QCOMPARE(copiesBelow(file("")), std::size_t{1});
}

void FileLaneTest::stoppedAndResumed() {
    putFiles(25);
    m_spec.safety.batchItems = 10;
    VERIFY_OK(again()("one"));
    FileRun second = again();
    second.mover.before = [&second] { second.cancel.cancel(); };
    const auto stopped = second("run");
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    QCOMPARE(copiesBelow(file("")), std::size_t{10});
    FileRun third = again();
    VERIFY_OK(third("run"));
    QCOMPARE(third.mover.asked, std::uint64_t{15});
    QVERIFY(allAre(25, 'N'));
    QCOMPARE(third.events.bytesDone, third.events.bytesTotal);
}

void FileLaneTest::aFaultOfTheJob() {
    putFiles(5);
    FileRun run = again();
    run.mover.fault = [] { return fail(ErrorCode::ExpiredToken, "expired"); };
    const auto stopped = run("run");
    QVERIFY(!stopped && stopped.error().code == ErrorCode::ExpiredToken);
    QVERIFY(allAre(5, 'O'));
    VERIFY_OK(again()("run"));
    QVERIFY(allAre(5, 'N'));
}

void FileLaneTest::dryRun() {
    putFiles(5);
    put(file("stray"), textBlob("stray", 'O', 'S'));
    m_spec.safety.dryRun = true;
    FileRun run = again();
    VERIFY_OK(run("run"));
    QVERIFY(allAre(5, 'O'));
    QCOMPARE(run.events.count(ItemState::Pending), std::size_t{5});
    QCOMPARE(run.events.count(ItemState::Failed, Cause::StrayKey), std::size_t{1});
    QCOMPARE(copiesBelow(file("")), std::size_t{0});
}

void FileLaneTest::undoGivesEverythingBack() {
    putFiles(25);
    m_spec.safety.batchItems = 10;
    struct stat before {};
    stat(file("b7").c_str(), &before);
    VERIFY_OK(again()("run"));
    FileRun undo = again();
    VERIFY_OK(undo("undo"));
    QVERIFY(allAre(25, 'O'));
    struct stat after {};
    stat(file("b7").c_str(), &after);
    QCOMPARE(after.st_ino, before.st_ino);
    QCOMPARE(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    QCOMPARE(copiesBelow(file("")), std::size_t{0});
    QCOMPARE(undo.events.count(ItemState::Pending), std::size_t{25});
    VERIFY_OK(again()("undo")); // again is harmless
    QVERIFY(allAre(25, 'O'));
}

/// A file that was changed in two passes has two old files; the first one comes back.
void FileLaneTest::undoOfTwoPasses() {
    m_spec.source.kind = SourceKind::Text;
    const std::string before = "A=" + textBlob("a") + "\n";
    put(file(".env"), before);
    VERIFY_OK(again()("run"));
    const std::string between = contentOf(file(".env")) + "B=" + textBlob("b") + "\n";
    put(file(".env"), between);
    VERIFY_OK(again()("run"));
    QCOMPARE(contentOf(file(".env")), "A=" + textBlob("a", 'N') + "\nB=" + textBlob("b", 'N') + "\n");
    QCOMPARE(copiesBelow(file("")), std::size_t{2});
    FileRun undo = again();
    VERIFY_OK(undo("undo"));
    // The second pass is taken back; then somebody's own line stands there, which is not ours to remove.
    QCOMPARE(contentOf(file(".env")), between);
    QCOMPARE(undo.events.count(ItemState::Conflict, Cause::ChangedMeanwhile), std::size_t{1});
}

void FileLaneTest::undoLeavesOthersAlone_data() {
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("left");
    QTest::addColumn<int>("cause");
    QTest::newRow("live written") << QStringLiteral("live") << QStringLiteral("theirs")
                                  << static_cast<int>(Cause::ChangedMeanwhile);
    QTest::newRow("live removed") << QStringLiteral("gone") << QStringLiteral("(none)")
                                  << static_cast<int>(Cause::Missing);
    QTest::newRow("copy removed") << QStringLiteral("no copy") << QString::fromStdString(textBlob("b1", 'N'))
                                  << static_cast<int>(Cause::Missing);
    QTest::newRow("copy written") << QStringLiteral("bad copy") << QString::fromStdString(textBlob("b1", 'N'))
                                  << static_cast<int>(Cause::Missing);
}

void FileLaneTest::undoLeavesOthersAlone() {
    QFETCH(const QString, how);
    putFiles(3);
    VERIFY_OK(again()("run"));
    fs::path copy;
    for (const auto &entry : fs::directory_iterator(file(""))) {
        copy = entry.path().filename().string().starts_with(".b1.kt-") ? entry.path() : copy;
    }
    QVERIFY(!copy.empty());
    if (how == QStringLiteral("live")) {
        put(file("b1"), "theirs");
    } else if (how == QStringLiteral("gone")) {
        fs::remove(file("b1"));
    } else if (how == QStringLiteral("no copy")) {
        fs::remove(copy);
    } else {
        put(copy, "theirs");
    }
    FileRun undo = again();
    VERIFY_OK(undo("undo"));
    QTEST(QString::fromStdString(contentOf(file("b1"))), "left");
    QTEST(static_cast<int>(undo.events.last["files/b1"].cause), "cause");
    QCOMPARE(contentOf(file("b0")), textBlob("b0"));
    QCOMPARE(contentOf(file("b2")), textBlob("b2"));
    QCOMPARE(fs::exists(copy), how != QStringLiteral("no copy"));
}

void FileLaneTest::finaliseRemovesCopies() {
    putFiles(12);
    m_spec.safety.batchItems = 5;
    VERIFY_OK(again()("run"));
    for (const auto &entry : fs::directory_iterator(file(""))) {
        if (entry.path().filename().string().starts_with(".b3.kt-")) {
            put(entry.path(), "a program that had it open");
        }
    }
    FileRun end = again();
    VERIFY_OK(end("finalise"));
    QVERIFY(allAre(12, 'N'));
    QCOMPARE(copiesBelow(file("")), std::size_t{1}); // what nobody else has is not thrown away
    QCOMPARE(end.events.count(ItemState::Conflict, Cause::ChangedMeanwhile), std::size_t{1});
    VERIFY_OK(again()("finalise"));
}

void FileLaneTest::withoutBackup() {
    putFiles(12);
    m_spec.safety.backup = false;
    m_spec.safety.batchItems = 5;
    VERIFY_OK(again()("run"));
    QVERIFY(allAre(12, 'N'));
    QCOMPARE(copiesBelow(file("")), std::size_t{0});
    FileRun undo = again();
    VERIFY_OK(undo("undo"));
    QVERIFY(allAre(12, 'N'));
    QCOMPARE(undo.events.count(ItemState::Conflict, Cause::Missing), std::size_t{12});
}

void FileLaneTest::secondPass() {
    putFiles(6);
    put(file("bad"), textBlob("bad", 'O', 'B'));
    VERIFY_OK(again()("run"));
    put(file("b1"), "theirs");
    fs::remove(file("b2"));
    FileRun verify = again();
    VERIFY_OK(verify("verify"));
    QCOMPARE(verify.events.count(ItemState::Conflict, Cause::ChangedMeanwhile), std::size_t{1});
    QCOMPARE(verify.events.count(ItemState::Failed, Cause::Missing), std::size_t{1});
    QCOMPARE(verify.events.count(ItemState::Failed, Cause::VerificationFailed), std::size_t{1});
    QCOMPARE(verify.events.last.size(), std::size_t{3});
}

void FileLaneTest::surveys() {
    putFiles(7);
    put(file("text"), std::string("no ciphertext"));
    put(file("large"), std::string(5'000, '\n'));
    FakeMover mover;
    const LaneParts parts{&m_spec, m_base, nullptr, &mover, nullptr, systemClock()};
    const auto survey = makeFileLane(parts)->survey(0, {});
    VERIFY_OK(survey);
    QCOMPARE(survey->units, std::uint64_t{9});
    QCOMPARE(survey->items, std::uint64_t{9});
    QCOMPARE(survey->faultCount, std::uint64_t{2});
    QCOMPARE(survey->keys.size(), std::size_t{1});
    QCOMPARE(survey->keys[0].items, std::uint64_t{7});
    QCOMPARE(survey->largestFileBytes, std::uint64_t{textBlob("b0").size()}); // of those that would change
    QCOMPARE(survey->bytes, 7 * survey->largestFileBytes);
    QVERIFY(survey->freeBytes > 0);
    QCOMPARE(survey->samples.size(), std::size_t{1});
    QCOMPARE(survey->sampleRecords.size(), std::size_t{1});
    QCOMPARE(makeFileLane(parts)->survey(3, {})->items, std::uint64_t{3});
    QCOMPARE(mover.asked, std::uint64_t{0});
    QVERIFY(allAre(7, 'O'));
    CancelSource cancel;
    cancel.cancel();
    QVERIFY(!makeFileLane(parts)->survey(0, cancel.token()).has_value());
}

void FileLaneTest::emptyFolder() {
    FileRun run = again();
    VERIFY_OK(run("run"));
    VERIFY_OK(again()("verify"));
    VERIFY_OK(again()("finalise"));
    QVERIFY(run.events.last.empty());
    FakeMover mover;
    const LaneParts parts{&m_spec, m_base, nullptr, &mover, nullptr, systemClock()};
    QCOMPARE(makeFileLane(parts)->survey(0, {})->warnings.size(), std::size_t{1});
}

/// A real full disk: nothing is changed or left, and the job goes on when there is room.
void FileLaneTest::fullDisk() {
    if (mount("none", file("").c_str(), "tmpfs", 0, "size=128k,mode=0755") != 0) {
        QSKIP("only root may mount a small file system");
    }
    const auto unmount = qScopeGuard([this] { umount2(file("").c_str(), MNT_DETACH); });
    putFiles(10);
    put(file("z/filler"), std::string(200'000, 'x')); // takes what there is
    m_spec.source.exclude = {"z/**"};
    const auto stopped = again()("run");
    QVERIFY(!stopped && stopped.error().code == ErrorCode::DiskFull);
    QVERIFY(allAre(10, 'O'));
    QCOMPARE(copiesBelow(file("")), std::size_t{0});
    fs::remove(file("z/filler"));
    VERIFY_OK(again()("run"));
    QVERIFY(allAre(10, 'N'));
}

/// A replacement that no intent names is removed when the job goes on, one of another job is not.
void FileLaneTest::leftBeforeAnyIntent() {
    putFiles(3);
    VERIFY_OK(again()("one"));
    std::string ours;
    for (const auto &entry : fs::directory_iterator(file(""))) {
        const std::string name = entry.path().filename().string();
        ours = name.starts_with(".b0") ? name.substr(3) : ours;
    }
    put(file(".gone" + ours), "torn");
    put(file(".b0.kt-ffffffff"), "of another job");
    put(file("b3"), textBlob("b3"));
    put(file(".b3" + ours), "torn");
    VERIFY_OK(again()("run"));
    QVERIFY(allAre(4, 'N'));
    QVERIFY(!fs::exists(file(".gone" + ours)));
    QCOMPARE(contentOf(file(".b0.kt-ffffffff")), std::string("of another job"));
    QCOMPARE(contentOf(file(".b3" + ours)), textBlob("b3"));
}

void FileLaneTest::manyFiles() {
    constexpr int count = 2'000;
    for (int number = 0; number < count; ++number) {
        put(file(numbered("d", number % 10) + "/" + numbered("b", number)), textBlob(numbered("b", number)));
    }
    QElapsedTimer time;
    time.start();
    FileRun run = again();
    VERIFY_OK(run("run"));
    std::printf("2,000 files moved in %lld ms\n", static_cast<long long>(time.restart()));
    QCOMPARE(run.events.count(ItemState::Verified), std::size_t{count});
    FileRun second = again();
    VERIFY_OK(second("run"));
    std::printf("a second look at them in %lld ms\n", static_cast<long long>(time.restart()));
    QCOMPARE(second.mover.asked, std::uint64_t{0});
    VERIFY_OK(again()("undo"));
    std::printf("and given back in %lld ms\n", static_cast<long long>(time.elapsed()));
    std::fflush(stdout);
    QCOMPARE(contentOf(file("d7/b1997")), textBlob("b1997"));
    QCOMPARE(copiesBelow(file("")), std::size_t{0});
}

QTEST_APPLESS_MAIN(FileLaneTest)
#include "tst_file_lane.moc"
