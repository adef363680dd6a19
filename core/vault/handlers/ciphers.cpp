// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/ciphers.h"

#include "blob/encryption_context.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/resolve.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

crypto::OaepHash oaepHash(Algorithm algorithm) {
    return algorithm == Algorithm::RSAES_OAEP_SHA_1 ? crypto::OaepHash::Sha1 : crypto::OaepHash::Sha256;
}

/// RSA and SM2 cost milliseconds: they are done on the pool's threads only.
Fault laterOnPool(Call &call) {
    call.needsPool = true;
    return fail(ErrorCode::Usage, "asymmetric keys encrypt and decrypt on the pool", ErrorOrigin::Vault);
}

Fault damagedMaterial() {
    return fail(ErrorCode::VaultDamaged, "a key's material is of another kind than its key",
                ErrorOrigin::Vault);
}

Result<Bytes> sealBlob(const Call &call, const KeyState &key, const MaterialInfo &info,
                       const crypto::CommittingAead &aead, const CanonicalContext &context,
                       ByteView plaintext) {
    blob::Header header;
    header.vaultId = call.core.names.blobVaultId;
    header.keyId = key.id;
    header.materialId = info.id;
    header.materialVersion = info.version;
    Bytes out(plaintext.size() + blob::overheadSizeBytes);
    const auto headerOut = MutableByteView(out).first<blob::headerSizeBytes>();
    blob::writeHeader(header, headerOut);
    auto sealed =
        aead.seal(headerOut, context.view(), plaintext, MutableByteView(out).subspan(blob::headerSizeBytes));
    if (!sealed) {
        return failFrom(sealed);
    }
    return out;
}

Result<SecretBytes> decryptBare(const OpenMaterial &material, Algorithm algorithm, ByteView ciphertext) {
    if (const auto *pair = material.rsa()) {
        return pair->decryptOaep(oaepHash(algorithm), ciphertext);
    }
    const auto *pair = material.ec();
    return pair ? pair->decryptSm2(ciphertext) : damagedMaterial();
}

Result<Source> sourceOfBlob(Call &call, ByteView ciphertext, const KeyPointer &named) {
    const auto parts = blob::parse(ciphertext);
    if (!parts) {
        if (named && !named->isSymmetric()) {
            return algorithmFault(kms::Open(Algorithm::SYMMETRIC_DEFAULT).text(), *named);
        }
        return invalidCiphertextFault();
    }
    const blob::Header &header = parts->header;
    KeyPointer key;
    if (header.vaultId == call.core.names.blobVaultId) {
        key = named && named->id == header.keyId ? named : call.core.keys.find(header.keyId);
    }
    const MaterialInfo *material = key ? key->findMaterial(header.materialId) : nullptr;
    if (!material || material->version != header.materialVersion || !key->isSymmetric()) {
        return invalidCiphertextFault();
    }
    if (named && named != key) {
        return incorrectKeyFault();
    }
    if (!named) {
        call.trace.found(key);
    }
    return Source{key, Algorithm::SYMMETRIC_DEFAULT, material, parts->headerBytes, parts->sealed};
}

} // namespace

Result<CanonicalContext> CanonicalContext::of(const std::optional<kms::EncryptionContext> &context) {
    CanonicalContext canonical;
    if (context && !context->empty()) {
        if (auto appended = blob::appendCanonicalContext(context->pairs(), canonical.m_bytes); !appended) {
            return failFrom(appended);
        }
    }
    return canonical;
}

