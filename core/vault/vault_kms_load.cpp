// SPDX-License-Identifier: Apache-2.0
// From the rows of an unlocked container to the directory; and back to nothing when it is locked.
#include "crypto/random.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_specs.h"
#include "vault/vault_kms_impl.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

constexpr unsigned poolThreads = 2;

Fault damaged(std::string what) {
    return fail(ErrorCode::VaultDamaged, std::move(what), ErrorOrigin::Vault);
}

template <class Id>
bool readId(ByteView bytes, Id &id) {
    if (bytes.size() != id.size()) {
        return false;
    }
    std::copy(bytes.begin(), bytes.end(), id.begin());
    return true;
}

/// Each related key that a multi-Region key names, naming the same ones.
Status checkRelated(const VaultCore &core, const KeyState &key) {
    for (const std::string &name : key.relatedRegions) {
        const VaultCore *other = core.regions.find(name);
        const KeyPointer related = other != nullptr ? other->keys.find(key.id) : nullptr;
        if (!related || related->relatedRegions != key.relatedRegions ||
            related->isReplica != (name != key.relatedRegions.front())) {
            return damaged("the related keys of a multi-Region key do not agree");
        }
    }
    return {};
}

Status checkRegion(const VaultCore &core) {
    constexpr std::size_t all = static_cast<std::size_t>(-1);
    for (const AliasState &alias : core.keys.aliasesAfter({}, all, std::nullopt)) {
        if (!core.keys.find(alias.target)) {
            return damaged("an alias names a key that is not in the vault");
        }
    }
    for (const KeyId &id : core.grants.keys()) {
        if (!core.keys.find(id)) {
            return damaged("a grant is of a key that is not in the vault");
        }
    }
    return core.keys.checkEach([&](const KeyState &key) { return checkRelated(core, key); });
}

} // namespace

VaultKms::Impl::Impl(Container container, const Identity &identity, VaultKmsOptions options)
    : m_options(std::move(options))
    , m_container(std::move(container))
    , m_access(m_container.access())
    , m_shared(m_container.keys(), m_options.clock, m_options.cachedMaterials)
    , m_regions(identity.account, identity.region, m_container.vaultId(), m_shared)
    , m_own(m_regions.find(m_options.region))
    , m_pool(poolThreads)
    , m_writer(m_container, m_regions, *this, {m_options.program, m_options.keepLog})
    , m_accessKeys({m_regions.home(), m_writer, *this, m_options.program, isReadOnly(), m_options.keepLog}) {}

VaultKms::Impl::~Impl() {
    const Status locked = lock(); // what failed was for who called lock() to see
    static_cast<void>(locked);
}

Status VaultKms::Impl::load() {
    Status done = crypto::fillRandom(m_requestIdPrefix);
    done = done ? loadMaterials() : std::move(done);
    done = done ? loadKeys() : std::move(done);
    done = done ? loadAliases() : std::move(done);
    done = done ? loadGrants() : std::move(done);
    done = done ? m_shared.usage.load(m_container, m_regions) : std::move(done);
    done = done ? m_accessKeys.load(m_container) : std::move(done);
    return done ? checkWhole() : std::move(done);
}

Result<VaultCore *> VaultKms::Impl::regionOf(const std::string &rowRegion) {
    if (VaultCore *core = m_regions.find(rowRegion)) {
        return core;
    }
    return damaged("a row names a Region that is none of the vault's partition");
}

Status VaultKms::Impl::loadKeys() {
    return m_container.scan(Table::Keys, [this](const OpenRow &row) -> Status {
        KeyId id{};
        if (!readId(row.primaryKey, id)) {
            return damaged("a key's id has another size");
        }
        auto key = decodeKey(id, row.payload);
        if (!key) {
            return failFrom(key);
        }
        const auto core = regionOf(key->region);
        if (!core) {
            return tl::unexpected<Error>(core.error());
        }
        key->arn = (*core)->names.keyArn(key->uuid);
        (*core)->keys.put(std::make_shared<const KeyState>(std::move(*key)));
        return {};
    });
}

