// SPDX-License-Identifier: Apache-2.0
// A log in a file of its own: several programs append to it, and no bit of it changes unnoticed.
#include "base/atomic_file.h"
#include "chainlog/log_file.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::chainlog;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t framesAt = 1024;

Record record(int number) {
    Record made;
    made.time = Timestamp(std::chrono::microseconds(1'764'000'000'000'001LL + number));
    made.actor = "cli";
    made.action = "Encrypt";
    made.outcome = "Success";
    made.requestId = "request " + std::to_string(number);
    return made;
}

const Bytes &key() {
    static const Bytes bytes(32, 7);
    return bytes;
}

class Scene {
public:
    /// A log of 4 pages with 1, 2, 1, 2 records.
    Scene() {
        [&] { QVERIFY(LogFile::create(path(), key(), "file", Timestamp(5s))); }();
        auto log = open();
        int number = 0;
        for (const std::size_t count : {1U, 2U, 1U, 2U}) {
            std::vector<Record> records;
            for (std::size_t i = 0; i < count; ++i) {
                records.push_back(record(++number));
            }
            [&] { QVERIFY(log->append(records, 1s)); }();
        }
    }

    std::filesystem::path path(const char *name = "log") const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    std::unique_ptr<LogFile> open(bool readOnly = false) const {
        auto log = LogFile::open(path(), key(), readOnly);
        return log ? std::move(*log) : nullptr;
    }
    Bytes bytes(const char *name = "log") const { return readFile(path(name), 1 << 20).value_or(Bytes()); }
    void put(const Bytes &bytes) const {
        std::ofstream(path(), std::ios::binary | std::ios::trunc)
            .write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    /// Whether somebody who looks is told, and whether somebody who would go on is refused.
    bool isReported() const {
        auto log = LogFile::open(path(), key(), true);
        if (!log) {
            return log.error().code == ErrorCode::VaultDamaged;
        }
        const auto report = (*log)->verify();
        return report && (!report->findings.empty() || !report->notes.empty());
    }
    std::size_t countRecords() const {
        std::size_t count = 0;
        const auto log = open(true);
        const auto walked = log ? log->forEach([&](const StoredRecord &) -> Status {
            ++count;
            return {};
        })
                                : Status(fail(ErrorCode::IoFailed, ""));
        return walked ? count : 0;
    }

private:
    QTemporaryDir m_folder;
};

/// Offsets of the frames, and the end.
std::vector<std::size_t> frames(const Bytes &file) {
    std::vector<std::size_t> at{framesAt};
    while (at.back() + 4 <= file.size()) {
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            size = size << 8 | file[at.back() + i];
        }
        at.push_back(at.back() + 4 + size);
    }
    return at;
}

Bytes part(const Bytes &file, std::size_t from, std::size_t to) {
    return {file.begin() + static_cast<std::ptrdiff_t>(from), file.begin() + static_cast<std::ptrdiff_t>(to)};
}

} // namespace

class TestLogFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void appendsAndReads() {
        const Scene scene;
        struct stat facts {};
        QCOMPARE(::stat(scene.path().c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, 0600U);
        const auto head = LogFile::readHead(scene.path());
        QVERIFY(head && head->keySource == "file" && head->created == Timestamp(5s));
        const auto log = scene.open(true);
        QVERIFY(log != nullptr);
        std::vector<std::string> ids;
        QVERIFY(log->forEach([&](const StoredRecord &stored) -> Status {
            ids.push_back(std::to_string(stored.sequence) + " " + stored.record.requestId);
            return {};
        }));
        QCOMPARE(ids.size(), std::size_t{6});
        QCOMPARE(ids.front(), std::string("1 request 1"));
        QCOMPARE(ids.back(), std::string("6 request 6"));
        const auto report = log->verify();
        QVERIFY(report && report->findings.empty() && report->notes.empty());
        QCOMPARE(report->pages, std::uint64_t{4});
        QCOMPARE(report->records, std::uint64_t{6});
        QVERIFY(!log->append(std::vector{record(7)}, 1s)); // opened for reading
    }

    void everyBitFlipIsReported() {
        const Scene scene;
        const Bytes whole = scene.bytes();
        std::fstream file(scene.path(), std::ios::binary | std::ios::in | std::ios::out);
        const auto poke = [&](std::size_t at, std::uint8_t value) {
            file.seekp(static_cast<std::streamoff>(at));
            file.put(static_cast<char>(value));
            file.flush();
        };
        std::size_t unreported = 0;
        for (std::size_t at = 0; at < whole.size(); ++at) {
            // Of the zero bytes that fill the head up, one bit each; all of them in the long run.
            const bool every = whole[at] != 0 || qEnvironmentVariableIsSet("KEYTURN_SOAK");
            for (unsigned bit = 0; bit < (every ? 8U : 1U); ++bit) {
                poke(at, static_cast<std::uint8_t>(whole[at] ^ (1U << bit)));
                if (!scene.isReported()) {
                    ++unreported;
                    qWarning("bit %u of byte %zu", bit, at);
                }
            }
            poke(at, whole[at]);
        }
        qInfo("%zu bytes", whole.size());
        QCOMPARE(unreported, std::size_t{0});
        QVERIFY(!scene.isReported());
    }

    void everyCutIsReported() {
        const Scene scene;
        const Bytes whole = scene.bytes();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            scene.put(part(whole, 0, size));
            QVERIFY2(scene.isReported(), std::to_string(size).c_str());
            auto log = scene.open();
            QVERIFY2(!log || !log->append(std::vector{record(9)}, 1s), "a cut log must not be continued");
        }
    }

    void everyReorderingIsReported() {
        const Scene scene;
        const Bytes whole = scene.bytes();
        const auto at = frames(whole);
        QCOMPARE(at.size(), std::size_t{5});
        std::vector<std::size_t> order{0, 1, 2, 3};
        int tried = 0;
        while (std::ranges::next_permutation(order).found) {
            Bytes mixed = part(whole, 0, framesAt);
            for (const std::size_t frame : order) {
                const Bytes moved = part(whole, at[frame], at[frame + 1]);
                mixed.insert(mixed.end(), moved.begin(), moved.end());
            }
            scene.put(mixed);
            QVERIFY(scene.isReported());
            ++tried;
        }
        QCOMPARE(tried, 23);
    }

    void everyRemovalAndDuplicationIsReported() {
        const Scene scene;
        const Bytes whole = scene.bytes();
        const auto at = frames(whole);
        for (std::size_t frame = 0; frame < 4; ++frame) {
            Bytes without = part(whole, 0, at[frame]);
            const Bytes rest = part(whole, at[frame + 1], whole.size());
            without.insert(without.end(), rest.begin(), rest.end());
            scene.put(without);
            QVERIFY(scene.isReported());
            Bytes twice = part(whole, 0, at[frame + 1]);
            const Bytes from = part(whole, at[frame], whole.size());
            twice.insert(twice.end(), from.begin(), from.end());
            scene.put(twice);
            QVERIFY(scene.isReported());
        }
        Bytes slots = whole;
        std::swap_ranges(slots.begin() + 512, slots.begin() + 768, slots.begin() + 768);
        scene.put(slots);
        QVERIFY(scene.isReported());
    }

    /// The state before the last append put back: what it does not cover shows. Cut to fit, it is the old
    /// file, byte for byte, and that is what FORMAT.md says no file can show by itself.
    void anOldStateSlotIsReported() {
        const Scene scene;
        const Bytes before = scene.bytes();
        QVERIFY(scene.open()->append(std::vector{record(7)}, 1s));
        Bytes mixed = scene.bytes();
        std::copy(before.begin() + 512, before.begin() + framesAt, mixed.begin() + 512);
        scene.put(mixed);
        QVERIFY(scene.isReported());
        mixed.resize(before.size());
        QCOMPARE(mixed, before);
    }

    /// A power failure in the middle of a slot: said, nothing is lost, and the next append leaves its trace.
    void aTornStateSlotIsMended() {
        for (const std::size_t slot : {std::size_t{512}, std::size_t{768}}) {
            const Scene scene;
            Bytes torn = scene.bytes();
            std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(slot), 100, std::uint8_t{0});
            scene.put(torn);
            QVERIFY(scene.isReported());
            QCOMPARE(scene.countRecords(), std::size_t{6});
            QVERIFY(scene.open()->append(std::vector{record(7)}, 1s));
            QVERIFY(!scene.isReported());
            QCOMPARE(scene.countRecords(), std::size_t{8});
            std::vector<std::string> actions;
            QVERIFY(scene.open(true)->forEach([&](const StoredRecord &stored) -> Status {
                actions.push_back(stored.record.action);
                return {};
            }));
            QCOMPARE(actions[6], std::string(repairedAction));
        }
        const Scene scene;
        Bytes torn = scene.bytes();
        torn[520] ^= 1;
        torn[780] ^= 1;
        scene.put(torn);
        QVERIFY(scene.isReported());
        QVERIFY(!scene.open()->append(std::vector{record(7)}, 1s));
    }

    void framesOfAnotherLogAreReported() {
        const Scene scene;
        const Scene other; // same key, same records
        const Bytes mine = scene.bytes();
        const Bytes theirs = other.bytes();
        Bytes mixed = part(mine, 0, framesAt);
        const Bytes frames = part(theirs, framesAt, theirs.size());
        mixed.insert(mixed.end(), frames.begin(), frames.end());
        scene.put(mixed);
        QVERIFY(scene.isReported());
        const auto log = LogFile::open(other.path(), Bytes(32, 8), true);
        QVERIFY(!log && log.error().code == ErrorCode::VaultDamaged);
    }

    /// What an append left that was killed: read over, said, and written over by the next.
    void anUnfinishedEndIsNoHarm() {
        const Scene scene;
        Bytes tail = scene.bytes();
        tail.insert(tail.end(), 100, 0x5a);
        scene.put(tail);
        const auto report = scene.open(true)->verify();
        QVERIFY(report && report->findings.empty());
        QCOMPARE(report->notes.size(), std::size_t{1});
        QCOMPARE(scene.countRecords(), std::size_t{6});
        QVERIFY(scene.open()->append(std::vector{record(7)}, 1s));
        QCOMPARE(scene.countRecords(), std::size_t{7});
        QVERIFY(scene.open(true)->verify()->notes.empty());
    }

    void twoProgramsTakeTurns() {
        const Scene scene;
        const auto one = scene.open();
        const auto two = scene.open();
        for (int i = 0; i < 10; ++i) {
            QVERIFY(one->append(std::vector{record(10 + i)}, 1s));
            QVERIFY(two->append(std::vector{record(20 + i), record(30 + i)}, 1s));
        }
        QCOMPARE(scene.countRecords(), std::size_t{36});
    }

    void aLockedLogIsWaitedFor() {
        const Scene scene;
        auto holder = platform::SharedFile::open(scene.path(), platform::SharedFile::Access::Read);
        QVERIFY(holder && holder->lock(platform::SharedFile::Lock::Exclusive, 0ms));
        const auto log = scene.open();
        const auto refused = log->append(std::vector{record(7)}, 20ms);
        QVERIFY(!refused && refused.error().code == ErrorCode::TimedOut);
        holder->unlock();
        QVERIFY(log->append(std::vector{record(7)}, 20ms));
    }

    void aMovedFileIsNotWrittenTo() {
        const Scene scene;
        const auto log = scene.open();
        std::filesystem::rename(scene.path(), scene.path("kept"));
        const Bytes kept = scene.bytes("kept");
        const auto refused = log->append(std::vector{record(7)}, 1s);
        QVERIFY(!refused && refused.error().code == ErrorCode::FileNotFound);
        QCOMPARE(scene.bytes("kept"), kept);
    }

    void aLinkOrAnOpenFileIsRefused() {
        const Scene scene;
        std::filesystem::permissions(scene.path(), std::filesystem::perms(0644));
        const auto open = LogFile::open(scene.path(), key());
        QVERIFY(!open && open.error().code == ErrorCode::PermissionDenied);
        QVERIFY(open.error().detail.find("chmod 600") != std::string::npos);
        std::filesystem::permissions(scene.path(), std::filesystem::perms(0600));
        std::filesystem::create_symlink(scene.path(), scene.path("link"));
        const auto link = LogFile::open(scene.path("link"), key());
        QVERIFY(!link && link.error().code == ErrorCode::FileNotRegular);
        QVERIFY(!LogFile::create(scene.path(), key(), "file", {})); // never over another one
    }
};

QTEST_GUILESS_MAIN(TestLogFile)
#include "tst_log_file.moc"
