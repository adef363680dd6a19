// SPDX-License-Identifier: Apache-2.0
// A journal that was changed by anybody but its job is refused when it is opened: each kind of change once by
// SQL that keeps the file sound, and a flipped bit all over the file.
#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "sqlite/database.h"
#include "unit/reencrypt/journal_fixture.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

/// A job with old values, two zones and a state.
void fill(Journal &journal, const std::string &mark) {
    for (int zone = 0; zone < 2; ++zone) {
        const std::string name = mark + std::to_string(zone);
        QVERIFY(journal.appendWithOld(Entry::Intent, bodyOf(name, {itemOf(name, ItemState::Intent)}),
                                      {toBytes("old " + name), toBytes("older " + name)}));
        QVERIFY(journal.append({{Entry::Applied, bodyOf(name, {itemOf(name, ItemState::Verified)})}}));
    }
    QVERIFY(journal.setState(JobState::Paused, "by a person"));
}

Bytes contentOf(const std::filesystem::path &file) {
    auto content = readFile(file, 16 << 20);
    return content ? std::move(*content) : Bytes();
}

void place(const std::filesystem::path &file, ByteView content) {
    QVERIFY(writeFileAtomically(file, content, {}));
}

/// What a journal says, for comparison.
std::vector<Bytes> saidBy(Journal &journal) {
    std::vector<Bytes> said;
    const auto read = journal.read(1, [&](const JournalRecord &record) -> Result<bool> {
        said.push_back(record.body);
        auto olds = journal.oldValues(record.sequence);
        for (const auto &old : olds ? *olds : std::vector<std::optional<Bytes>>()) {
            said.push_back(old.value_or(Bytes()));
        }
        return true;
    });
    said.push_back(toBytes(journal.head().reason + std::string(wireName(journal.head().state)) +
                           journal.head().keySource));
    return read ? said : std::vector<Bytes>();
}

} // namespace

class JournalTamperingTest : public QObject {
    Q_OBJECT

private:
    JournalFolder m_place;
    JournalFolder m_other;
    Bytes m_whole;
    Bytes m_earlier;

    /// The file with a change made by SQL.
    void change(const std::string &sql) {
        place(m_place.file(), m_whole);
        auto database = sqlite::Database::open(m_place.file(), false);
        QVERIFY(database.has_value());
        const auto changed = database->execute(sql);
        QVERIFY2(changed.has_value(), changed ? "" : changed.error().detail.c_str());
        QVERIFY(database->setJournal(sqlite::Journal::Delete));
        QVERIFY(database->close());
    }

private Q_SLOTS:
    void initTestCase() {
        {
            auto other = m_other.create();
            QVERIFY(other.has_value());
            fill(**other, "other");
        }
        {
            auto journal = m_place.create();
            QVERIFY(journal.has_value());
        }
        m_earlier = contentOf(m_place.file());
        {
            auto journal = m_place.open();
            QVERIFY(journal.has_value());
            fill(**journal, "zone");
        }
        m_whole = contentOf(m_place.file());
        QVERIFY(!m_earlier.empty() && m_whole != m_earlier);
    }

    void unchangedIsTaken() {
        change("SELECT 1");
        QVERIFY(m_place.open().has_value());
    }

