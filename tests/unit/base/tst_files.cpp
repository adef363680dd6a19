// SPDX-License-Identifier: Apache-2.0
// AtomicFile, reading, locks and facts about files. Faults in the middle are in tests/faults.
#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
namespace fs = std::filesystem;

namespace {

template <class T>
ErrorCode codeOf(const Result<T> &result) {
    return result ? ErrorCode::Unknown : result.error().code;
}

mode_t modeOf(const fs::path &path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

std::size_t entriesIn(const fs::path &folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class FilesTest : public QObject {
    Q_OBJECT
private:
    fs::path path(const char *name) const { return fs::path(m_folder->path().toStdString()) / name; }
    std::string text(const char *name) const {
        return std::string(asText(readFile(path(name), 1 << 20).value()));
    }
    bool save(const char *name, std::string_view content, AtomicFile::Options options = {}) const {
        return writeFileAtomically(path(name), asBytes(content), options).has_value();
    }

    std::unique_ptr<QTemporaryDir> m_folder;

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void newFile();
    void replacesAndKeepsTheMode();
    void keepsTheOwner();
    void uncommittedLeavesNothing();
    void createOnly();
    void createdMeanwhile();
    void backup();
    void symbolicLinks();
    void whatIsNoFile();
    void longNames();
    void unusableAfterItsEnd();
    void noPermission();
    void fullDisk();
    void reading();
    void readingRefused();
    void readingSecrets();
    void lockIsExclusive();
    void lockNames();
    void lockGoesWithItsProcess();
    void lockRefused();
    void facts();
    void privateDirectories();
    void exchange();
};

void FilesTest::newFile() {
    const mode_t before = umask(0); // the mode is exact, whatever the umask
    QVERIFY(save("new", "content"));
    QVERIFY(save("shared", "content", {.mode = 0644}));
    umask(before);
    QCOMPARE(text("new"), std::string("content"));
    QCOMPARE(modeOf(path("new")), mode_t{0600});
    QCOMPARE(modeOf(path("shared")), mode_t{0644});
    QVERIFY(save("empty", ""));
    QCOMPARE(fs::file_size(path("empty")), std::uintmax_t{0});
    QCOMPARE(entriesIn(path("")), std::size_t{3});
}

void FilesTest::replacesAndKeepsTheMode() {
    QVERIFY(save("file", "old"));
    QCOMPARE(chmod(path("file").c_str(), 0640), 0);
    QVERIFY(save("file", std::string(200'000, 'n'), {.mode = 0644}));
    QCOMPARE(text("file"), std::string(200'000, 'n'));
    QCOMPARE(modeOf(path("file")), mode_t{0640});
    QCOMPARE(entriesIn(path("")), std::size_t{1});
}

void FilesTest::keepsTheOwner() {
    QVERIFY(save("file", "old"));
    constexpr uid_t other = 12345;
    const bool isRoot = geteuid() == 0;
    if (isRoot) {
        QCOMPARE(chown(path("file").c_str(), other, other), 0);
        QCOMPARE(chmod(path("file").c_str(), 04755), 0);
    }
    QVERIFY(save("file", "new"));
    struct stat facts {};
    QCOMPARE(stat(path("file").c_str(), &facts), 0);
    QCOMPARE(facts.st_uid, isRoot ? other : geteuid());
    QCOMPARE(modeOf(path("file")), isRoot ? mode_t{04755} : mode_t{0600});
}

void FilesTest::uncommittedLeavesNothing() {
    QVERIFY(save("file", "old"));
    {
        auto file = AtomicFile::open(path("file"));
        QVERIFY(file && file->write(asBytes("new")));
        QCOMPARE(entriesIn(path("")), std::size_t{2}); // the new content lies beside
        QCOMPARE(text("file"), std::string("old"));
        const AtomicFile moved = std::move(*file);
        QCOMPARE(entriesIn(path("")), std::size_t{2});
    }
    QCOMPARE(entriesIn(path("")), std::size_t{1});
    QCOMPARE(text("file"), std::string("old"));
}

void FilesTest::createOnly() {
    QVERIFY(save("file", "old", {.mayReplace = false}));
    QCOMPARE(codeOf(AtomicFile::open(path("file"), {.mayReplace = false})), ErrorCode::FileExists);
    QCOMPARE(text("file"), std::string("old"));
}

void FilesTest::createdMeanwhile() {
    auto file = AtomicFile::open(path("file"), {.mayReplace = false});
    QVERIFY(file && file->write(asBytes("ours")));
    QVERIFY(save("file", "theirs"));
    QCOMPARE(codeOf(file->commit()), ErrorCode::FileExists);
    QCOMPARE(text("file"), std::string("theirs"));
    QCOMPARE(entriesIn(path("")), std::size_t{1});
}

void FilesTest::backup() {
    QVERIFY(save("file", "one", {.keepBackup = true}));
    QVERIFY(!fs::exists(path("file.bak")));
    QVERIFY(save("file", "two", {.keepBackup = true}));
    QCOMPARE(text("file.bak"), std::string("one"));
    QVERIFY(save("file", "three", {.keepBackup = true}));
    QCOMPARE(text("file.bak"), std::string("two"));
    QCOMPARE(text("file"), std::string("three"));
    QCOMPARE(entriesIn(path("")), std::size_t{2});
}

void FilesTest::symbolicLinks() {
    QVERIFY(fs::create_directory(path("real")));
    QVERIFY(save("real/file", "old"));
    fs::create_symlink(path("real/file"), path("link"));
    QVERIFY(save("link", "new"));
    QVERIFY(fs::is_symlink(path("link")));
    QCOMPARE(text("real/file"), std::string("new"));
    fs::create_symlink(path("nowhere"), path("dangling"));
    QCOMPARE(codeOf(AtomicFile::open(path("dangling"))), ErrorCode::FileNotFound);
}

void FilesTest::whatIsNoFile() {
    QVERIFY(fs::create_directory(path("folder")));
    QCOMPARE(codeOf(AtomicFile::open(path("folder"))), ErrorCode::FileNotRegular);
    QCOMPARE(mkfifo(path("pipe").c_str(), 0600), 0);
    QCOMPARE(codeOf(AtomicFile::open(path("pipe"))), ErrorCode::FileNotRegular);
    QCOMPARE(codeOf(AtomicFile::open("/dev/null")), ErrorCode::FileNotRegular);
    QCOMPARE(codeOf(AtomicFile::open(path("missing/file"))), ErrorCode::FileNotFound);
    QCOMPARE(codeOf(AtomicFile::open(path("folder/"))), ErrorCode::FileNotRegular);
    QCOMPARE(codeOf(AtomicFile::open("")), ErrorCode::FileNotRegular);
}

void FilesTest::longNames() {
    const std::string longest(255, 'x');
    QVERIFY(save(longest.c_str(), "content"));
    QCOMPARE(text(longest.c_str()), std::string("content"));
    QCOMPARE(entriesIn(path("")), std::size_t{1});
}

void FilesTest::unusableAfterItsEnd() {
    auto file = AtomicFile::open(path("file"));
    QVERIFY(file && file->write(asBytes("a")) && file->commit());
    QCOMPARE(codeOf(file->commit()), ErrorCode::Usage);
    QCOMPARE(codeOf(file->write(asBytes("b"))), ErrorCode::Usage);
    QCOMPARE(text("file"), std::string("a"));
}

void FilesTest::noPermission() {
    QVERIFY(save("file", "old"));
    // /proc refuses new files to everybody, root included
    const auto refused = codeOf(AtomicFile::open("/proc/keyturn-test"));
    QVERIFY(refused == ErrorCode::PermissionDenied || refused == ErrorCode::FileNotFound);
    const pid_t child = fork(); // as somebody else, where that is possible
    if (child == 0) {
        const bool asRoot = geteuid() == 0;
        const bool other = asRoot ? setresuid(65534, 65534, 65534) == 0 : chmod(path("").c_str(), 0500) == 0;
        _exit(other && codeOf(AtomicFile::open(path("file"))) == ErrorCode::PermissionDenied ? 7 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    chmod(path("").c_str(), 0700);
    QCOMPARE(WEXITSTATUS(status), 7);
    QCOMPARE(text("file"), std::string("old"));
}

/// /dev/full takes no byte: what QSaveFile lets pass must be an error here.
void FilesTest::fullDisk() {
    QVERIFY(save("file", "old"));
    auto file = AtomicFile::open(path("file"));
    QVERIFY(file.has_value());
    for (const auto &entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const fs::path opened = fs::read_symlink(entry.path(), gone);
        if (opened.filename().string().starts_with(".file.kt-")) {
            const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
            QVERIFY(dup2(full, std::stoi(entry.path().filename())) >= 0);
            close(full);
        }
    }
    QCOMPARE(codeOf(file->write(asBytes("new"))), ErrorCode::DiskFull);
    QCOMPARE(codeOf(file->write(asBytes("new"))), ErrorCode::DiskFull); // and stays so
    QCOMPARE(codeOf(file->commit()), ErrorCode::DiskFull);
    QCOMPARE(text("file"), std::string("old"));
    QCOMPARE(entriesIn(path("")), std::size_t{1});
}

void FilesTest::reading() {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{255}, std::size_t{256}, std::size_t{100'000}}) {
        QVERIFY(save("file", std::string(size, 'x')));
        QCOMPARE(readFile(path("file"), size).value(), Bytes(size, 'x'));
        QCOMPARE(readFile(path("file"), size + 1).value(), Bytes(size, 'x'));
        if (size != 0) {
            const auto tooLarge = readFile(path("file"), size - 1);
            QCOMPARE(codeOf(tooLarge), ErrorCode::Usage);
            QVERIFY(tooLarge.error().detail.find(std::to_string(size) + " bytes") != std::string::npos);
            QVERIFY(tooLarge.error().detail.ends_with(std::to_string(size - 1)));
        }
    }
    QVERIFY(readFile("/proc/self/status", 100'000)->size() > 100); // claims to have no size
}

void FilesTest::readingRefused() {
    QCOMPARE(codeOf(readFile(path("missing"), 10)), ErrorCode::FileNotFound);
    QCOMPARE(codeOf(readFile(path(""), 10)), ErrorCode::FileNotRegular);
    QCOMPARE(mkfifo(path("pipe").c_str(), 0600), 0);
    QCOMPARE(codeOf(readFile(path("pipe"), 10)), ErrorCode::FileNotRegular); // and does not wait for a writer
    QCOMPARE(codeOf(readFile("/dev/zero", 10)), ErrorCode::FileNotRegular);
}

void FilesTest::readingSecrets() {
    QVERIFY(save("file", std::string(1000, 's')));
    const auto secret = readSecretFile(path("file"), 1000);
    QVERIFY(secret && secret->text() == std::string(1000, 's'));
    QCOMPARE(codeOf(readSecretFile(path("file"), 999)), ErrorCode::Usage);
    QVERIFY(readSecretFile("/proc/self/status", 100'000)->size() > 100);
}

void FilesTest::lockIsExclusive() {
    {
        auto lock = platform::LockFile::acquire(path("lock"), "first holder");
        QVERIFY(lock.has_value());
        QCOMPARE(modeOf(path("lock")), mode_t{0600});
        const auto second = platform::LockFile::acquire(path("lock"), "second holder");
        QCOMPARE(codeOf(second), ErrorCode::VaultInUse);
        QCOMPARE(second.error().detail, std::string("first holder"));
        const platform::LockFile moved = std::move(*lock);
        QCOMPARE(codeOf(platform::LockFile::acquire(path("lock"), "x")), ErrorCode::VaultInUse);
    }
    QCOMPARE(text("lock"), std::string());
    QVERIFY(platform::LockFile::acquire(path("lock"), "third").has_value());
}

void FilesTest::lockNames() {
    auto lock = platform::LockFile::acquire(path("lock"), "a long first note");
    QVERIFY(lock && lock->setNote("short"));
    QCOMPARE(platform::LockFile::acquire(path("lock"), "x").error().detail, std::string("short"));
    QVERIFY(lock->setNote(std::string(10'000, 'n')));
    QCOMPARE(platform::LockFile::acquire(path("lock"), "x").error().detail, std::string(4096, 'n'));
}

void FilesTest::lockGoesWithItsProcess() {
    int ready[2] = {-1, -1};
    QCOMPARE(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto lock = platform::LockFile::acquire(path("lock"), "the child");
        (void)!write(ready[1], lock ? "y" : "n", 1);
        pause();
        _exit(0);
    }
    char answer = '?';
    QCOMPARE(read(ready[0], &answer, 1), ssize_t{1});
    QCOMPARE(answer, 'y');
    const auto refused = platform::LockFile::acquire(path("lock"), "x");
    QVERIFY(codeOf(refused) == ErrorCode::VaultInUse && refused.error().detail == "the child");
    QCOMPARE(kill(child, SIGKILL), 0);
    QCOMPARE(waitpid(child, nullptr, 0), child);
    QVERIFY(platform::LockFile::acquire(path("lock"), "x").has_value());
    close(ready[0]);
    close(ready[1]);
}

void FilesTest::lockRefused() {
    QCOMPARE(codeOf(platform::LockFile::acquire(path("missing/lock"), "x")), ErrorCode::FileNotFound);
    QVERIFY(save("file", "x"));
    fs::create_symlink(path("file"), path("link"));
    QCOMPARE(codeOf(platform::LockFile::acquire(path("link"), "x")), ErrorCode::FileNotRegular);
    QCOMPARE(text("file"), std::string("x"));
    QCOMPARE(mkfifo(path("pipe").c_str(), 0600), 0);
    QCOMPARE(codeOf(platform::LockFile::acquire(path("pipe"), "x")), ErrorCode::FileNotRegular);
}

void FilesTest::facts() {
    QVERIFY(save("file", "12345"));
    fs::create_hard_link(path("file"), path("second"));
    fs::create_symlink(path("file"), path("link"));
    const auto file = platform::fileFacts(path("file"));
    QVERIFY(file && file->regular && !file->symlink && file->ownedByUs && file->writable);
    QVERIFY(file->mode == 0600 && file->sizeBytes == 5 && file->hardLinks == 2);
    const auto link = platform::fileFacts(path("link"));
    QVERIFY(link && link->symlink && !link->regular);
    QCOMPARE(codeOf(platform::fileFacts(path("missing"))), ErrorCode::FileNotFound);
    QCOMPARE(platform::fileSystemName(path("not/yet/made")), platform::fileSystemName(path("")));
    QVERIFY(!platform::isNetworkFileSystem(path("file")));
    QVERIFY(platform::fileSystemName("/proc").empty());
}

void FilesTest::privateDirectories() {
    QVERIFY(platform::createPrivateDirectory(path("a/b/c")).has_value());
    QVERIFY(platform::createPrivateDirectory(path("a/b/c")).has_value());
    QCOMPARE(modeOf(path("a")), mode_t{0700});
    QCOMPARE(modeOf(path("a/b/c")), mode_t{0700});
    QVERIFY(save("file", "x"));
    QVERIFY(!platform::createPrivateDirectory(path("file")));
    QVERIFY(!platform::createPrivateDirectory(path("file/below")));
    QVERIFY(platform::syncDirectory(path("a")).has_value());
    QCOMPARE(codeOf(platform::syncDirectory(path("missing"))), ErrorCode::FileNotFound);
}

void FilesTest::exchange() {
    QVERIFY(save("one", "1") && save("two", "2"));
    QVERIFY(platform::exchangeFiles(path("one"), path("two")).has_value());
    QVERIFY(text("one") == "2" && text("two") == "1");
    QCOMPARE(codeOf(platform::exchangeFiles(path("one"), path("missing"))), ErrorCode::FileNotFound);
    QCOMPARE(text("one"), std::string("2"));
}

QTEST_APPLESS_MAIN(FilesTest)
#include "tst_files.moc"
