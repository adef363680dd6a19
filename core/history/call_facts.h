// SPDX-License-Identifier: Apache-2.0
// What the history says of a call, taken out of request and reply by the field tables, so that it holds for
// every operation. Only members named here are read: nothing secret, no ciphertext, no description. Pure
// functions; any thread.
#pragma once

#include "base/bytes.h"
#include "history/entry.h"
#include "kms/operation.h"

#include <string>

namespace keyturn::history {

/// The contexts of a call in canonical bytes (FORMAT.md), to be hashed where the key is.
struct CallContexts {
    Bytes source; ///< or the only one; empty: none
    Bytes destination;
};

struct CallFacts {
    HistoryEntry entry; ///< operation, keys, dryRun, detail, context
    CallContexts contexts;
};

CallFacts factsOf(const kms::AnyRequest &request, bool contextInTheClear);
/// Keys and materials as the service says them, request id, outcome.
void addReply(const kms::AnyReply &reply, HistoryEntry &entry);
void addError(const Error &error, HistoryEntry &entry);

} // namespace keyturn::history
