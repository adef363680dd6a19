// SPDX-License-Identifier: Apache-2.0
// SideThread: one act at a time on a thread of its own, so that a table is read and written while the service
// is asked. start() and wait() belong to one thread; what an act touches belongs to the act until wait() has
// returned. Private to records/.
#pragma once

#include "base/result.h"
#include "base/unique_function.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace keyturn::reencrypt {

class SideThread {
public:
    SideThread() = default;
    SideThread(const SideThread &) = delete;
    SideThread &operator=(const SideThread &) = delete;
    ~SideThread(); ///< waits for the act that runs

    /// Not before the act before was waited for.
    void start(UniqueFunction<Status()> act);
    /// How the act that was started last ended; good when there is none.
    Status wait();

private:
    void work();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    UniqueFunction<Status()> m_act;
    std::optional<Status> m_ended;
    bool m_isBusy = false;
    bool m_quits = false;
    std::thread m_thread; ///< from the first act on
};

} // namespace keyturn::reencrypt
