// SPDX-License-Identifier: Apache-2.0
#include "workspace/rate_limiter.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <thread>
#include <vector>

namespace keyturn::workspace {

struct RateLimiter::State : std::enable_shared_from_this<RateLimiter::State> {
    struct Entry {
        Task task;
        std::optional<std::chrono::steady_clock::time_point> deadline;
        CancelToken::Subscription onCancel;
        std::uint64_t id = 0;
    };

    State(double perSecond, std::shared_ptr<const Clock> theClock, bool itself)
        : clock(std::move(theClock))
        , wakesItself(itself)
        , bucket(perSecond, clock->steadyNow()) {}

    void run(Entry entry, const CancelToken &cancel);
    void watch(std::uint64_t id, const CancelToken &cancel);
    void drop(std::uint64_t id);
    std::optional<std::chrono::steady_clock::time_point> letGo();
    void loop();
    void stop();

    const std::shared_ptr<const Clock> clock;
    const bool wakesItself;
    mutable std::mutex mutex;
    std::condition_variable changed;
    TokenBucket bucket;
    std::deque<Entry> queue;
    std::uint64_t lastId = 0;
    bool stopped = false;
    std::thread thread; ///< started by the first task that has to wait
};

void RateLimiter::State::run(Entry entry, const CancelToken &cancel) {
    if (cancel.isCancelled()) {
        return entry.task(Verdict::Cancelled);
    }
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(mutex);
        if (!queue.empty() || bucket.take(clock->steadyNow())) {
            id = entry.id = ++lastId;
            queue.push_back(std::move(entry));
            if (wakesItself && !thread.joinable()) {
                thread = std::thread([self = shared_from_this()] { self->loop(); });
            }
        }
    }
    if (id == 0) {
        return entry.task(Verdict::Go);
    }
    changed.notify_all();
    watch(id, cancel);
}

void RateLimiter::State::watch(std::uint64_t id, const CancelToken &cancel) {
    auto subscription = cancel.onCancel([weak = weak_from_this(), id] {
        if (const auto self = weak.lock()) {
            self->drop(id);
        }
    });
    const std::lock_guard lock(mutex);
    const auto found = std::ranges::find(queue, id, &Entry::id);
    if (found != queue.end()) {
        found->onCancel = std::move(subscription);
    }
}

void RateLimiter::State::drop(std::uint64_t id) {
    std::optional<Entry> entry; // ended outside the lock: its subscription may wait for another thread
    {
        const std::lock_guard lock(mutex);
        const auto found = std::ranges::find(queue, id, &Entry::id);
        if (found == queue.end()) {
            return;
        }
        entry = std::move(*found);
        queue.erase(found);
    }
    entry->task(Verdict::Cancelled);
}

/// Ends what is too late, lets go what has a token; when to look again, if anything still waits.
std::optional<std::chrono::steady_clock::time_point> RateLimiter::State::letGo() {
    std::vector<std::pair<Entry, Verdict>> ready;
    std::optional<std::chrono::steady_clock::time_point> next;
    {
        const std::lock_guard lock(mutex);
        const auto now = clock->steadyNow();
        for (auto entry = queue.begin(); entry != queue.end();) {
            if (entry->deadline && *entry->deadline <= now) {
                ready.emplace_back(std::move(*entry), Verdict::TooLate);
                entry = queue.erase(entry);
            } else {
                ++entry;
            }
        }
        while (!queue.empty()) {
            if (const auto wait = bucket.take(now)) {
                next = now + *wait;
                break;
            }
            ready.emplace_back(std::move(queue.front()), Verdict::Go);
            queue.pop_front();
        }
        for (const Entry &entry : queue) {
            next = entry.deadline ? std::min(*next, *entry.deadline) : next;
        }
    }
    for (auto &[entry, verdict] : ready) {
        entry.task(verdict);
    }
    return next;
}

void RateLimiter::State::loop() {
    std::unique_lock lock(mutex);
    while (!stopped) {
        lock.unlock();
        const auto next = letGo();
        lock.lock();
        if (stopped) {
            break;
        }
        if (next) {
            changed.wait_until(lock, *next);
        } else if (queue.empty()) {
            changed.wait(lock, [this] { return stopped || !queue.empty(); });
        }
    }
}

void RateLimiter::State::stop() {
    std::deque<Entry> left;
    {
        const std::lock_guard lock(mutex);
        stopped = true;
        left.swap(queue);
    }
    changed.notify_all();
    for (Entry &entry : left) {
        entry.task(Verdict::Cancelled);
    }
    if (thread.joinable()) {
        thread.join();
    }
}

RateLimiter::RateLimiter(double perSecond, std::shared_ptr<const Clock> clock, bool wakesItself)
    : m_state(std::make_shared<State>(perSecond, std::move(clock), wakesItself)) {}

RateLimiter::~RateLimiter() {
    m_state->stop();
}

void RateLimiter::run(Task task, CancelToken cancel,
                      std::optional<std::chrono::steady_clock::time_point> deadline) {
    m_state->run({std::move(task), deadline, {}, 0}, cancel);
}

void RateLimiter::setRate(double perSecond) {
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->bucket.setRate(perSecond, m_state->clock->steadyNow());
    }
    m_state->changed.notify_all();
    if (!m_state->wakesItself) {
        wake();
    }
}

double RateLimiter::rate() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->bucket.rate();
}

std::size_t RateLimiter::waiting() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->queue.size();
}

void RateLimiter::wake() {
    m_state->letGo();
}

std::shared_ptr<RateLimiter> RateLimiters::of(const std::string &endpoint, const std::string &region,
                                              double perSecond) {
    const std::lock_guard lock(m_mutex);
    std::weak_ptr<RateLimiter> &known = m_limiters[endpoint + '\n' + region];
    auto limiter = known.lock();
    if (limiter) {
        limiter->setRate(perSecond);
        return limiter;
    }
    limiter = std::make_shared<RateLimiter>(perSecond, m_clock);
    known = limiter;
    return limiter;
}

} // namespace keyturn::workspace
