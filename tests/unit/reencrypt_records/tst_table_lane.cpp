// SPDX-License-Identifier: Apache-2.0
// The lane of tables on real files: what changes and what does not, undo, finalise, second runs, changes
// meanwhile, and a cut at every record of the journal.
#include "read_records.h"
#include "table_fixture.h"

#include <QTest>

#include <sys/stat.h>

using namespace keyturn;
using namespace keyturn::reencrypt;

namespace {

std::string lines(std::string_view key) {
    return tableLines(key);
}

JobSpec jsonSpec() {
    return jsonTableSpec();
}

const ItemRecord *itemAt(const std::vector<ItemRecord> &items, std::uint64_t line) {
    const auto found = std::find_if(items.begin(), items.end(),
                                    [line](const ItemRecord &item) { return item.place.line == line; });
    return found == items.end() ? nullptr : &*found;
}

} // namespace

class TestTableLane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void movesEveryBlobAndNothingElse() {
        TableFixture job(jsonSpec(), QDir::tempPath() + QStringLiteral("/keyturn-table-XXXXXX"));
        job.write(lines("old"));
        chmod(job.path().c_str(), 0640);
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("new"));
        QCOMPARE(job.readCopy(), lines("old"));
        struct stat facts {};
        QCOMPARE(stat(job.path().c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777U, 0640U);
        const auto items = job.lastItems();
        QCOMPARE(items.size(), std::size_t{24});
        QCOMPARE(itemAt(items, 8)->cause, Cause::BadSyntax);
        QCOMPARE(itemAt(items, 12)->cause, Cause::StrayKey);
        QCOMPARE(itemAt(items, 16)->cause, Cause::NotACiphertext);
        QCOMPARE(itemAt(items, 1)->state, ItemState::Verified);
        const Counters counters = job.counted();
        QCOMPARE(counters.verified, std::uint64_t{21});
        QCOMPARE(counters.failed, std::uint64_t{3});
        QVERIFY(job.mover.largestBatch <= 4);
        QCOMPARE(job.events.totalBytes, job.events.advancedBytes);
        QCOMPARE(job.events.totalBytes, std::uint64_t(lines("old").size()));
    }

    void csvInFoldersWithContexts() {
        JobSpec spec = tableSpec(SourceKind::Csv, "k");
        spec.source.paths = {"in"};
        spec.source.include = {"**/*.csv"};
        spec.context.pairs.emplace_back("user", *ContextTemplate::parse("u-{id}"));
        spec.finder.id = "id";
        TableFixture job(spec);
        std::filesystem::create_directories(job.path("in/deep"));
        const auto text = [](const char *key) {
            return "id,k\r\n1,\"" + blobText(key, "a") + "\"\r\n2," + blobText(key, "b") + "\r\n";
        };
        job.write(text("old"), "in/a.csv");
        job.write(text("old"), "in/deep/b.csv");
        job.write(text("old"), "in/c.txt");
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read("in/a.csv"), text("new"));
        QCOMPARE(job.read("in/deep/b.csv"), text("new"));
        QCOMPARE(job.read("in/c.txt"), text("old"));
        QCOMPARE(job.mover.contexts.size(), std::size_t{4});
        QCOMPARE(job.mover.contexts[1], (kms::EncryptionContext{{"user", "u-2"}}));
        QCOMPARE(job.lastItems()[0].place.part, std::string("1"));
        QCOMPARE(job.lastItems()[3].place.unit, std::string("in/deep/b.csv"));
    }

    void aDocumentInTheCell() {
        JobSpec spec = tableSpec(SourceKind::Csv, "k");
        spec.source.paths = {"t.jsonl"};
        spec.finder.jsonPointer = "/v";
        TableFixture job(spec);
        const auto text = [](const char *key) {
            return "k,x\n\"{\"\"n\"\":\"\"\\u00e9\"\", \"\"v\"\":\"\"" + blobText(key, "?>?>") +
                   "\"\"}\",1\n{},2\n\"{\"\"\",3\n";
        };
        job.write(text("old"));
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), text("new"));
        QCOMPARE(itemAt(job.lastItems(), 3)->cause, Cause::BadSyntax);
        QCOMPARE(itemAt(job.lastItems(), 4)->cause, Cause::BadSyntax);
    }

    void aSecondRunConverges() {
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        QVERIFY(job.runToTheEnd());
        const auto calls = job.mover.calls();
        QVERIFY(job.runToTheEnd()); // failures are left: it is looked at again, one look each
        QCOMPARE(job.read(), lines("new"));
        QCOMPARE(job.mover.calls(), 2 * calls);
        QCOMPARE(job.counted().verified, std::uint64_t{21}); // what this job moved stays moved
        QCOMPARE(job.counted().failed, std::uint64_t{3});
        QCOMPARE(job.copies().size(), 1);
        QCOMPARE(job.readCopy(), lines("old"));
    }

    void aFileWithoutFailuresIsNotReadAgain() {
        TableFixture job(jsonSpec());
        job.write("{\"k\":\"" + blobText("old", "a") + "\"}\n");
        QVERIFY(job.runToTheEnd());
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.mover.calls(), std::uint64_t{1});
        // What came meanwhile is moved by another generation; undo goes back through both.
        const std::string moved = job.read();
        const std::string added = moved + "{\"k\":\"" + blobText("old", "b") + "\"}\n";
        job.write(added);
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), moved + "{\"k\":\"" + blobText("new", "b") + "\"}\n");
        QCOMPARE(job.copies().size(), 2);
        QVERIFY(job.start());
        QVERIFY(job.lane->undo({}));
        QCOMPARE(job.read(), added); // what somebody added meanwhile is theirs: the first exchange stays
        QCOMPARE(job.counted().conflicts, std::uint64_t{1});
    }

    void dryRunWritesNothing() {
        JobSpec spec = jsonSpec();
        spec.safety.dryRun = true;
        TableFixture job(spec);
        job.write(lines("old"));
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("old"));
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        QCOMPARE(job.counted().found, std::uint64_t{24});
        QCOMPARE(job.counted().done, std::uint64_t{0});
        QCOMPARE(job.counted().failed, std::uint64_t{3});
    }

    void nothingToChangeLeavesTheFile() {
        TableFixture job(jsonSpec());
        job.write(lines("new"));
        struct stat before {};
        stat(job.path().c_str(), &before);
        QVERIFY(job.runToTheEnd());
        struct stat after {};
        stat(job.path().c_str(), &after);
        QCOMPARE(after.st_ino, before.st_ino);
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        QCOMPARE(job.counted().skipped, std::uint64_t{21});
    }

    void undoAndFinalise() {
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        QVERIFY(job.runToTheEnd());
        QVERIFY(job.start());
        QVERIFY(job.lane->verify({}));
        QCOMPARE(job.mover.proven, std::uint64_t{22});
        QVERIFY(job.lane->undo({}));
        QCOMPARE(job.read(), lines("old"));
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        QCOMPARE(job.counted().done, std::uint64_t{0});
        QVERIFY(job.start());
        QVERIFY(job.lane->undo({})); // again: nothing left to do
        QCOMPARE(job.read(), lines("old"));
        QVERIFY(job.journal->setState(JobState::Undone, {}));
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("new"));
        QVERIFY(job.start());
        QVERIFY(job.lane->finalise());
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        QVERIFY(job.lane->finalise());
        QVERIFY(job.lane->undo({}));
        QCOMPARE(job.read(), lines("new"));
    }

    void undoLeavesWhatChangedSince() {
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        QVERIFY(job.runToTheEnd());
        job.write(lines("new") + "\n{}");
        QVERIFY(job.start());
        QVERIFY(job.lane->undo({}));
        QCOMPARE(job.read(), lines("new") + "\n{}");
        QCOMPARE(job.readCopy(), lines("old"));
        QCOMPARE(job.counted().conflicts, std::uint64_t{1});
        job.write(lines("new")); // put back: now it can be undone
        QVERIFY(job.lane->undo({}));
        QCOMPARE(job.read(), lines("old"));
    }

    void withoutBackupNothingStays() {
        JobSpec spec = jsonSpec();
        spec.safety.backup = false;
        TableFixture job(spec);
        job.write(lines("old"));
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("new"));
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
    }

    void aChangeWhileItRunsIsAConflict_data() {
        QTest::addColumn<int>("atBatch");
        for (int batch = 1; batch <= 6; ++batch) {
            QTest::addRow("batch %d", batch) << batch;
        }
    }
    void aChangeWhileItRunsIsAConflict() {
        QFETCH(int, atBatch);
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        job.mover.meanwhile = [&] {
            if (job.mover.batches == static_cast<std::uint64_t>(atBatch)) {
                job.write(lines("old") + "\n{\"id\":100}");
            }
        };
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("old") + "\n{\"id\":100}");
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        QCOMPARE(job.counted().done, std::uint64_t{0});
        QVERIFY(job.counted().conflicts >= 1);
        job.mover.meanwhile = {};
        QVERIFY(job.runToTheEnd()); // the next run takes it as it is now
        QCOMPARE(job.read(), lines("new") + "\n{\"id\":100}");
    }

    void cutAtEveryRecordOfTheJournal_data() {
        QTest::addColumn<bool>("durable");
        QTest::addColumn<bool>("overlapping");
        QTest::newRow("before it") << false << false;
        QTest::newRow("behind it") << true << false;
        QTest::newRow("before it, many batches a step") << false << true;
        QTest::newRow("behind it, many batches a step") << true << true;
    }
    void cutAtEveryRecordOfTheJournal() {
        QFETCH(bool, durable);
        QFETCH(bool, overlapping);
        int cuts = 0;
        for (int append = 0;; ++append) {
            TableFixture job(jsonSpec());
            job.clock = overlapping ? systemClock() : job.clock;
            job.write(lines("old"));
            const bool whole = job.run(append, durable).has_value();
            QVERIFY(whole == !job.cut->wasCut());
            QVERIFY(job.read() == lines("old") || job.read() == lines("new"));
            if (whole) {
                break;
            }
            ++cuts;
            QVERIFY(job.runToTheEnd());
            QCOMPARE(job.read(), lines("new"));
            QCOMPARE(job.readCopy(), lines("old"));
            QCOMPARE(job.copies().size(), 1);
            QCOMPARE(job.counted().verified, std::uint64_t{21});
            QCOMPARE(job.counted().failed, std::uint64_t{3});
            QVERIFY(overlapping || job.mover.calls() <= 22 + 4); // at most one batch was asked for twice
            QVERIFY(job.start());
            QVERIFY(job.lane->undo({}));
            QCOMPARE(job.read(), lines("old"));
        }
        QVERIFY(cuts >= (overlapping ? 2 : 8));
    }

    void undoCutAtEveryRecordOfTheJournal() {
        for (const bool durable : {false, true}) {
            for (int append = 0;; ++append) {
                TableFixture job(jsonSpec());
                job.write(lines("old"));
                QVERIFY(job.runToTheEnd());
                QVERIFY(job.start(append, durable));
                const bool whole = job.lane->undo({}).has_value();
                QVERIFY(job.read() == lines("old") || job.read() == lines("new"));
                QVERIFY(job.start());
                QVERIFY(job.lane->undo({}));
                QCOMPARE(job.read(), lines("old"));
                QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
                QCOMPARE(job.counted().done, std::uint64_t{0});
                if (whole) {
                    break;
                }
            }
        }
    }

    void aDamagedReplacementIsMadeAnew_data() {
        QTest::addColumn<int>("damage");
        QTest::newRow("a byte changed") << 0;
        QTest::newRow("cut") << 1;
        QTest::newRow("gone") << 2;
        QTest::newRow("longer") << 3;
    }
    void aDamagedReplacementIsMadeAnew() {
        QFETCH(int, damage);
        for (int append = 1; append < 8; ++append) {
            TableFixture job(jsonSpec());
            job.write(lines("old"));
            QVERIFY(!job.run(append, true));
            const std::string name = job.copies().first().toStdString();
            std::string content = job.read(name);
            if (append == 7 && content == lines("old")) {
                break; // exchanged already: what stands there is the old file
            }
            if (damage == 0) {
                content[content.size() / 3] = static_cast<char>(content[content.size() / 3] ^ 1);
            } else if (damage == 1) {
                content.resize(content.size() / 2);
            } else if (damage == 3) {
                content += "garbage";
            }
            job.write(content, name);
            if (damage == 2) {
                std::filesystem::remove(job.path(name));
            }
            QVERIFY(job.runToTheEnd());
            QCOMPARE(job.read(), lines("new"));
            QCOMPARE(job.readCopy(), lines("old"));
            QCOMPARE(job.counted().verified, std::uint64_t{21});
        }
    }

    void aChangeBetweenRunsIsAConflict() {
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        QVERIFY(!job.run(3, true));
        job.write(lines("old") + "\n{\"id\":100}");
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("old") + "\n{\"id\":100}");
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        QCOMPARE(job.counted().done, std::uint64_t{0});
        QVERIFY(job.counted().conflicts >= 1);
    }

    void aFaultOfTheServiceStopsAndGoesOn_data() {
        QTest::addColumn<bool>("overlapping");
        QTest::newRow("one batch a step") << false;
        QTest::newRow("many batches a step") << true;
    }
    void aFaultOfTheServiceStopsAndGoesOn() {
        QFETCH(bool, overlapping);
        TableFixture job(jsonSpec());
        job.clock = overlapping ? std::make_shared<ManualClock>(Timestamp()) : job.clock;
        job.write(lines("old"));
        QVERIFY(job.start());
        job.mover.meanwhile = [&] {
            if (job.mover.calls() >= (overlapping ? 3 : 10)) {
                job.mover.fault = clientError(ErrorCode::ExpiredToken, "credentials");
            }
        };
        const auto stopped = job.finishSteps();
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::ExpiredToken);
        QCOMPARE(job.read(), lines("old"));
        QVERIFY(job.mover.calls() >= 3 && job.mover.calls() < 22);
        job.mover.meanwhile = {};
        job.mover.fault.reset();
        QVERIFY(job.finishSteps()); // the same lane goes on
        QCOMPARE(job.read(), lines("new"));
        QCOMPARE(job.counted().verified, std::uint64_t{21});
        QCOMPARE(job.mover.calls(), std::uint64_t{22}); // nothing was asked for twice
    }

    /// Cells of 10 MiB, a record that is too long to be held, and a quote that never closes.
    void longCells() {
        JobSpec spec = tableSpec(SourceKind::Csv, "k");
        spec.source.paths = {"t.csv"};
        TableFixture job(spec);
        const std::string big(10 * 1024 * 1024, 'x');
        const auto text = [&](const char *key) {
            std::string rows = "note,k\n";
            rows += "\"" + big + "\"," + blobText(key, "beside") + "\n";
            return rows + big + big + ",y\n1," + blobText(key, "behind") + "\n1," + big + "\n2,\"" + big +
                   big;
        };
        job.write(text("old"), "t.csv");
        const auto done = job.runToTheEnd();
        QVERIFY2(done, done ? "" : done.error().detail.c_str());
        QVERIFY(job.read("t.csv") == text("new"));
        const auto items = job.lastItems();
        QCOMPARE(items.size(), std::size_t{5});
        QCOMPARE(items[1].message,
                 std::string("the record that ends behind line 3 is longer than 16777216 bytes. "
                             "It was left as it is."));
        QCOMPARE(items[3].cause, Cause::NotACiphertext);
        QCOMPARE(items[4].message,
                 std::string("line 6, column 3: a quote that does not close within 16777216 "
                             "bytes. It was left as it is."));
        QVERIFY(job.start());
        QVERIFY(job.lane->undo({}));
        QVERIFY(job.read("t.csv") == text("old"));
    }

    void whatAKillLeftIsCleared() {
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        QVERIFY(job.open());
        const std::string id = job.journal->head().jobId;
        job.write("torn", ".gone.jsonl.kt-" + id);
        job.write("torn", ".t.jsonl.kt-" + id);
        job.write("of another job", ".t.jsonl.kt-ffffffffffffffff");
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("new"));
        QVERIFY(!std::filesystem::exists(job.path(".gone.jsonl.kt-" + id)));
        QCOMPARE(job.read(".t.jsonl.kt-" + id), lines("old"));
        QCOMPARE(job.read(".t.jsonl.kt-ffffffffffffffff"), std::string("of another job"));
    }

    void filesThatCannotBeWorked() {
        JobSpec spec = jsonSpec();
        spec.source.paths = {"none.jsonl", "two.jsonl", "t.jsonl"};
        TableFixture job(spec);
        job.write(lines("old"));
        job.write(lines("old"), "two.jsonl");
        std::filesystem::create_hard_link(job.path("two.jsonl"), job.path("other.jsonl"));
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.read(), lines("new"));
        QCOMPARE(job.read("two.jsonl"), lines("old"));
        const auto items = job.lastItems();
        QCOMPARE(items[0].cause, Cause::Missing);
        QCOMPARE(items[0].place.unit, std::string("none.jsonl"));
        QCOMPARE(items[1].cause, Cause::HardLinked);
    }

    void aMissingColumnNamesThoseThatAre() {
        JobSpec spec = tableSpec(SourceKind::Csv, "secret");
        spec.source.paths = {"t.csv"};
        TableFixture job(spec);
        job.write("id,k\n1,x\n", "t.csv");
        QVERIFY(job.runToTheEnd());
        QCOMPARE(job.lastItems().size(), std::size_t{1});
        QCOMPARE(job.lastItems()[0].message,
                 std::string("find.blob: there is no column \"secret\". The header has \"id\", \"k\"."));
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.csv")});
    }

    void surveyCounts() {
        TableFixture job(jsonSpec());
        job.write(lines("old"));
        QVERIFY(job.start());
        const auto survey = job.lane->survey(0, {});
        QVERIFY(survey);
        QCOMPARE(survey->items, std::uint64_t{24});
        QCOMPARE(survey->faultCount, std::uint64_t{2});
        QCOMPARE(survey->units, std::uint64_t{1});
        QCOMPARE(survey->bytes, std::uint64_t(lines("old").size()));
        QVERIFY(survey->freeBytes > 0);
        QVERIFY(!survey->samples.empty());
        QCOMPARE(job.mover.calls(), std::uint64_t{0});
        QCOMPARE(job.names(), QStringList{QStringLiteral("t.jsonl")});
        const auto preview = job.lane->survey(5, {});
        QVERIFY(preview);
        QCOMPARE(preview->items, std::uint64_t{5});
    }
};

QTEST_APPLESS_MAIN(TestTableLane)
#include "tst_table_lane.moc"
