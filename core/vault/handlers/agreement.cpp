// SPDX-License-Identifier: Apache-2.0
// DeriveSharedSecret (kms-semantics.md section 7).
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/reading.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

/// The other side's key, which must be on the key's curve.
Result<crypto::EcPublicKey> peerOf(const KeyState &key, ByteView spki) {
    auto peer = crypto::EcPublicKey::fromSpki(spki);
    if (!peer || peer->curve() != curveOf(key.spec)) {
        return validationFault("PublicKey is no public key of " + std::string(kms::Open(key.spec).text()) +
                               ": it must be a DER-encoded SubjectPublicKeyInfo with a point on that curve.");
    }
    return peer;
}

Result<SecretBytes> derive(Call &call, const KeyPointer &key, const crypto::EcPublicKey &peer) {
    const auto material = call.core.material(*key, key->currentMaterial());
    if (!material) {
        return tl::unexpected<Error>(material.error());
    }
    const auto *pair = (*material)->ec();
    if (pair == nullptr) {
        return fail(ErrorCode::VaultDamaged, "a key's material is of another kind than its key",
                    ErrorOrigin::Vault);
    }
    call.trace.used(key, key->currentMaterial(), 0);
    return pair->agree(peer);
}

} // namespace

Result<kms::DeriveSharedSecret::Reply> deriveSharedSecret(Call &call,
                                                          const kms::DeriveSharedSecret::Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    if (auto usage = checkUsage(call, **key, kms::KeyUsageType::KEY_AGREEMENT); !usage) {
        return failFrom(usage);
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    const auto peer = peerOf(**key, *request.publicKey);
    if (!peer) {
        return tl::unexpected<Error>(peer.error());
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    auto shared = derive(call, *key, *peer);
    if (!shared) {
        return failFrom(shared);
    }
    kms::DeriveSharedSecret::Reply reply;
    reply.keyId = (*key)->arn;
    reply.sharedSecret = std::move(*shared);
    reply.keyAgreementAlgorithm = request.keyAgreementAlgorithm;
    reply.keyOrigin = metadataOf(call.core.names, **key).origin;
    return reply;
}

} // namespace keyturn::vault
