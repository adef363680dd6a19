// SPDX-License-Identifier: Apache-2.0
// A caller with one call of KmsService: what every presenter and handler pays. Its cost has a budget.
#include "kms/call.h"
#include "kms/operations/re_encrypt.h"

#include <utility>

namespace {

using namespace keyturn::kms;

keyturn::Result<keyturn::Bytes> move(KmsService &service, keyturn::Bytes ciphertext, std::string keyId) {
    ReEncrypt::Request request;
    request.ciphertextBlob = std::move(ciphertext);
    request.destinationKeyId = std::move(keyId);
    auto reply = callAndWait<ReEncrypt>(service, std::move(request));
    if (!reply) {
        return keyturn::failFrom(reply);
    }
    return std::move(reply->ciphertextBlob).value_or(keyturn::Bytes{});
}

} // namespace

/// Keeps the call above in the object file.
extern const auto oneCall = &move;
