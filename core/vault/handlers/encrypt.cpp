// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/ciphers.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

Result<kms::Encrypt::Reply> encrypt(Call &call, const kms::Encrypt::Request &request) {
    const Algorithm algorithm = algorithmOf(request.encryptionAlgorithm);
    auto key = keyToEncrypt(call, *request.keyId, algorithm, request.encryptionContext);
    if (!key) {
        return failFrom(key);
    }
    if (auto size = checkPlaintextSize(**key, algorithm, request.plaintext->size()); !size) {
        return failFrom(size);
    }
    auto context = contextToEncrypt(call, request.encryptionContext, request.dryRun);
    if (!context) {
        return failFrom(context);
    }
    auto ciphertext = encryptUnder(call, *key, 0, algorithm, *context, request.plaintext->view());
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    return kms::Encrypt::Reply{std::move(*ciphertext), (*key)->arn, algorithm};
}

} // namespace keyturn::vault
