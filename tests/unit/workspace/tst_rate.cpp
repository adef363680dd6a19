// SPDX-License-Identifier: Apache-2.0
// How fast calls may go: by a clock that only the test moves.
#include "fakes/counting_kms.h"
#include "kms/call.h"
#include "kms/operations/list_keys.h"
#include "workspace/rate_limited_kms.h"

#include <QTest>

#include <future>

using namespace keyturn;
using namespace keyturn::workspace;
using namespace std::chrono_literals;

namespace {

using Verdict = RateLimiter::Verdict;

/// What became of numbered tasks. Outlives the limiter, which tells what still waits when it goes.
struct Outcomes {
    std::vector<std::pair<int, Verdict>> all;
    RateLimiter::Task task(int number) {
        return [this, number](Verdict verdict) { all.emplace_back(number, verdict); };
    }
    int gone() const {
        return int(std::count_if(all.begin(), all.end(),
                                 [](const auto &each) { return each.second == Verdict::Go; }));
    }
};

} // namespace

class TestRate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_clock = std::make_shared<ManualClock>(Timestamp{}); }

    void aBucketHoldsOneSecond() {
        TokenBucket bucket(5, {});
        TokenBucket::Moment now{};
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!bucket.take(now));
        }
        const auto wait = bucket.take(now);
        QVERIFY(wait && *wait > 199ms && *wait <= 200ms + 1us);
        now += 100ms;
        QVERIFY(bucket.take(now));
        now += 100ms;
        QVERIFY(!bucket.take(now));
        now += 1h; // never more than a second's worth
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!bucket.take(now));
        }
        QVERIFY(bucket.take(now));
    }

    void aBucketKeepsItsRateInTheLongRun() {
        TokenBucket bucket(7, {});
        TokenBucket::Moment now{};
        int taken = 0;
        for (int step = 0; step < 10'000; ++step) {
            while (!bucket.take(now)) {
                ++taken;
            }
            now += 10ms;
        }
        QVERIFY2(taken >= 700 && taken <= 708, qPrintable(QString::number(taken)));
    }

    void noCeilingIsNoCeiling() {
        TokenBucket bucket(0, {});
        for (int i = 0; i < 10'000; ++i) {
            QVERIFY(!bucket.take({}));
        }
    }

    void tasksGoInOrderAsTokensCome() {
        Outcomes outcomes;
        RateLimiter limiter(2, m_clock, false);
        for (int i = 0; i < 6; ++i) {
            limiter.run(outcomes.task(i), {});
        }
        QCOMPARE(outcomes.gone(), 2);
        QCOMPARE(limiter.waiting(), std::size_t(4));
        m_clock->advance(499ms);
        limiter.wake();
        QCOMPARE(outcomes.gone(), 2);
        m_clock->advance(1ms);
        limiter.wake();
        QCOMPARE(outcomes.gone(), 3);
        m_clock->advance(1s);
        limiter.wake();
        QCOMPARE(outcomes.gone(), 5);
        m_clock->advance(500ms);
        // A newcomer waits behind those who wait.
        limiter.run(outcomes.task(6), {});
        QCOMPARE(limiter.waiting(), std::size_t(2));
        limiter.wake();
        for (std::size_t i = 0; i < outcomes.all.size(); ++i) {
            QCOMPARE(outcomes.all[i].first, int(i));
        }
        QCOMPARE(outcomes.gone(), 6);
    }

    void waitingCanBeCancelled() {
        Outcomes outcomes;
        RateLimiter limiter(1, m_clock, false);
        CancelSource cancel;
        limiter.run(outcomes.task(0), {});
        limiter.run(outcomes.task(1), cancel.token());
        limiter.run(outcomes.task(2), {});
        cancel.cancel();
        QCOMPARE(outcomes.all.back(), std::pair(1, Verdict::Cancelled));
        QCOMPARE(limiter.waiting(), std::size_t(1));
        limiter.run(outcomes.task(3), cancel.token()); // cancelled before it came
        QCOMPARE(outcomes.all.back(), std::pair(3, Verdict::Cancelled));
        m_clock->advance(1s);
        limiter.wake();
        QCOMPARE(outcomes.all.back(), std::pair(2, Verdict::Go)); // the cancelled one cost no token
    }

    void waitingEndsAtItsDeadline() {
        Outcomes outcomes;
        RateLimiter limiter(1, m_clock, false);
        limiter.run(outcomes.task(0), {});
        limiter.run(outcomes.task(1), {}, m_clock->steadyNow() + 500ms);
        limiter.run(outcomes.task(2), {});
        m_clock->advance(500ms);
        limiter.wake();
        QCOMPARE(outcomes.all.back(), std::pair(1, Verdict::TooLate));
        m_clock->advance(500ms);
        limiter.wake();
        QCOMPARE(outcomes.all.back(), std::pair(2, Verdict::Go));
    }

    void theCeilingChangesWhileTasksWait() {
        Outcomes outcomes;
        RateLimiter limiter(1, m_clock, false);
        for (int i = 0; i < 11; ++i) {
            limiter.run(outcomes.task(i), {});
        }
        QCOMPARE(outcomes.gone(), 1);
        limiter.setRate(10);
        m_clock->advance(500ms);
        limiter.wake();
        QCOMPARE(outcomes.gone(), 6);
        limiter.setRate(0);
        QCOMPARE(outcomes.gone(), 11);
    }

    void theEndOfALimiterEndsWhatWaits() {
        Outcomes outcomes;
        {
            RateLimiter limiter(1, m_clock, false);
            limiter.run(outcomes.task(0), {});
            limiter.run(outcomes.task(1), {});
        }
        QCOMPARE(outcomes.all.back(), std::pair(1, Verdict::Cancelled));
    }

    void oneLimiterForEachEndpointAndRegion() {
        RateLimiters limiters(m_clock);
        const auto one = limiters.of("https://kms.eu-central-1.amazonaws.com", "eu-central-1", 5);
        const auto same = limiters.of("https://kms.eu-central-1.amazonaws.com", "eu-central-1", 9);
        const auto other = limiters.of("https://kms.eu-central-1.amazonaws.com", "eu-west-1", 5);
        QCOMPARE(one, same);
        QCOMPARE(one->rate(), 9.0);
        QVERIFY(one != other);
    }

    /// Two services of one limiter share its tokens; each call that waits is its own to cancel.
    void servicesShareALimiter() {
        const auto inner = std::make_shared<CountingKms>();
        const auto limiter = std::make_shared<RateLimiter>(2, m_clock, false);
        int answered = 0;
        std::optional<Error> last;
        RateLimitedKms first(inner, limiter);
        RateLimitedKms second(inner, limiter);
        const auto send = [&](RateLimitedKms &kms, kms::CallContext context = {}) {
            kms.submit(kms::AnyRequest::of<kms::ListKeys>({}), std::move(context),
                       [&](Result<kms::AnyReply> reply) {
                           answered += reply ? 1 : 0;
                           last = reply ? std::optional<Error>() : reply.error();
                       });
        };
        send(first);
        send(second);
        CancelSource cancel;
        kms::CallContext context;
        context.cancel = cancel.token();
        send(first, std::move(context));
        send(second);
        QCOMPARE(inner->calls(), 2);
        cancel.cancel();
        QCOMPARE(last->code, ErrorCode::Cancelled);
        m_clock->advance(1s);
        limiter->wake();
        QCOMPARE(inner->calls(), 3);
        QCOMPARE(answered, 3);
    }

    void aCallThatIsTooLateWasNotSent() {
        const auto inner = std::make_shared<CountingKms>();
        const auto limiter = std::make_shared<RateLimiter>(1, m_clock, false);
        RateLimitedKms gate(inner, limiter);
        kms::CallContext context;
        context.deadline = m_clock->steadyNow() + 10ms;
        std::optional<Error> last;
        for (int i = 0; i < 2; ++i) {
            kms::CallContext each;
            each.deadline = context.deadline;
            gate.submit(
                kms::AnyRequest::of<kms::ListKeys>({}), std::move(each),
                [&](Result<kms::AnyReply> reply) { last = reply ? std::optional<Error>() : reply.error(); });
        }
        m_clock->advance(10ms);
        limiter->wake();
        QCOMPARE(last->code, ErrorCode::TimedOut);
        QCOMPARE(last->operation, std::string("ListKeys"));
        QCOMPARE(inner->calls(), 1);
    }

    void theEndOfAServiceEndsItsOwnCallsOnly() {
        const auto inner = std::make_shared<CountingKms>();
        const auto limiter = std::make_shared<RateLimiter>(1, m_clock, false);
        std::vector<ErrorCode> ends; // outlives the services, whose calls write to it
        auto first = std::make_unique<RateLimitedKms>(inner, limiter);
        RateLimitedKms second(inner, limiter);
        const auto note = [&](Result<kms::AnyReply> reply) {
            ends.push_back(reply ? ErrorCode::Unknown : reply.error().code);
        };
        first->submit(kms::AnyRequest::of<kms::ListKeys>({}), {}, note);
        first->submit(kms::AnyRequest::of<kms::ListKeys>({}), {}, note);
        second.submit(kms::AnyRequest::of<kms::ListKeys>({}), {}, note);
        first.reset();
        QCOMPARE(ends.back(), ErrorCode::Cancelled);
        QCOMPARE(limiter->waiting(), std::size_t(1));
    }

    /// On the machine's clock, with the limiter's own thread: what waits goes by itself.
    void aLimiterWakesItself() {
        std::promise<void> last; // outlives the limiter, whose thread fulfils it
        std::atomic<int> gone = 0;
        RateLimiter limiter(1000, systemClock());
        for (int i = 0; i < 1100; ++i) {
            limiter.run(
                [&](Verdict) {
                    if (++gone == 1100) {
                        last.set_value();
                    }
                },
                {});
        }
        last.get_future().wait();
        QCOMPARE(gone.load(), 1100);
    }

private:
    std::shared_ptr<ManualClock> m_clock;
};

QTEST_GUILESS_MAIN(TestRate)
#include "tst_rate.moc"
