// SPDX-License-Identifier: Apache-2.0
// A vault that somebody or something changed outside Keyturn: refused with an error of its own, or every
// answer is the one it was. Never a silent difference.
#include "base/atomic_file.h"
#include "sqlite/database.h"
#include "sqlite/transaction.h"
#include "vault/container_fixture.h"

#include <QObject>
#include <QTest>

#include <filesystem>
#include <map>
#include <optional>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::vault;

namespace {

struct RawRow {
    std::int64_t table = 0;
    Bytes primaryKey;
    std::int64_t version = 0;
    std::int64_t epoch = 0;
    Bytes sealed;
};

/// Without a sync: thousands of them would be most of the test's time.
void write(const std::filesystem::path &path, ByteView bytes) {
    FILE *file = std::fopen(path.c_str(), "wb");
    if (file == nullptr ||
        (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) ||
        std::fclose(file) != 0) {
        qFatal("write");
    }
    std::filesystem::permissions(path, std::filesystem::perms(0600));
}

/// What a damaged vault answered, by kind.
struct Tally {
    int tried = 0;
    int identical = 0;
    int silent = 0;
    int badCode = 0;
    int verifyHeld = 0; ///< reading failed and verify found nothing
    std::map<std::string_view, int> refused;

    std::string text() const {
        std::string line = std::to_string(tried) + " tried, " + std::to_string(identical) + " identical";
        for (const auto &[name, count] : refused) {
            line += ", " + std::to_string(count) + " " + std::string(name);
        }
        return line + ", " + std::to_string(silent) + " silent differences";
    }
};

/// A golden vault, its bytes, what it answers, and its key.
class Golden {
public:
    Golden() {
        {
            Container container = m_fixture.createFilled();
            content = contentOf(container).value();
            if (!container.lock()) {
                qFatal("lock");
            }
        }
        bytes = readFile(file(), 1 << 20).value();
        key = m_fixture.vaultKey();
    }
    std::filesystem::path file() const { return m_fixture.file(); }

    Result<std::string> answer(Access access) const {
        auto container = Container::open(file(), {.access = access});
        if (!container) {
            return failFrom(container);
        }
        if (auto unlocked = container->unlockWithVaultKey(key.clone()); !unlocked) {
            return failFrom(unlocked);
        }
        return contentOf(*container);
    }
    bool verifyHolds() const {
        auto container = Container::open(file(), {.access = Access::Examine});
        if (!container || !container->unlockWithVaultKey(key.clone())) {
            return false;
        }
        auto report = container->verify();
        return report && report->holds();
    }
    void judge(Tally &tally, Access access = Access::ReadOnly) const {
        ++tally.tried;
        auto answered = answer(access);
        if (answered) {
            ++(*answered == content ? tally.identical : tally.silent);
            return;
        }
        const ErrorCode code = answered.error().code;
        ++tally.refused[errorCodeName(code)];
        tally.badCode +=
            code == ErrorCode::VaultDamaged || code == ErrorCode::NotAVault || code == ErrorCode::VaultNewer
                ? 0
                : 1;
        tally.verifyHeld += verifyHolds() ? 1 : 0;
    }
    void restore() const { write(file(), bytes); }

    std::vector<RawRow> rows() const {
        auto database = sqlite::Database::open(file());
        auto select = database->prepare("SELECT tbl, pk, version, epoch, sealed FROM rows");
        std::vector<RawRow> found;
        while (select->step().value()) {
            found.push_back({select->integer(0), toBytes(select->blob(1)), select->integer(2),
                             select->integer(3), toBytes(select->blob(4))});
        }
        return found;
    }
    void put(const std::vector<RawRow> &rows) const {
        auto database = sqlite::Database::open(file());
        auto insert = database->prepare("INSERT OR REPLACE INTO rows VALUES(?1, ?2, ?3, ?4, ?5)");
        for (const RawRow &row : rows) {
            if (!insert->bind(1, row.table) || !insert->bind(2, row.primaryKey) ||
                !insert->bind(3, row.version) || !insert->bind(4, row.epoch) ||
                !insert->bind(5, row.sealed) || !insert->run()) {
                qFatal("put");
            }
        }
    }

