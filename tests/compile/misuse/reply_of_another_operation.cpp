// SPDX-License-Identifier: Apache-2.0
// An operation gives its own reply.
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"

bool works(keyturn::kms::KmsService &service) {
    using namespace keyturn::kms;
#ifdef MISUSE
    keyturn::Result<Encrypt::Reply> reply = callAndWait<Decrypt>(service, {});
#else
    keyturn::Result<Decrypt::Reply> reply = callAndWait<Decrypt>(service, {});
#endif
    return reply.has_value();
}
