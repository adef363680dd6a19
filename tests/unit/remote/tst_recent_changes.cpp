// SPDX-License-Identifier: Apache-2.0
// The rules that need no network: what a change of the last five minutes excuses, when a signature is made
// again for the clock, whose turn it is in the queue, which bytes may still leave.
#include "remote/call_queue.h"
#include "remote/clock_offset.h"
#include "remote/recent_changes.h"

#include <QObject>
#include <QTest>

#include <thread>

using namespace keyturn;
using namespace keyturn::remote;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Names = std::vector<std::string>;

std::shared_ptr<ManualClock> newClock() {
    return std::make_shared<ManualClock>(parseIso8601("2026-11-22T04:17:00Z").value());
}

Error answered(const char *code) {
    Error error = serviceError(errorCodeFromServiceName(code), {}, ErrorOrigin::Service);
    error.serviceCode = code;
    return error;
}

SharedCall callOf(const char *job, int number) {
    auto call = std::make_shared<RemoteCall>();
    call->context.jobId = job;
    call->attempts = number; // to tell them apart
    return call;
}

} // namespace

class TestRecentChanges : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void excuses_data();
    void excuses();
    void theNewestChangeDecides();
    void fiveMinutesAndNoMore();
    void namesAreComparedWithoutTheirArn();
    void grantTokensGoAlong();
    void clockMoves_data();
    void clockMoves();
    void jobsTakeTurns();
    void queueIsBounded();
    void retriesGoFirst();
    void removedCallsAreNotServed();
    void gateLetsOnlyOneSideWin();
};

void TestRecentChanges::excuses_data() {
    QTest::addColumn<QByteArray>("operation");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<bool>("excused");
    const auto row = [](const char *operation, const char *code, bool excused) {
        QTest::addRow("%s %s", operation, code) << QByteArray(operation) << QByteArray(code) << excused;
    };
    row("CreateKey", "NotFoundException", true);
    row("CreateKey", "AccessDeniedException", true);
    row("CreateKey", "KMSInvalidStateException", true);
    row("CreateKey", "DisabledException", false);
    row("CreateAlias", "NotFoundException", true);
    row("UpdateAlias", "NotFoundException", true);
    row("DeleteAlias", "NotFoundException", false); // that is the new state
    row("DeleteAlias", "AlreadyExistsException", true);
    row("EnableKey", "DisabledException", true);
    row("EnableKey", "NotFoundException", false);
    row("DisableKey", "DisabledException", false);
    row("ScheduleKeyDeletion", "KMSInvalidStateException", false);
    row("CancelKeyDeletion", "KMSInvalidStateException", true);
    row("CancelKeyDeletion", "DisabledException", false);
    row("PutKeyPolicy", "AccessDeniedException", true);
    row("CreateGrant", "AccessDeniedException", true);
    row("RevokeGrant", "AccessDeniedException", false);
    row("TagResource", "AccessDeniedException", true);
    row("EnableKey", "ThrottlingException", false);
    row("UpdateKeyDescription", "NotFoundException", false);
}

void TestRecentChanges::excuses() {
    QFETCH(QByteArray, operation);
    QFETCH(QByteArray, code);
    QFETCH(bool, excused);
    const auto clock = newClock();
    RecentChanges changes(clock);
    changes.note(operation.toStdString(), {"k1"});
    clock->advance(seconds(12));
    const auto excuse = changes.excuse({"k1"}, errorCodeFromServiceName(code.toStdString()));
    QCOMPARE(excuse.has_value(), excused);
    QCOMPARE(changes.excuse({"k2"}, errorCodeFromServiceName(code.toStdString())).has_value(), false);
    if (excuse) {
        QCOMPARE(*excuse, "k1 was changed 12 s ago (" + operation.toStdString() +
                              "), and that may not have spread yet: wait a little and try again");
    }
}

void TestRecentChanges::theNewestChangeDecides() {
    RecentChanges changes(newClock());
    changes.note("EnableKey", {"k"});
    QVERIFY(changes.excuse({"k"}, ErrorCode::Disabled));
    changes.note("DisableKey", {"k"});
    QVERIFY(!changes.excuse({"k"}, ErrorCode::Disabled));
    changes.note("UpdateKeyDescription", {"k"}); // has no say
    QVERIFY(!changes.excuse({"k"}, ErrorCode::Disabled));
    changes.note("EnableKey", {"k"});
    QVERIFY(changes.excuse({"k"}, ErrorCode::Disabled));
    QCOMPARE(changes.of("k")->operation, std::string("EnableKey"));
}

void TestRecentChanges::fiveMinutesAndNoMore() {
    const auto clock = newClock();
    RecentChanges changes(clock);
    changes.note("CreateKey", {"k"});
    clock->advance(minutes(5) - seconds(1));
    QCOMPARE(changes.of("k")->age.count(), 299);
    QVERIFY(changes.excuse({"k"}, ErrorCode::NotFound));
    clock->advance(seconds(1));
    QVERIFY(!changes.of("k"));
    QVERIFY(!changes.excuse({"k"}, ErrorCode::NotFound));
}

void TestRecentChanges::namesAreComparedWithoutTheirArn() {
    QCOMPARE(nameWithoutArn("arn:aws:kms:eu-west-1:111122223333:key/0f0f"), std::string("0f0f"));
    QCOMPARE(nameWithoutArn("arn:verenc:111122223333:key/0f0f"), std::string("0f0f"));
    QCOMPARE(nameWithoutArn("arn:aws:kms:eu-west-1:111122223333:alias/a/b"), std::string("alias/a/b"));
    QCOMPARE(nameWithoutArn("0f0f"), std::string("0f0f"));
}

