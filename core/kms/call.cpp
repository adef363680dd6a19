// SPDX-License-Identifier: Apache-2.0
#include "kms/call.h"

#include <QMetaObject>
#include <QObject>

#include <cassert>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace keyturn::kms {

/// The receiver's destruction and a post exclude each other by the mutex: a task is queued while the receiver
/// is whole, or not at all; what is queued, Qt drops with the receiver.
struct Delivery::State {
    std::mutex mutex;
    QObject *receiver = nullptr;
    QMetaObject::Connection destroyed;

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State() { QObject::disconnect(destroyed); } // else a long-lived receiver would gather connections
};

Delivery::Delivery(QObject *receiver)
    : m_state(std::make_shared<State>()) {
    assert(receiver != nullptr);
    m_state->receiver = receiver;
    const std::weak_ptr<State> weak = m_state;
    m_state->destroyed = QObject::connect(
        receiver, &QObject::destroyed, receiver,
        [weak] {
            if (const auto state = weak.lock()) {
                const std::lock_guard lock(state->mutex);
                state->receiver = nullptr;
            }
        },
        Qt::DirectConnection);
}

void Delivery::post(UniqueFunction<void()> task) const {
    const auto shared = std::make_shared<UniqueFunction<void()>>(std::move(task));
    const std::lock_guard lock(m_state->mutex);
    if (m_state->receiver != nullptr) {
        QMetaObject::invokeMethod(
            m_state->receiver, [shared] { (*shared)(); }, Qt::QueuedConnection);
    }
}

Result<AnyReply> submitAndWait(KmsService &service, AnyRequest request, CallContext context) {
    struct Waiting {
        std::mutex mutex;
        std::condition_variable arrived;
        std::optional<Result<AnyReply>> reply;
    };
    const auto waiting = std::make_shared<Waiting>();
    service.submit(std::move(request), std::move(context), [waiting](Result<AnyReply> reply) {
        const std::lock_guard lock(waiting->mutex);
        waiting->reply.emplace(std::move(reply));
        waiting->arrived.notify_one();
    });
    std::unique_lock lock(waiting->mutex);
    waiting->arrived.wait(lock, [&] { return waiting->reply.has_value(); });
    return std::move(*waiting->reply);
}

} // namespace keyturn::kms
