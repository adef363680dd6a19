// SPDX-License-Identifier: Apache-2.0
// SendGate: whether one attempt's bytes have left. The thread that sends passes it before the first byte of
// the body goes to the network; the thread that decides closes it when the call is given up. Just one of them
// comes first, so "nothing was sent" and "it may have been carried out" are never mixed up. Internal to this
// module; any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace keyturn::remote {

class SendGate {
public:
    /// False: the call was given up, and nothing may leave.
    bool pass() {
        State expected = State::Open;
        return m_state.compare_exchange_strong(expected, State::Passed) || expected == State::Passed;
    }
    /// Nothing leaves from now on, unless it has: then true.
    bool close() {
        State expected = State::Open;
        return !m_state.compare_exchange_strong(expected, State::Closed) && expected == State::Passed;
    }
    bool passed() const { return m_state == State::Passed; }

private:
    enum class State : std::uint8_t { Open, Passed, Closed };
    std::atomic<State> m_state = State::Open;
};

} // namespace keyturn::remote
