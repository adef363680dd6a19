// SPDX-License-Identifier: Apache-2.0
// CallQueue: the calls that wait for a connection. Fair: jobs take turns (CallContext::jobId; calls without
// one are a job of their own), so a bulk job never keeps a person waiting for more than one call. Bounded for
// each job; a retry goes to the front of its job and is never refused. A cancelled call leaves at once.
// Internal to this module; one thread.
#pragma once

#include "remote/remote_call.h"

#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <unordered_map>

namespace keyturn::remote {

class CallQueue {
public:
    explicit CallQueue(std::size_t maxWaitingPerJob)
        : m_maxWaitingPerJob(maxWaitingPerJob) {}

    /// False: the job has as many calls waiting as it may have.
    bool push(SharedCall call);
    void pushFirst(SharedCall call);
    bool empty() const { return m_turns.empty(); }
    SharedCall pop(); ///< of the job whose turn it is; not when empty
    void remove(const SharedCall &call);

private:
    struct Line {
        std::string job;
        std::deque<SharedCall> calls;
    };
    using Turns = std::list<Line>;

    Line &lineOf(const std::string &job);

    const std::size_t m_maxWaitingPerJob;
    Turns m_turns; ///< jobs that have something waiting, the next one first
    std::unordered_map<std::string, Turns::iterator> m_lines;
};

} // namespace keyturn::remote
