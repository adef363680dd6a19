// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/ciphers.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"

namespace keyturn::vault {

namespace {

Result<Source> sourceOf(Call &call, const kms::Decrypt::Request &request) {
    const SourceWords words{request.ciphertextBlob, request.keyId, request.encryptionAlgorithm,
                            ignoresCiphertext(request.dryRun, request.dryRunModifiers), "keyId"};
    auto named = namedSource(call, words);
    if (!named) {
        return failFrom(named);
    }
    auto source = matchSource(call, words, *named);
    if (!source) {
        return source;
    }
    auto side =
        checkSide(call, *source->key, source->algorithm, request.encryptionContext, "EncryptionContext");
    if (!side) {
        return failFrom(side);
    }
    return source;
}

} // namespace

Result<kms::Decrypt::Reply> decrypt(Call &call, const kms::Decrypt::Request &request) {
    const auto source = sourceOf(call, request);
    if (!source) {
        return tl::unexpected<Error>(source.error());
    }
    auto context = CanonicalContext::of(request.encryptionContext);
    if (!context) {
        return failFrom(context);
    }
    call.trace.context = context->bytes();
    if (!source->material) {
        return dryRunFault();
    }
    SecretBytes plaintext(source->plaintextRoomBytes());
    const auto sizeBytes = decryptInto(call, *source, *context, plaintext.mutableView());
    if (!sizeBytes) {
        return tl::unexpected<Error>(sizeBytes.error());
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    plaintext.shrink(*sizeBytes);
    kms::Decrypt::Reply reply{source->key->arn, std::move(plaintext), source->algorithm, {}, {}};
    if (source->key->isSymmetric()) {
        reply.keyMaterialId = source->material->externalId;
    }
    return reply;
}

} // namespace keyturn::vault
