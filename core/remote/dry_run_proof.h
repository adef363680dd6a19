// SPDX-License-Identifier: Apache-2.0
// The proof before a dry run of an operation that changes something: an endpoint that ignores DryRun would
// carry it out. A dry run of Encrypt under the same key is sent first, which costs a ciphertext at most; only
// when that is answered as a dry run does the other follow. Internal to this module; any thread, the proof's
// answer comes on a worker thread. Errors: UnsupportedOperation.
#pragma once

#include "remote/endpoint_knowledge.h"

#include <functional>

namespace keyturn::remote {

using SendCall = std::function<void(kms::AnyRequest, kms::CallContext, RequestNotes, kms::Completion)>;

/// `send` must do until its completions have run.
void proveThenSend(EndpointKnowledge &knowledge, SendCall send, kms::AnyRequest request,
                   kms::CallContext context, RequestNotes notes, kms::Completion completion);

} // namespace keyturn::remote
