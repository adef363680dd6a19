// SPDX-License-Identifier: Apache-2.0
#include "workspace/worker.h"

#include "base/stack_wipe.h"

namespace keyturn::workspace {

Worker::Worker()
    : m_thread([this] { loop(); }) {}

Worker::~Worker() {
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Worker::run(UniqueFunction<void()> act) {
    {
        const std::lock_guard lock(m_mutex);
        m_acts.push_back(std::move(act));
    }
    m_wake.notify_one();
}

void Worker::loop() {
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stop || !m_acts.empty(); });
        if (m_stop) {
            return;
        }
        UniqueFunction<void()> act = std::move(m_acts.front());
        m_acts.pop_front();
        lock.unlock();
        act();
        act = nullptr;
        wipeStackBelow(); // an act derives keys from passphrases
        lock.lock();
    }
}

} // namespace keyturn::workspace
