// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_reach.h"

#include <condition_variable>
#include <mutex>

namespace keyturn::reencrypt {

Status waitFor(std::chrono::milliseconds time, const CancelToken &cancel) {
    std::mutex mutex;
    std::condition_variable changed;
    bool isCancelled = false;
    const auto subscription = cancel.onCancel([&] {
        const std::lock_guard lock(mutex);
        isCancelled = true;
        changed.notify_all();
    });
    std::unique_lock lock(mutex);
    if (changed.wait_for(lock, time, [&] { return isCancelled; })) {
        return fail(ErrorCode::Cancelled, "stopped while the database was waited for");
    }
    return {};
}

Status RowReach::again(const Error &error, std::chrono::milliseconds wait, const CancelToken &cancel) {
    if (auto waited = waitFor(wait, cancel); !waited) {
        return waited;
    }
    if (error.code == ErrorCode::ConnectionFailed) {
        if (auto connected = m_store->reconnect(); !connected && !connected.error().retryable) {
            return connected;
        }
    }
    return {};
}

} // namespace keyturn::reencrypt
