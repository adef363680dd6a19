// SPDX-License-Identifier: Apache-2.0
// Worker: one thread that runs blocking acts in order. Its destructor drops what has not begun and waits for
// what has; whoever owns it cancels first.
#pragma once

#include "base/unique_function.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace keyturn::workspace {

class Worker {
public:
    Worker();
    ~Worker();
    void run(UniqueFunction<void()> act);

private:
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<UniqueFunction<void()>> m_acts;
    bool m_stop = false;
    std::thread m_thread; ///< last: starts when the rest is there
};

} // namespace keyturn::workspace
