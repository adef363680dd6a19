// SPDX-License-Identifier: Apache-2.0
// RemoteCall: one call from submit to completion, over all its attempts. Internal to this module; after
// submit() it belongs to the deciding thread; a lane that carries it only reads operation, body and
// invocationId.
#pragma once

#include "remote/send_gate.h"

#include "base/cancel.h"
#include "base/secret_text.h"
#include "kms/service.h"

#include <memory>
#include <string>

namespace keyturn::remote {

class Lane;

struct RemoteCall {
    kms::CallContext context;
    kms::Completion completion;
    const kms::OperationInfo *operation = nullptr;
    SecretText body;          ///< the request on the wire
    std::string invocationId; ///< the same for all attempts
    int attempts = 0;
    int lastPrice = 0;              ///< of the retry quota
    Lane *lane = nullptr;           ///< that carries it now
    std::shared_ptr<SendGate> gate; ///< of the attempt under way
    bool finished = false;
    bool keysRenewed = false;            ///< the service refused the keys once, and others were got
    CancelToken::Subscription cancelled; ///< last: it must go first
};

using SharedCall = std::shared_ptr<RemoteCall>;

} // namespace keyturn::remote
