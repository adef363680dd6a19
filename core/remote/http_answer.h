// SPDX-License-Identifier: Apache-2.0
// HttpAnswer: what came back for one request, before anybody believed it. decodeAnswer() is the one place
// where it becomes a reply or an error: by code, not by status. Internal to this module; pure, any thread.
// The body may hold a plaintext, so it lives in SecretText. Errors: the service's own, Redirected, BadReply.
#pragma once

#include "remote/server_kind.h"

#include "base/result.h"
#include "base/secret_text.h"
#include "kms/operation.h"

#include <string>

namespace keyturn::remote {

struct HttpAnswer {
    int status = 0;
    std::string contentType;
    std::string contentEncoding;
    std::string errorType; ///< x-amzn-errortype
    std::string requestId; ///< x-amzn-requestid
    std::string location;  ///< of a redirect
    std::string server;    ///< Server
    bool localStack = false;
    SecretText body;
};

/// What kind of service gives itself away in the answer; Unknown for most.
ServerKind looksLike(const HttpAnswer &answer);

Result<kms::AnyReply> decodeAnswer(const kms::OperationInfo &operation, const HttpAnswer &answer);

} // namespace keyturn::remote
