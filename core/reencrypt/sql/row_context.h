// SPDX-License-Identifier: Apache-2.0
// The encryption contexts of one item from the job's rule and the item's row. Pure functions, any thread.
// Errors: Usage (a place that the row lacks), BadJson (context-from holds no object of texts); the text names
// column or pointer, never a value.
#pragma once

#include "base/result.h"
#include "kms/encryption_context.h"
#include "reencrypt/context_template.h"
#include "reencrypt/job.h"

namespace keyturn::reencrypt {

Result<kms::EncryptionContext> expandContext(const ContextSpec &spec, const ContextTemplate::Lookup &lookup);

struct ItemContexts {
    kms::EncryptionContext present;
    kms::EncryptionContext next; ///< the same unless the job has a destination-context
};
Result<ItemContexts> contextsOf(const JobSpec &spec, const ContextTemplate::Lookup &lookup);

} // namespace keyturn::reencrypt
