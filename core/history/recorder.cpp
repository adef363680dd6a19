// SPDX-License-Identifier: Apache-2.0
#include "history/recorder.h"

#include "base/encoding.h"
#include "history/history_file.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

namespace keyturn::history {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t queueMax = 200'000; ///< entries that nobody waits for
constexpr std::chrono::seconds askAgainAfter{5};

struct Pending {
    CallFacts facts;
    Recorder::Done done; ///< empty: nobody waits
    const void *owner = nullptr;
};

std::string likeness(const HistoryEntry &entry) {
    std::string text;
    for (const std::string *part :
         {&entry.profile, &entry.jobId, &entry.operation, &entry.key, &entry.material, &entry.destinationKey,
          &entry.destinationMaterial, &entry.outcome, &entry.detail, &entry.callId}) {
        text.append(*part).push_back('\0');
    }
    return text;
}

/// What stands for two like calls.
void join(CallFacts &sum, const CallFacts &other) {
    ++sum.entry.calls;
    if (sum.contexts.source != other.contexts.source) {
        sum.contexts.source.clear();
    }
    if (sum.contexts.destination != other.contexts.destination) {
        sum.contexts.destination.clear();
    }
    if (sum.entry.context != other.entry.context) {
        sum.entry.context.clear();
    }
    sum.entry.requestId.clear();
}

bool isDamage(const Error &error) {
    return error.code == ErrorCode::VaultDamaged;
}

/// For people who meant to call a service and hear of a file.
Error inWords(Error error, const std::filesystem::path &file) {
    if (isDamage(error)) {
        error.code = ErrorCode::IoFailed;
        error.detail += ". Look with \"keyturn-cli history verify\"; keep the file as evidence and move it "
                        "away, and a new history begins";
    }
    error.detail = "the history " + file.string() + " cannot be written: " + error.detail;
    return error;
}

} // namespace

struct Recorder::State {
    explicit State(const RecorderOptions &theOptions)
        : options(theOptions)
        , log(theOptions) {}

    const RecorderOptions &options;
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable idle;
    std::deque<Pending> queue;
    std::map<std::string, CallFacts> sums;
    SteadyTime queueDue = SteadyTime::max();
    SteadyTime sumsDue = SteadyTime::max();
    std::size_t waiting = 0; ///< entries in the queue that somebody waits for
    std::uint64_t flushesAsked = 0;
    std::uint64_t flushesDone = 0;
    Status flushed;
    std::uint64_t lost = 0;
    bool stopping = false;
    std::optional<Result<HistoryKey>> key;
    bool asked = false;
    SteadyTime refusedAt{};
    std::uint64_t callPrefix = 0;
    std::uint64_t callCount = 0;
    HistoryFile log; ///< recorder's thread only
    std::thread thread;

    void loop();
    void push(Pending pending);
    bool isDue() const;
    bool wantsKey();
    std::deque<Pending> take();
    void commit(std::deque<Pending> &batch);
    Status append(std::deque<Pending> &batch);
};

Recorder::Recorder(RecorderOptions options)
    : m_options(std::move(options))
    , m_state(std::make_unique<State>(m_options)) {
    std::random_device device;
    m_state->callPrefix = device();
    m_state->thread = std::thread([state = m_state.get()] { state->loop(); });
}

Recorder::~Recorder() {
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stopping = true;
        m_state->wake.notify_one();
    }
    m_state->thread.join();
}

void Recorder::provideKey(Result<HistoryKey> key) {
    const std::lock_guard lock(m_state->mutex);
    m_state->asked = false;
    m_state->refusedAt = key ? SteadyTime{} : m_options.clock->steadyNow();
    m_state->key.emplace(std::move(key));
    m_state->wake.notify_one();
}

/// Once for each need; after a refusal only when some time has gone by. Under the mutex.
bool Recorder::State::wantsKey() {
    if (asked || !options.askForKey || (key && key->has_value())) {
        return false;
    }
    if (key && options.clock->steadyNow() - refusedAt < askAgainAfter) {
        return false;
    }
    key.reset();
    asked = true;
    return true;
}

void Recorder::State::push(Pending pending) {
    HistoryEntry &entry = pending.facts.entry;
    entry.time = options.clock->now();
    const SteadyTime now = options.clock->steadyNow();
    entry.monotonicMicroseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count());
    entry.program = options.program;
    bool ask = false;
    {
        const std::lock_guard lock(mutex);
        if (!pending.done && queue.size() >= queueMax) {
            lost += entry.calls;
            return;
        }
        waiting += pending.done ? 1 : 0;
        if (!pending.done && queueDue == SteadyTime::max()) {
            queueDue = std::chrono::steady_clock::now() + options.readDelay;
        }
        queue.push_back(std::move(pending));
        ask = wantsKey();
        wake.notify_one();
    }
    if (ask) {
        options.askForKey();
    }
}

void Recorder::write(CallFacts facts, const void *owner, Done done) {
    m_state->push({std::move(facts), std::move(done), owner});
}

void Recorder::note(CallFacts facts) {
    m_state->push({std::move(facts), {}, nullptr});
}

