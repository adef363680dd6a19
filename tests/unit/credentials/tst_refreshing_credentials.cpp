// SPDX-License-Identifier: Apache-2.0
// A source that renews: one fetch for many callers, the windows of 15 and 10 minutes, what happens when a
// renewal fails, and callers that give up. The clock is the test's; nothing waits for time.
#include "fake_prompts.h"

#include "credentials/refreshing_credentials.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <latch>
#include <thread>

using namespace keyturn;
using namespace keyturn::credentials;
using namespace keyturn::test;
using std::chrono::minutes;

namespace {

/// What the fetch of a test does, and what it saw. A fetch may be held until the test lets it go.
struct Fetches {
    std::mutex mutex;
    std::condition_variable changed;
    int started = 0;
    bool held = false;
    bool failing = false;
    minutes life{60};
    std::vector<FetchReason> reasons;
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(testNow());

    FetchCredentials function() {
        return [this](FetchReason reason, const CancelToken &cancel) -> Result<Credentials> {
            const auto wake = cancel.onCancel([this] { changed.notify_all(); });
            std::unique_lock lock(mutex);
            const int number = ++started;
            reasons.push_back(reason);
            changed.notify_all();
            changed.wait(lock, [&] { return !held || cancel.isCancelled(); });
            if (cancel.isCancelled()) {
                return fail(ErrorCode::Cancelled, "stopped");
            }
            if (failing) {
                return fail(ErrorCode::AccessDenied, "refused by the test");
            }
            Credentials out;
            out.accessKeyId = "AK" + std::to_string(number);
            out.secretKey = SecretBytes::copyOf("CANARY");
            out.expiration = clock->now() + life;
            out.source = "a test";
            return out;
        };
    }
    void set(bool nowHeld, bool nowFailing) {
        const std::scoped_lock lock(mutex);
        held = nowHeld;
        failing = nowFailing;
        changed.notify_all();
    }
    void waitForStart(int count) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return started >= count; });
    }
    int count() {
        const std::scoped_lock lock(mutex);
        return started;
    }
    std::shared_ptr<CredentialsSource> source() { return refreshingCredentials(function(), "a test", clock); }
};

QByteArray keyOf(const Result<CredentialsSource::Shared> &got) {
    return got ? QByteArray::fromStdString((*got)->accessKeyId)
               : QByteArray(errorCodeName(got.error().code).data());
}

} // namespace

class TestRefreshingCredentials : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsFetchedBeforeItIsWanted();
    void oneFetchForManyCallers();
    void windows();
    void renewsInTheMiddleOfWork();
    void currentRenewsToo();
    void failedRenewalKeepsWhatHolds();
    void failedFetchIsTold();
    void expiredFetchIsAnError();
    void refusedAreNotHandedOutAgain();
    void noExpirationIsNeverRenewed();
    void oneCallerGivesUp();
    void lastCallerStopsTheFetch();
    void whoComesWhileItIsBeingStopped();
    void deathAnswersEverybody();
};

void TestRefreshingCredentials::nothingIsFetchedBeforeItIsWanted() {
    Fetches fetches;
    const auto source = fetches.source();
    QCOMPARE(keyOf(source->current(testNow())), QByteArray("NoCredentials"));
    QCOMPARE(fetches.count(), 0);
    CancelSource cancelled;
    cancelled.cancel();
    QCOMPARE(keyOf(obtainNow(*source, testNow(), cancelled.token())), QByteArray("Cancelled"));
    QCOMPARE(fetches.count(), 0);
}

