// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/ciphers.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

Result<kms::Encrypt::Reply> encrypt(Call &call, const kms::Encrypt::Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    const Algorithm algorithm = algorithmOf(request.encryptionAlgorithm);
    if (auto side = checkSide(call, **key, algorithm, request.encryptionContext, "EncryptionContext");
        !side) {
        return failFrom(side);
    }
    if (auto size = checkPlaintextSize(**key, algorithm, request.plaintext->size()); !size) {
        return failFrom(size);
    }
    auto context = CanonicalContext::of(request.encryptionContext);
    if (!context) {
        return failFrom(context);
    }
    call.trace.context = context->bytes();
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    auto ciphertext = encryptUnder(call, *key, 0, algorithm, *context, request.plaintext->view());
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    return kms::Encrypt::Reply{std::move(*ciphertext), (*key)->arn, algorithm};
}

} // namespace keyturn::vault
