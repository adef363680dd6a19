// SPDX-License-Identifier: Apache-2.0
// PinnedFile and ReplacementFile: who a file is, what a replacement keeps of it, and that nobody's content is
// lost in an exchange. Faults in the middle are in tests/faults.
#include "base/atomic_file.h"
#include "base/platform/replacement_file.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <QFile>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <tuple>
#include <utility>

using namespace keyturn;
using platform::PinnedFile;
using platform::ReplacementFile;
namespace fs = std::filesystem;

namespace {

/// Stands in front of the C library's: a file system without RENAME_EXCHANGE, or somebody who is faster.
bool noExchange = false;
std::function<void()> beforeExchange;

} // namespace

extern "C" int renameat2(int from, const char *fromName, int to, const char *toName,
                         unsigned flags) noexcept {
    using Call = int (*)(int, const char *, int, const char *, unsigned);
    static const auto real = reinterpret_cast<Call>(dlsym(RTLD_NEXT, "renameat2"));
    if (noExchange) {
        errno = EINVAL;
        return -1;
    }
    if (beforeExchange) {
        std::exchange(beforeExchange, nullptr)();
    }
    return real(from, fromName, to, toName, flags);
}

namespace {

template <class T>
ErrorCode codeOf(const Result<T> &result) {
    return result ? ErrorCode::Unknown : result.error().code;
}

struct stat statOf(const fs::path &path) {
    struct stat facts {};
    (void)lstat(path.c_str(), &facts);
    return facts;
}

std::string attributeOf(const fs::path &path, const char *name) {
    std::string value(256, '\0');
    const ssize_t size = getxattr(path.c_str(), name, value.data(), value.size());
    value.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return value;
}

/// user::rw-, user:<uid>:r--, group::r--, mask::r--, other::--- as the kernel keeps it.
std::string accessList(std::uint32_t uid) {
    std::string list("\x02\x00\x00\x00", 4);
    const auto entry = [&list](std::uint16_t tag, std::uint16_t may, std::uint32_t id) {
        list.append(reinterpret_cast<const char *>(&tag), sizeof tag);
        list.append(reinterpret_cast<const char *>(&may), sizeof may);
        list.append(reinterpret_cast<const char *>(&id), sizeof id);
    };
    constexpr std::uint32_t nobody = 0xffffffff;
    entry(0x01, 6, nobody);
    entry(0x02, 4, uid);
    entry(0x04, 4, nobody);
    entry(0x10, 4, nobody);
    entry(0x20, 0, nobody);
    return list;
}

/// chattr +i; false where the file system or the user cannot.
bool makeImmutable(const fs::path &path, bool on) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    unsigned flags = 0;
    bool done = file >= 0 && ioctl(file, FS_IOC_GETFLAGS, &flags) == 0;
    flags = on ? flags | FS_IMMUTABLE_FL : flags & ~static_cast<unsigned>(FS_IMMUTABLE_FL);
    done = done && ioctl(file, FS_IOC_SETFLAGS, &flags) == 0;
    close(file);
    return done;
}

constexpr char tag[] = "0123abcd";

} // namespace

class ReplacementFilesTest : public QObject {
    Q_OBJECT
private:
    fs::path path(const char *name) const {
        return fs::canonical(fs::path(m_folder->path().toStdString())) / name;
    }
    std::string text(const fs::path &which) const {
        const auto content = readFile(which, 1 << 20);
        return content ? std::string(asText(*content)) : std::string("(none)");
    }
    void put(const char *name, std::string_view content) const {
        QVERIFY(writeFileAtomically(path(name), asBytes(content), {.mode = 0640}).has_value());
    }
    /// "new" stands beside, ready to be exchanged.
    Result<ReplacementFile> prepared(const PinnedFile &live) const {
        auto file = ReplacementFile::create(live, tag);
        if (file && (!file->write(asBytes("new")) || !file->adoptFactsOf(live) || !file->sync())) {
            return fail(ErrorCode::IoFailed, "not prepared");
        }
        return file;
    }
    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path("")), fs::directory_iterator()));
    }

    std::unique_ptr<QTemporaryDir> m_folder;

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        noExchange = false;
        beforeExchange = nullptr;
        put("file", "old");
    }

    void identity();
    void whatIsNoFile();
    void linksAreResolvedOnce();
    void reading();
    void notices_data();
    void notices();
    void names();
    void exchangeAndBack_data();
    void exchangeAndBack();
    void aCutExchangeIsEnded_data();
    void aCutExchangeIsEnded();
    void nobodysContentIsLost_data();
    void nobodysContentIsLost();
    void factsAreKept();
    void factsThatCannotBeKept();
    void resumed();
    void full();
    void mayReplace();
    void immutable();
};

