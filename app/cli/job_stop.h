// SPDX-License-Identifier: Apache-2.0
// StopWatch: while it lives, Ctrl+C (and SIGTERM) ask for a stop after the present batch, a second time for
// one at once, and a third ends the program as usual; so do requests of `job pause`. `stop` runs on a thread
// of its own. One at a time in a process.
#pragma once

#include "reencrypt/runner.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

namespace keyturn::cli {

class StopWatch {
public:
    /// `journal` empty: only signals count.
    StopWatch(std::filesystem::path journal, std::function<void(reencrypt::Stop how, bool bySignal)> stop);
    ~StopWatch();
    StopWatch(const StopWatch &) = delete;
    StopWatch &operator=(const StopWatch &) = delete;

private:
    void watch();

    std::filesystem::path m_journal;
    std::function<void(reencrypt::Stop, bool)> m_stop;
    std::atomic<bool> m_ends = false;
    std::thread m_thread;
};

} // namespace keyturn::cli
