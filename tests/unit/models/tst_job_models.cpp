// SPDX-License-Identifier: Apache-2.0
// The models of bulk jobs keep Qt's rules for models while faults and jobs come and go.
#include "ui/models/job_fault_model.h"
#include "ui/models/job_list_model.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace keyturn;
using reencrypt::Cause;
using reencrypt::ItemRecord;
using reencrypt::ItemState;
using reencrypt::JobState;
using ui::JobEntry;
using ui::JobFaultModel;
using ui::JobListModel;

namespace {

ItemRecord fault(Cause cause, std::string unit, std::uint64_t line = 0, std::string part = {}) {
    ItemRecord item;
    item.place = {std::move(unit), std::move(part), line};
    item.state = cause == Cause::ChangedMeanwhile ? ItemState::Conflict : ItemState::Failed;
    item.cause = cause;
    item.message = "what the service said";
    item.sourceKey = "alias/old";
    return item;
}

void add(JobFaultModel &model, const std::vector<ItemRecord> &items) {
    model.append(items.data(), items.data() + items.size());
}

JobEntry job(const char *name, JobState state) {
    JobEntry entry;
    entry.journal = std::filesystem::path("/jobs") / (std::string(name) + ".journal");
    entry.head.spec.name = name;
    entry.head.state = state;
    entry.head.counters.done = 1200;
    return entry;
}

QString textAt(const QAbstractItemModel &model, int row, int column, const QModelIndex &parent = {}) {
    return model.index(row, column, parent).data().toString();
}

} // namespace

class TestJobModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void faultsAreGroupedByCause() {
        JobFaultModel model;
        const QAbstractItemModelTester rules(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        add(model,
            {fault(Cause::StrayKey, "users.jsonl", 7), fault(Cause::ContextMismatch, "users.jsonl", 9)});
        add(model, {fault(Cause::StrayKey, "users.jsonl", 12), fault(Cause::StrayKey, "[41]", 0, "blob")});
        QCOMPARE(model.rowCount(), 2);
        const QModelIndex stray = model.index(0, 0);
        QCOMPARE(model.rowCount(stray), 3);
        QCOMPARE(model.countOf(Cause::StrayKey), std::uint64_t(3));
        QCOMPARE(model.countOf(Cause::Missing), std::uint64_t(0));
        QCOMPARE(stray.data(JobFaultModel::CauseRole).toString(), QStringLiteral("stray-key"));
        QCOMPARE(stray.data(JobFaultModel::CountRole).toULongLong(), 3ULL);
        QVERIFY(
            textAt(model, 0, JobFaultModel::Where).startsWith(u"3 items: ")); // and the cause in a sentence
        QVERIFY(textAt(model, 0, JobFaultModel::Message).isEmpty());
        QCOMPARE(ui::placeText({"/srv/app/users.jsonl", {}, 7}), QStringLiteral("users.jsonl, line 7"));
        QCOMPARE(textAt(model, 0, JobFaultModel::Where, stray), QStringLiteral("users.jsonl, line 7"));
        QCOMPARE(textAt(model, 2, JobFaultModel::Where, stray), QStringLiteral("[41], blob"));
        QCOMPARE(textAt(model, 0, JobFaultModel::Message, stray), QStringLiteral("what the service said"));
        QCOMPARE(textAt(model, 0, JobFaultModel::Key, stray), QStringLiteral("alias/old"));
        QCOMPARE(model.index(0, 0, stray).parent(), stray);
        QCOMPARE(model.rowCount(model.index(0, 0, stray)), 0);
    }

    void faultsThatComeLaterMoveNothing() {
        JobFaultModel model;
        const QAbstractItemModelTester rules(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        add(model, {fault(Cause::StrayKey, "a", 1)});
        const QPersistentModelIndex kept = model.index(0, 0, model.index(0, 0));
        for (int i = 0; i < 300; ++i) {
            add(model, {fault(i % 2 == 0 ? Cause::Service : Cause::StrayKey, "b", std::uint64_t(i) + 1)});
        }
        QVERIFY(kept.isValid());
        QCOMPARE(kept.data().toString(), QStringLiteral("a, line 1"));
        QCOMPARE(model.countOf(Cause::StrayKey), std::uint64_t(151));
        model.clear();
        QVERIFY(!kept.isValid());
        QCOMPARE(model.rowCount(), 0);
    }

    void everyCauseHasAGroupWithASentence() {
        JobFaultModel model;
        for (int cause = 1; cause < int(Cause::Count_); ++cause) {
            add(model, {fault(static_cast<Cause>(cause), "a", 1)});
            const QString group = model.index(cause - 1, JobFaultModel::Where).data().toString();
            QVERIFY2(group.startsWith(u"1 item: ") && group.size() > 20, qPrintable(group));
        }
    }

    void jobsSayTheirState_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::newRow("planned") << int(JobState::Planned) << QStringLiteral("Not started");
        QTest::newRow("running, but by nobody") << int(JobState::Running) << QStringLiteral("Interrupted");
        QTest::newRow("paused") << int(JobState::Paused) << QStringLiteral("Paused");
        QTest::newRow("done") << int(JobState::Done) << QStringLiteral("Done");
        QTest::newRow("verified") << int(JobState::Verified) << QStringLiteral("Verified");
        QTest::newRow("finalised") << int(JobState::Finalised) << QStringLiteral("Finalised");
        QTest::newRow("undone") << int(JobState::Undone) << QStringLiteral("Undone");
    }
    void jobsSayTheirState() {
        QFETCH(int, state);
        QFETCH(QString, word);
        JobListModel model;
        JobEntry entry = job("users", static_cast<JobState>(state));
        model.setEntries({entry});
        QCOMPARE(textAt(model, 0, JobListModel::State), word);
        entry.heldBy = QStringLiteral("keyturn-cli, 4711");
        model.setEntries({entry});
        QCOMPARE(textAt(model, 0, JobListModel::State), QStringLiteral("Running"));
        QVERIFY(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(u"4711"));
    }

    void countsChangeInPlace() {
        JobListModel model;
        const QAbstractItemModelTester rules(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setEntries({job("users", JobState::Running), job("orders", JobState::Done)});
        QCOMPARE(resets.size(), 1);
        QCOMPARE(textAt(model, 0, JobListModel::Items), QLocale().toString(1200));
        JobEntry more = job("users", JobState::Running);
        more.head.counters.done = 1400;
        more.head.counters.failed = 2;
        model.setEntries({more, job("orders", JobState::Done)});
        QCOMPARE(resets.size(), 1); // selection and scroll position stay
        QCOMPARE(textAt(model, 0, JobListModel::Items),
                 QStringLiteral("%1, 2 failed").arg(QLocale().toString(1400)));
        QCOMPARE(model.rowOf("/jobs/orders.journal"), 1);
        QCOMPARE(model.rowOf("/jobs/none.journal"), -1);
        model.setEntries({});
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(resets.size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestJobModels)
#include "tst_job_models.moc"