    std::string content;
    Bytes bytes;
    SecretBytes key;

private:
    ContainerFixture m_fixture;
};

void report(const char *what, const Tally &tally) {
    std::printf("%s: %s\n", what, tally.text().c_str());
    std::fflush(stdout);
}

} // namespace

class ContainerCorruptionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyByteFlipped();
    void flippedAndOpenedForWriting();
    void everyTruncation();
    void pagesZeroedAndSwapped();
    void forgedRows_data();
    void forgedRows();
    void rowsMoved();
    void rowsRevived();
    void plantedLogs();
    void plantedJournals();
    void anOlderFileIsVisible();

private:
    void check(const Tally &tally) {
        QCOMPARE(tally.silent, 0);
        QCOMPARE(tally.badCode, 0);
        QCOMPARE(tally.verifyHeld, 0);
    }
};

void ContainerCorruptionTest::everyByteFlipped() {
    const Golden golden;
    QVERIFY(golden.verifyHolds());
    Tally tally;
    Bytes damaged = golden.bytes;
    for (std::size_t at = 0; at < damaged.size(); ++at) {
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1U << (at * 5 % 8)));
        {
            // In place: the file is read whole each time, and ten thousands of renames would only cost time.
            FILE *file = std::fopen(golden.file().c_str(), "r+b");
            QVERIFY(file != nullptr);
            std::fseek(file, static_cast<long>(at), SEEK_SET);
            std::fputc(damaged[at], file);
            std::fclose(file);
            golden.judge(tally);
            file = std::fopen(golden.file().c_str(), "r+b");
            std::fseek(file, static_cast<long>(at), SEEK_SET);
            std::fputc(golden.bytes[at], file);
            std::fclose(file);
        }
        damaged[at] = golden.bytes[at];
    }
    report("every byte flipped", tally);
    check(tally);
    QCOMPARE(tally.tried, static_cast<int>(golden.bytes.size()));
    QVERIFY2(tally.identical < tally.tried, "damage is found at all");
    QVERIFY(golden.verifyHolds());
}

/// Opening for writing lets SQLite look at the file itself; the whole file is put back each time.
void ContainerCorruptionTest::flippedAndOpenedForWriting() {
    const Golden golden;
    Tally tally;
    for (std::size_t at = 0; at < golden.bytes.size(); at += at < 100 ? 1 : 151) {
        Bytes damaged = golden.bytes;
        damaged[at] ^= 0x10;
        write(golden.file(), damaged);
        golden.judge(tally, Access::ReadWrite);
        for (const char *suffix : {"-wal", "-journal"}) {
            std::filesystem::remove(golden.file().string() + suffix);
        }
    }
    report("flipped, opened for writing", tally);
    // Two bytes (SQLite's format versions) matter for writing only: what reads does not notice, nor verify.
    QCOMPARE(tally.silent, 0);
    QCOMPARE(tally.badCode, tally.refused["VaultReadOnly"]);
    QVERIFY(tally.verifyHeld <= 2);
}

void ContainerCorruptionTest::everyTruncation() {
    const Golden golden;
    Tally tally;
    for (std::size_t size = 0; size < golden.bytes.size(); size += size < 8192 ? 1 : 512) {
        write(golden.file(), ByteView(golden.bytes).first(size));
        golden.judge(tally);
    }
    report("truncated", tally);
    check(tally);
    QCOMPARE(tally.identical, 0);
}

void ContainerCorruptionTest::pagesZeroedAndSwapped() {
    const Golden golden;
    Tally tally;
    constexpr std::size_t page = 4096;
    const std::size_t pages = golden.bytes.size() / page;
    for (std::size_t first = 0; first < pages; ++first) {
        Bytes damaged = golden.bytes;
        std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(first * page), page, std::uint8_t{0});
        write(golden.file(), damaged);
        golden.judge(tally);
        for (std::size_t second = first + 1; second < pages; ++second) {
            damaged = golden.bytes;
            std::swap_ranges(damaged.begin() + static_cast<std::ptrdiff_t>(first * page),
                             damaged.begin() + static_cast<std::ptrdiff_t>((first + 1) * page),
                             damaged.begin() + static_cast<std::ptrdiff_t>(second * page));
            write(golden.file(), damaged);
            golden.judge(tally);
        }
    }
    report("pages zeroed and swapped", tally);
    check(tally);
    QCOMPARE(tally.identical, 0);
}

