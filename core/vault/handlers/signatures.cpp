// SPDX-License-Identifier: Apache-2.0
// Sign and Verify (kms-semantics.md section 7).
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/resolve.h"

#include <algorithm>

namespace keyturn::vault {

using SigningAlgorithm = kms::SigningAlgorithmSpec;
using kms::MessageType;

namespace {

constexpr std::size_t ed25519DigestSizeBytes = 64;

/// What is signed, with what: the request after its checks.
struct Signing {
    KeyPointer key;
    MaterialPointer material;
    SigningAlgorithm algorithm = SigningAlgorithm::RSASSA_PSS_SHA_256;
    bool isDigest = false;
    ByteView message;
};

Fault damagedMaterial() {
    return fail(ErrorCode::VaultDamaged, "a key's material is of another kind than its key",
                ErrorOrigin::Vault);
}

crypto::RsaPadding paddingOf(SigningAlgorithm algorithm) {
    switch (algorithm) {
    case SigningAlgorithm::RSASSA_PSS_SHA_256:
    case SigningAlgorithm::RSASSA_PSS_SHA_384:
    case SigningAlgorithm::RSASSA_PSS_SHA_512:
        return crypto::RsaPadding::Pss;
    default:
        return crypto::RsaPadding::Pkcs1;
    }
}

crypto::Ed25519Form formOf(SigningAlgorithm algorithm) {
    return algorithm == SigningAlgorithm::ED25519_PH_SHA_512 ? crypto::Ed25519Form::Prehashed
                                                             : crypto::Ed25519Form::Pure;
}

/// Which kinds of message an algorithm takes, and how long a digest is.
Status checkMessage(SigningAlgorithm algorithm, MessageType type, std::size_t sizeBytes) {
    const std::string name(kms::Open<SigningAlgorithm>(algorithm).text());
    const std::string typeName(kms::Open<MessageType>(type).text());
    const bool onlyRaw = algorithm == SigningAlgorithm::ED25519_SHA_512;
    const bool onlyDigest = algorithm == SigningAlgorithm::ED25519_PH_SHA_512;
    if (type == MessageType::EXTERNAL_MU || (type == MessageType::DIGEST && onlyRaw) ||
        (type == MessageType::RAW && onlyDigest)) {
        return validationFault("MessageType " + typeName + " is not supported for algorithm " + name + ".");
    }
    const auto hash = hashOf(algorithm);
    const std::size_t digestSizeBytes = hash ? crypto::hashSizeBytes(*hash) : ed25519DigestSizeBytes;
    if (type == MessageType::DIGEST && sizeBytes != digestSizeBytes) {
        return validationFault("Digest is invalid length for algorithm " + name + ".");
    }
    return {};
}

Status checkKey(const Call &call, const KeyState &key, SigningAlgorithm algorithm) {
    if (auto usage = checkUsage(call, key, kms::KeyUsageType::SIGN_VERIFY); !usage) {
        return usage;
    }
    const auto algorithms = signingAlgorithmsOf(key.spec);
    if (std::find(algorithms.begin(), algorithms.end(), kms::Open(algorithm)) == algorithms.end()) {
        return algorithmFault(kms::Open(algorithm).text(), key);
    }
    return checkState(key, call.operation.id);
}

template <class Request>
Result<Signing> prepare(Call &call, const Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    // Validation lets no value through that is not in the enumeration.
    const auto algorithm = request.signingAlgorithm->known().value_or(SigningAlgorithm::ML_DSA_SHAKE_256);
    const auto type = request.messageType ? request.messageType->known().value_or(MessageType::EXTERNAL_MU)
                                          : MessageType::RAW;
    if (auto checked = checkKey(call, **key, algorithm); !checked) {
        return failFrom(checked);
    }
    if (auto checked = checkMessage(algorithm, type, request.message->size()); !checked) {
        return failFrom(checked);
    }
    if (rsaSizeBits((*key)->spec) != 0 && !call.mayTakeLong) { // RSA costs milliseconds
        call.needsPool = true;
        return fail(ErrorCode::Usage, "RSA is computed on the pool", ErrorOrigin::Vault);
    }
    auto material = call.core.material(**key, (*key)->currentMaterial());
    if (!material) {
        return failFrom(material);
    }
    call.trace.used(*key, (*key)->currentMaterial(), 0);
    return Signing{std::move(*key), std::move(*material), algorithm, type == MessageType::DIGEST,
                   request.message->view()};
}

/// SM2's digest is of the signer's identity as well.
Result<Bytes> digestFor(const Signing &signing) {
    if (signing.isDigest) {
        return toBytes(signing.message);
    }
    const auto *pair = signing.material->ec();
    if (pair && signing.algorithm == SigningAlgorithm::SM2DSA) {
        return pair->publicKey().sm2Digest(signing.message);
    }
    return crypto::digestOf(hashOf(signing.algorithm).value_or(crypto::Hash::Sha512), signing.message);
}

Result<Bytes> signatureOf(const Signing &signing) {
    if (const auto *pair = signing.material->ed25519()) {
        return pair->sign(formOf(signing.algorithm), signing.message);
    }
    const auto digest = digestFor(signing);
    if (!digest) {
        return digest;
    }
    if (const auto *pair = signing.material->rsa()) {
        return pair->sign(paddingOf(signing.algorithm), *hashOf(signing.algorithm), *digest);
    }
    const auto *pair = signing.material->ec();
    return pair ? pair->sign(*digest) : damagedMaterial();
}

Status matches(const Signing &signing, ByteView signature) {
    if (const auto *pair = signing.material->ed25519()) {
        return pair->publicKey().verify(formOf(signing.algorithm), signing.message, signature);
    }
    const auto digest = digestFor(signing);
    if (!digest) {
        return tl::unexpected<Error>(digest.error());
    }
    if (const auto *pair = signing.material->rsa()) {
        return pair->publicKey().verify(paddingOf(signing.algorithm), *hashOf(signing.algorithm), *digest,
                                        signature);
    }
    const auto *pair = signing.material->ec();
    return pair ? pair->publicKey().verify(*digest, signature) : damagedMaterial();
}

} // namespace

Result<kms::Sign::Reply> sign(Call &call, const kms::Sign::Request &request) {
    const auto signing = prepare(call, request);
    if (!signing) {
        return tl::unexpected<Error>(signing.error());
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    auto signature = signatureOf(*signing);
    if (!signature) {
        return failFrom(signature);
    }
    return kms::Sign::Reply{signing->key->arn, std::move(*signature), signing->algorithm};
}

Result<kms::Verify::Reply> verify(Call &call, const kms::Verify::Request &request) {
    const auto signing = prepare(call, request);
    if (!signing) {
        return tl::unexpected<Error>(signing.error());
    }
    if (auto matching = matches(*signing, *request.signature); !matching) {
        if (matching.error().code != ErrorCode::NotAuthentic) {
            return failFrom(matching);
        }
        return serviceFault(ErrorCode::KMSInvalidSignature);
    }
    if (request.dryRun.value_or(false)) {
        return dryRunFault();
    }
    return kms::Verify::Reply{signing->key->arn, true, signing->algorithm};
}

} // namespace keyturn::vault
