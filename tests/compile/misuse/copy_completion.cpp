// SPDX-License-Identifier: Apache-2.0
// A completion is called once: it has one owner.
#include "kms/service.h"

void pass(keyturn::kms::KmsService &service, keyturn::kms::AnyRequest request,
          keyturn::kms::Completion done) {
#ifdef MISUSE
    service.submit(std::move(request), {}, done);
#else
    service.submit(std::move(request), {}, std::move(done));
#endif
}