void TestRecentChanges::grantTokensGoAlong() {
    const auto clock = newClock();
    RecentChanges changes(clock);
    changes.noteGrant({"k"}, "id-1", "token-1");
    changes.noteGrant({"k", "alias/k"}, "id-2", "token-2");
    changes.noteGrant({"other"}, "id-3", "token-3");
    QVERIFY(changes.grantTokens({"k"}) == (Names{"token-2", "token-1"}));
    changes.forgetGrant("id-2");
    QVERIFY(changes.grantTokens({"k"}) == Names{"token-1"});
    QVERIFY(changes.grantTokens({"alias/k"}).empty());
    changes.forgetGrant("token-3");
    QVERIFY(changes.grantTokens({"other"}).empty());
    clock->advance(minutes(5));
    QVERIFY(changes.grantTokens({"k"}).empty());
}

void TestRecentChanges::clockMoves_data() {
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("observed"); // seconds; -1: no Date in the answer
    QTest::addColumn<int>("used");
    QTest::addColumn<bool>("moved");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *code, int observed, int used, bool moved, int offset) {
        QTest::addRow("%s seen %d used %d", code, observed, used)
            << QByteArray(code) << observed << used << moved << offset;
    };
    row("InvalidSignatureException", 960, 0, true, 960);
    row("InvalidSignatureException", -960, 0, true, -960);
    row("InvalidSignatureException", 86'400, 0, true, 86'400);
    row("InvalidSignatureException", 239, 0, false, 0);
    row("InvalidSignatureException", 240, 0, true, 240);
    row("InvalidSignatureException", -1, 0, false, 0);    // no Date
    row("InvalidSignatureException", 960, 960, false, 0); // it was signed so already
    row("InvalidSignatureException", 2, 960, true, 0);    // our clock was set right meanwhile
    row("RequestExpired", 960, 0, true, 960);
    row("RequestTimeTooSkewed", 960, 0, true, 960);
    row("SignatureDoesNotMatch", 960, 0, true, 960);
    row("AccessDeniedException", 960, 0, true, 960);
    row("AccessDeniedException", 10, 0, false, 0);
    row("NotAuthorizedException", 960, 0, true, 960); // QKMS says so for every fault of a signature
    row("NotFoundException", 960, 0, false, 0);
    row("ThrottlingException", 960, 0, false, 0);
}

void TestRecentChanges::clockMoves() {
    QFETCH(QByteArray, code);
    QFETCH(int, observed);
    QFETCH(int, used);
    QFETCH(bool, moved);
    QFETCH(int, offset);
    ClockOffset clock;
    const auto seen = observed == -1 ? std::nullopt : std::optional(seconds(observed));
    QCOMPARE(clock.movedBy(answered(code.constData()), seen, seconds(used)), moved);
    QCOMPARE(int(clock.current().count()), offset);
}

void TestRecentChanges::jobsTakeTurns() {
    CallQueue queue(100);
    for (int i = 0; i < 4; ++i) {
        QVERIFY(queue.push(callOf("bulk", i)));
    }
    QVERIFY(queue.push(callOf("", 10)));
    QVERIFY(queue.push(callOf("other", 20)));
    QVERIFY(queue.push(callOf("", 11)));
    std::vector<int> order;
    while (!queue.empty()) {
        order.push_back(queue.pop()->attempts);
    }
    QVERIFY(order == (std::vector<int>{0, 10, 20, 1, 11, 2, 3}));
}

void TestRecentChanges::queueIsBounded() {
    CallQueue queue(2);
    QVERIFY(queue.push(callOf("a", 0)));
    QVERIFY(queue.push(callOf("a", 1)));
    QVERIFY(!queue.push(callOf("a", 2)));
    QVERIFY(queue.push(callOf("b", 3))); // each job has its own bound
    queue.pushFirst(callOf("a", 4));     // a retry has been let in before
    QCOMPARE(queue.pop()->attempts, 4);
}

void TestRecentChanges::retriesGoFirst() {
    CallQueue queue(10);
    QVERIFY(queue.push(callOf("a", 0)));
    queue.pushFirst(callOf("a", 1));
    QCOMPARE(queue.pop()->attempts, 1);
    QCOMPARE(queue.pop()->attempts, 0);
    QVERIFY(queue.empty());
}

void TestRecentChanges::removedCallsAreNotServed() {
    CallQueue queue(10);
    const SharedCall first = callOf("a", 0);
    const SharedCall second = callOf("b", 1);
    QVERIFY(queue.push(first));
    QVERIFY(queue.push(second));
    queue.remove(first);
    queue.remove(first);
    QCOMPARE(queue.pop()->attempts, 1);
    QVERIFY(queue.empty());
    queue.remove(second);
}

void TestRecentChanges::gateLetsOnlyOneSideWin() {
    for (int i = 0; i < 2000; ++i) {
        SendGate gate;
        bool left = false;
        std::thread sender([&] { left = gate.pass(); });
        const bool known = gate.close();
        sender.join();
        QCOMPARE(known, left); // what left is known to have left
        QCOMPARE(gate.passed(), left);
    }
    SendGate twice;
    QVERIFY(twice.pass());
    QVERIFY(twice.pass()); // the next piece of the same body
    QVERIFY(twice.close());
}

QTEST_GUILESS_MAIN(TestRecentChanges)
#include "tst_recent_changes.moc"
