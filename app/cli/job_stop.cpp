// SPDX-License-Identifier: Apache-2.0
#include "job_stop.h"

#include "reencrypt/job_places.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <semaphore.h>

namespace keyturn::cli {
namespace {

constexpr long lookEveryNanoseconds = 200'000'000; ///< for requests of other processes

/// All that a signal handler may touch.
::sem_t theSemaphore;
volatile std::sig_atomic_t theSignals = 0;
struct sigaction theOldInt {};
struct sigaction theOldTerm {};

void countSignal(int signal) {
    theSignals = theSignals + 1;
    if (theSignals >= 2) {
        // The next one is not asked about any more.
        struct sigaction usual {};
        usual.sa_handler = SIG_DFL;
        ::sigaction(signal, &usual, nullptr);
    }
    ::sem_post(&theSemaphore);
}

void waitForSomething() {
    ::timespec until{};
    ::clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += lookEveryNanoseconds;
    until.tv_sec += until.tv_nsec / 1'000'000'000;
    until.tv_nsec %= 1'000'000'000;
    while (::sem_timedwait(&theSemaphore, &until) != 0 && errno == EINTR) {
    }
}

} // namespace

StopWatch::StopWatch(std::filesystem::path journal, std::function<void(reencrypt::Stop, bool)> stop)
    : m_journal(std::move(journal))
    , m_stop(std::move(stop)) {
    ::sem_init(&theSemaphore, 0, 0);
    theSignals = 0;
    struct sigaction action {};
    action.sa_handler = countSignal;
    ::sigaction(SIGINT, &action, &theOldInt);
    ::sigaction(SIGTERM, &action, &theOldTerm);
    if (!m_journal.empty()) {
        // A request that nobody heard is no request to us.
        static_cast<void>(reencrypt::takePauseRequest(m_journal));
    }
    m_thread = std::thread([this] { watch(); });
}

StopWatch::~StopWatch() {
    m_ends = true;
    ::sem_post(&theSemaphore);
    m_thread.join();
    ::sigaction(SIGINT, &theOldInt, nullptr);
    ::sigaction(SIGTERM, &theOldTerm, nullptr);
    ::sem_destroy(&theSemaphore);
}

void StopWatch::watch() {
    int heard = 0;
    while (!m_ends) {
        waitForSomething();
        const int signals = theSignals;
        if (signals > heard) {
            heard = signals;
            m_stop(signals > 1 ? reencrypt::Stop::Now : reencrypt::Stop::AfterBatch, true);
        }
        if (m_journal.empty()) {
            continue;
        }
        if (const auto request = reencrypt::takePauseRequest(m_journal)) {
            m_stop(*request, false);
        }
    }
}

} // namespace keyturn::cli
