// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_keys.h"

#include "crypto/kbkdf.h"
#include "vault/file_header.h"

#include <algorithm>
#include <string_view>

namespace keyturn::vault {

namespace {

constexpr std::string_view rowLabel = "kv1/row";
constexpr std::string_view contextLabel = "kv1/context";
constexpr std::size_t subkeySizeBytes = 32;

/// A short run of bytes on the stack: what rows are bound to, without an allocation per row.
class PlaceBytes {
public:
    void raw(ByteView bytes) {
        std::copy(bytes.begin(), bytes.end(), m_bytes.begin() + static_cast<std::ptrdiff_t>(m_size));
        m_size += bytes.size();
    }
    template <class Number>
    void number(Number value) {
        for (std::size_t shift = sizeof(Number) * 8; shift > 0; shift -= 8) {
            m_bytes[m_size++] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (shift - 8));
        }
    }
    ByteView view() const { return ByteView(m_bytes).first(m_size); }

private:
    std::array<std::uint8_t, 48 + maxPrimaryKeyBytes> m_bytes;
    std::size_t m_size = 0;
};

PlaceBytes associatedData(const VaultUuid &vaultId, const RowPlace &place) {
    PlaceBytes bytes;
    bytes.raw(asBytes(rowLabel));
    bytes.raw(vaultId);
    bytes.number(sealingFormat);
    bytes.number(place.table);
    bytes.number(static_cast<std::uint16_t>(place.primaryKey.size()));
    bytes.raw(place.primaryKey);
    bytes.number(place.version);
    bytes.number(place.epoch);
    return bytes;
}

bool isPrimaryKey(ByteView key) {
    return !key.empty() && key.size() <= maxPrimaryKeyBytes;
}

Status wrongPrimaryKey() {
    return fail(ErrorCode::Usage, "a row's primary key has 1 to 64 bytes");
}

SecretBytes subkey(const crypto::Kbkdf &vaultKey, std::string_view label, const VaultUuid &vaultId,
                   std::uint32_t epoch) {
    PlaceBytes context;
    context.raw(vaultId);
    context.number(epoch);
    return vaultKey.derive(label, context.view(), subkeySizeBytes);
}

} // namespace

VaultKeys::VaultKeys(const VaultUuid &vaultId, std::uint32_t epoch, const SecretBytes &vaultKey)
    : VaultKeys(vaultId, epoch, crypto::Kbkdf(vaultKey.view())) {}

VaultKeys::VaultKeys(const VaultUuid &vaultId, std::uint32_t epoch, const crypto::Kbkdf &vaultKey)
    : m_vaultId(vaultId)
    , m_epoch(epoch)
    , m_rows(subkey(vaultKey, "kv1/rows", vaultId, epoch).view(), rowLabel)
    , m_root(subkey(vaultKey, "kv1/root", vaultId, epoch).view())
    , m_lookup(subkey(vaultKey, "kv1/lookup", vaultId, epoch).view())
    , m_auditKey(subkey(vaultKey, "kv1/audit", vaultId, epoch))
    , m_journalKey(subkey(vaultKey, "kv1/journal", vaultId, epoch)) {}

Status VaultKeys::sealRow(const RowPlace &place, ByteView payload, Bytes &out) const {
    if (!isPrimaryKey(place.primaryKey)) {
        return wrongPrimaryKey();
    }
    out.resize(payload.size() + rowOverheadBytes);
    return m_rows.seal(associatedData(m_vaultId, place).view(), {}, payload, out);
}

Status VaultKeys::openRow(const RowPlace &place, ByteView sealed, MutableByteView out) const {
    if (!isPrimaryKey(place.primaryKey)) {
        return wrongPrimaryKey();
    }
    return m_rows.open(associatedData(m_vaultId, place).view(), {}, sealed, out);
}

Result<SecretBytes> VaultKeys::openRow(const RowPlace &place, ByteView sealed) const {
    if (sealed.size() < rowOverheadBytes) {
        return fail(ErrorCode::NotAuthentic, "sealed row is too short");
    }
    SecretBytes payload(sealed.size() - rowOverheadBytes);
    if (auto opened = openRow(place, sealed, payload.mutableView()); !opened) {
        return failFrom(opened);
    }
    return payload;
}

RowElement VaultKeys::element(const RowPlace &place, ByteView mark) const {
    PlaceBytes bytes;
    bytes.number(place.table);
    bytes.number(static_cast<std::uint16_t>(place.primaryKey.size()));
    bytes.raw(place.primaryKey.first(std::min(place.primaryKey.size(), maxPrimaryKeyBytes)));
    bytes.number(place.version);
    bytes.number(place.epoch);
    return m_root.compute({bytes.view(), mark});
}

LookupKey VaultKeys::lookupKey(Table table, ByteView name) const {
    PlaceBytes bytes;
    bytes.number(static_cast<std::uint16_t>(table));
    return m_lookup.compute({bytes.view(), name});
}

LookupKey VaultKeys::contextDigest(ByteView canonicalContext) const {
    // Starts with a letter, and no table's number does: no digest is a lookup key.
    return m_lookup.compute({asBytes(contextLabel), canonicalContext});
}

} // namespace keyturn::vault
