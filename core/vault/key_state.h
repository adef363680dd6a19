// SPDX-License-Identifier: Apache-2.0
// KeyState: all that a vault knows of one key but its secret bytes, as one immutable value. A change makes a
// new KeyState and replaces the old one in the KeyDirectory; whoever holds the old one can tell by comparing
// pointers (DESIGN.md section 3, Threads). Thread rule: const after making, any thread. Owner: shared.
// Errors: VaultDamaged (bytes of no key). Follows FORMAT.md section 4 (tables 16 to 18).
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "blob/ciphertext.h"
#include "kms/enums.h"
#include "kms/structures.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::vault {

using blob::KeyId;
using blob::MaterialId;

/// 8-4-4-4-12, lower case.
std::string formatUuid(const KeyId &id);
/// That form only: KMS compares ids by their characters.
std::optional<KeyId> parseUuid(std::string_view text);
/// "mrk-" and 32 digits, lower case: how multi-Region keys are named.
std::string formatMultiRegionId(const KeyId &id);
/// Either form. Which one is a key's: compare with KeyState::uuid.
std::optional<KeyId> parseKeyId(std::string_view text);

/// How a material became the current one.
enum class MaterialOrigin : std::uint8_t { First = 0, Automatic = 1, OnDemand = 2 };

/// What is known of a material that somebody imported, there or not.
struct ImportedFacts {
    std::array<std::uint8_t, 32> fingerprint{}; ///< by which the same material is known again
    std::string description;
    std::optional<Timestamp> validTo; ///< none: it does not expire
    bool present = true;              ///< false: deleted or expired, until it is imported again

    bool operator==(const ImportedFacts &) const = default;
};

struct MaterialInfo {
    MaterialId id{};
    std::uint32_t version = 1; ///< 1 for a key's first material
    MaterialOrigin origin = MaterialOrigin::First;
    Timestamp since{};      ///< when it became the current one
    std::string externalId; ///< KeyMaterialId, 64 hex digits; made from `id`, not stored
    std::shared_ptr<const ImportedFacts> imported; ///< null: made by the vault

    bool isPresent() const { return !imported || imported->present; }
    bool operator==(const MaterialInfo &other) const;
};

/// KeyMaterialId as callers see it (blob/FORMAT.md).
std::string externalMaterialId(const MaterialId &id);

struct KeyState {
    static constexpr std::int64_t defaultRotationPeriodDays = 365;

    KeyId id{};
    KeyId rowId{};      ///< primary key of its row: `id`, but of a replica one of its own
    std::string region; ///< as rows say it: empty for the vault's own
    std::string uuid;   ///< `id` as text, "mrk-..." of a multi-Region key; made from it, not stored
    std::string arn;    ///< made from identity, Region and `id`, not stored

    kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT;
    kms::KeyUsageType usage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    /// Enabled, Disabled, PendingDeletion, PendingReplicaDeletion, PendingImport
    kms::KeyState state = kms::KeyState::Enabled;
    Timestamp created{};
    std::string description;
    std::string policy;
    std::vector<kms::Tag> tags; ///< in ascending order of their keys
    std::optional<Timestamp> deletionDate;
    std::int64_t deletionWindowDays = 0;

    bool rotationEnabled = false; ///< kept, and not acted on, while the key is disabled or pending deletion
    std::int64_t rotationPeriodDays = defaultRotationPeriodDays;
    Timestamp nextRotation{};
    std::uint32_t onDemandRotations = 0; ///< ever made

    std::vector<MaterialInfo> materials; ///< oldest first; the last one encrypts
    Bytes publicKey;                     ///< SPKI of an asymmetric key

    bool isImported = false; ///< Origin EXTERNAL: materials are empty before the first import
    std::vector<MaterialInfo> pendingRotation; ///< imported, not yet the key's for good; at most one

    /// Where the keys of one multi-Region key are, names of Regions, the primary's first; empty: a key of
    /// one Region. Equal in all of them, as are spec, usage, rotation and materials (ROWS.md, "Regions").
    std::vector<std::string> relatedRegions;
    bool isReplica = false;

    bool isMultiRegion() const { return !relatedRegions.empty(); }
    bool isPendingDeletion() const {
        return state == kms::KeyState::PendingDeletion || state == kms::KeyState::PendingReplicaDeletion;
    }
    /// What the vault's log calls it: the id, with the Region before it where that is not the vault's own.
    std::string logName() const { return region.empty() ? uuid : region + "/" + uuid; }

    /// An encryption key of 256 bits; HMAC keys are neither this nor asymmetric.
    bool isSymmetric() const { return spec == kms::KeySpec::SYMMETRIC_DEFAULT; }
    /// Of a key in any state but PendingImport; there the materials may be empty.
    const MaterialInfo &currentMaterial() const { return materials.back(); }
    const MaterialInfo *findMaterial(const MaterialId &materialId) const;
    /// All of its materials are there, and there is one.
    bool hasItsMaterials() const;
    /// PendingImport while a material is missing, and no longer once all are there; a key that goes away does
    /// so in any case. Of an imported key.
    void settleState();
    /// When the first of its imported materials expires.
    std::optional<Timestamp> materialExpires() const;
    /// When something becomes due: deletion, automatic rotation of an enabled key, expiry of a material.
    std::optional<Timestamp> due() const;

    bool operator==(const KeyState &) const = default;
};

using KeyPointer = std::shared_ptr<const KeyState>;

struct AliasState {
    std::string region; ///< as rows say it: empty for the vault's own
    std::string name;   ///< with "alias/"
    KeyId target{};
    Timestamp created{};
    Timestamp updated{};

    /// What its row's place is made of: the name, with the Region and a zero byte before it.
    std::string placeName() const { return region.empty() ? name : region + '\0' + name; }
    bool operator==(const AliasState &) const = default;
};

/// A material's secret and what it belongs to.
struct MaterialRow {
    KeyId key{};
    SecretBytes secret; ///< 32 bytes, 28 to 64 of an HMAC key, or PKCS#8
};

/// Payloads of sealed rows.
Bytes encodeKey(const KeyState &key);
/// uuid, external ids are filled in; arn is left to the caller.
Result<KeyState> decodeKey(const KeyId &rowId, ByteView payload);
Bytes encodeAlias(const AliasState &alias);
Result<AliasState> decodeAlias(ByteView payload);
SecretBytes encodeMaterial(const KeyId &key, ByteView secret);
Result<MaterialRow> decodeMaterial(ByteView payload);

} // namespace keyturn::vault
