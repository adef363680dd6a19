// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/changes.h"

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
    if (auto put = putRow(Table::Keys, key.id, encodeKey(key)); !put) {
        return put;
    }
    auto old = m_core.keys.find(key.id);
    m_undo.push_back([this, old, id = key.id] { old ? m_core.keys.put(old) : m_core.keys.erase(id); });
    m_core.keys.put(std::make_shared<const KeyState>(std::move(key)));
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

Status Changes::deleteMaterial(const MaterialId &id) {
    if (auto removed = removeRow(Table::Materials, id); !removed) {
        return removed;
    }
    m_gone.push_back(id);
    return {};
}

Status Changes::deleteKey(const KeyPointer &key) {
    for (const std::string &alias : m_core.keys.aliasNames(key->id)) {
        if (auto removed = deleteAlias(alias); !removed) {
            return removed;
        }
    }
    for (const GrantPointer &grant : m_core.grants.all(key->id)) {
        if (auto removed = deleteGrant(grant); !removed) {
            return removed;
        }
    }
    for (const auto *materials : {&key->materials, &key->pendingRotation}) {
        for (const MaterialInfo &material : *materials) {
            if (!material.isPresent()) {
                continue;
            }
            if (auto removed = deleteMaterial(material.id); !removed) {
                return removed;
            }
        }
    }
    if (auto removed = m_transaction.remove(Table::Usage, key->id); !removed) { // there may be none
        m_failed = true;
        return failFrom(removed);
    }
    m_goneKeys.push_back(key->id);
    if (auto removed = removeRow(Table::Keys, key->id); !removed) {
        return removed;
    }
    m_undo.push_back([this, key] { m_core.keys.put(key); });
    m_core.keys.erase(key->id);
    return {};
}

Status Changes::putAlias(const AliasState &alias) {
    const LookupKey place = m_core.rowKeys->lookupKey(Table::Aliases, asBytes(alias.name));
    if (auto put = putRow(Table::Aliases, place, encodeAlias(alias)); !put) {
        return put;
    }
    auto old = m_core.keys.findAlias(alias.name);
    m_undo.push_back(
        [this, old, name = alias.name] { old ? m_core.keys.putAlias(*old) : m_core.keys.eraseAlias(name); });
    m_core.keys.putAlias(alias);
    return {};
}

Status Changes::deleteAlias(const std::string &name) {
    const LookupKey place = m_core.rowKeys->lookupKey(Table::Aliases, asBytes(name));
    if (auto removed = removeRow(Table::Aliases, place); !removed) {
        return removed;
    }
    auto old = m_core.keys.findAlias(name);
    m_undo.push_back([this, old] { m_core.keys.putAlias(*old); });
    m_core.keys.eraseAlias(name);
    return {};
}

Status Changes::putGrant(GrantState grant) {
    if (auto put = putRow(Table::Grants, grant.id, encodeGrant(grant)); !put) {
        return put;
    }
    m_undo.push_back([this, key = grant.key, id = grant.id] { m_core.grants.erase(key, id); });
    m_core.grants.put(std::make_shared<const GrantState>(std::move(grant)));
    return {};
}

Status Changes::deleteGrant(const GrantPointer &grant) {
    if (auto removed = removeRow(Table::Grants, grant->id); !removed) {
        return removed;
    }
    m_undo.push_back([this, grant] { m_core.grants.put(grant); });
    m_core.grants.erase(grant->key, grant->id);
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
