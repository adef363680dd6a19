// SPDX-License-Identifier: Apache-2.0
#include "base/cancel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace keyturn::inline base {

struct CancelToken::State {
    std::atomic<bool> cancelled{false};
    std::mutex mutex;
    std::condition_variable callbackEnded;
    std::vector<std::shared_ptr<Subscription::Entry>> entries; // guarded by mutex, as every Entry's flags
};

struct CancelToken::Subscription::Entry {
    std::shared_ptr<CancelToken::State> state;
    UniqueFunction<void()> callback;
    bool dropped = false;
    bool running = false;
    std::thread::id runner;
};

bool CancelToken::isCancelled() const {
    return m_state && m_state->cancelled.load(std::memory_order_acquire);
}

CancelToken::Subscription CancelToken::onCancel(UniqueFunction<void()> callback) const {
    Subscription subscription;
    if (!m_state) {
        return subscription;
    }
    {
        const std::scoped_lock lock(m_state->mutex);
        if (!m_state->cancelled.load(std::memory_order_relaxed)) {
            auto entry = std::make_shared<Subscription::Entry>();
            entry->state = m_state;
            entry->callback = std::move(callback);
            m_state->entries.push_back(entry);
            subscription.m_entry = std::move(entry);
            return subscription;
        }
    }
    callback();
    return subscription;
}

CancelToken::Subscription::Subscription(Subscription &&) noexcept = default;

CancelToken::Subscription &CancelToken::Subscription::operator=(Subscription &&other) noexcept {
    if (this != &other) {
        const Subscription ended(std::move(*this)); // unsubscribes at the end of the scope
        m_entry = std::move(other.m_entry);
    }
    return *this;
}

CancelToken::Subscription::~Subscription() {
    if (!m_entry) {
        return;
    }
    CancelToken::State &state = *m_entry->state;
    std::unique_lock lock(state.mutex);
    m_entry->dropped = true;
    std::erase(state.entries, m_entry);
    // A callback that destroys its own subscription must not wait for itself.
    state.callbackEnded.wait(
        lock, [this] { return !m_entry->running || m_entry->runner == std::this_thread::get_id(); });
}

CancelSource::CancelSource()
    : m_state(std::make_shared<CancelToken::State>()) {}

CancelToken CancelSource::token() const {
    CancelToken token;
    token.m_state = m_state;
    return token;
}

void CancelSource::cancel() {
    const std::shared_ptr<CancelToken::State> state = m_state; // a callback may destroy this source
    std::unique_lock lock(state->mutex);
    if (state->cancelled.exchange(true, std::memory_order_acq_rel)) {
        return;
    }
    const auto entries = std::exchange(state->entries, {});
    for (const auto &entry : entries) {
        if (entry->dropped) {
            continue;
        }
        entry->running = true;
        entry->runner = std::this_thread::get_id();
        lock.unlock();
        entry->callback();
        lock.lock();
        entry->running = false;
        state->callbackEnded.notify_all();
    }
}

bool CancelSource::isCancelled() const {
    return m_state->cancelled.load(std::memory_order_acquire);
}

} // namespace keyturn::inline base
