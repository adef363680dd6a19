// SPDX-License-Identifier: Apache-2.0
#include "credentials/obtain_and_wait.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <atomic>
#include <memory>
#include <optional>

namespace keyturn::credentials {

Result<CredentialsSource::Shared> obtainAndWait(CredentialsSource &source, Timestamp now,
                                                CancelToken cancel) {
    struct Answer {
        std::optional<Result<CredentialsSource::Shared>> value; ///< written before `there`
        std::atomic<bool> there = false;
    };
    // Shared: the answer may come after a fault has ended the wait's frame.
    auto answer = std::make_shared<Answer>();
    source.obtain(now, std::move(cancel), [answer](Result<CredentialsSource::Shared> given) {
        answer->value.emplace(std::move(given));
        answer->there = true;
        // Wakes the loop, whichever thread this is.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(), [] {}, Qt::QueuedConnection);
    });
    QEventLoop loop;
    while (!answer->there) {
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return std::move(*answer->value);
}

void finishSaving(const SessionCache &cache) {
    while (!cache.isIdle()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

} // namespace keyturn::credentials
