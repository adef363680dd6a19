// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/key_pairs.h"

#include "vault/handlers/key_specs.h"

namespace keyturn::vault {

namespace {

template <class Pair>
Result<MadeKeyPair> encoded(const Result<Pair> &pair) {
    if (!pair) {
        return tl::unexpected<Error>(pair.error());
    }
    Result<SecretBytes> privateKey = pair->toPkcs8();
    if (!privateKey) {
        return failFrom(privateKey);
    }
    Result<Bytes> publicKey = pair->publicKey().toSpki();
    if (!publicKey) {
        return failFrom(publicKey);
    }
    return MadeKeyPair{std::move(*privateKey), std::move(*publicKey)};
}

Result<MadeKeyPair> makeRsa(Call &call, unsigned sizeBits) {
    if (!call.mayTakeLong) {
        call.needsPool = true;
        return fail(ErrorCode::Usage, "RSA keys are made on the pool", ErrorOrigin::Vault);
    }
    // Stopped by whoever asked, and by the vault being locked.
    CancelSource either;
    const auto asked = call.context.cancel.onCancel([either]() mutable { either.cancel(); });
    const auto locked = call.stopping.onCancel([either]() mutable { either.cancel(); });
    return encoded(crypto::RsaKeyPair::generate(sizeBits, either.token()));
}

} // namespace

Result<MadeKeyPair> makeKeyPair(Call &call, kms::KeySpec spec) {
    if (const unsigned sizeBits = rsaSizeBits(spec); sizeBits != 0) {
        return makeRsa(call, sizeBits);
    }
    if (const auto curve = curveOf(spec)) {
        return encoded(crypto::EcKeyPair::generate(*curve));
    }
    return encoded(crypto::Ed25519KeyPair::generate());
}

} // namespace keyturn::vault