void ReplacementFilesTest::identity() {
    const auto file = PinnedFile::open(path("file"));
    QVERIFY(file.has_value());
    const struct stat facts = statOf(path("file"));
    QCOMPARE(file->identity().inode, std::uint64_t{facts.st_ino});
    QCOMPARE(file->identity().device, std::uint64_t{facts.st_dev});
    QCOMPARE(file->identity().sizeBytes, std::uint64_t{3});
    QCOMPARE(file->identity().mode, 0640U);
    QCOMPARE(file->identity().hardLinks, std::uint64_t{1});
    fs::create_hard_link(path("file"), path("other"));
    QCOMPARE(platform::identityOf(path("file"))->hardLinks, std::uint64_t{2});
    QVERIFY(platform::identityOf(path("file"))->sameContentAs(file->identity()));
    QVERIFY(platform::freeSpaceBytes(path("file")).value() > 0);
    QVERIFY(platform::freeSpaceBytes(path("no/such/file")).value() > 0);
}

void ReplacementFilesTest::whatIsNoFile() {
    QCOMPARE(codeOf(PinnedFile::open(path("none"))), ErrorCode::FileNotFound);
    QCOMPARE(codeOf(PinnedFile::open(path(""))), ErrorCode::FileNotRegular);
    QCOMPARE(mkfifo(path("pipe").c_str(), 0600), 0);
    QCOMPARE(codeOf(PinnedFile::open(path("pipe"))), ErrorCode::FileNotRegular);
    fs::create_symlink("nowhere", path("link"));
    QCOMPARE(codeOf(PinnedFile::open(path("link"))), ErrorCode::FileNotFound);
    QCOMPARE(codeOf(platform::identityOf(path("link"))), ErrorCode::FileNotRegular);
}

void ReplacementFilesTest::linksAreResolvedOnce() {
    put("second", "second");
    fs::create_symlink("file", path("link"));
    auto file = PinnedFile::open(path("link"));
    QVERIFY(file.has_value());
    QCOMPARE(file->path(), path("file"));
    fs::remove(path("link"));
    fs::create_symlink("second", path("link"));
    QCOMPARE(asText(*file->readAll(100)), std::string_view("old"));
    QCOMPARE(file->stillTheSame().value(), true);
}