void TestRefreshingCredentials::oneFetchForManyCallers() {
    Fetches fetches;
    fetches.set(true, false);
    const auto source = fetches.source();
    constexpr int callers = 64;
    std::atomic<int> good = 0;
    std::latch all(callers);
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i) {
        threads.emplace_back([&] {
            source->obtain(testNow(), {}, [&](Result<CredentialsSource::Shared> got) {
                good += keyOf(got) == "AK1" ? 1 : 0;
                all.count_down();
            });
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    fetches.set(false, false);
    all.wait();
    QCOMPARE(good.load(), callers);
    QCOMPARE(fetches.count(), 1);
}

void TestRefreshingCredentials::windows() {
    Fetches fetches;
    const auto source = fetches.source();
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK1"));
    fetches.clock->advance(minutes(45)); // 15 minutes left: not yet
    QCOMPARE(keyOf(obtainNow(*source, fetches.clock->now())), QByteArray("AK1"));
    QCOMPARE(fetches.count(), 1);
    fetches.set(true, false);
    fetches.clock->advance(std::chrono::seconds(1)); // under 15: in the background
    QCOMPARE(keyOf(obtainNow(*source, fetches.clock->now())), QByteArray("AK1"));
    fetches.waitForStart(2);
    fetches.clock->advance(minutes(6)); // under 10: callers wait
    std::atomic<bool> answered = false;
    std::latch done(1);
    source->obtain(fetches.clock->now(), {}, [&](Result<CredentialsSource::Shared> got) {
        answered = keyOf(got) == "AK2";
        done.count_down();
    });
    QVERIFY(!answered);
    fetches.set(false, false);
    done.wait();
    QVERIFY(answered);
    QCOMPARE(fetches.count(), 2);
    QVERIFY(fetches.reasons[1] == FetchReason::Renewal);
}

void TestRefreshingCredentials::renewsInTheMiddleOfWork() {
    Fetches fetches;
    const auto source = fetches.source();
    QByteArray last;
    int changes = 0;
    for (int minute = 0; minute < 600; ++minute) {
        auto got = obtainNow(*source, fetches.clock->now());
        QVERIFY(got.has_value());
        QVERIFY(*(*got)->expiration > fetches.clock->now());
        changes += keyOf(got) != last ? 1 : 0;
        last = keyOf(got);
        fetches.clock->advance(minutes(1));
    }
    QVERIFY(changes >= 10 && changes <= 14); // ten hours, an hour's life, renewed 15 to 10 minutes early
}

void TestRefreshingCredentials::currentRenewsToo() {
    Fetches fetches;
    const auto source = fetches.source();
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK1"));
    fetches.clock->advance(minutes(46));
    QCOMPARE(keyOf(source->current(fetches.clock->now())), QByteArray("AK1"));
    QTRY_COMPARE(keyOf(source->current(fetches.clock->now())), QByteArray("AK2"));
}

void TestRefreshingCredentials::failedRenewalKeepsWhatHolds() {
    Fetches fetches;
    const auto source = fetches.source();
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK1"));
    fetches.clock->advance(minutes(51));
    fetches.set(false, true);
    QCOMPARE(keyOf(obtainNow(*source, fetches.clock->now())), QByteArray("AK1"));
    QCOMPARE(fetches.count(), 2);
    QCOMPARE(keyOf(obtainNow(*source, fetches.clock->now())), QByteArray("AK1")); // no second try at once
    QCOMPARE(fetches.count(), 2);
    fetches.clock->advance(minutes(1));
    QCOMPARE(keyOf(obtainNow(*source, fetches.clock->now())), QByteArray("AK1"));
    QCOMPARE(fetches.count(), 3);
    fetches.clock->advance(minutes(8)); // now they have expired
    auto late = obtainNow(*source, fetches.clock->now());
    QCOMPARE(late.error().detail, std::string("refused by the test"));
    QCOMPARE(keyOf(source->current(fetches.clock->now())), QByteArray("ExpiredToken"));
    fetches.set(false, false);
    QVERIFY(obtainNow(*source, fetches.clock->now()).has_value());
}

void TestRefreshingCredentials::failedFetchIsTold() {
    Fetches fetches;
    fetches.set(false, true);
    const auto source = fetches.source();
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AccessDeniedException"));
    fetches.set(false, false);
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK2"));
}

void TestRefreshingCredentials::expiredFetchIsAnError() {
    Fetches fetches;
    fetches.life = minutes(0);
    const auto source = fetches.source();
    auto got = obtainNow(*source, testNow());
    QCOMPARE(got.error().code, ErrorCode::ExpiredToken);
    QCOMPARE(got.error().detail,
             std::string("Credentials were refreshed, but the refreshed credentials are still expired."));
}

void TestRefreshingCredentials::refusedAreNotHandedOutAgain() {
    Fetches fetches;
    const auto source = fetches.source();
    const auto first = obtainNow(*source, testNow()).value();
    source->refused(*first);
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK2"));
    QVERIFY(fetches.reasons[1] == FetchReason::Refused);
    source->refused(*first); // others are at hand by now
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK2"));
    QCOMPARE(fetches.count(), 2);
}

void TestRefreshingCredentials::noExpirationIsNeverRenewed() {
    const auto clock = std::make_shared<ManualClock>(testNow());
    int fetches = 0;
    const auto source = refreshingCredentials(
        [&](FetchReason, const CancelToken &) -> Result<Credentials> {
            ++fetches;
            return Credentials{"AK", SecretBytes::copyOf("CANARY"), {}, std::nullopt, "a test"};
        },
        "a test", clock);
    QCOMPARE(keyOf(obtainNow(*source, testNow())), QByteArray("AK"));
    clock->advance(std::chrono::hours(10'000));
    QCOMPARE(keyOf(obtainNow(*source, clock->now())), QByteArray("AK"));
    QCOMPARE(fetches, 1);
}

void TestRefreshingCredentials::oneCallerGivesUp() {
    Fetches fetches;
    fetches.set(true, false);
    const auto source = fetches.source();
    CancelSource impatient;
    QByteArray left;
    source->obtain(testNow(), impatient.token(),
                   [&](Result<CredentialsSource::Shared> got) { left = keyOf(got); });
    std::latch done(1);
    QByteArray stayed;
    source->obtain(testNow(), {}, [&](Result<CredentialsSource::Shared> got) {
        stayed = keyOf(got);
        done.count_down();
    });
    fetches.waitForStart(1);
    impatient.cancel();
    QCOMPARE(left, QByteArray("Cancelled"));
    fetches.set(false, false);
    done.wait();
    QCOMPARE(stayed, QByteArray("AK1"));
    QCOMPARE(fetches.count(), 1);
}

void TestRefreshingCredentials::lastCallerStopsTheFetch() {
    Fetches fetches;
    fetches.set(true, false);
    const auto source = fetches.source();
    CancelSource impatient;
    QByteArray left;
    source->obtain(testNow(), impatient.token(),
                   [&](Result<CredentialsSource::Shared> got) { left = keyOf(got); });
    fetches.waitForStart(1);
    impatient.cancel();
    QCOMPARE(left, QByteArray("Cancelled"));
    fetches.set(false, false);
    QVERIFY(obtainNow(*source, testNow()).has_value());
}

void TestRefreshingCredentials::whoComesWhileItIsBeingStopped() {
    // The fetch sees its cancellation only after the next caller has come.
    std::latch started(1);
    std::latch goOn(1);
    std::atomic<int> fetches = 0;
    const auto source = refreshingCredentials(
        [&](FetchReason, const CancelToken &cancel) -> Result<Credentials> {
            if (++fetches == 1) {
                started.count_down();
                goOn.wait();
            }
            if (cancel.isCancelled()) {
                return fail(ErrorCode::Cancelled, "stopped");
            }
            return Credentials{"AK", SecretBytes::copyOf("CANARY"), {}, std::nullopt, "a test"};
        },
        "a test", std::make_shared<ManualClock>(testNow()));
    CancelSource impatient;
    source->obtain(testNow(), impatient.token(), [](Result<CredentialsSource::Shared>) {});
    started.wait();
    impatient.cancel();
    std::latch done(1);
    QByteArray second;
    source->obtain(testNow(), {}, [&](Result<CredentialsSource::Shared> got) {
        second = keyOf(got);
        done.count_down();
    });
    goOn.count_down();
    done.wait();
    QCOMPARE(second, QByteArray("AK"));
    QCOMPARE(fetches.load(), 2);
}

void TestRefreshingCredentials::deathAnswersEverybody() {
    Fetches fetches;
    fetches.set(true, false);
    auto source = fetches.source();
    QByteArray answer;
    source->obtain(testNow(), {}, [&](Result<CredentialsSource::Shared> got) { answer = keyOf(got); });
    fetches.waitForStart(1);
    source.reset();
    QCOMPARE(answer, QByteArray("Cancelled"));
}

QTEST_GUILESS_MAIN(TestRefreshingCredentials)
#include "tst_refreshing_credentials.moc"
