// SPDX-License-Identifier: Apache-2.0
// Which files a job's paths and patterns name, in which order, and where a walk goes on.
#include "unit/reencrypt_files/file_scene.h"

#include "reencrypt/files/file_set.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

using Texts = std::initializer_list<const char *>;
QStringList listOf(Texts texts) {
    QStringList list;
    for (const char *text : texts) {
        list << QString::fromUtf8(text);
    }
    return list;
}

} // namespace

class FileSetTest : public QObject {
    Q_OBJECT
private:
    std::vector<FoundFile> walk(const SourceSpec &source, const fs::path &leaveOut = {}) const {
        FileSet files(source, m_base, leaveOut);
        std::vector<FoundFile> found;
        while (auto file = files.next()) {
            found.push_back(std::move(*file));
        }
        return found;
    }
    QStringList units(const SourceSpec &source, const fs::path &leaveOut = {}) const {
        QStringList names;
        for (const FoundFile &file : walk(source, leaveOut)) {
            const std::string cause =
                file.cause == Cause::None ? "" : "!" + std::string(wireName(file.cause));
            names << QString::fromStdString(file.unit + cause);
        }
        return names;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_base;

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_base = fs::canonical(m_folder->path().toStdString());
    }

    void patterns_data();
    void patterns();
    void aPatternTakesNoTime();
    void sets_data();
    void sets();
    void links();
    void whatIsNoFile();
    void unreadable();
    void namesOfAnyBytes();
    void goesOnBehindAnyFile();
    void replacements();
};

void FileSetTest::patterns_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QStringList>("yes");
    QTest::addColumn<QStringList>("no");
    const auto row = [](const char *pattern, Texts yes, Texts no) {
        QTest::newRow(pattern) << QString::fromUtf8(pattern) << listOf(yes) << listOf(no);
    };
    row("*.env", {"a.env", ".env"}, {"a/b.env", "a.envx", "env"});
    row("**/*.env", {"a.env", "a/b.env", "a/b/c.env"}, {"a.envx", "a.env/b"});
    row("a/**", {"a/b", "a/b/c"}, {"a", "b/a/c"});
    row("a/", {"a/b", "a/b/c"}, {"a", "ab/c"});
    row("a/**/z", {"a/z", "a/b/z", "a/b/c/z"}, {"az", "a/bz", "z"});
    row("**", {"a", "a/b"}, {});
    row("a**z", {"az", "abz", "a/b/z"}, {"a/b", "za"});
    row("?.txt", {"a.txt", "\u00e4.txt"}, {"ab.txt", ".txt", "/.txt"});
    row("[a-c]x", {"ax", "cx"}, {"dx", "x", "abx"});
    row("[!a-c]x", {"dx", "-x"}, {"ax", "/x"});
    row("[]a]", {"]", "a"}, {"b"});
    row("[a-]", {"a", "-"}, {"b"});
    row("[a", {"[a"}, {"a"});
    row("a\\*b", {"a*b"}, {"axb", "a\\*b"});
    row("a.b", {"a.b"}, {"aXb"});
    row("", {""}, {"a"});
    row("\u043a*", {"\u043a\u043b\u044e\u0447"}, {"\u043b"});
}

void FileSetTest::patterns() {
    QFETCH(const QString, pattern);
    QFETCH(const QStringList, yes);
    QFETCH(const QStringList, no);
    const ShellPattern compiled(pattern.toStdString());
    for (const QString &path : yes) {
        QVERIFY2(compiled.matches(path.toStdString()), qPrintable(path));
    }
    for (const QString &path : no) {
        QVERIFY2(!compiled.matches(path.toStdString()), qPrintable(path));
    }
}

