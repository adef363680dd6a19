// SPDX-License-Identifier: Apache-2.0
// Encrypting and decrypting under one material of one key: blobs of symmetric keys (core/blob/FORMAT.md) and
// bare RSA-OAEP and SM2. States, usage and sizes were checked before. Thread rule: any thread; asymmetric
// keys only where call.mayTakeLong, otherwise call.needsPool is set. Errors: InvalidCiphertext without a
// message for whatever does not open; VaultDamaged, CryptoFailed.
#pragma once

#include "kms/encryption_context.h"
#include "vault/handlers/call.h"
#include "vault/handlers/key_rules.h"

namespace keyturn::vault {

/// The bytes of a context that are authenticated. No pairs: nothing is allocated.
class CanonicalContext {
public:
    static Result<CanonicalContext> of(const std::optional<kms::EncryptionContext> &context);
    ByteView view() const { return m_bytes.empty() ? ByteView(noPairs) : ByteView(m_bytes); }
    /// What the log's digest is made of; empty for no pairs.
    Bytes take() && { return std::move(m_bytes); }
    const Bytes &bytes() const { return m_bytes; }

private:
    static constexpr std::array<std::uint8_t, 4> noPairs{};
    Bytes m_bytes;
};

/// How Encrypt and the operations of data keys begin: the key that KeyId names, fit for the algorithm and for
/// having a context or not, in a state to be used.
Result<KeyPointer> keyToEncrypt(Call &call, const std::string &keyId, Algorithm algorithm,
                                const std::optional<kms::EncryptionContext> &context);
/// How they go on: the context, noted for the log. DryRunOperation where no more was asked for.
Result<CanonicalContext> contextToEncrypt(Call &call, const std::optional<kms::EncryptionContext> &context,
                                          const std::optional<bool> &dryRun);

/// Under the key's newest material. `side` is the key's place in the trace.
Result<Bytes> encryptUnder(Call &call, const KeyPointer &key, std::size_t side, Algorithm algorithm,
                           const CanonicalContext &context, ByteView plaintext);

/// A ciphertext matched with its key.
struct Source {
    KeyPointer key;
    Algorithm algorithm = Algorithm::SYMMETRIC_DEFAULT;
    const MaterialInfo *material = nullptr; ///< null where the ciphertext is ignored
    ByteView header;                        ///< of a blob; empty: a bare ciphertext
    ByteView body;                          ///< sealed part of a blob, or all of an asymmetric ciphertext
    /// Room that the plaintext needs at most.
    std::size_t plaintextRoomBytes() const;
};

/// Writes into `room`, which has plaintextRoomBytes(), and gives the size.
Result<std::size_t> decryptInto(Call &call, const Source &source, const CanonicalContext &context,
                                MutableByteView room);

/// What Decrypt and ReEncrypt say about their source.
struct SourceWords {
    const std::optional<Bytes> &ciphertext;
    const std::optional<std::string> &keyId;
    const std::optional<kms::Open<Algorithm>> &algorithm;
    bool ignoreCiphertext = false;
    std::string_view keyMember; ///< "keyId" or "sourceKeyId", for messages
};

/// The key named, if one is. Not yet noted in the trace.
Result<KeyPointer> namedSource(Call &call, const SourceWords &words);
/// The key that the ciphertext needs, noted in the trace. Errors: IncorrectKey, InvalidCiphertext,
/// Validation.
Result<Source> matchSource(Call &call, const SourceWords &words, const KeyPointer &named);

bool ignoresCiphertext(const std::optional<bool> &dryRun,
                       const std::optional<std::vector<kms::Open<kms::DryRunModifierType>>> &modifiers);

} // namespace keyturn::vault
