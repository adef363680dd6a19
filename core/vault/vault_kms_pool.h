// SPDX-License-Identifier: Apache-2.0
// Pool: a few threads for what must not run on the caller's: RSA, and calls from the GUI thread. They start
// with the first task. Thread rule: any thread. Owner: VaultKms. Makes no errors.
#pragma once

#include "base/unique_function.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace keyturn::vault {

class Pool {
public:
    using Task = UniqueFunction<void()>;

    explicit Pool(unsigned threadCount);
    ~Pool() { stop(); }

    void post(Task task);
    /// Runs what is queued and joins. Idempotent; nothing may be posted afterwards.
    void stop();

private:
    void work();

    const unsigned m_threadCount;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
    std::vector<std::thread> m_threads;
    bool m_stopping = false;
};

} // namespace keyturn::vault
