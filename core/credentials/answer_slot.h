// SPDX-License-Identifier: Apache-2.0
// AnswerSlot: where a worker thread waits for one answer that comes on another thread. The callback that it
// gives out answers once; dropped unanswered it answers with Cancelled, so that nobody waits for ever. Any
// thread. Internal to this module. Errors: those of the answer, Cancelled.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "base/unique_function.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace keyturn::credentials {

template <class T>
class AnswerSlot {
public:
    UniqueFunction<void(Result<T>)> callback() {
        return [guard = Guard(m_state)](Result<T> answer) { guard.state->set(std::move(answer)); };
    }

    Result<T> wait(const CancelToken &cancel) {
        const auto subscription = cancel.onCancel([state = m_state] { state->set(stopped()); });
        std::unique_lock lock(m_state->mutex);
        m_state->changed.wait(lock, [&] { return m_state->answer.has_value(); });
        return std::move(*m_state->answer);
    }
    /// The same, but TimedOut after a while.
    Result<T> wait(const CancelToken &cancel, std::chrono::milliseconds atMost) {
        const auto subscription = cancel.onCancel([state = m_state] { state->set(stopped()); });
        std::unique_lock lock(m_state->mutex);
        if (!m_state->changed.wait_for(lock, atMost, [&] { return m_state->answer.has_value(); })) {
            return fail(ErrorCode::TimedOut, "no answer came in time");
        }
        return std::move(*m_state->answer);
    }

private:
    static Result<T> stopped() { return fail(ErrorCode::Cancelled, "the wait for an answer was stopped"); }
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<Result<T>> answer;

        void set(Result<T> given) {
            const std::scoped_lock lock(mutex);
            if (!answer) {
                answer.emplace(std::move(given));
                changed.notify_all();
            }
        }
    };
    struct Guard {
        explicit Guard(std::shared_ptr<State> given)
            : state(std::move(given)) {}
        Guard(Guard &&) noexcept = default;
        Guard &operator=(Guard &&) = delete;
        ~Guard() {
            if (state) {
                state->set(stopped());
            }
        }
        std::shared_ptr<State> state;
    };

    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace keyturn::credentials
