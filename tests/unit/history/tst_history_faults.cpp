// SPDX-License-Identifier: Apache-2.0
// A change under every fault at every call: when the service heard of it, its intent stands in a history that
// can be read; when it did not, nobody is told that it was done; and the history goes on afterwards.
#include "faults/fault_sweep.h"
#include "history_scene.h"

#include <QObject>
#include <QTest>

#include <cstdlib>

using namespace keyturn;
using namespace keyturn::history;
using namespace keyturn::history::test;

class TestHistoryFaults : public QObject {
    Q_OBJECT

    static std::string judge(const HistoryScene &scene, const std::filesystem::path &sent, bool existed,
                             bool toldDone) {
        const bool wasSent = std::filesystem::exists(sent);
        if (!std::filesystem::exists(scene.file())) {
            return wasSent || toldDone || existed ? "no history" : "";
        }
        const auto log = scene.log();
        if (!log || !log->forEach([](const chainlog::StoredRecord &) { return Status(); })) {
            return "the history cannot be read";
        }
        std::size_t intents = existed ? 0 : 1;
        for (const HistoryEntry &entry : scene.entries({.operation = "EnableKey"})) {
            intents += entry.stage == Stage::Intent ? 1 : 0;
        }
        if (wasSent && intents < 2) {
            return "sent without an intent";
        }
        if (toldDone && !wasSent) {
            return "told as done, and not sent";
        }
        const auto recorder = scene.recorder();
        CallFacts more;
        more.entry.operation = "ListKeys";
        recorder->note(std::move(more));
        if (!recorder->flush()) {
            return "cannot go on";
        }
        const auto report = scene.log()->verify();
        return report && report->findings.empty()
                   ? ""
                   : "not whole: " + (report ? report->findings.front() : report.error().detail);
    }

private Q_SLOTS:
    void everyFaultAtEveryCall_data() {
        QTest::addColumn<bool>("existing");
        QTest::newRow("the first record") << false;
        QTest::newRow("one more") << true;
    }
    void everyFaultAtEveryCall() {
        QFETCH(bool, existing);
        const char *program = std::getenv("KEYTURN_HISTORY_ACT");
        QVERIFY2(program != nullptr, "KEYTURN_HISTORY_ACT names the program under test");
        const HistoryScene scene;
        const QTemporaryDir outside;
        const std::filesystem::path sent = std::filesystem::path(outside.path().toStdString()) / "sent";
        keyturn::test::FaultSweep sweep;
        sweep.command = {program, scene.file().string(), sent.string()};
        sweep.watchedFolder = scene.folder.path().toStdString();
        // Making the file is AtomicFile's, which has a sweep of its own: here every call only in the long
        // run.
        sweep.maxPointsPerFault = existing || qEnvironmentVariableIsSet("KEYTURN_SOAK") ? 0 : 6;
        sweep.prepare = [&] {
            std::filesystem::remove(sent);
            std::filesystem::remove_all(scene.file().parent_path());
            if (existing) {
                CallFacts before;
                before.entry.operation = "EnableKey";
                before.entry.stage = Stage::Intent;
                const auto recorder = scene.recorder();
                recorder->note(std::move(before));
                static_cast<void>(recorder->flush().has_value());
            }
        };
        sweep.oracle = [&](const keyturn::test::FaultRun &run) {
            return judge(scene, sent, existing, !run.killed && run.exitCode == 0);
        };
        const auto report = sweepFaults(sweep);
        qInfo("%s", report.summary().c_str());
        for (const std::string &finding : report.findings) {
            qWarning("%s", finding.c_str());
        }
        QVERIFY(report.runs > 20);
        QVERIFY(report.findings.empty());
    }
};

QTEST_GUILESS_MAIN(TestHistoryFaults)
#include "tst_history_faults.moc"
