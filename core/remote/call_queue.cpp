// SPDX-License-Identifier: Apache-2.0
#include "remote/call_queue.h"

#include <algorithm>

namespace keyturn::remote {

CallQueue::Line &CallQueue::lineOf(const std::string &job) {
    const auto found = m_lines.find(job);
    if (found != m_lines.end()) {
        return *found->second;
    }
    m_turns.push_back({job, {}});
    m_lines.emplace(job, std::prev(m_turns.end()));
    return m_turns.back();
}

bool CallQueue::push(SharedCall call) {
    const auto found = m_lines.find(call->context.jobId);
    if (found != m_lines.end() && found->second->calls.size() >= m_maxWaitingPerJob) {
        return false;
    }
    Line &line = lineOf(call->context.jobId);
    line.calls.push_back(std::move(call));
    return true;
}

void CallQueue::pushFirst(SharedCall call) {
    Line &line = lineOf(call->context.jobId);
    line.calls.push_front(std::move(call));
}

SharedCall CallQueue::pop() {
    Line &line = m_turns.front();
    SharedCall call = std::move(line.calls.front());
    line.calls.pop_front();
    if (line.calls.empty()) {
        m_lines.erase(line.job);
        m_turns.pop_front();
    } else {
        m_turns.splice(m_turns.end(), m_turns, m_turns.begin());
    }
    return call;
}

void CallQueue::remove(const SharedCall &call) {
    const auto found = m_lines.find(call->context.jobId);
    if (found == m_lines.end()) {
        return;
    }
    std::deque<SharedCall> &calls = found->second->calls;
    const auto place = std::find(calls.begin(), calls.end(), call);
    if (place != calls.end()) {
        calls.erase(place);
    }
    if (calls.empty()) {
        m_turns.erase(found->second);
        m_lines.erase(found);
    }
}

} // namespace keyturn::remote