/// A pattern that makes others try every way there is.
void FileSetTest::aPatternTakesNoTime() {
    std::string pattern;
    for (int i = 0; i < 40; ++i) {
        pattern += "**a*";
    }
    QVERIFY(!ShellPattern(pattern + "b").matches(std::string(2'000, 'a')));
}

void FileSetTest::sets_data() {
    QTest::addColumn<QStringList>("paths");
    QTest::addColumn<QStringList>("include");
    QTest::addColumn<QStringList>("exclude");
    QTest::addColumn<QStringList>("expected");
    const QStringList none;
    QTest::newRow("all of a folder, by name")
        << listOf({"d"}) << none << none
        << listOf({"d/B", "d/a/1", "d/a/x/2", "d/a.env", "d/b/3.env", "d/c"});
    QTest::newRow("include") << listOf({"d"}) << listOf({"**/*.env"}) << none
                             << listOf({"d/a.env", "d/b/3.env"});
    QTest::newRow("exclude wins") << listOf({"d"}) << listOf({"**/*.env"}) << listOf({"b/**"})
                                  << listOf({"d/a.env"});
    QTest::newRow("a folder is excluded by its name")
        << listOf({"d"}) << none << listOf({"a", "*.env"}) << listOf({"d/B", "d/b/3.env", "d/c"});
    QTest::newRow("a file needs no pattern")
        << listOf({"d/c", "d/B"}) << listOf({"*.env"}) << none << listOf({"d/c", "d/B"});
    QTest::newRow("a file comes once")
        << listOf({"d/a/1", "d/a", "./d/a/1", "d/../d"}) << none << none
        << listOf({"d/a/1", "d/a/x/2", "d/../d/B", "d/../d/a.env", "d/../d/b/3.env", "d/../d/c"});
    QTest::newRow("a slash behind it") << listOf({"d/a/"}) << none << none << listOf({"d/a/1", "d/a/x/2"});
    QTest::newRow("not there") << listOf({"no", "d/c"}) << none << none << listOf({"no!missing", "d/c"});
}

void FileSetTest::sets() {
    for (const char *name :
         {"d/B", "d/a/1", "d/a/x/2", "d/a.env", "d/b/3.env", "d/c", "d/.git/config", "d/a/.svn/entries",
          "d/a/.1.kt-0123abcd", "d/a/.1.kt-0123456789abcdef", "other"}) {
        put(m_base / name, "x");
    }
    const auto texts = [](const QStringList &list) {
        std::vector<std::string> all;
        for (const QString &each : list) {
            all.push_back(each.toStdString());
        }
        return all;
    };
    QFETCH(const QStringList, paths);
    QFETCH(const QStringList, include);
    QFETCH(const QStringList, exclude);
    SourceSpec source;
    source.paths = texts(paths);
    source.include = texts(include);
    source.exclude = texts(exclude);
    QTEST(units(source), "expected");
    source.paths = {(m_base / "d").string()};
    source.include = {"c"};
    QCOMPARE(walk(source).size(), std::size_t{1}); // absolute paths too
    QCOMPARE(walk(source)[0].path, m_base / "d/c");
    QCOMPARE(walk(source)[0].sizeBytes, std::uint64_t{1});
    QVERIFY(units(source, m_base / "d/c").isEmpty()); // the journal
}

void FileSetTest::links() {
    put(m_base / "d/a/1", "x");
    put(m_base / "d/z.env", "x");
    put(m_base / "out/2", "x");
    fs::create_directory_symlink("..", m_base / "d/a/loop");
    fs::create_directory_symlink(m_base / "out", m_base / "d/out");
    fs::create_symlink(m_base / "out/2", m_base / "d/two");
    fs::create_symlink("a/1", m_base / "d/inside");
    fs::create_symlink("nowhere", m_base / "d/broken");
    fs::create_symlink("d", m_base / "link");
    SourceSpec source;
    source.paths = {"link"};
    QCOMPARE(units(source), (listOf({"link/a/1", "link/broken!missing", "link/out!not-regular",
                                     "link/two!not-regular", "link/z.env"})));
    source.include = {"*"}; // then nothing else of the job reaches a/1
    QCOMPARE(units(source), (listOf({"link/broken!missing", "link/inside!not-regular", "link/out!not-regular",
                                     "link/two!not-regular", "link/z.env"})));
    source.paths = {"d/two"}; // named itself: followed, once
    QCOMPARE(walk(source)[0].path, m_base / "out/2");
    QCOMPARE(units(source), listOf({"d/two"}));
}

void FileSetTest::whatIsNoFile() {
    QCOMPARE(mkdir((m_base / "d").c_str(), 0700), 0);
    QCOMPARE(mkfifo((m_base / "d/pipe").c_str(), 0600), 0);
    SourceSpec source;
    source.paths = {"d", "d/pipe", "/dev/null", ""};
    QCOMPARE(units(source), (listOf({"d/pipe!not-regular", "/dev/null!not-regular"})));
    source.include = {"*.env"};
    source.paths = {"d"};
    QVERIFY(units(source).isEmpty());
}

void FileSetTest::unreadable() {
    if (geteuid() != 0) {
        QSKIP("needs to become another user");
    }
    put(m_base / "d/closed/1", "x");
    put(m_base / "d/open", "x");
    chmod((m_base / "d/closed").c_str(), 0700);
    chmod(m_base.c_str(), 0755);
    const pid_t child = fork();
    if (child == 0) {
        const bool other = setresuid(65534, 65534, 65534) == 0;
        SourceSpec source;
        source.paths = {"d"};
        const QStringList expected = listOf({"d/closed!unreadable", "d/open"});
        _exit(other && units(source) == expected ? 7 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    QCOMPARE(WEXITSTATUS(status), 7);
}

void FileSetTest::namesOfAnyBytes() {
    put(m_base / "d/line\nfeed", "x");
    put(m_base / "d/\xff\xfe", "x");
    put(m_base / "d/\u00fc", "x");
    SourceSpec source;
    source.paths = {"d"};
    QCOMPARE(units(source), (listOf({"d/line\nfeed", "d/\u00fc", "d/\\xff\\xfe"})));
    QCOMPARE(walk(source)[2].position.below, std::string("\xff\xfe"));
    QCOMPARE(contentOf(walk(source)[2].path), std::string("x"));
    fs::remove(walk(source)[2].path); // Qt's temporary folder cannot
}

/// Names that sort otherwise as whole paths than part by part; the file that the cursor names may be gone.
void FileSetTest::goesOnBehindAnyFile() {
    std::mt19937 random(4); // NOLINT: the same tree each time
    const std::string_view letters = "aA+-0z";
    for (int number = 0; number < 60; ++number) {
        std::string path = "d";
        for (unsigned depth = 0; depth <= random() % 3; ++depth) {
            path += "/f" + std::string(1, letters[random() % letters.size()]);
        }
        put(m_base / (path + "/" + letters[random() % letters.size()] + std::to_string(number % 7)), "x");
    }
    put(m_base / "e", "x");
    SourceSpec source;
    source.paths = {"d", "e"};
    const std::vector<FoundFile> all = walk(source);
    QVERIFY(all.size() > 30);
    for (std::size_t at = 0; at < all.size(); ++at) {
        QVERIFY(at == 0 || all[at - 1].position < all[at].position);
        FileSet files(source, m_base);
        files.seek(all[at].position);
        for (std::size_t next = at + 1; next < all.size(); ++next) {
            const auto found = files.next();
            QVERIFY(found.has_value());
            QCOMPARE(found->unit, all[next].unit);
        }
        QVERIFY(!files.next().has_value());
        files.seek(std::nullopt);
        QCOMPARE(files.next()->unit, all[0].unit);
    }
    const FilePosition cursor = all[all.size() / 2].position;
    fs::remove(all[all.size() / 2].path);
    FileSet files(source, m_base);
    files.seek(cursor);
    QCOMPARE(files.next()->unit, all[all.size() / 2 + 1].unit);
    QCOMPARE(files.at(all[1].position)->unit, all[1].unit);
    QVERIFY(files.at(cursor)->cause == Cause::Missing);
}

void FileSetTest::replacements() {
    for (const char *name :
         {"d/.1.kt-0123abcd", "d/a/.2.kt-0123abcd-2", "d/a/.2.kt-0123abcd~", "d/.3.kt-99999999",
          "d/.git/.4.kt-0123abcd", "f", ".f.kt-0123abcd", "g/.5.kt-0123abcd"}) {
        put(m_base / name, "x");
    }
    SourceSpec source;
    source.paths = {"d", "f", "no"};
    QStringList found;
    for (const fs::path &path : FileSet(source, m_base).replacements("0123abcd")) {
        found << QString::fromStdString(path.lexically_relative(m_base).string());
    }
    QCOMPARE(found,
             (listOf({".f.kt-0123abcd", "d/.1.kt-0123abcd", "d/a/.2.kt-0123abcd-2", "d/a/.2.kt-0123abcd~"})));
}

QTEST_APPLESS_MAIN(FileSetTest)
#include "tst_file_set.moc"
