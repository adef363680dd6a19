// SPDX-License-Identifier: Apache-2.0
// Movers when the service refuses, fails, loses answers or throttles: every error code of the program once;
// and the rate that jobs share.
#include "kms/operations/disable_key.h"
#include "kms/operations/re_encrypt.h"
#include "reencrypt/job_rate.h"
#include "unit/reencrypt/mover_scene.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <thread>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;
using namespace std::chrono_literals;

namespace {

Error errorOf(ErrorCode code, std::string message = "as it is") {
    return serviceError(code, std::move(message), ErrorOrigin::Service);
}

/// The n-th call and as many after it fail.
auto failing(int from, int count, ErrorCode code) {
    return [=](int call, const kms::AnyRequest &) -> std::optional<Error> {
        return call >= from && call < from + count ? std::optional(errorOf(code)) : std::nullopt;
    };
}

} // namespace

class MoverFaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Either the job stops with that very error, or one item fails with a cause and the others go on.
    void everyErrorCode_data() {
        QTest::addColumn<int>("code");
        for (int code = 0; code < static_cast<int>(ErrorCode::Count_); ++code) {
            QTest::newRow(std::string(errorCodeName(static_cast<ErrorCode>(code))).c_str()) << code;
        }
    }
    void everyErrorCode() {
        QFETCH(int, code);
        const auto error = static_cast<ErrorCode>(code);
        MoverScene scene;
        scene.spec.verification = Verification::Reply;
        scene.spec.safety.inFlight = 1;
        const auto requests = scene.requests(scene.oldKey, 3);
        const Bytes second = requests[1].ciphertext;
        scene.watched->before = [&](int, const kms::AnyRequest &request) -> std::optional<Error> {
            const bool isSecond = request.operation() == OperationId::ReEncrypt &&
                                  request.as<kms::ReEncrypt>().ciphertextBlob == second;
            return isSecond ? std::optional(errorOf(error)) : std::nullopt;
        };
        const auto results = scene.move(requests);
        const bool throttles = error == ErrorCode::Throttling || error == ErrorCode::LimitExceeded;
        if (stopsTheJob(errorOf(error)) || throttles) {
            QVERIFY(!results && results.error().code == error);
            return;
        }
        QVERIFY(results.has_value());
        QVERIFY((*results)[0].state == ItemState::Applied && (*results)[2].state == ItemState::Applied);
        const MoveResult &failed = (*results)[1];
        QVERIFY(failed.state == ItemState::Failed && failed.cause != Cause::None);
        QVERIFY(failed.error.code == error);
        const ItemRecord record = recordOf({"f", {}, 0}, second, failed);
        QCOMPARE(record.message, std::string("as it is"));
        QCOMPARE(record.sourceKey, failed.cause == Cause::StrayKey ? std::string() : scene.oldKey);
        QVERIFY(!sentence(record.cause).empty());
    }

    void causes_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("cause");
        const auto row = [](ErrorCode code, Cause cause) {
            QTest::newRow(std::string(errorCodeName(code)).c_str())
                << static_cast<int>(code) << static_cast<int>(cause);
        };
        row(ErrorCode::IncorrectKey, Cause::StrayKey);
        row(ErrorCode::InvalidCiphertext, Cause::ContextMismatch);
        row(ErrorCode::AccessDenied, Cause::Refused);
        row(ErrorCode::Disabled, Cause::KeyUnusable);
        row(ErrorCode::KMSInvalidState, Cause::KeyUnusable);
        row(ErrorCode::InvalidKeyUsage, Cause::KeyUnusable);
        row(ErrorCode::NotFound, Cause::KeyUnusable);
        row(ErrorCode::TimedOut, Cause::NetworkGaveUp);
        row(ErrorCode::OutcomeUnknown, Cause::OutcomeUnknown);
        row(ErrorCode::KMSInternal, Cause::Service);
        row(ErrorCode::Unknown, Cause::Service);
    }
    void causes() {
        QFETCH(int, code);
        QFETCH(int, cause);
        MoverScene scene;
        scene.watched->before = failing(1, 99, static_cast<ErrorCode>(code));
        const auto results = scene.move(scene.requests(scene.oldKey, 1));
        QVERIFY(allAre(results, ItemState::Failed));
        QCOMPARE(static_cast<int>(results->front().cause), cause);
    }

    void aFaultOfTheDestinationStopsTheJob_data() {
        QTest::addColumn<bool>("byAlias");
        QTest::newRow("by id") << false;
        QTest::newRow("by alias") << true;
    }
    void aFaultOfTheDestinationStopsTheJob() {
        QFETCH(bool, byAlias);
        MoverScene scene;
        scene.spec.destinationKey = byAlias ? "alias/new" : scene.newKey;
        const auto requests = scene.requests(scene.oldKey, 5);
        kms::DisableKey::Request disable;
        disable.keyId = scene.newKey;
        QVERIFY(kms::callAndWait<kms::DisableKey>(*scene.kms, std::move(disable)).has_value());
        const auto results = scene.move(requests);
        QVERIFY(!results && results.error().code == ErrorCode::Disabled);
        // That of the source is its items' own.
        disable.keyId = scene.oldKey;
        QVERIFY(kms::callAndWait<kms::DisableKey>(*scene.kms, std::move(disable)).has_value());
        scene.spec.destinationKey = scene.otherKey;
        const auto others = scene.move(requests);
        QVERIFY(allAre(others, ItemState::Failed));
        QVERIFY(others->front().cause == Cause::KeyUnusable);
    }

    void noSuchDestination() {
        MoverScene scene;
        scene.spec.destinationKey = "alias/nobody";
        const auto results = scene.move(scene.requests(scene.oldKey, 1));
        QVERIFY(!results && results.error().code == ErrorCode::NotFound);
        QCOMPARE(scene.watched->count(OperationId::ReEncrypt), 0);
    }

    void whoMayNotProveIsToldOnce() {
        MoverScene scene;
        scene.watched->before = [&](int, const kms::AnyRequest &request) -> std::optional<Error> {
            const auto &source = request.as<kms::ReEncrypt>().sourceKeyId;
            return source && source->find(scene.newKey) != std::string::npos
                       ? std::optional(errorOf(ErrorCode::AccessDenied))
                       : std::nullopt;
        };
        const auto results = scene.move(scene.requests(scene.oldKey, 20));
        QVERIFY(!results && results.error().code == ErrorCode::AccessDenied);
        QVERIFY(scene.watched->calls() <= 16);
    }

    void lostAnswersAreAskedForAgain_data() {
        QTest::addColumn<int>("code");
        QTest::newRow("lost") << static_cast<int>(ErrorCode::OutcomeUnknown);
        QTest::newRow("late") << static_cast<int>(ErrorCode::TimedOut);
        QTest::newRow("broken") << static_cast<int>(ErrorCode::BadReply);
        QTest::newRow("failed there") << static_cast<int>(ErrorCode::KMSInternal);
        QTest::newRow("connection") << static_cast<int>(ErrorCode::ConnectionFailed);
    }
    void lostAnswersAreAskedForAgain() {
        QFETCH(int, code);
        MoverScene scene;
        int lost = 0;
        scene.watched->after = [&](int call, OperationId, Result<kms::AnyReply> &answer) {
            if (call % 7 == 3 && lost < 3) { // never the same item twice in a row
                ++lost;
                answer = fail(errorOf(static_cast<ErrorCode>(code)));
            }
        };
        const auto results = scene.move(scene.requests(scene.oldKey, 30));
        QVERIFY(allAre(results, ItemState::Verified));
        QCOMPARE(scene.watched->calls(), 63);
    }

    void throttlingSlowsDownAndLosesNothing() {
        MoverScene scene;
        JobRates rates;
        const auto rate = rates.of("here", "eu", "symmetric", 100'000);
        scene.watched->before = failing(5, 12, ErrorCode::Throttling);
        const auto results = scene.mover(rate)->move(scene.requests(scene.oldKey, 40), {});
        QVERIFY(allAre(results, ItemState::Verified));
        QCOMPARE(rate->facts().throttled, std::uint64_t(12));
        QVERIFY(rate->facts().backingOff);
        QVERIFY(rate->facts().presentPerSecond < 100'000);
    }

    void aServiceThatOnlyThrottlesPausesTheJob() {
        MoverScene scene;
        scene.watched->before = failing(1, 100'000, ErrorCode::Throttling);
        const auto results = scene.move(scene.requests(scene.oldKey, 3));
        QVERIFY(!results && results.error().code == ErrorCode::Throttling);
    }

    void cancelledInTheMiddle() {
        MoverScene scene;
        CancelSource source;
        scene.watched->before = [&](int call, const kms::AnyRequest &) -> std::optional<Error> {
            if (call == 10) {
                source.cancel();
            }
            return std::nullopt;
        };
        const auto results = scene.mover()->move(scene.requests(scene.oldKey, 40), source.token());
        QVERIFY(!results && results.error().code == ErrorCode::Cancelled);
        QVERIFY(scene.watched->calls() <= 12);
    }

    void cancelledWhileItWaitsForItsTurn() {
        MoverScene scene;
        const auto clock = std::make_shared<ManualClock>(Timestamp(1'800'000'000s));
        JobRates rates(clock);
        const auto rate = rates.of("here", "eu", "symmetric", 1); // one token, then time stands still
        CancelSource source;
        std::atomic<int> calls = 0;
        scene.watched->before = [&](int, const kms::AnyRequest &) -> std::optional<Error> {
            ++calls;
            return std::nullopt;
        };
        std::thread canceller([&] {
            while (calls < 1) {
                std::this_thread::yield();
            }
            source.cancel();
        });
        const auto results = scene.mover(rate)->move(scene.requests(scene.oldKey, 3), source.token());
        canceller.join();
        QVERIFY(!results && results.error().code == ErrorCode::Cancelled);
        QCOMPARE(calls.load(), 1);
    }

    void neverMoreInFlightThanAsked() {
        MoverScene scene;
        scene.spec.safety.inFlight = 5;
        scene.kms->holdAnswers(true);
        // Encrypt waits too: make the ciphertexts before.
        scene.kms->answerHeld();
        const auto requests = scene.requests(scene.oldKey, 25);
        scene.kms->holdAnswers(true);
        std::atomic<bool> isDone = false;
        Result<std::vector<MoveResult>> results = fail(ErrorCode::Cancelled, "");
        std::thread worker([&] {
            results = scene.move(requests);
            isDone = true;
        });
        // Answered before all five are asked, fewer might ever wait at once.
        const bool allFive = QTest::qWaitFor([&] { return scene.kms->heldAnswers() == 5; });
        while (!isDone) {
            if (!scene.kms->answerNext()) {
                std::this_thread::yield();
            }
        }
        worker.join();
        QVERIFY(allFive);
        QVERIFY(allAre(results, ItemState::Verified));
        QCOMPARE(scene.watched->mostInFlight(), 5);
    }

    void rateHalvesOnceASecondAndClimbsByOne() {
        const auto clock = std::make_shared<ManualClock>(Timestamp(1'800'000'000s));
        JobRates rates(clock);
        const auto rate = rates.of("here", "eu", "symmetric", 40);
        QVERIFY(!rate->facts().backingOff);
        for (int each = 0; each < 64; ++each) {
            rate->throttled(); // all of one moment
        }
        QCOMPARE(rate->facts().presentPerSecond, 20.0);
        QCOMPARE(rate->facts().throttled, std::uint64_t(64));
        clock->advance(1s);
        rate->throttled();
        QCOMPARE(rate->facts().presentPerSecond, 10.0);
        for (int second = 1; second <= 5; ++second) {
            clock->advance(1s);
            rate->succeeded();
            rate->succeeded();
            QCOMPARE(rate->facts().presentPerSecond, 10.0 + second);
        }
        clock->advance(100s);
        rate->succeeded();
        QCOMPARE(rate->facts().presentPerSecond, 40.0);
        QVERIFY(!rate->facts().backingOff);
    }

    void rateWithoutCeiling() {
        const auto clock = std::make_shared<ManualClock>(Timestamp(1'800'000'000s));
        JobRates rates(clock);
        const auto rate = rates.of("vault", "", "", 0);
        for (int each = 0; each < 500; ++each) {
            QVERIFY(rate->acquire({}).has_value()); // never waits
        }
        rate->throttled();
        QCOMPARE(rate->facts().presentPerSecond, 250.0);
        rate->setCeiling(30);
        QCOMPARE(rate->facts().presentPerSecond, 30.0);
        QCOMPARE(rate->facts().ceilingPerSecond, 30.0);
    }

    void ratesAreSharedByPlace() {
        JobRates rates;
        const auto first = rates.of("a", "eu", "symmetric", 50);
        QVERIFY(rates.of("a", "eu", "symmetric", 70) == first);
        QCOMPARE(first->facts().ceilingPerSecond, 70.0);
        QVERIFY(rates.of("a", "us", "symmetric", 50) != first);
        QVERIFY(rates.of("a", "eu", "rsa", 50) != first);
    }

    void theCeilingChangesWhileCallsWait() {
        const auto clock = std::make_shared<ManualClock>(Timestamp(1'800'000'000s));
        JobRates rates(clock);
        const auto rate = rates.of("here", "eu", "symmetric", 1);
        QVERIFY(rate->acquire({}).has_value());
        std::thread waiting([&] { QVERIFY(rate->acquire({}).has_value()); });
        rate->setCeiling(0);
        waiting.join(); // the clock has not moved
    }
};

QTEST_GUILESS_MAIN(MoverFaultsTest)
#include "tst_mover_faults.moc"
