// SPDX-License-Identifier: Apache-2.0
// Answer: what goes back to a client, as AWS KMS sends it: a reply as JSON, or an error with "__type" and
// message, 400 for whatever is the client's fault. Pure functions; a body may hold a plaintext, so it wipes
// itself. Follows kms-semantics.md section 1.
#pragma once

#include "base/result.h"
#include "base/secret_text.h"
#include "endpoint/http_request.h"
#include "kms/operation.h"

#include <string>
#include <string_view>

namespace keyturn::endpoint {

struct Answer {
    int status = 200;
    std::string outcome; ///< "Success", or the error's name on the wire
    SecretText body;
};

Answer answerOf(const kms::AnyReply &reply);
/// Errors that no service has, of a locked vault or a full disk, become those that AWS would send.
Answer answerOf(const Error &error);
Answer answerOf(const Refusal &refusal);

/// Status line and headers, up to the empty line.
std::string answerHead(const Answer &answer, std::string_view requestId, std::string_view date,
                       bool keepAlive);

} // namespace keyturn::endpoint
