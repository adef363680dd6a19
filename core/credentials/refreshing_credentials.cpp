// SPDX-License-Identifier: Apache-2.0
#include "credentials/refreshing_credentials.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace keyturn::credentials {

namespace {

using Shared = CredentialsSource::Shared;
using Obtained = CredentialsSource::Obtained;

constexpr std::chrono::minutes pauseAfterFailure{1};

struct Waiter {
    std::uint64_t id = 0;
    Obtained done;
    CancelToken::Subscription cancelled; ///< destroyed outside of the lock only
};

/// What the source, its thread and the callers' cancellations share.
struct State {
    std::mutex mutex;
    std::condition_variable changed;
    Shared current;
    std::vector<Waiter> waiters;
    std::uint64_t lastId = 0;
    FetchReason reason = FetchReason::First;
    bool wanted = false;     ///< a fetch is to run
    bool running = false;    ///< one runs
    bool background = false; ///< it runs although nobody waits
    bool stopping = false;
    CancelSource stopFetch; ///< of the fetch that is wanted or runs
    Timestamp nextTry = Timestamp::min();

    bool holds(Timestamp now) const {
        return current && (!current->expiration || *current->expiration > now);
    }

    /// With the lock held.
    void want(FetchReason why) {
        if (wanted || running) {
            return;
        }
        reason = why == FetchReason::Refused || reason == FetchReason::Refused ? FetchReason::Refused : why;
        wanted = true;
        stopFetch = CancelSource();
        changed.notify_all();
    }
    FetchReason reasonNow() const { return current ? FetchReason::Renewal : FetchReason::First; }

    /// The caller of this waiter does not want it any more.
    void giveUp(std::uint64_t id) {
        std::optional<Waiter> left;
        std::optional<CancelSource> stop;
        {
            const std::scoped_lock lock(mutex);
            const auto found =
                std::find_if(waiters.begin(), waiters.end(), [&](const Waiter &w) { return w.id == id; });
            if (found == waiters.end()) {
                return;
            }
            left.emplace(std::move(*found));
            waiters.erase(found);
            if (waiters.empty() && !background) {
                stop = stopFetch;
            }
        }
        if (stop) {
            stop->cancel();
        }
        left->done(fail(ErrorCode::Cancelled, "the wait for credentials was stopped"));
    }
};

class RefreshingCredentials final : public CredentialsSource {
public:
    RefreshingCredentials(FetchCredentials fetch, std::string source, std::shared_ptr<const Clock> clock)
        : m_fetch(std::move(fetch))
        , m_source(std::move(source))
        , m_clock(std::move(clock))
        , m_thread([this] { work(); }) {}

    ~RefreshingCredentials() override {
        std::optional<CancelSource> stop;
        {
            const std::scoped_lock lock(m_state->mutex);
            m_state->stopping = true;
            stop = m_state->stopFetch;
            m_state->changed.notify_all();
        }
        stop->cancel();
        m_thread.join();
    }

    Result<Shared> current(Timestamp now) override {
        const std::scoped_lock lock(m_state->mutex);
        if (m_state->current && now >= m_state->nextTry && isNear(now, advisoryRenewal)) {
            wantInBackground();
        }
        if (m_state->holds(now)) {
            return m_state->current;
        }
        if (m_state->current) {
            return fail(ErrorCode::ExpiredToken, "the credentials from " + m_state->current->source +
                                                     " expired at " +
                                                     formatIso8601(*m_state->current->expiration));
        }
        return fail(ErrorCode::NoCredentials,
                    "the credentials from " + m_source + " have not been fetched yet");
    }