Result<KeyPointer> keyToEncrypt(Call &call, const std::string &keyId, Algorithm algorithm,
                                const std::optional<kms::EncryptionContext> &context) {
    auto key = resolveKey(call, keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    if (auto side = checkSide(call, **key, algorithm, context, "EncryptionContext"); !side) {
        return failFrom(side);
    }
    return key;
}

Result<CanonicalContext> contextToEncrypt(Call &call, const std::optional<kms::EncryptionContext> &context,
                                          const std::optional<bool> &dryRun) {
    auto canonical = CanonicalContext::of(context);
    if (!canonical) {
        return failFrom(canonical);
    }
    call.trace.context = canonical->bytes();
    if (dryRun.value_or(false)) {
        return dryRunFault();
    }
    return canonical;
}

Result<Bytes> encryptUnder(Call &call, const KeyPointer &key, std::size_t side, Algorithm algorithm,
                           const CanonicalContext &context, ByteView plaintext) {
    if (!key->isSymmetric() && !call.mayTakeLong) {
        return laterOnPool(call);
    }
    const MaterialInfo &info = key->currentMaterial();
    auto material = call.core.material(*key, info);
    if (!material) {
        return failFrom(material);
    }
    call.trace.used(key, info, side);
    if (const auto *aead = (*material)->symmetric()) {
        return sealBlob(call, *key, info, *aead, context, plaintext);
    }
    if (const auto *pair = (*material)->rsa()) {
        return pair->publicKey().encryptOaep(oaepHash(algorithm), plaintext);
    }
    const auto *pair = (*material)->ec();
    return pair ? pair->publicKey().encryptSm2(plaintext) : damagedMaterial();
}

std::size_t Source::plaintextRoomBytes() const {
    const std::size_t overheadSizeBytes = header.empty() ? 0 : crypto::CommittingAead::overheadSizeBytes;
    return body.size() - overheadSizeBytes;
}

Result<std::size_t> decryptInto(Call &call, const Source &source, const CanonicalContext &context,
                                MutableByteView room) {
    if (!source.key->isSymmetric() && !call.mayTakeLong) {
        return laterOnPool(call);
    }
    auto material = call.core.material(*source.key, *source.material);
    if (!material) {
        return failFrom(material);
    }
    call.trace.used(source.key, *source.material, 0);
    if (const auto *aead = (*material)->symmetric()) {
        if (!aead->open(source.header, context.view(), source.body, room)) {
            return invalidCiphertextFault();
        }
        return room.size();
    }
    const auto plaintext = decryptBare(**material, source.algorithm, source.body);
    if (!plaintext && plaintext.error().code != ErrorCode::NotAuthentic) {
        return tl::unexpected<Error>(plaintext.error());
    }
    if (!plaintext || plaintext->size() > room.size()) {
        return invalidCiphertextFault();
    }
    std::copy_n(plaintext->data(), plaintext->size(), room.begin());
    return plaintext->size();
}

Result<KeyPointer> namedSource(Call &call, const SourceWords &words) {
    if (!words.keyId) {
        return KeyPointer();
    }
    return lookUpKey(call, *words.keyId, kms::anyKeyIdentifier);
}

Result<Source> matchSource(Call &call, const SourceWords &words, const KeyPointer &named) {
    const Algorithm algorithm = algorithmOf(words.algorithm);
    if (named) {
        call.trace.found(named);
    }
    if (!named && (words.ignoreCiphertext || algorithm != Algorithm::SYMMETRIC_DEFAULT)) {
        return nullMemberFault(words.keyMember);
    }
    if (words.ignoreCiphertext) {
        return Source{named, algorithm, nullptr, {}, {}};
    }
    if (algorithm == Algorithm::SYMMETRIC_DEFAULT) {
        return sourceOfBlob(call, *words.ciphertext, named);
    }
    // Nothing imported yet: the check of its state says so.
    const MaterialInfo *material = named->materials.empty() ? nullptr : &named->currentMaterial();
    return Source{named, algorithm, material, {}, *words.ciphertext};
}

bool ignoresCiphertext(const std::optional<bool> &dryRun,
                       const std::optional<std::vector<kms::Open<kms::DryRunModifierType>>> &modifiers) {
    const kms::Open<kms::DryRunModifierType> ignore(kms::DryRunModifierType::IGNORE_CIPHERTEXT);
    return dryRun.value_or(false) && modifiers &&
           std::find(modifiers->begin(), modifiers->end(), ignore) != modifiers->end();
}

} // namespace keyturn::vault