void ContainerCorruptionTest::forgedRows_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("names"); ///< what the finding speaks of
    const auto row = [](const char *name, const char *sql, const char *names) {
        QTest::newRow(name) << QByteArray(sql) << QByteArray(names);
    };
    row("a key deleted", "DELETE FROM rows WHERE tbl=16 AND pk=CAST('key 1' AS BLOB)", "keys");
    row("all keys deleted", "DELETE FROM rows WHERE tbl=16", "keys");
    row("everything deleted", "DELETE FROM rows; DELETE FROM log_pages", "");
    row("a row twice",
        "INSERT INTO rows SELECT tbl, CAST('key 9' AS BLOB), version, epoch, sealed FROM rows "
        "WHERE pk=CAST('key 1' AS BLOB)",
        "keys");
    row("a row in another table", "UPDATE rows SET tbl=17 WHERE pk=CAST('key 1' AS BLOB)", "");
    row("a row in a table of its own",
        "INSERT INTO rows SELECT 99, pk, version, epoch, sealed FROM rows LIMIT 1", "table 99");
    row("primary key changed", "UPDATE rows SET pk=CAST('key 7' AS BLOB) WHERE pk=CAST('key 1' AS BLOB)",
        "keys");
    row("version changed", "UPDATE rows SET version=version+1 WHERE pk=CAST('key 1' AS BLOB)", "keys");
    row("epoch changed", "UPDATE rows SET epoch=2 WHERE pk=CAST('key 1' AS BLOB)", "keys");
    row("payload without its tag",
        "UPDATE rows SET sealed=substr(sealed,1,length(sealed)-16) WHERE pk=CAST('key 1' AS BLOB)", "keys");
    row("payload of text", "UPDATE rows SET sealed='text' WHERE pk=CAST('key 1' AS BLOB)", "keys");
    row("payload of 0 bytes", "UPDATE rows SET sealed=x'' WHERE pk=CAST('key 1' AS BLOB)", "keys");
    row("ciphertext changed, tag kept",
        "UPDATE rows SET sealed=CAST(substr(sealed,1,60) || x'00' || substr(sealed,62) AS BLOB) WHERE "
        "pk=CAST('key 1' AS BLOB)",
        "keys");
    row("table number as text", "UPDATE rows SET tbl='sixteen' WHERE pk=CAST('key 1' AS BLOB)", "");
    row("table number over 16 bits", "UPDATE rows SET tbl=tbl+65536 WHERE pk=CAST('key 1' AS BLOB)", "");
    row("a primary key of 65 bytes",
        "INSERT INTO rows SELECT 16, zeroblob(65), version, epoch, sealed FROM rows "
        "LIMIT 1",
        "keys");
    row("identity deleted", "DELETE FROM rows WHERE tbl=1", "identity");
    row("a slot deleted", "DELETE FROM slots", "slots");
    row("a slot changed", "UPDATE slots SET body=CAST(substr(body,1,40) || x'41' || substr(body,42) AS BLOB)",
        "slot");
    row("seventeen slots",
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i<17) "
        "INSERT INTO slots SELECT i, x'000109' FROM n",
        "slots");
    row("root deleted", "DELETE FROM state", "root");
    row("two roots", "INSERT INTO state SELECT 2, generation, epoch, sealed FROM state", "root");
    row("generation changed", "UPDATE state SET generation=generation+1", "root");
    row("other vault id", "UPDATE header SET body=CAST(substr(body,1,14) || zeroblob(16) AS BLOB)", "root");
    row("log page deleted", "DELETE FROM log_pages WHERE page=2", "log");
    row("log cut", "DELETE FROM log_pages WHERE page=3", "log");
    row("log page repeated",
        "INSERT INTO log_pages SELECT 4, version, epoch, sealed FROM log_pages WHERE page=3", "log");
    row("log pages swapped",
        "UPDATE log_pages SET page=-page; UPDATE log_pages SET page=2 WHERE page=-3; "
        "UPDATE log_pages SET page=3 WHERE page=-2; UPDATE log_pages SET page=1 WHERE page=-1",
        "log");
}