    void obtain(Timestamp now, CancelToken cancel, Obtained done) override {
        Result<Shared> answer = fail(ErrorCode::Cancelled, "stopped before the credentials were asked for");
        std::uint64_t id = 0;
        if (!cancel.isCancelled()) {
            const std::scoped_lock lock(m_state->mutex);
            if (m_state->holds(now) && (now < m_state->nextTry || !isNear(now, mandatoryRenewal))) {
                if (now >= m_state->nextTry && isNear(now, advisoryRenewal)) {
                    wantInBackground();
                }
                answer = m_state->current;
            } else {
                id = ++m_state->lastId;
                m_state->waiters.push_back({id, std::move(done), {}});
                m_state->want(m_state->reasonNow());
            }
        }
        if (id == 0) {
            done(std::move(answer));
            return;
        }
        // Outside of the lock: it may fire at once.
        auto subscription = cancel.onCancel([state = m_state, id] { state->giveUp(id); });
        const std::scoped_lock lock(m_state->mutex);
        for (Waiter &waiter : m_state->waiters) {
            if (waiter.id == id) {
                std::swap(waiter.cancelled, subscription);
            }
        }
    }

    void refused(const Credentials &used) override {
        const std::scoped_lock lock(m_state->mutex);
        if (m_state->current && m_state->current->accessKeyId == used.accessKeyId) {
            m_state->current.reset();
            m_state->reason = FetchReason::Refused;
            m_state->nextTry = Timestamp::min();
        }
    }

private:
    /// With the lock held and something at hand.
    bool isNear(Timestamp now, std::chrono::minutes window) const {
        return m_state->current->expiration && *m_state->current->expiration - now < window;
    }
    void wantInBackground() {
        if (!m_state->wanted && !m_state->running) {
            m_state->background = true;
            m_state->want(FetchReason::Renewal);
        }
    }

    void work() {
        const std::shared_ptr<State> state = m_state;
        std::unique_lock lock(state->mutex);
        while (true) {
            state->changed.wait(lock, [&] { return state->wanted || state->stopping; });
            if (state->stopping) {
                break;
            }
            state->wanted = false;
            state->running = true;
            const FetchReason reason = std::exchange(state->reason, FetchReason::First);
            const CancelToken cancel = state->stopFetch.token();
            lock.unlock();
            auto fetched = m_fetch(reason, cancel);
            lock.lock();
            state->running = false;
            state->background = false;
            if (!fetched && fetched.error().code == ErrorCode::Cancelled && cancel.isCancelled() &&
                !state->stopping && !state->waiters.empty()) {
                state->want(reason); // somebody came while the fetch that nobody wanted was being stopped
                continue;
            }
            settle(lock, keep(std::move(fetched), reason));
        }
        settle(lock, fail(ErrorCode::Cancelled, "the source of the credentials was closed"));
    }

    /// With the lock held: takes over what was fetched, or falls back to what still holds.
    Result<Shared> keep(Result<Credentials> fetched, FetchReason reason) {
        const Timestamp now = m_clock->now();
        if (fetched && fetched->expiration && *fetched->expiration <= now) {
            fetched = fail(ErrorCode::ExpiredToken,
                           "Credentials were refreshed, but the refreshed credentials are still expired.");
        }
        if (fetched) {
            m_state->current = std::make_shared<const Credentials>(std::move(*fetched));
            m_state->nextTry = Timestamp::min();
            return m_state->current;
        }
        if (reason == FetchReason::Refused) {
            m_state->reason = FetchReason::Refused;
        }
        m_state->nextTry = now + pauseAfterFailure;
        return m_state->holds(now) ? Result<Shared>(m_state->current) : Result<Shared>(failFrom(fetched));
    }

    /// Tells everybody who waits; gives the lock up meanwhile.
    void settle(std::unique_lock<std::mutex> &lock, const Result<Shared> &answer) {
        std::vector<Waiter> waiters = std::move(m_state->waiters);
        m_state->waiters.clear();
        lock.unlock();
        for (Waiter &waiter : waiters) {
            waiter.done(answer);
        }
        waiters.clear();
        lock.lock();
    }

    FetchCredentials m_fetch;
    const std::string m_source;
    const std::shared_ptr<const Clock> m_clock;
    const std::shared_ptr<State> m_state = std::make_shared<State>();
    std::thread m_thread; ///< last: it uses the rest
};

} // namespace

std::shared_ptr<CredentialsSource> refreshingCredentials(FetchCredentials fetch, std::string source,
                                                         std::shared_ptr<const Clock> clock) {
    return std::make_shared<RefreshingCredentials>(std::move(fetch), std::move(source), std::move(clock));
}

} // namespace keyturn::credentials
