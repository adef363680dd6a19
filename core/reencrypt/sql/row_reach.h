// SPDX-License-Identifier: Apache-2.0
// RowReach: a RowStore that is asked again, with back-off and a new connection, while its database restarts,
// is busy or holds locks; in the end the error stands and the job pauses with it. Every question may be asked
// twice: reads change nothing, and compare-and-swap finds its own work as AlreadyNew. The store's thread.
// Errors: those of the store; Cancelled.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "reencrypt/sql/row_store.h"

#include <chrono>
#include <memory>

namespace keyturn::reencrypt {

/// How long to wait before which attempt; the last one's error stands.
struct BackOff {
    std::chrono::milliseconds first{100};
    std::chrono::milliseconds most{5000};
    int attempts = 9; ///< half a minute in all
};

/// Returns early, with Cancelled, when the token is cancelled.
Status waitFor(std::chrono::milliseconds time, const CancelToken &cancel);

class RowReach {
public:
    RowReach(std::unique_ptr<RowStore> store, BackOff backOff)
        : m_store(std::move(store))
        , m_backOff(backOff) {}

    RowStore &store() { return *m_store; }

    template <class Ask>
    auto ask(const CancelToken &cancel, Ask question) -> decltype(question(std::declval<RowStore &>())) {
        auto wait = m_backOff.first;
        for (int attempt = 1;; ++attempt) {
            auto answer = question(*m_store);
            if (answer.has_value() || !answer.error().retryable || attempt >= m_backOff.attempts) {
                return answer;
            }
            if (auto waited = again(answer.error(), wait, cancel); !waited) {
                return failFrom(waited);
            }
            wait = std::min(wait * 2, m_backOff.most);
        }
    }

private:
    /// Waits, then makes a new connection where the old one is gone; failing to is the next attempt's fault.
    Status again(const Error &error, std::chrono::milliseconds wait, const CancelToken &cancel);

    std::unique_ptr<RowStore> m_store;
    BackOff m_backOff;
};

} // namespace keyturn::reencrypt