void ContainerCorruptionTest::forgedRows() {
    QFETCH(const QByteArray, sql);
    QFETCH(const QByteArray, names);
    const Golden golden;
    forge(golden.file(), sql.toStdString());
    Tally tally;
    golden.judge(tally);
    golden.judge(tally, Access::ReadWrite);
    check(tally);
    QCOMPARE(tally.identical, 0);
    auto container = Container::open(golden.file(), {.access = Access::Examine});
    QVERIFY(container);
    if (!container->unlockWithVaultKey(golden.key.clone())) {
        return;
    }
    auto found = container->verify();
    QVERIFY(found && !found->holds());
    std::string all;
    for (const VerifyReport::Finding &finding : found->findings) {
        all += finding.where + ": " + finding.what + "\n";
    }
    QVERIFY2(all.find(names.toStdString()) != std::string::npos, all.c_str());
}

/// Every row under every other row's name, within and across tables.
void ContainerCorruptionTest::rowsMoved() {
    const Golden golden;
    const auto rows = golden.rows();
    Tally tally;
    for (const RawRow &from : rows) {
        for (const RawRow &to : rows) {
            if (from.sealed == to.sealed) {
                continue;
            }
            RawRow forged = to;
            forged.sealed = from.sealed;
            golden.put({forged});
            golden.judge(tally);
            forged.version = from.version;
            golden.put({forged});
            golden.judge(tally);
            golden.put({to});
        }
    }
    report("rows moved", tally);
    check(tally);
    QCOMPARE(tally.identical, 0);
    QVERIFY(golden.verifyHolds());
}

/// Old versions of rows, put back alone and together, the root as it is; deleted rows brought back.
void ContainerCorruptionTest::rowsRevived() {
    Golden golden;
    const auto old = golden.rows();
    {
        auto container = Container::open(golden.file(), {});
        QVERIFY(container->unlockWithVaultKey(golden.key.clone()));
        QVERIFY(putRows(*container, Table::Keys, "key", 3, "new"));
        auto transaction = container->begin();
        QVERIFY(transaction->remove(Table::Aliases, asBytes("alias 1")).value());
        QVERIFY(transaction->commit());
        golden.content = contentOf(*container).value();
    }
    golden.bytes = readFile(golden.file(), 1 << 20).value();
    const auto current = golden.rows();
    Tally tally;
    int revived = 0;
    for (const RawRow &row : old) {
        const bool isCurrent = std::any_of(current.begin(), current.end(),
                                           [&](const RawRow &one) { return one.sealed == row.sealed; });
        golden.put({row});
        golden.judge(tally);
        golden.restore();
        revived += isCurrent ? 0 : 1;
    }
    golden.put(old);
    golden.judge(tally);
    report("rows revived", tally);
    check(tally);
    QCOMPARE(revived, 4);
    QCOMPARE(tally.identical, tally.tried - revived - 1);
}

/// Write-ahead logs of earlier moments beside later files, whole and cut. A whole older state is a roll-back,
/// which the generation shows; anything in between is refused.
void ContainerCorruptionTest::plantedLogs() {
    Golden golden;
    std::vector<Bytes> logs;
    std::vector<std::string> states{golden.content};
    {
        auto container = Container::open(golden.file(), {});
        QVERIFY(container->unlockWithVaultKey(golden.key.clone()));
        for (const char *name : {"one", "two"}) {
            QVERIFY(putRows(*container, Table::Keys, name, 4, std::string(400, 'x')));
            states.push_back(contentOf(*container).value());
            logs.push_back(readFile(golden.file().string() + "-wal", 1 << 24).value());
            QVERIFY(!logs.back().empty());
        }
        QVERIFY(container->lock());
    }
    const Bytes later = readFile(golden.file(), 1 << 24).value();
    int refused = 0;
    int whole = 0;
    for (const Bytes *file : std::initializer_list<const Bytes *>{&golden.bytes, &later}) {
        for (const Bytes &log : logs) {
            for (std::size_t cut = 0; cut <= log.size(); cut += (4096 + 24) / 2) {
                for (const bool flip : {false, true}) {
                    Bytes planted(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(cut));
                    if (flip && cut > 0) {
                        planted[cut / 2] ^= 4;
                    }
                    for (const Access access : {Access::ReadOnly, Access::ReadWrite}) {
                        write(golden.file(), *file);
                        write(golden.file().string() + "-wal", planted);
                        auto answered = golden.answer(access);
                        refused += answered ? 0 : 1;
                        whole += answered ? 1 : 0;
                        QVERIFY2(!answered ||
                                     std::find(states.begin(), states.end(), *answered) != states.end(),
                                 "a mixture of states");
                        std::filesystem::remove(golden.file().string() + "-wal");
                    }
                }
            }
        }
    }
    std::printf("planted write-ahead logs: %d tried, %d refused, %d whole states, 0 mixtures\n",
                refused + whole, refused, whole);
    QVERIFY(whole > 0);
}

