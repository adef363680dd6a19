// SPDX-License-Identifier: Apache-2.0
// Journals under every fault at every call: what was there before stays, a record is there whole or not at
// all, success is told only for what is there, and the act can be repeated.
#include "faults/fault_sweep.h"
#include "unit/reencrypt/journal_fixture.h"

#include <QObject>
#include <QTest>

#include <cstdlib>
#include <tuple>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

constexpr std::uint64_t recordsBefore = 3; // Created and what prepare() adds

void emptyFolder(const std::filesystem::path &folder) {
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        std::filesystem::remove(entry.path());
    }
}

void prepare(const JournalFolder &place, const std::string &act) {
    emptyFolder(place.folder.path().toStdString());
    if (act == "create") {
        return;
    }
    auto journal = place.create();
    if (journal) {
        std::ignore = (*journal)->appendWithOld(Entry::Intent, bodyOf("before", {}), {Bytes(9000, 'o')});
        std::ignore = (*journal)->append({{Entry::Applied, bodyOf("before", {})}});
    }
}

std::string judge(const JournalFolder &place, const std::string &act, bool reportedDone) {
    auto journal = place.open();
    if (!journal) {
        const bool none = act == "create" && journal.error().code == ErrorCode::FileNotFound;
        return none && !reportedDone ? "" : "not opened: " + journal.error().detail;
    }
    const std::uint64_t size = (*journal)->size();
    if (act == "append") {
        const bool whole = size == recordsBefore + 2;
        if (size < recordsBefore || size > recordsBefore + 2 || (reportedDone && !whole)) {
            return std::to_string(size) + " records";
        }
        if (size > recordsBefore && (*journal)->oldValues(recordsBefore + 1)->size() != 2) {
            return "an intent without its old values";
        }
        return (*journal)->append({{Entry::Items, bodyOf("again", {})}}) ? "" : "cannot go on";
    }
    if (act == "drop") {
        const auto olds = (*journal)->oldValues(2);
        const bool dropped = olds && olds->size() == 1 && !olds->front();
        if (reportedDone && !dropped) {
            return "old values are still there";
        }
        return (*journal)->dropOldValues() ? "" : "cannot be dropped again";
    }
    return size == 1 ? "" : "a new journal with more than its job";
}

} // namespace

class JournalFaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFaultAtEveryCall_data() {
        QTest::addColumn<QByteArray>("act");
        QTest::newRow("create") << QByteArray("create");
        QTest::newRow("append") << QByteArray("append");
        QTest::newRow("drop") << QByteArray("drop");
    }
    void everyFaultAtEveryCall() {
        QFETCH(QByteArray, act);
        const char *program = std::getenv("KEYTURN_JOURNAL_ACT");
        QVERIFY2(program != nullptr, "KEYTURN_JOURNAL_ACT names the program under test");
        const JournalFolder place;
        const std::string what = act.toStdString();
        keyturn::test::FaultSweep sweep;
        sweep.command = {program, place.file().string(), what};
        sweep.watchedFolder = place.folder.path().toStdString();
        sweep.prepare = [&] { prepare(place, what); };
        sweep.oracle = [&](const keyturn::test::FaultRun &run) {
            return judge(place, what, !run.killed && run.exitCode == 0);
        };
        const auto report = sweepFaults(sweep);
        qInfo("%s: %s", act.constData(), report.summary().c_str());
        for (const std::string &finding : report.findings) {
            qWarning("%s", finding.c_str());
        }
        QVERIFY(report.runs > 20);
        QVERIFY(report.findings.empty());
    }
};

QTEST_GUILESS_MAIN(JournalFaultsTest)
#include "tst_journal_faults.moc"