void Recorder::sum(CallFacts facts) {
    State &state = *m_state;
    facts.entry.time = m_options.clock->now();
    facts.entry.program = m_options.program;
    facts.entry.stage = Stage::Sum;
    const std::lock_guard lock(state.mutex);
    if (state.sums.empty()) {
        state.sumsDue = std::chrono::steady_clock::now() + m_options.sumDelay;
        state.wake.notify_one();
    }
    const auto [at, isNew] = state.sums.try_emplace(likeness(facts.entry));
    if (isNew) {
        at->second = std::move(facts);
    } else {
        join(at->second, facts);
    }
}

void Recorder::abandon(const void *owner) {
    std::vector<Done> told;
    {
        const std::lock_guard lock(m_state->mutex);
        auto &queue = m_state->queue;
        for (auto at = queue.begin(); at != queue.end();) {
            if (at->owner != owner || !at->done) {
                ++at;
                continue;
            }
            told.push_back(std::move(at->done));
            at->done = nullptr;
            --m_state->waiting;
            const bool intent = at->facts.entry.stage == Stage::Intent;
            at = intent ? queue.erase(at) : std::next(at);
        }
        m_state->queueDue = std::min(m_state->queueDue, std::chrono::steady_clock::now());
        m_state->wake.notify_one();
    }
    for (Done &done : told) {
        done(fail(ErrorCode::Cancelled, "it was stopped before it was sent."));
    }
}

Status Recorder::flush() {
    State &state = *m_state;
    std::unique_lock lock(state.mutex);
    const std::uint64_t mine = ++state.flushesAsked;
    state.wake.notify_one();
    state.idle.wait(lock, [&] { return state.flushesDone >= mine; });
    return state.flushed;
}

std::uint64_t Recorder::lostCalls() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->lost;
}

std::string Recorder::newCallId() {
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(m_state->mutex);
        number = (m_state->callPrefix << 32) | (++m_state->callCount & 0xffffffffU);
    }
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    }
    return toHex(bytes);
}

/// Under the mutex. Without a key nothing is due but at the end: then what waits is refused.
bool Recorder::State::isDue() const {
    const bool pendingFlush = flushesDone < flushesAsked;
    if (stopping || (key && (waiting > 0 || pendingFlush))) {
        return true;
    }
    const auto now = std::chrono::steady_clock::now();
    return key && (now >= queueDue || now >= sumsDue);
}

std::deque<Pending> Recorder::State::take() {
    std::deque<Pending> batch;
    batch.swap(queue);
    waiting = 0;
    queueDue = SteadyTime::max();
    if (stopping || flushesDone < flushesAsked || std::chrono::steady_clock::now() >= sumsDue) {
        for (auto &[like, facts] : sums) {
            batch.push_back({std::move(facts), {}, nullptr});
        }
        sums.clear();
        sumsDue = SteadyTime::max();
    }
    return batch;
}

void Recorder::State::loop() {
    std::unique_lock lock(mutex);
    for (;;) {
        while (!isDue()) {
            const auto until = key ? std::min(queueDue, sumsDue) : SteadyTime::max();
            until == SteadyTime::max() ? wake.wait(lock) : static_cast<void>(wake.wait_until(lock, until));
        }
        const bool last = stopping;
        const std::uint64_t flushes = flushesAsked;
        auto batch = take();
        lock.unlock();
        commit(batch);
        batch.clear();
        lock.lock();
        flushesDone = flushes;
        idle.notify_all();
        if (last && queue.empty() && sums.empty()) {
            return;
        }
    }
}

/// Writes a batch and tells whoever waits.
void Recorder::State::commit(std::deque<Pending> &batch) {
    std::uint64_t gap = 0;
    {
        const std::lock_guard lock(mutex);
        gap = std::exchange(lost, 0);
    }
    if (gap > 0 && !batch.empty()) {
        CallFacts facts;
        facts.entry = ownEntry(options, gapAction);
        facts.entry.calls = gap;
        facts.entry.outcome = "Lost";
        batch.push_front({std::move(facts), {}, nullptr});
    }
    Status written = batch.empty() ? Status{} : append(batch);
    {
        const std::lock_guard lock(mutex);
        flushed = written;
        lost += written && !batch.empty() ? 0 : gap;
        for (const Pending &pending : batch) {
            const HistoryEntry &entry = pending.facts.entry;
            const bool counts = entry.stage != Stage::Intent && entry.operation != gapAction;
            lost += !written && counts ? entry.calls : 0;
        }
    }
    for (Pending &pending : batch) {
        if (pending.done) {
            pending.done(written ? Status{} : Status(fail(written.error())));
        }
    }
}

Status Recorder::State::append(std::deque<Pending> &batch) {
    std::optional<HistoryKey> now;
    {
        const std::lock_guard lock(mutex);
        if (!key || !*key) {
            return fail(key ? inWords(key->error(), options.file)
                            : clientError(ErrorCode::Cancelled, "the program ended before the history's key "
                                                                "was there"));
        }
        now.emplace(HistoryKey{(**key).key.clone(), (**key).source});
    }
    std::vector<CallFacts *> facts;
    for (Pending &pending : batch) {
        facts.push_back(&pending.facts);
    }
    auto written = log.append(*now, facts);
    return written ? Status{} : Status(fail(inWords(std::move(written.error()), options.file)));
}

} // namespace keyturn::history