void ReplacementFilesTest::reading() {
    put("file", std::string(10'000, 'x'));
    auto file = PinnedFile::open(path("file"));
    QCOMPARE(file->readAll(10'000).value(), Bytes(10'000, 'x'));
    QCOMPARE(codeOf(file->readAll(9'999)), ErrorCode::Usage);
    Bytes buffer(4'000);
    QVERIFY(file->seek(9'000).has_value());
    QCOMPARE(file->read(buffer).value(), std::size_t{1'000});
    QCOMPARE(file->read(buffer).value(), std::size_t{0});
}

void ReplacementFilesTest::notices_data() {
    QTest::addColumn<QString>("act");
    QTest::addColumn<bool>("same");
    for (const char *act : {"size", "time", "replaced", "removed", "link"}) {
        QTest::newRow(act) << QString::fromLatin1(act) << false;
    }
    QTest::newRow("mode") << QStringLiteral("mode") << true;
    QTest::newRow("nothing") << QStringLiteral("nothing") << true;
}

void ReplacementFilesTest::notices() {
    QFETCH(const QString, act);
    const auto file = PinnedFile::open(path("file"));
    if (act == QStringLiteral("size")) {
        QCOMPARE(::truncate(path("file").c_str(), 2), 0);
    } else if (act == QStringLiteral("time")) {
        const timespec times[2] = {{1, 0}, {1, 1}};
        QCOMPARE(utimensat(AT_FDCWD, path("file").c_str(), times, 0), 0);
    } else if (act == QStringLiteral("replaced")) {
        put("file", "old");
    } else if (act == QStringLiteral("removed")) {
        fs::remove(path("file"));
    } else if (act == QStringLiteral("link")) {
        fs::rename(path("file"), path("moved"));
        fs::create_symlink("moved", path("file"));
    } else if (act == QStringLiteral("mode")) {
        QCOMPARE(chmod(path("file").c_str(), 0600), 0);
    }
    QTEST(file->stillTheSame().value(), "same");
}

void ReplacementFilesTest::names() {
    QCOMPARE(ReplacementFile::nameFor("/a/b.env", tag), std::string(".b.env.kt-0123abcd"));
    const std::string longName(250, 'n');
    const std::string first = ReplacementFile::nameFor(longName + "aaaaa", tag);
    const std::string second = ReplacementFile::nameFor(longName + "bbbbb", tag);
    QVERIFY(first.size() < 255 && first != second);
    for (const std::string &name : {first, second, std::string(".b.kt-0123abcd-2"),
                                    std::string(".b.kt-0123abcd~"), std::string(".b.kt-0123456789abcdef")}) {
        QVERIFY2(ReplacementFile::isReplacementName(name), name.c_str());
    }
    for (const char *name :
         {"", ".kt-0123abcd", "b.kt-0123abcd", ".b.kt-", ".b.kt-0123", ".b.kt-0123abcd.txt", ".b"}) {
        QVERIFY2(!ReplacementFile::isReplacementName(name), name);
    }
    put(std::string(255, 'n').c_str(), "old");
    const auto live = PinnedFile::open(path(std::string(255, 'n').c_str()));
    QVERIFY(prepared(*live).has_value());
}

void ReplacementFilesTest::exchangeAndBack_data() {
    QTest::addColumn<bool>("byLink");
    QTest::newRow("renameat2") << false;
    QTest::newRow("link and rename") << true;
}

void ReplacementFilesTest::exchangeAndBack() {
    QFETCH(const bool, byLink);
    noExchange = byLink;
    const auto live = PinnedFile::open(path("file"));
    const struct stat before = statOf(path("file"));
    {
        auto file = prepared(*live);
        QVERIFY(file.has_value());
        QCOMPARE(statOf(file->path()).st_mode & 07777U, 0640U);
        QCOMPARE(codeOf(ReplacementFile::create(*live, tag)), ErrorCode::FileExists);
        QCOMPARE(asText(*file->readBack(100)), std::string_view("new"));
        QVERIFY(file->exchange(live->identity()).value() == ReplacementFile::Exchange::Done);
        QVERIFY(file->syncFolder().has_value());
    }
    QCOMPARE(text(path("file")), std::string("new"));
    QCOMPARE(text(path(".file.kt-0123abcd")), std::string("old"));
    QCOMPARE(statOf(path(".file.kt-0123abcd")).st_ino, before.st_ino);
    auto back = ReplacementFile::reopen(path("file"), tag);
    QVERIFY(back.has_value());
    QVERIFY(back->exchange(*platform::identityOf(path("file"))).value() == ReplacementFile::Exchange::Done);
    const struct stat after = statOf(path("file"));
    QCOMPARE(text(path("file")), std::string("old"));
    QCOMPARE(after.st_ino, before.st_ino);
    QCOMPARE(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    QVERIFY(back->discard().has_value());
    QVERIFY(back->discard().has_value()); // again is no error
    QCOMPARE(entries(), std::size_t{1});
}

void ReplacementFilesTest::aCutExchangeIsEnded_data() {
    QTest::addColumn<bool>("renamed");
    QTest::newRow("linked") << false;
    QTest::newRow("linked and renamed") << true;
}

/// What a kill leaves in the middle of link and rename.
void ReplacementFilesTest::aCutExchangeIsEnded() {
    QFETCH(const bool, renamed);
    const auto live = PinnedFile::open(path("file"));
    QVERIFY(prepared(*live).has_value());
    fs::create_hard_link(path("file"), path(".file.kt-0123abcd~"));
    if (renamed) {
        fs::rename(path(".file.kt-0123abcd"), path("file"));
    }
    QVERIFY(ReplacementFile::reopen(path("file"), tag).has_value());
    QCOMPARE(text(path("file")), std::string(renamed ? "new" : "old"));
    QCOMPARE(text(path(".file.kt-0123abcd")), std::string(renamed ? "old" : "new"));
    QCOMPARE(entries(), std::size_t{2});
    QCOMPARE(statOf(path("file")).st_nlink, nlink_t{1});
}

void ReplacementFilesTest::nobodysContentIsLost_data() {
    QTest::addColumn<QString>("when");
    QTest::addColumn<bool>("byLink");
    for (const bool byLink : {false, true}) {
        QTest::addRow("before, %s", byLink ? "link" : "exchange") << QStringLiteral("before") << byLink;
        QTest::addRow("gone, %s", byLink ? "link" : "exchange") << QStringLiteral("gone") << byLink;
    }
    QTest::newRow("between look and exchange") << QStringLiteral("between") << false;
}

void ReplacementFilesTest::nobodysContentIsLost() {
    QFETCH(const QString, when);
    QFETCH(const bool, byLink);
    noExchange = byLink;
    const auto live = PinnedFile::open(path("file"));
    auto file = prepared(*live);
    const bool gone = when == QStringLiteral("gone");
    if (gone) {
        fs::remove(path("file"));
    } else if (when == QStringLiteral("before")) {
        put("file", "theirs");
    } else {
        beforeExchange = [this] {
            QFile(QString::fromStdString(path("theirs").string())).open(QIODevice::WriteOnly);
            fs::rename(path("theirs"), path("file"));
        };
    }
    QVERIFY(file->exchange(live->identity()).value() == ReplacementFile::Exchange::Changed);
    QCOMPARE(text(path("file")), std::string(gone                                ? "(none)"
                                             : when == QStringLiteral("between") ? ""
                                                                                 : "theirs"));
    QCOMPARE(text(file->path()), std::string("new"));
    QCOMPARE(entries(), std::size_t{gone ? 1U : 2U});
}

void ReplacementFilesTest::factsAreKept() {
    const std::string list = accessList(1234);
    if (setxattr(path("file").c_str(), "user.origin", "a b", 3, 0) != 0 ||
        setxattr(path("file").c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0) {
        QSKIP("the file system of the temporary folder has no attributes or access lists");
    }
    const bool asRoot = geteuid() == 0;
    if (asRoot) {
        QCOMPARE(chown(path("file").c_str(), 1234, 5678), 0);
        QCOMPARE(chmod(path("file").c_str(), 04640), 0);
    }
    const struct stat before = statOf(path("file"));
    const auto live = PinnedFile::open(path("file"));
    auto file = ReplacementFile::create(*live, tag);
    QVERIFY(file->write(asBytes("new")).has_value());
    QCOMPARE(setxattr(file->path().c_str(), "user.extra", "x", 1, 0), 0); // as a folder may give it
    QVERIFY(file->adoptFactsOf(*live).has_value());
    QVERIFY(file->sync().has_value());
    QVERIFY(file->exchange(live->identity()).has_value());
    const struct stat after = statOf(path("file"));
    QCOMPARE(after.st_mode, before.st_mode);
    QCOMPARE(after.st_uid, before.st_uid);
    QCOMPARE(after.st_gid, before.st_gid);
    QCOMPARE(attributeOf(path("file"), "user.origin"), std::string("a b"));
    QCOMPARE(attributeOf(path("file"), "system.posix_acl_access"),
             attributeOf(file->path(), "system.posix_acl_access"));
    QVERIFY(!attributeOf(path("file"), "system.posix_acl_access").empty());
    QVERIFY(attributeOf(path("file"), "user.extra").empty());
}

/// Somebody who may write the file but is not its owner cannot give a new one that owner.
void ReplacementFilesTest::factsThatCannotBeKept() {
    if (geteuid() != 0) {
        QSKIP("needs to become another user");
    }
    QCOMPARE(chmod(path("file").c_str(), 0666), 0);
    QCOMPARE(chmod(path("").c_str(), 0777), 0);
    const pid_t child = fork();
    if (child == 0) {
        const bool other = setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0;
        const auto live = PinnedFile::open(path("file"));
        auto file = ReplacementFile::create(*live, tag);
        const auto adopted = file->adoptFactsOf(*live);
        _exit(other && codeOf(adopted) == ErrorCode::PermissionDenied && file->discard() ? 7 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    QCOMPARE(WEXITSTATUS(status), 7);
}

void ReplacementFilesTest::resumed() {
    {
        const auto live = PinnedFile::open(path("file"));
        auto file = ReplacementFile::create(*live, tag);
        QVERIFY(file->reserve(1'000).has_value());
        QVERIFY(file->write(asBytes("good and torn")).has_value());
    }
    auto file = ReplacementFile::reopen(path("file"), tag);
    QCOMPARE(file->identity()->sizeBytes, std::uint64_t{13});
    QCOMPARE(codeOf(file->truncate(14)), ErrorCode::Usage);
    QVERIFY(file->truncate(5).has_value());
    QVERIFY(file->write(asBytes("new")).has_value());
    Bytes some(4);
    QCOMPARE(file->readAt(4, some).value(), std::size_t{4});
    QCOMPARE(asText(some), std::string_view(" new"));
    QCOMPARE(text(file->path()), std::string("good new"));
    fs::remove(file->path());
    fs::create_symlink("file", path(".file.kt-0123abcd"));
    QVERIFY(!ReplacementFile::reopen(path("file"), tag).has_value()); // never through a link
    QCOMPARE(codeOf(ReplacementFile::create(*PinnedFile::open(path("file")), tag)), ErrorCode::FileExists);
    QCOMPARE(text(path("file")), std::string("old"));
    fs::create_directory(path("sub"));
    put("sub/file", "old");
    QVERIFY(prepared(*PinnedFile::open(path("sub/file"))).has_value());
    fs::rename(path("sub"), path("moved"));
    fs::create_directory_symlink("moved", path("sub")); // nor through one on the way
    QVERIFY(!ReplacementFile::reopen(path("sub/file"), tag).has_value());
    QVERIFY(ReplacementFile::reopen(path("moved/file"), tag).has_value());
}

void ReplacementFilesTest::full() {
    const auto live = PinnedFile::open(path("file"));
    auto file = ReplacementFile::create(*live, tag);
    const auto room = platform::freeSpaceBytes(path("file")).value();
    const auto reserved = file->reserve(room + (std::uint64_t{1} << 40U));
    QCOMPARE(codeOf(reserved), ErrorCode::DiskFull);
    for (const auto &entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code none;
        if (fs::read_symlink(entry.path(), none) == file->path()) {
            const int device = open("/dev/full", O_RDWR | O_CLOEXEC);
            QVERIFY(dup2(device, std::stoi(entry.path().filename())) >= 0);
            close(device);
        }
    }
    QCOMPARE(codeOf(file->write(asBytes("new"))), ErrorCode::DiskFull);
    QCOMPARE(codeOf(file->sync()), ErrorCode::DiskFull); // and stays so
    QCOMPARE(codeOf(file->exchange(live->identity())), ErrorCode::DiskFull);
    QCOMPARE(text(path("file")), std::string("old"));
}

void ReplacementFilesTest::mayReplace() {
    QVERIFY(platform::mayReplace(path("file")).has_value());
    if (geteuid() != 0) {
        QSKIP("needs to become another user");
    }
    for (const auto &[fileMode, folderMode, may] :
         {std::tuple(0666, 0777, true), std::tuple(0644, 0777, false), std::tuple(0666, 0755, false)}) {
        chmod(path("file").c_str(), static_cast<mode_t>(fileMode));
        chmod(path("").c_str(), static_cast<mode_t>(folderMode));
        const pid_t child = fork();
        if (child == 0) {
            const bool other = setresuid(65534, 65534, 65534) == 0;
            const auto allowed = platform::mayReplace(path("file"));
            _exit(other && (allowed ? may : !may && codeOf(allowed) == ErrorCode::PermissionDenied) ? 7 : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        QCOMPARE(WEXITSTATUS(status), 7);
    }
}

void ReplacementFilesTest::immutable() {
    if (!makeImmutable(path("file"), true)) {
        QSKIP("the file system or the user cannot make a file immutable");
    }
    const auto allowed = platform::mayReplace(path("file"));
    QVERIFY(makeImmutable(path("file"), false));
    QCOMPARE(codeOf(allowed), ErrorCode::PermissionDenied);
}

QTEST_APPLESS_MAIN(ReplacementFilesTest)
#include "tst_replacement_files.moc"
