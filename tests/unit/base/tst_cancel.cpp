// SPDX-License-Identifier: Apache-2.0
// Cancellation, also from inside callbacks and from other threads.
#include "base/cancel.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

using namespace keyturn;

class CancelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tokensSeeTheirSource();
    void callbacksRunOnce();
    void lateSubscriptionRunsAtOnce();
    void droppedSubscriptionIsNotCalled();
    void callbackMayDropItself();
    void callbackMayDropAnother();
    void sourceMayDieInACallback();
    void tokenOutlivesItsSource();
    void droppingWaitsForTheCallback();
    void manyThreads();
};

void CancelTest::tokensSeeTheirSource() {
    const CancelToken never;
    QVERIFY(!never.isCancelled());
    CancelSource source;
    const CancelToken token = source.token();
    const CancelSource other;
    QVERIFY(!token.isCancelled() && !source.isCancelled());
    source.cancel();
    source.cancel();
    QVERIFY(token.isCancelled() && source.isCancelled() && source.token().isCancelled());
    QVERIFY(!other.isCancelled());
}

void CancelTest::callbacksRunOnce() {
    CancelSource source;
    std::vector<int> order;
    const auto first = source.token().onCancel([&] { order.push_back(1); });
    const auto second = source.token().onCancel([&] { order.push_back(2); });
    const auto none = CancelToken().onCancel([&] { order.push_back(3); });
    QVERIFY(order.empty());
    source.cancel();
    source.cancel();
    QVERIFY(order == (std::vector{1, 2}));
}

void CancelTest::lateSubscriptionRunsAtOnce() {
    CancelSource source;
    source.cancel();
    int calls = 0;
    const auto late = source.token().onCancel([&] { ++calls; });
    QCOMPARE(calls, 1);
}

void CancelTest::droppedSubscriptionIsNotCalled() {
    CancelSource source;
    int calls = 0;
    {
        const auto dropped = source.token().onCancel([&] { calls += 1; });
    }
    auto replaced = source.token().onCancel([&] { calls += 10; });
    replaced = source.token().onCancel([&] { calls += 100; });
    const auto moved = std::move(replaced);
    source.cancel();
    QCOMPARE(calls, 100);
}

void CancelTest::callbackMayDropItself() {
    CancelSource source;
    std::optional<CancelToken::Subscription> subscription;
    auto guard = std::make_shared<int>(1);
    bool alive = false;
    subscription = source.token().onCancel([&, guard] {
        subscription.reset();
        alive = *guard == 1; // the callable outlives its own removal
    });
    source.cancel();
    QVERIFY(alive && !subscription);
    QCOMPARE(guard.use_count(), 1L);
}

void CancelTest::callbackMayDropAnother() {
    CancelSource source;
    std::optional<CancelToken::Subscription> second;
    int calls = 0;
    const auto first = source.token().onCancel([&] { second.reset(); });
    second = source.token().onCancel([&] { ++calls; });
    source.cancel();
    QCOMPARE(calls, 0);
}

void CancelTest::sourceMayDieInACallback() {
    auto source = std::make_unique<CancelSource>();
    const CancelToken token = source->token();
    int calls = 0;
    const auto first = token.onCancel([&] { source.reset(); });
    const auto second = token.onCancel([&] { ++calls; });
    source->cancel();
    QCOMPARE(calls, 1);
    QVERIFY(token.isCancelled());
}

void CancelTest::tokenOutlivesItsSource() {
    CancelToken token;
    {
        const CancelSource source;
        token = source.token();
    }
    QVERIFY(!token.isCancelled());
    const auto subscription = token.onCancel([] {});
}

void CancelTest::droppingWaitsForTheCallback() {
    CancelSource source;
    std::latch running(1);
    std::latch mayEnd(1);
    std::atomic<bool> ended{false};
    std::optional<CancelToken::Subscription> subscription = source.token().onCancel([&] {
        running.count_down();
        mayEnd.wait();
        ended = true;
    });
    std::jthread canceller([&] { source.cancel(); });
    running.wait();
    std::jthread releaser([&] { mayEnd.count_down(); });
    subscription.reset(); // returns only when the callback has
    QVERIFY(ended);
}

void CancelTest::manyThreads() {
    for (int round = 0; round < 200; ++round) {
        CancelSource source;
        std::atomic<int> calls{0};
        std::atomic<int> kept{0};
        std::latch start(3);
        const auto subscriber = [&] {
            start.arrive_and_wait();
            for (int i = 0; i < 20; ++i) {
                const auto dropped = source.token().onCancel([&] { ++calls; });
            }
            const auto last = source.token().onCancel([&] { ++kept; });
            while (kept == 0) { // cancelled before or after: each kept callback runs
                std::this_thread::yield();
            }
        };
        {
            const std::jthread first(subscriber);
            const std::jthread second(subscriber);
            start.arrive_and_wait();
            source.cancel();
        }
        QVERIFY(kept >= 1 && kept <= 2 && calls <= 40);
    }
}

QTEST_APPLESS_MAIN(CancelTest)
#include "tst_cancel.moc"
