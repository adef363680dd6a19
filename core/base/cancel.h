// SPDX-License-Identifier: Apache-2.0
// Cancellation. A CancelSource belongs to who may stop the work (a dialog, a signal handler); its tokens go
// with the work. All members may be called from any thread.
#pragma once

#include "base/unique_function.h"

#include <memory>

namespace keyturn::inline base {

class CancelSource;

class CancelToken {
public:
    CancelToken() = default; ///< never cancelled
    bool isCancelled() const;

    /// Keeps a callback for as long as it lives. Runs it once on cancel (on the cancelling thread), or at
    /// once when already cancelled. Destroying it waits for a callback that is running on another thread.
    class Subscription {
    public:
        Subscription() = default;
        Subscription(Subscription &&) noexcept;
        Subscription &operator=(Subscription &&) noexcept;
        ~Subscription();

    private:
        friend class CancelToken;
        struct Entry;
        std::shared_ptr<Entry> m_entry;
    };
    [[nodiscard]] Subscription onCancel(UniqueFunction<void()> callback) const;

private:
    friend class CancelSource;
    struct State;
    std::shared_ptr<State> m_state;
};

class CancelSource {
public:
    CancelSource();
    CancelToken token() const;
    void cancel(); ///< idempotent
    bool isCancelled() const;

private:
    std::shared_ptr<CancelToken::State> m_state;
};

} // namespace keyturn::inline base