/// Rollback journals of an earlier change beside later files.
void ContainerCorruptionTest::plantedJournals() {
    Golden golden;
    Bytes journal;
    {
        auto database = sqlite::Database::open(golden.file());
        QVERIFY(database->setJournal(sqlite::Journal::Delete)); // as in a fresh file or a backup
        auto transaction = sqlite::Transaction::begin(*database);
        QVERIFY(database->execute("DELETE FROM rows; DELETE FROM log_pages; PRAGMA cache_spill=1; "
                                  "INSERT INTO log_pages VALUES(1, 1, 1, zeroblob(4000000))"));
        journal = readFile(golden.file().string() + "-journal", 1 << 24).value();
        QVERIFY(journal.size() > 4096);
    }
    golden.restore();
    std::vector<std::string> states{golden.content};
    {
        auto container = Container::open(golden.file(), {});
        QVERIFY(container->unlockWithVaultKey(golden.key.clone()));
        QVERIFY(putRows(*container, Table::Keys, "key", 3, "new"));
        states.push_back(contentOf(*container).value());
        QVERIFY(container->lock());
    }
    Bytes later = readFile(golden.file(), 1 << 24).value();
    int refused = 0;
    int whole = 0;
    for (std::size_t step = 0; step * 513 <= 2 * journal.size(); ++step) {
        const std::size_t cut = step / 2 * 513;
        later[18] = later[19] = static_cast<std::uint8_t>(1 + step % 2); // both modes that a header may name
        for (const Access access : {Access::ReadOnly, Access::ReadWrite}) {
            write(golden.file(), later);
            write(golden.file().string() + "-journal", ByteView(journal).first(cut));
            auto answered = golden.answer(access);
            refused += answered ? 0 : 1;
            whole += answered ? 1 : 0;
            QVERIFY2(!answered || std::find(states.begin(), states.end(), *answered) != states.end(),
                     "a mixture of states");
            std::filesystem::remove(golden.file().string() + "-journal");
        }
    }
    std::printf("planted rollback journals: %d tried, %d refused, %d whole states, 0 mixtures\n",
                refused + whole, refused, whole);
    QVERIFY(whole > 0);
}

/// A whole older file cannot be told from a backup by itself; what the program remembered tells it.
void ContainerCorruptionTest::anOlderFileIsVisible() {
    const Golden golden;
    RootStamp remembered;
    {
        auto container = Container::open(golden.file(), {});
        QVERIFY(container->unlockWithVaultKey(golden.key.clone()));
        QVERIFY(putRows(*container, Table::Keys, "key", 1, "new"));
        remembered = container->stamp();
    }
    golden.restore();
    auto container = Container::open(golden.file(), {});
    QVERIFY(container->unlockWithVaultKey(golden.key.clone()));
    QVERIFY(container->stamp().generation < remembered.generation);
    QVERIFY(putRows(*container, Table::Keys, "key", 1, "fork"));
    QCOMPARE(container->stamp().generation, remembered.generation);
    QVERIFY(container->stamp().fingerprint != remembered.fingerprint);
}

QTEST_APPLESS_MAIN(ContainerCorruptionTest)
#include "tst_container_corruption.moc"
