// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/changes.h"

#include <algorithm>

namespace keyturn::vault {

Status Changes::putRow(Table table, ByteView primaryKey, ByteView payload) {
    auto put = m_transaction.put(table, primaryKey, payload);
    m_failed = m_failed || !put;
    return put;
}

Status Changes::removeRow(Table table, ByteView primaryKey) {
    auto removed = m_transaction.remove(table, primaryKey);
    m_failed = m_failed || !removed || !*removed;
    if (!removed) {
        return failFrom(removed);
    }
    if (!*removed) {
        return fail(ErrorCode::VaultDamaged, "a row of " + tableName(table) + " is missing",
                    ErrorOrigin::Vault);
    }
    return {};
}

Status Changes::putKey(KeyState key) {
    if (!key.region.empty() || key.isMultiRegion()) {
        m_transaction.need(Feature::Regions);
    }
    if (auto put = putRow(Table::Keys, key.rowId, encodeKey(key)); !put) {
        return put;
    }
    KeyDirectory &keys = m_regions.of(key.region).keys;
    auto old = keys.find(key.id);
    m_undo.push_back([&keys, old, id = key.id] { old ? keys.put(old) : keys.erase(id); });
    keys.put(std::make_shared<const KeyState>(std::move(key)));
    return {};
}

Status Changes::putMaterial(const KeyId &key, const MaterialId &id, ByteView secret) {
    const SecretBytes payload = encodeMaterial(key, secret);
    if (auto put = putRow(Table::Materials, id, payload.view()); !put) {
        return put;
    }
    // A second sealing for the same place: the row's own bytes stay inside the transaction.
    SealedMaterial row{m_transaction.generation(), m_core.rowKeys->epoch(), {}};
    const RowPlace place{static_cast<std::uint16_t>(Table::Materials), id, row.version, row.epoch};
    if (auto sealed = m_core.rowKeys->sealRow(place, payload.view(), row.sealed); !sealed) {
        return sealed;
    }
    m_undo.push_back(
        [this, id, old = m_core.sealed(id)] { old ? m_core.keep(id, *old) : m_core.forget(id); });
    m_core.keep(id, std::move(row));
    std::erase(m_gone, id); // deleted before in the same transaction: it is back
    return {};
}

Status Changes::deleteMaterial(const KeyState &key, const MaterialId &id) {
    const auto isIt = [&](const MaterialInfo &info) { return info.id == id && info.isPresent(); };
    for (const std::string &region : key.relatedRegions) {
        const VaultCore &core = m_regions.of(region);
        const KeyPointer related = core.keys.find(key.id);
        if (core.names.rowRegion == key.region || !related) {
            continue;
        }
        if (std::ranges::any_of(related->materials, isIt) ||
            std::ranges::any_of(related->pendingRotation, isIt)) {
            return {};
        }
    }
    if (auto removed = removeRow(Table::Materials, id); !removed) {
        return removed;
    }
    m_gone.push_back(id);
    return {};
}

Status Changes::deleteKey(const KeyPointer &key) {
    VaultCore &core = m_regions.of(key->region);
    for (const std::string &name : core.keys.aliasNames(key->id)) {
        if (auto removed = deleteAlias({.region = key->region, .name = name}); !removed) {
            return removed;
        }
    }
    for (const GrantPointer &grant : core.grants.all(key->id)) {
        if (auto removed = deleteGrant(grant); !removed) {
            return removed;
        }
    }
    for (const auto *materials : {&key->materials, &key->pendingRotation}) {
        for (const MaterialInfo &material : *materials) {
            if (!material.isPresent()) {
                continue;
            }
            if (auto removed = deleteMaterial(*key, material.id); !removed) {
                return removed;
            }
        }
    }
    if (auto removed = m_transaction.remove(Table::Usage, key->rowId); !removed) { // there may be none
        m_failed = true;
        return failFrom(removed);
    }
    m_goneKeys.push_back(key->rowId);
    if (auto removed = removeRow(Table::Keys, key->rowId); !removed) {
        return removed;
    }
    m_undo.push_back([&core, key] { core.keys.put(key); });
    core.keys.erase(key->id);
    return {};
}

Status Changes::putAlias(const AliasState &alias) {
    const LookupKey place = m_core.rowKeys->lookupKey(Table::Aliases, asBytes(alias.placeName()));
    if (auto put = putRow(Table::Aliases, place, encodeAlias(alias)); !put) {
        return put;
    }
    KeyDirectory &keys = m_regions.of(alias.region).keys;
    auto old = keys.findAlias(alias.name);
    m_undo.push_back([&keys, old, name = alias.name] { old ? keys.putAlias(*old) : keys.eraseAlias(name); });
    keys.putAlias(alias);
    return {};
}

Status Changes::deleteAlias(const AliasState &alias) {
    const LookupKey place = m_core.rowKeys->lookupKey(Table::Aliases, asBytes(alias.placeName()));
    if (auto removed = removeRow(Table::Aliases, place); !removed) {
        return removed;
    }
    KeyDirectory &keys = m_regions.of(alias.region).keys;
    auto old = keys.findAlias(alias.name);
    m_undo.push_back([&keys, old] { keys.putAlias(*old); });
    keys.eraseAlias(alias.name);
    return {};
}

Status Changes::putGrant(GrantState grant) {
    if (auto put = putRow(Table::Grants, grant.id, encodeGrant(grant)); !put) {
        return put;
    }
    GrantDirectory &grants = m_regions.of(grant.region).grants;
    m_undo.push_back([&grants, key = grant.key, id = grant.id] { grants.erase(key, id); });
    grants.put(std::make_shared<const GrantState>(std::move(grant)));
    return {};
}

Status Changes::deleteGrant(const GrantPointer &grant) {
    if (auto removed = removeRow(Table::Grants, grant->id); !removed) {
        return removed;
    }
    GrantDirectory &grants = m_regions.of(grant->region).grants;
    m_undo.push_back([&grants, grant] { grants.put(grant); });
    grants.erase(grant->key, grant->id);
    return {};
}

void Changes::undo() {
    for (auto step = m_undo.rbegin(); step != m_undo.rend(); ++step) {
        (*step)();
    }
    m_undo.clear();
    m_gone.clear();
    m_goneKeys.clear();
}

void Changes::settle() {
    for (const KeyId &id : m_goneKeys) {
        m_core.usage.forget(id);
    }
    m_goneKeys.clear();
    for (const MaterialId &id : m_gone) {
        m_core.forget(id);
    }
    m_undo.clear();
    m_gone.clear();
}

} // namespace keyturn::vault
