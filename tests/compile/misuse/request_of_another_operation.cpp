// SPDX-License-Identifier: Apache-2.0
// An operation takes its own request.
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"

bool works(keyturn::kms::KmsService &service) {
    using namespace keyturn::kms;
#ifdef MISUSE
    return callAndWait<Decrypt>(service, Encrypt::Request{}).has_value();
#else
    return callAndWait<Decrypt>(service, Decrypt::Request{}).has_value();
#endif
}