Status VaultKms::Impl::loadMaterials() {
    return m_container.scanSealed(Table::Materials, [this](const SealedRow &row) -> Status {
        MaterialId id{};
        if (!readId(row.place.primaryKey, id)) {
            return damaged("a material's id has another size");
        }
        m_shared.keep(id, {row.place.version, row.place.epoch, toBytes(row.sealed)});
        return {};
    });
}

Status VaultKms::Impl::loadAliases() {
    return m_container.scan(Table::Aliases, [this](const OpenRow &row) -> Status {
        auto alias = decodeAlias(row.payload);
        if (!alias) {
            return failFrom(alias);
        }
        const auto core = regionOf(alias->region);
        if (!core) {
            return tl::unexpected<Error>(core.error());
        }
        (*core)->keys.putAlias(std::move(*alias));
        return {};
    });
}

Status VaultKms::Impl::loadGrants() {
    return m_container.scan(Table::Grants, [this](const OpenRow &row) -> Status {
        GrantId id{};
        if (!readId(row.primaryKey, id)) {
            return damaged("a grant's id has another size");
        }
        auto grant = decodeGrant(id, row.payload);
        if (!grant) {
            return failFrom(grant);
        }
        const auto core = regionOf(grant->region);
        if (!core) {
            return tl::unexpected<Error>(core.error());
        }
        (*core)->grants.put(std::make_shared<const GrantState>(std::move(*grant)));
        return {};
    });
}

/// Rows that refer to each other: a writer that left one out would otherwise be found out later.
Status VaultKms::Impl::checkWhole() const {
    for (const auto &core : m_regions.all()) {
        if (auto whole = checkRegion(*core); !whole) {
            return whole;
        }
    }
    return {};
}

Status VaultKms::Impl::begin() {
    m_writer.start();
    if (isReadOnly()) {
        return {};
    }
    if (m_options.keepLog) {
        const auto unlocked = makeRecord(*m_options.clock, m_options.program, "UnlockVault");
        auto recorded = m_writer.act([&](Container &container) -> Status {
            auto transaction = container.begin();
            if (!transaction) {
                return failFrom(transaction);
            }
            auto appended = transaction->appendLog({&unlocked, 1});
            return appended ? transaction->commit() : std::move(appended);
        });
        if (!recorded) {
            return recorded;
        }
    }
    return m_writer.settleDue();
}

kms::Capabilities VaultKms::Impl::capabilities() const {
    kms::Capabilities capabilities;
    capabilities.backend = "vault";
    capabilities.region = m_own->names.region;
    capabilities.accountId = m_own->names.account;
    for (const kms::KeySpec spec : creatableSpecs()) {
        capabilities.keySpecs.emplace_back(kms::Open(spec).text());
    }
    if (isReadOnly()) {
        capabilities.readOnly = true;
        capabilities.readOnlyReason =
            "The vault is open for reading only: keys can be looked at, not used or changed.";
    }
    for (std::size_t index = 0; index < kms::operationCount; ++index) {
        const auto id = static_cast<kms::OperationId>(index);
        if (groupOf(id) == Group::Absent) {
            capabilities.withdraw(id, std::string(absenceOf(id)));
        } else if (capabilities.readOnly && groupOf(id) != Group::Reading) {
            capabilities.withdraw(id, capabilities.readOnlyReason);
        }
    }
    return capabilities;
}

Status VaultKms::Impl::lock() {
    m_gate.close();
    m_stop.cancel();
    const std::lock_guard lock(m_lockMutex);
    if (m_locked) {
        return {};
    }
    m_gate.closeAndWait();
    m_pool.stop();
    Status saved = m_accessKeys.saveUse();
    if (saved && !isReadOnly()) {
        saved = m_writer.act([this](Container &container) { return m_shared.usage.save(container); });
    }
    m_accessKeys.wipe();
    m_writer.stop();
    m_jobs.clear();
    m_regions.wipe();
    m_shared.wipe();
    m_locked = true;
    Status locked = m_container.isUnlocked() ? m_container.lock() : Status();
    return locked ? std::move(saved) : std::move(locked);
}

} // namespace keyturn::vault
