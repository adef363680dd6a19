// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_kms_pool.h"

#include "base/stack_wipe.h"

#include <algorithm>
#include <utility>

namespace keyturn::vault {

Pool::Pool(unsigned threadCount)
    : m_threadCount(std::max(1U, threadCount)) {}

void Pool::post(Task task) {
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
        if (m_threads.size() < m_threadCount && m_threads.size() < m_tasks.size()) {
            m_threads.emplace_back([this] { work(); });
        }
    }
    m_wake.notify_one();
}

void Pool::stop() {
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        threads.swap(m_threads);
    }
    m_wake.notify_all();
    for (std::thread &thread : threads) {
        thread.join();
    }
}

void Pool::work() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || !m_tasks.empty(); });
        if (m_tasks.empty()) {
            wipeStackBelow(); // a thread's stack stays with the C library, for the next thread
            return;
        }
        Task task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
        task = Task();
        lock.lock();
    }
}

} // namespace keyturn::vault
