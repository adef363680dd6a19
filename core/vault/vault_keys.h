// SPDX-License-Identifier: Apache-2.0
// VaultKeys: the subkeys of an unlocked vault and what is done with them: rows sealed and opened for their
// place, elements of the state root, lookup keys. Immutable once made. Thread rule: const members from any
// number of threads; shared as shared_ptr<const VaultKeys>, wiped with the last reference. Opening into a
// span allocates nothing. Follows FORMAT.md sections 2, 4 and 5. Errors: NotAuthentic (a row that does not
// belong to its place), Usage (primary key of 0 or over 64 bytes).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/committing_aead.h"
#include "crypto/hmac_sha256.h"
#include "vault/table.h"

#include <array>
#include <cstdint>
#include <memory>

namespace keyturn::vault {

using VaultUuid = std::array<std::uint8_t, 16>;
using RowElement = std::array<std::uint8_t, 32>;
using LookupKey = std::array<std::uint8_t, 32>;

inline constexpr std::size_t vaultKeySizeBytes = 32;
inline constexpr std::size_t maxPrimaryKeyBytes = 64;
inline constexpr std::size_t rowOverheadBytes = crypto::CommittingAead::overheadSizeBytes;

/// What a row is bound to.
struct RowPlace {
    std::uint16_t table = 0;
    ByteView primaryKey;
    std::uint64_t version = 0;
    std::uint32_t epoch = 0;
};

class VaultKeys {
public:
    VaultKeys(const VaultUuid &vaultId, std::uint32_t epoch, const SecretBytes &vaultKey);

    const VaultUuid &vaultId() const { return m_vaultId; }
    std::uint32_t epoch() const { return m_epoch; }

    /// `out` is resized to payload + rowOverheadBytes; one kept between calls allocates rarely.
    Status sealRow(const RowPlace &place, ByteView payload, Bytes &out) const;
    /// `out` has sealed.size() - rowOverheadBytes bytes.
    Status openRow(const RowPlace &place, ByteView sealed, MutableByteView out) const;
    Result<SecretBytes> openRow(const RowPlace &place, ByteView sealed) const;

    /// What a row adds to its table's sum in the state root. `mark`: a row's tag, a slot's digest.
    RowElement element(const RowPlace &place, ByteView mark) const;

    /// The clear primary key under which something is found by its (sealed) name.
    LookupKey lookupKey(Table table, ByteView name) const;
    /// What the log keeps of an encryption context (canonical bytes).
    LookupKey contextDigest(ByteView canonicalContext) const;

    /// Chain key of the log, MAC key of job journals.
    const SecretBytes &auditKey() const { return m_auditKey; }
    const SecretBytes &journalKey() const { return m_journalKey; }

private:
    VaultKeys(const VaultUuid &vaultId, std::uint32_t epoch, const crypto::Kbkdf &vaultKey);
    VaultUuid m_vaultId;
    std::uint32_t m_epoch;
    crypto::CommittingAead m_rows;
    crypto::HmacSha256 m_root;
    crypto::HmacSha256 m_lookup;
    SecretBytes m_auditKey;
    SecretBytes m_journalKey;
};

} // namespace keyturn::vault
