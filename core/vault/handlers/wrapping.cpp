// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/wrapping.h"

#include "crypto/aes_key_wrap.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_specs.h"

namespace keyturn::vault {

using kms::AlgorithmSpec;
using kms::KeySpec;
using kms::WrappingKeySpec;

namespace {

Fault notTaken(AlgorithmSpec algorithm, const std::string &why) {
    return unsupportedFault("WrappingAlgorithm " + std::string(kms::Open(algorithm).text()) +
                            " is not supported " + why + ".");
}

KeySpec keySpecOf(WrappingKeySpec spec) {
    switch (spec) {
    case WrappingKeySpec::RSA_2048:
        return KeySpec::RSA_2048;
    case WrappingKeySpec::RSA_3072:
        return KeySpec::RSA_3072;
    case WrappingKeySpec::RSA_4096:
        return KeySpec::RSA_4096;
    case WrappingKeySpec::SM2:
        return KeySpec::SM2;
    }
    return KeySpec::RSA_4096;
}

bool isKeyWrap(AlgorithmSpec algorithm) {
    return algorithm == AlgorithmSpec::RSA_AES_KEY_WRAP_SHA_1 ||
           algorithm == AlgorithmSpec::RSA_AES_KEY_WRAP_SHA_256;
}

crypto::OaepHash oaepHash(AlgorithmSpec algorithm) {
    const bool isSha1 =
        algorithm == AlgorithmSpec::RSAES_OAEP_SHA_1 || algorithm == AlgorithmSpec::RSA_AES_KEY_WRAP_SHA_1;
    return isSha1 ? crypto::OaepHash::Sha1 : crypto::OaepHash::Sha256;
}

/// RSA private keys are too long for OAEP alone, symmetric and HMAC keys need no second wrapping.
Status checkForSpec(KeySpec keySpec, AlgorithmSpec algorithm, WrappingKeySpec wrappingSpec) {
    const std::string name(kms::Open<KeySpec>(keySpec).text());
    if (isKeyWrap(algorithm) && (keySpec == KeySpec::SYMMETRIC_DEFAULT || macHashOf(keySpec))) {
        return notTaken(algorithm, "for " + name + " key material: it is for private keys");
    }
    const bool isOaep = !isKeyWrap(algorithm) && algorithm != AlgorithmSpec::SM2PKE;
    if (isOaep && rsaSizeBits(keySpec) != 0) {
        return notTaken(algorithm, "for RSA key material: use RSA_AES_KEY_WRAP_SHA_256");
    }
    if (isOaep && keySpec == KeySpec::ECC_NIST_P521 && wrappingSpec == WrappingKeySpec::RSA_2048) {
        return notTaken(algorithm, "for ECC_NIST_P521 key material with WrappingKeySpec RSA_2048: take a "
                                   "longer wrapping key or RSA_AES_KEY_WRAP_SHA_256");
    }
    return {};
}

Fault whyNotOpened(const Error &error) {
    const bool isOurs = error.code == ErrorCode::CryptoFailed || error.code == ErrorCode::OutOfMemory;
    return isOurs ? Fault(error) : invalidCiphertextFault();
}

Result<SecretBytes> openRsa(const ImportToken &token, ByteView wrapped) {
    const auto pair = crypto::RsaKeyPair::fromPkcs8(token.wrappingKey.view());
    if (!pair) {
        return tl::unexpected<Error>(pair.error());
    }
    const std::size_t firstSizeBytes = pair->publicKey().ciphertextSizeBytes();
    if (!isKeyWrap(token.algorithm)) {
        return pair->decryptOaep(oaepHash(token.algorithm), wrapped);
    }
    if (wrapped.size() <= firstSizeBytes) {
        return invalidCiphertextFault();
    }
    const auto aesKey = pair->decryptOaep(oaepHash(token.algorithm), wrapped.first(firstSizeBytes));
    if (!aesKey) {
        return tl::unexpected<Error>(aesKey.error());
    }
    return crypto::unwrapKeyPadded(aesKey->view(), wrapped.subspan(firstSizeBytes));
}

Result<SecretBytes> openSm2(const ImportToken &token, ByteView wrapped) {
    const auto pair = crypto::EcKeyPair::fromPkcs8(token.wrappingKey.view());
    return pair ? pair->decryptSm2(wrapped) : Result<SecretBytes>(tl::unexpected<Error>(pair.error()));
}

} // namespace

Status checkWrapping(KeySpec keySpec, AlgorithmSpec algorithm, WrappingKeySpec wrappingSpec) {
    if (algorithm == AlgorithmSpec::RSAES_PKCS1_V1_5) {
        return notTaken(algorithm, "any more: use RSAES_OAEP_SHA_256");
    }
    if ((algorithm == AlgorithmSpec::SM2PKE) != (wrappingSpec == WrappingKeySpec::SM2)) {
        return notTaken(algorithm, "with WrappingKeySpec " + std::string(kms::Open(wrappingSpec).text()));
    }
    if (auto reason = whyAbsent(keySpecOf(wrappingSpec)); !reason.empty()) {
        return unsupportedFault("WrappingKeySpec " + reason);
    }
    return checkForSpec(keySpec, algorithm, wrappingSpec);
}

Result<MadeKeyPair> makeWrappingKey(Call &call, WrappingKeySpec spec) {
    return makeKeyPair(call, keySpecOf(spec));
}

Result<SecretBytes> unwrapMaterial(Call &call, const ImportToken &token, ByteView wrapped) {
    if (!call.mayTakeLong) {
        call.needsPool = true;
        return fail(ErrorCode::Usage, "key material is unwrapped on the pool", ErrorOrigin::Vault);
    }
    auto material =
        token.wrappingSpec == WrappingKeySpec::SM2 ? openSm2(token, wrapped) : openRsa(token, wrapped);
    if (!material) {
        return whyNotOpened(material.error());
    }
    return material;
}

} // namespace keyturn::vault
