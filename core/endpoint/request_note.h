// SPDX-License-Identifier: Apache-2.0
// RequestNote: what may be shown of one request that was answered, refused ones too: no bodies, no headers.
// Plain value.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <functional>
#include <string>

namespace keyturn::endpoint {

struct RequestNote {
    Timestamp time{}; ///< of the answer
    std::chrono::microseconds took{};
    std::string accessKeyId; ///< of a good signature; empty before that
    std::string operation;   ///< "ReEncrypt"; empty where none was named
    std::string outcome;     ///< "Success", or the error's name on the wire
    std::string requestId;
    int status = 200; ///< of the HTTP answer
};

using RequestObserver = std::function<void(const RequestNote &)>;

} // namespace keyturn::endpoint
