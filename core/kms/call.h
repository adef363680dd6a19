// SPDX-License-Identifier: Apache-2.0
// Typed calls over KmsService. call<Op>() delivers on the receiver's thread, through its event loop, and
// never after the receiver's death. callAndWait<Op>() blocks; it is for the command line, workers and tests,
// never for a GUI thread.
#pragma once

#include "kms/service.h"

#include <functional>
#include <memory>

class QObject;

namespace keyturn::kms {

/// Posts `task` to the receiver's thread; dropped, unrun, when the receiver has died by then.
class Delivery {
public:
    explicit Delivery(QObject *receiver);         ///< on the receiver's thread
    void post(UniqueFunction<void()> task) const; ///< any thread

private:
    struct State;
    std::shared_ptr<State> m_state;
};

/// Blocks until the completion has run.
Result<AnyReply> submitAndWait(KmsService &service, AnyRequest request, CallContext context);

template <class Op>
Result<typename Op::Reply> unbox(Result<AnyReply> reply) {
    if (!reply) {
        return failFrom(reply);
    }
    return std::move(reply->template as<Op>());
}

template <class Op, class Callback>
void call(KmsService &service, typename Op::Request request, CallContext context, QObject *receiver,
          Callback callback) {
    service.submit(
        AnyRequest::of<Op>(std::move(request)), std::move(context),
        [delivery = Delivery(receiver), callback = std::move(callback)](Result<AnyReply> reply) mutable {
            delivery.post([callback = std::move(callback), reply = std::move(reply)]() mutable {
                callback(unbox<Op>(std::move(reply)));
            });
        });
}

template <class Op>
Result<typename Op::Reply> callAndWait(KmsService &service, typename Op::Request request,
                                       CallContext context = {}) {
    return unbox<Op>(submitAndWait(service, AnyRequest::of<Op>(std::move(request)), std::move(context)));
}

} // namespace keyturn::kms
