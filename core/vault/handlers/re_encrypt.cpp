// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret_scratch.h"
#include "vault/handlers/ciphers.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

struct Sides {
    Source source;
    KeyPointer destination;
    Algorithm algorithm; ///< of the destination
};

/// Both keys looked up, then the source's match, usage and state, then the destination's: a wrong source key
/// is told before the destination is looked at.
Result<Sides> sidesOf(Call &call, const kms::ReEncrypt::Request &request) {
    const SourceWords words{request.ciphertextBlob, request.sourceKeyId, request.sourceEncryptionAlgorithm,
                            ignoresCiphertext(request.dryRun, request.dryRunModifiers), "sourceKeyId"};
    auto named = namedSource(call, words);
    if (!named) {
        return failFrom(named);
    }
    auto destination = lookUpKey(call, *request.destinationKeyId, kms::anyKeyIdentifier);
    if (!destination) {
        return failFrom(destination);
    }
    auto source = matchSource(call, words, *named);
    if (!source) {
        return failFrom(source);
    }
    call.trace.found(*destination);
    if (auto side = checkSide(call, *source->key, source->algorithm, request.sourceEncryptionContext,
                              "SourceEncryptionContext");
        !side) {
        return failFrom(side);
    }
    const Algorithm algorithm = algorithmOf(request.destinationEncryptionAlgorithm);
    if (auto side = checkSide(call, **destination, algorithm, request.destinationEncryptionContext,
                              "DestinationEncryptionContext");
        !side) {
        return failFrom(side);
    }
    return Sides{std::move(*source), std::move(*destination), algorithm};
}

/// The plaintext exists in scratch memory only.
Result<Bytes> carryOver(Call &call, const kms::ReEncrypt::Request &request, const Sides &sides) {
    auto sourceContext = CanonicalContext::of(request.sourceEncryptionContext);
    auto destinationContext = CanonicalContext::of(request.destinationEncryptionContext);
    if (!sourceContext || !destinationContext) {
        return failFrom(sourceContext ? destinationContext : sourceContext);
    }
    call.trace.context = sourceContext->bytes();
    if (!sides.source.material) {
        return dryRunFault();
    }
    crypto::SecretScratch room(sides.source.plaintextRoomBytes());
    const auto sizeBytes = decryptInto(call, sides.source, *sourceContext, room.mutableView());
    if (!sizeBytes) {
        return tl::unexpected<Error>(sizeBytes.error());
    }
    if (auto size = checkPlaintextSize(*sides.destination, sides.algorithm, *sizeBytes); !size) {
        return failFrom(size);
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    return encryptUnder(call, sides.destination, 1, sides.algorithm, *destinationContext,
                        room.view().first(*sizeBytes));
}

} // namespace

Result<kms::ReEncrypt::Reply> reEncrypt(Call &call, const kms::ReEncrypt::Request &request) {
    auto sides = sidesOf(call, request);
    if (!sides) {
        return failFrom(sides);
    }
    auto ciphertext = carryOver(call, request, *sides);
    if (!ciphertext) {
        return failFrom(ciphertext);
    }
    const KeyState &source = *sides->source.key;
    const KeyState &destination = *sides->destination;
    kms::ReEncrypt::Reply reply;
    reply.ciphertextBlob = std::move(*ciphertext);
    reply.sourceKeyId = source.arn;
    reply.keyId = destination.arn;
    reply.sourceEncryptionAlgorithm = sides->source.algorithm;
    reply.destinationEncryptionAlgorithm = sides->algorithm;
    if (source.isSymmetric()) {
        reply.sourceKeyMaterialId = sides->source.material->externalId;
    }
    if (destination.isSymmetric()) {
        reply.destinationKeyMaterialId = destination.currentMaterial().externalId;
    }
    return reply;
}

} // namespace keyturn::vault