    void changed_data() {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char *name, const char *sql) { QTest::newRow(name) << QByteArray(sql); };
        row("last record cut", "DELETE FROM record WHERE sequence = 6");
        row("last record cut, head follows",
            "DELETE FROM record WHERE sequence = 6; UPDATE head SET sequence = 5");
        row("all but the first cut", "DELETE FROM record WHERE sequence > 1; DELETE FROM old_value; "
                                     "UPDATE head SET sequence = 1, state = 0, reason = ''");
        row("record cut out",
            "DELETE FROM record WHERE sequence = 3; UPDATE record SET sequence = sequence - 1 "
            "WHERE sequence > 3; UPDATE head SET sequence = 5");
        row("gap", "DELETE FROM record WHERE sequence = 3");
        row("two records swapped",
            "UPDATE record SET sequence = 99 WHERE sequence = 3; UPDATE record SET sequence = 3 WHERE "
            "sequence = 5; UPDATE record SET sequence = 5 WHERE sequence = 99");
        row("record doubled",
            "INSERT INTO record SELECT 7, entry, body, olds, mac FROM record WHERE sequence "
            "= 6; UPDATE head SET sequence = 7");
        row("body", "UPDATE record SET body = X'00000000' WHERE sequence = 3");
        row("body longer", "UPDATE record SET body = CAST(body || X'00' AS BLOB) WHERE sequence = 3");
        row("border of body and digests",
            "UPDATE record SET body = CAST(body || substr(olds, 1, 32) AS BLOB), olds = substr(olds, 33) "
            "WHERE sequence = 2; DELETE FROM old_value WHERE record = 2 AND place = 1");
        row("entry", "UPDATE record SET entry = 6 WHERE sequence = 3");
        row("entry of another size", "UPDATE record SET entry = 260 WHERE sequence = 3");
        row("proof", "UPDATE record SET mac = zeroblob(32) WHERE sequence = 6");
        row("proof of another size", "UPDATE record SET mac = X'00' WHERE sequence = 6");
        row("job",
            "UPDATE record SET body = (SELECT body FROM record WHERE sequence = 3) WHERE sequence = 1");
        row("id", "UPDATE job SET id = zeroblob(16)");
        row("short id", "UPDATE job SET id = X'00'");
        row("key's source", "UPDATE job SET key_source = 'vault'");
        row("format", "UPDATE job SET format = 2");
        row("no job", "DELETE FROM job");
        row("no head", "DELETE FROM head");
        row("no records", "DELETE FROM record");
        row("state", "UPDATE head SET state = 5");
        row("unknown state", "UPDATE head SET state = 77");
        row("reason", "UPDATE head SET reason = 'all is well'");
        row("changed", "UPDATE head SET changed = 1");
        row("counters", "UPDATE head SET counters = CAST(X'01' || zeroblob(63) AS BLOB)");
        row("short counters", "UPDATE head SET counters = X'00'");
        row("head's proof", "UPDATE head SET mac = zeroblob(32)");
        row("old value", "UPDATE old_value SET value = CAST('x' AS BLOB) WHERE record = 2 AND place = 0");
        row("old value gone", "DELETE FROM old_value WHERE record = 2 AND place = 0");
        row("old values gone", "DELETE FROM old_value");
        row("old values swapped",
            "UPDATE old_value SET place = 9 WHERE record = 2 AND place = 0; UPDATE old_value SET place = 0 "
            "WHERE "
            "record = 2 AND place = 1; UPDATE old_value SET place = 1 WHERE record = 2 AND place = 9");
        row("old value added", "INSERT INTO old_value VALUES (3, 0, X'00')");
        row("old value without record", "INSERT INTO old_value VALUES (50, 0, X'00')");
        row("one table more", "CREATE TABLE more (a)");
        row("a view", "DROP TABLE old_value; CREATE VIEW old_value AS SELECT 1");
        row("a column less", "ALTER TABLE head DROP COLUMN reason");
        row("an index", "CREATE INDEX byEntry ON record (entry)");
        row("no journal", "PRAGMA application_id = 1");
    }
    void changed() {
        QFETCH(QByteArray, sql);
        change(sql.toStdString());
        const auto opened = m_place.open();
        QVERIFY(!opened);
        QVERIFY2(opened.error().code == ErrorCode::NotAuthentic, opened.error().detail.c_str());
        QVERIFY(!opened.error().detail.empty());
    }

    void recordOfAnotherJob() {
        // The same key, the same place in the chain.
        auto other = sqlite::Database::open(m_other.file(), false);
        QVERIFY(other.has_value());
        auto statement =
            other->prepare("SELECT hex(body), hex(olds), hex(mac) FROM record WHERE sequence = 3");
        QVERIFY(statement && statement->step() && !statement->text(0).empty());
        change("UPDATE record SET body = X'" + std::string(statement->text(0)) + "', olds = X'" +
               std::string(statement->text(1)) + "', mac = X'" + std::string(statement->text(2)) +
               "' WHERE sequence = 3");
        QVERIFY(m_place.open().error().code == ErrorCode::NotAuthentic);
    }

    void headOfAnEarlierTime() {
        place(m_place.file(), m_earlier);
        std::string sql;
        {
            auto earlier = sqlite::Database::open(m_place.file(), false);
            auto statement = earlier->prepare("SELECT sequence, state, changed, hex(mac) FROM head");
            QVERIFY(statement && statement->step());
            sql = "UPDATE head SET reason = '', sequence = " + std::to_string(statement->integer(0)) +
                  ", state = " + std::to_string(statement->integer(1)) +
                  ", changed = " + std::to_string(statement->integer(2)) + ", mac = X'" +
                  std::string(statement->text(3)) + "'";
        }
        change(sql);
        QVERIFY(m_place.open().error().code == ErrorCode::NotAuthentic);
    }

    void otherKey() {
        place(m_place.file(), m_whole);
        const auto opened = m_place.open(8);
        QVERIFY(!opened && opened.error().code == ErrorCode::NotAuthentic);
        QVERIFY(opened.error().detail.find("not the journal's key") != std::string::npos);
        QVERIFY(!Journal::open(m_place.file(), SecretBytes(16), systemClock()));
    }

    void everyFlippedBitIsSeen() {
        place(m_place.file(), m_whole);
        std::vector<Bytes> expected;
        {
            auto journal = m_place.open();
            QVERIFY(journal.has_value());
            expected = saidBy(**journal);
        }
        std::size_t refused = 0;
        std::size_t harmless = 0;
        for (std::size_t at = 0; at < m_whole.size(); at += at < 200 ? 1 : 13) {
            Bytes content = m_whole;
            content[at] = static_cast<std::uint8_t>(content[at] ^ (1U << at % 8));
            place(m_place.file(), content);
            auto journal = m_place.open();
            if (journal) {
                QVERIFY2(saidBy(**journal) == expected, ("byte " + std::to_string(at)).c_str());
                ++harmless;
            } else {
                ++refused;
            }
        }
        qInfo("%zu flips refused, %zu without effect", refused, harmless);
        QVERIFY(refused > 100);
    }

    void everyCutIsSeen() {
        for (std::size_t size = 0; size < m_whole.size(); size += 509) {
            place(m_place.file(), ByteView(m_whole).first(size));
            QVERIFY2(!m_place.open(), ("cut at " + std::to_string(size)).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(JournalTamperingTest)
#include "tst_journal_tampering.moc"
