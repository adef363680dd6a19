// SPDX-License-Identifier: Apache-2.0
#include "vault/slot.h"

#include "base/text.h"
#include "chainlog/wire.h"
#include "crypto/committing_aead.h"
#include "vault/file_header.h"

#include <variant>

namespace keyturn::vault {

namespace {

constexpr std::uint16_t bodyVersion = 1;
constexpr std::size_t maxBodyBytes = 4096;
constexpr std::size_t wrappedBytes = vaultKeySizeBytes + crypto::CommittingAead::overheadSizeBytes;
constexpr std::string_view kekLabel = "kv1/slot-kek";
constexpr std::string_view wrapLabel = "kv1/wrap";
constexpr std::string_view wrapContext = "kv1/slot";

enum class Kdf : std::uint8_t { None = 0, Argon2id = 1, Scrypt = 2 };

struct KdfWords {
    Kdf kind = Kdf::None;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t c = 0;
};

KdfWords wordsOf(const std::optional<crypto::PasswordKdfParams> &params) {
    if (!params) {
        return {};
    }
    if (const auto *argon = std::get_if<crypto::Argon2idParams>(&*params)) {
        return {Kdf::Argon2id, argon->memoryKib, argon->passes, 1};
    }
    const auto &scrypt = std::get<crypto::ScryptParams>(*params);
    return {Kdf::Scrypt, scrypt.costLog2, scrypt.blockSize, scrypt.parallelism};
}

tl::unexpected<Error> damagedSlot(const char *what) {
    return fail(ErrorCode::VaultDamaged, std::string("slot: ") + what, ErrorOrigin::Vault);
}

/// The parameters as they stand; whether they are within bounds is asked before they are run.
Result<std::optional<crypto::PasswordKdfParams>> paramsOf(SlotType type, const KdfWords &words) {
    using Answer = std::optional<crypto::PasswordKdfParams>;
    if (type != SlotType::Passphrase) {
        return words.kind == Kdf::None && words.a == 0 && words.b == 0 && words.c == 0
                   ? Result<Answer>(Answer())
                   : damagedSlot("key derivation where none belongs");
    }
    switch (words.kind) {
    case Kdf::Argon2id:
        if (words.c != 1) {
            return fail(ErrorCode::KdfOutOfBounds, "slot: Argon2id with other than one lane",
                        ErrorOrigin::Vault);
        }
        return Answer(crypto::Argon2idParams{words.a, words.b});
    case Kdf::Scrypt:
        if (words.a > 63) {
            return fail(ErrorCode::KdfOutOfBounds, "slot: scrypt with N over 2^63", ErrorOrigin::Vault);
        }
        return Answer(crypto::ScryptParams{static_cast<std::uint8_t>(words.a), words.b, words.c});
    case Kdf::None:
        break;
    }
    return fail(ErrorCode::KdfOutOfBounds, "slot: unknown key derivation", ErrorOrigin::Vault);
}

/// All of the body before the wrapped key's length.
Bytes parametersOf(const Slot &slot) {
    const KdfWords words = wordsOf(slot.kdf);
    Bytes body;
    chainlog::appendNumber(body, bodyVersion);
    chainlog::appendNumber(body, slot.rawType);
    chainlog::appendNumber(body, static_cast<std::uint8_t>(words.kind));
    chainlog::appendNumber(body, words.a);
    chainlog::appendNumber(body, words.b);
    chainlog::appendNumber(body, words.c);
    chainlog::appendRaw(body, slot.salt);
    chainlog::appendNumber(body, slot.epoch);
    chainlog::appendTime(body, slot.created);
    chainlog::appendShort(body, asBytes(slot.label));
    return body;
}

Bytes wrapBinding(const VaultUuid &vaultId, const Slot &slot) {
    Bytes binding = toBytes(wrapContext);
    chainlog::appendRaw(binding, vaultId);
    chainlog::appendNumber(binding, sealingFormat);
    chainlog::appendNumber(binding, slot.id);
    chainlog::appendRaw(binding, parametersOf(slot));
    return binding;
}

crypto::CommittingAead wrappingKey(const VaultUuid &vaultId, const Slot &slot,
                                   const SecretBytes &slotSecret) {
    Bytes context = toBytes(ByteView(vaultId));
    chainlog::appendNumber(context, slot.id);
    chainlog::appendRaw(context, slot.salt);
    const crypto::Kbkdf kdf(slotSecret.view());
    const SecretBytes kek = kdf.derive(kekLabel, ByteView(context), vaultKeySizeBytes);
    return crypto::CommittingAead(kek.view(), wrapLabel);
}

} // namespace

Result<Slot> parseSlot(SlotId id, ByteView body) {
    if (body.size() < 3 || body.size() > maxBodyBytes) {
        return damagedSlot("wrong size");
    }
    chainlog::WireReader reader(body);
    Slot slot;
    slot.id = id;
    const auto version = reader.number<std::uint16_t>();
    slot.rawType = reader.number<std::uint8_t>();
    if (version != bodyVersion || slot.rawType < 1 || slot.rawType > 3) {
        return slot;
    }
    const auto type = static_cast<SlotType>(slot.rawType);
    KdfWords words;
    words.kind = static_cast<Kdf>(reader.number<std::uint8_t>());
    words.a = reader.number<std::uint32_t>();
    words.b = reader.number<std::uint32_t>();
    words.c = reader.number<std::uint32_t>();
    slot.salt = reader.array<crypto::passwordSaltSizeBytes>();
    slot.epoch = reader.number<std::uint32_t>();
    slot.created = reader.time();
    slot.label = asText(reader.shortBytes());
    slot.wrapped = toBytes(reader.shortBytes());
    if (!reader.finished() || slot.wrapped.size() != wrappedBytes || slot.label.size() > maxSlotLabelBytes ||
        !isValidUtf8(slot.label)) {
        return damagedSlot("wrong form");
    }
    auto params = paramsOf(type, words);
    if (!params) {
        return failFrom(params);
    }
    slot.type = type;
    slot.kdf = *params;
    return slot;
}

Bytes slotBody(const Slot &slot) {
    Bytes body = parametersOf(slot);
    chainlog::appendShort(body, slot.wrapped);
    return body;
}

Result<SecretBytes> passphraseSlotSecret(const Slot &slot, const SecretBytes &normalised,
                                         const CancelToken &cancel) {
    if (!slot.kdf) {
        return fail(ErrorCode::Usage, "this slot takes no passphrase");
    }
    return crypto::derivePasswordKey(*slot.kdf, normalised.view(), slot.salt, vaultKeySizeBytes, cancel);
}

Status wrapVaultKey(const VaultUuid &vaultId, Slot &slot, const SecretBytes &slotSecret,
                    const SecretBytes &vaultKey) {
    slot.wrapped.resize(vaultKey.size() + crypto::CommittingAead::overheadSizeBytes);
    return wrappingKey(vaultId, slot, slotSecret)
        .seal(wrapBinding(vaultId, slot), {}, vaultKey.view(), slot.wrapped);
}

Result<SecretBytes> unwrapVaultKey(const VaultUuid &vaultId, const Slot &slot,
                                   const SecretBytes &slotSecret) {
    if (slot.wrapped.size() != wrappedBytes) {
        return damagedSlot("wrong size");
    }
    SecretBytes vaultKey(vaultKeySizeBytes);
    auto opened = wrappingKey(vaultId, slot, slotSecret)
                      .open(wrapBinding(vaultId, slot), {}, slot.wrapped, vaultKey.mutableView());
    if (!opened) {
        return failFrom(opened);
    }
    return vaultKey;
}

} // namespace keyturn::vault
