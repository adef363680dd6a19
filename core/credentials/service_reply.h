// SPDX-License-Identifier: Apache-2.0
// What STS and Identity Center answer with when they refuse, as an Error. Internal to this module; pure.
#pragma once

#include "credentials/http_client.h"

namespace keyturn::credentials {

/// `code` and `message` are the service's own; either may be empty.
inline Error refusedBy(const std::string &operation, const HttpReply &reply, std::string code,
                       std::string message, std::string requestId) {
    Error error;
    error.code = errorCodeFromServiceName(code);
    error.origin = ErrorOrigin::Service;
    error.retryable = reply.status >= 500 || reply.status == 429 || error.code == ErrorCode::Throttling;
    error.httpStatus = reply.status;
    error.serviceCode = std::move(code);
    error.serviceMessage = std::move(message);
    error.operation = operation;
    error.requestId = requestId.empty() ? reply.requestId : std::move(requestId);
    return error;
}

/// The answer is no answer of this operation. `why` never quotes it.
inline Error badReply(const std::string &operation, const HttpReply &reply, const std::string &why) {
    Error error =
        clientError(ErrorCode::BadReply,
                    "the answer to " + operation + " (HTTP " + std::to_string(reply.status) + ") " + why,
                    ErrorOrigin::Network);
    error.operation = operation;
    error.httpStatus = reply.status;
    error.requestId = reply.requestId;
    error.retryable = reply.status >= 500 || reply.status == 429;
    return error;
}

} // namespace keyturn::credentials
