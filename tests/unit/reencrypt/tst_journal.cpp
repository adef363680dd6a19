// SPDX-License-Identifier: Apache-2.0
// Journals: what is written comes back, in order, after closing and beside a job; old values go for good.
#include "base/atomic_file.h"
#include "reencrypt/body.h"
#include "sqlite/database.h"
#include "unit/reencrypt/journal_fixture.h"

#include <sys/stat.h>

#include <QObject>
#include <QTest>

#include <algorithm>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

std::vector<JournalRecord> recordsOf(Journal &journal, std::uint64_t from = 1) {
    std::vector<JournalRecord> records;
    const auto read = journal.read(from, [&](const JournalRecord &record) -> Result<bool> {
        records.push_back(record);
        return true;
    });
    return read ? records : std::vector<JournalRecord>();
}

bool fileHolds(const std::filesystem::path &file, std::string_view text) {
    const auto content = readFile(file, 64 << 20);
    return content && asText(*content).find(text) != std::string_view::npos;
}

} // namespace

class JournalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void items_data() {
        QTest::addColumn<int>("count");
        QTest::newRow("none") << 0;
        QTest::newRow("one") << 1;
        QTest::newRow("many") << 1000;
    }
    void items() {
        QFETCH(int, count);
        std::vector<ItemRecord> items;
        for (int index = 0; index < count; ++index) {
            ItemRecord item = itemOf(std::to_string(index), static_cast<ItemState>(index % 8),
                                     static_cast<Cause>(index % static_cast<int>(Cause::Count_)));
            item.place.line = static_cast<std::uint64_t>(index) * 1'000'003;
            item.message = index % 3 == 0 ? "" : "it cannot be";
            item.destinationMaterial = index % 7 == 0 ? std::string(64, 'a') : "";
            item.after = index % 2 == 0 ? std::optional<Digest>() : Digest{9};
            items.push_back(item);
        }
        const Bytes body = bodyOf("lane's own", items);
        const auto read = readItems(body);
        QVERIFY(read.has_value());
        QCOMPARE(asText(read->head), std::string_view("lane's own"));
        QVERIFY(read->items == items);
    }

    void equalTextsCostNothing() {
        const ItemRecord item = itemOf("1", ItemState::Verified);
        const std::size_t one = bodyOf("", {item}).size();
        const std::size_t two = bodyOf("", {item, item}).size();
        QVERIFY(two - one <= 6 + 32 + 1); // state, cause, flags, one digest, line
    }

    void cutItemsAreRefused() {
        const Bytes whole = bodyOf("", {itemOf("1", ItemState::Applied), itemOf("2", ItemState::Failed)});
        for (std::size_t size = 0; size < whole.size(); ++size) {
            // The trailer is what tells where the items begin: give the cut list its right size.
            Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            appendU32(cut, static_cast<std::uint32_t>(size));
            const auto read = readItems(cut);
            QVERIFY(!read || read->items.size() < 2 || size == whole.size() - 4);
        }
        for (std::size_t at = 0; at + 4 < whole.size(); ++at) {
            Bytes changed = whole;
            changed[at] = 0xff;
            const auto read = readItems(changed); // never a crash, whatever it says
            QVERIFY(!read || read->items.size() <= whole.size());
        }
    }

    void counters() {
        Counters counters;
        std::vector<ItemRecord> items;
        for (int state = 0; state < 8; ++state) {
            items.push_back(itemOf("x", static_cast<ItemState>(state)));
            countItem(counters, items.back());
        }
        const Counters expected{8, 3, 2, 1, 1, 1, 0, 0};
        QVERIFY(counters == expected);
        for (const auto &item : items) {
            countItem(counters, item, false);
        }
        QVERIFY(counters == Counters{});
    }

    void staysWhatItIs() {
        const JournalFolder place;
        std::string id;
        {
            auto journal = place.create();
            QVERIFY2(journal.has_value(), journal ? "" : journal.error().detail.c_str());
            id = (*journal)->head().jobId;
            QCOMPARE(id.size(), std::size_t(32));
            QVERIFY((*journal)->head().state == JobState::Planned);
            (*journal)->count({5, 4, 3, 1, 0, 0, 9, 2});
            QVERIFY((*journal)->append({{Entry::Items, bodyOf("a", {itemOf("1", ItemState::Skipped)})},
                                        {Entry::Applied, bodyOf("b", {})}}));
            QVERIFY((*journal)->setState(JobState::Paused, "credentials expired"));
            QCOMPARE((*journal)->size(), std::uint64_t(4));
        }
        auto journal = place.open();
        QVERIFY2(journal.has_value(), journal ? "" : journal.error().detail.c_str());
        const JournalHead &head = (*journal)->head();
        QCOMPARE(head.jobId, id);
        QVERIFY(head.spec == journalSpec());
        QVERIFY(head.state == JobState::Paused);
        QCOMPARE(head.reason, std::string("credentials expired"));
        QCOMPARE(head.keySource, std::string("file"));
        QVERIFY(head.created.time_since_epoch().count() > 0 && head.changed >= head.created);
        QCOMPARE(head.counters.calls, std::uint64_t(9));
        const auto records = recordsOf(**journal);
        QCOMPARE(records.size(), std::size_t(4));
        QVERIFY(records[1].entry == Entry::Items && records[2].entry == Entry::Applied);
        QVERIFY(readItems(records[1].body)->items.front() == itemOf("1", ItemState::Skipped));
        QCOMPARE(recordsOf(**journal, 3).size(), std::size_t(2));
        QVERIFY(!(*journal)->last(Entry::Intent)->has_value());
        QCOMPARE((*journal)->last(Entry::Applied)->value().sequence, std::uint64_t(3));
    }

    void readingDoesNotSeeWhatItsVisitorAppends() {
        const JournalFolder place;
        auto journal = place.create();
        QVERIFY(journal.has_value());
        int visited = 0;
        const auto read = (*journal)->read(1, [&](const JournalRecord &) -> Result<bool> {
            ++visited;
            auto appended = (*journal)->append({{Entry::Items, bodyOf("", {})}});
            return appended ? Result<bool>(true) : failFrom(appended);
        });
        QVERIFY(read.has_value());
        QCOMPARE(visited, 1);
        QCOMPARE((*journal)->size(), std::uint64_t(2));
        QVERIFY((*journal)->append({{Entry::Items, bodyOf("", {})}}));
        journal->reset();
        QVERIFY(place.open().has_value());
    }

    void onlyOneProcessWorks() {
        const JournalFolder place;
        auto journal = place.create();
        QVERIFY(journal.has_value());
        const auto second = place.open();
        QVERIFY(!second && second.error().code == ErrorCode::VaultInUse);
        QVERIFY(second.error().detail.find("process") != std::string::npos);
        // Beside it, lists may look.
        QVERIFY((*journal)->setState(JobState::Running, {}));
        const auto head = Journal::peek(place.file());
        QVERIFY2(head.has_value(), head ? "" : head.error().detail.c_str());
        QVERIFY(head->state == JobState::Running);
        QVERIFY(head->spec == journalSpec());
        QCOMPARE(head->jobId, (*journal)->head().jobId);
        QVERIFY((*journal)->setState(JobState::Done, {}));
        QVERIFY(Journal::peek(place.file())->state == JobState::Done);
    }

    void places() {
        const JournalFolder place;
        QVERIFY(place.open().error().code == ErrorCode::FileNotFound);
        QVERIFY(Journal::peek(place.file()).error().code == ErrorCode::FileNotFound);
        QVERIFY(place.create().has_value());
        struct stat facts {};
        QCOMPARE(stat(place.file().c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 07777U, 0600U);
        const auto again = place.create();
        QVERIFY(!again && again.error().code == ErrorCode::FileExists);
        auto database = sqlite::Database::open(place.file(), false);
        QVERIFY(database && database->execute("PRAGMA user_version=2"));
        QVERIFY(database->close());
        QVERIFY(place.open().error().code == ErrorCode::VaultNewer);
    }

    void oldValuesComeBackAndGo() {
        const JournalFolder place;
        const std::string secret = "OLD-VALUE-THAT-MUST-GO";
        {
            auto journal = place.create();
            QVERIFY(journal.has_value());
            std::vector<Bytes> olds(300, toBytes(secret + std::string(900, '.')));
            QVERIFY((*journal)->appendWithOld(Entry::Intent, bodyOf("", {}), {toBytes(secret), Bytes()}));
            QVERIFY((*journal)->appendWithOld(Entry::Intent, bodyOf("", {}), olds));
        }
        auto journal = place.open();
        QVERIFY(journal.has_value());
        auto values = (*journal)->oldValues(2);
        QVERIFY(values && values->size() == 2);
        QVERIFY(values->front() == toBytes(secret) && values->back() == Bytes());
        QCOMPARE((*journal)->oldValues(3)->size(), std::size_t(300));
        QVERIFY((*journal)->oldValues(1)->empty());
        QVERIFY(fileHolds(place.file(), secret) || fileHolds(place.file().string() + "-wal", secret));
        const auto sizeBefore = std::filesystem::file_size(place.file());

        QVERIFY((*journal)->dropOldValues());
        QVERIFY(!fileHolds(place.file(), secret));
        QVERIFY(!fileHolds(place.file().string() + "-wal", secret));
        values = (*journal)->oldValues(2);
        QVERIFY(values && values->size() == 2 && !values->front() && !values->back());
        QVERIFY((*journal)->dropOldValues()); // harmless again
        QVERIFY((*journal)->appendWithOld(Entry::Intent, bodyOf("", {}), {toBytes("new")}));
        journal->reset();
        QVERIFY(std::filesystem::file_size(place.file()) < sizeBefore || sizeBefore <= 32768);
        auto reopened = place.open();
        QVERIFY2(reopened.has_value(), reopened ? "" : reopened.error().detail.c_str());
        QVERIFY((*reopened)->oldValues((*reopened)->size())->front() == toBytes("new"));
    }
};

QTEST_GUILESS_MAIN(JournalTest)
#include "tst_journal.moc"
