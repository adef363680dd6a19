// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_access_keys.h"

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/random.h"
#include "vault/record.h"
#include "vault/write_transaction.h"
#include "vault/writer.h"

#include <algorithm>
#include <mutex>

namespace keyturn::vault {

namespace {

constexpr std::uint16_t recordVersion = 1;
enum Tag : std::uint16_t { Id = 1, Secret, Name, Principal, Created, Enabled, Operations, LastUsed };

constexpr std::size_t secretRandomBytes = 30; // 40 characters of base64

/// "AKIA" and 16 characters of base32, 80 random bits.
Result<std::string> newId() {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::array<std::uint8_t, 16> random{};
    if (auto filled = crypto::fillRandom(random); !filled) {
        return failFrom(filled);
    }
    std::string id = "AKIA";
    for (const std::uint8_t byte : random) {
        id += alphabet[byte % alphabet.size()];
    }
    return id;
}

Result<SecretBytes> newSecret() {
    auto random = crypto::randomSecret(secretRandomBytes);
    if (!random) {
        return random;
    }
    SecretText text;
    appendBase64(random->view(), text);
    return text.take();
}

tl::unexpected<Error> damagedRow() {
    return fail(ErrorCode::VaultDamaged, "an access key's row cannot be read", ErrorOrigin::Vault);
}

tl::unexpected<Error> lockedFault() {
    return fail(ErrorCode::VaultLocked, "the vault is locked", ErrorOrigin::Vault);
}

tl::unexpected<Error> noSuchKey() {
    return fail(ErrorCode::Usage, "access key id: the vault has no access key of that id");
}

/// What the log keeps of a change: whom the id stands for, also when the row is gone.
std::string noteOf(const kms::AccessKey &key) {
    return key.id + " is " + key.principalArn + ", may call " + key.permissionText() +
           (key.kept ? "" : ", until the vault is locked");
}

} // namespace

SecretBytes encodeAccessKey(const kms::AccessKeyEntry &entry) {
    RecordWriter record(recordVersion);
    record.text(Id, entry.facts.id);
    record.bytes(Secret, entry.secret.view());
    record.text(Name, entry.facts.name);
    record.text(Principal, entry.facts.principalArn);
    record.time(Created, entry.facts.created);
    record.flag(Enabled, entry.facts.enabled);
    if (entry.facts.operations) {
        std::vector<ByteView> names;
        for (const std::string &name : *entry.facts.operations) {
            names.push_back(asBytes(name));
        }
        record.list(Operations, names);
    }
    if (const auto used = entry.usedAt()) {
        record.time(LastUsed, *used);
    }
    return SecretBytes::copyOf(record.view());
}

Result<AccessKeyPointer> decodeAccessKey(ByteView payload) {
    auto record = RecordReader::parse(payload);
    if (!record || record->version() != recordVersion) {
        return damagedRow();
    }
    const auto id = record->text(Id);
    const auto secret = record->bytes(Secret);
    const auto name = record->text(Name);
    const auto principal = record->text(Principal);
    const auto created = record->time(Created);
    const auto enabled = record->flag(Enabled);
    const auto used = record->optionalTime(LastUsed);
    if (!id || !secret || !name || !principal || !created || !enabled || !used) {
        return damagedRow();
    }
    kms::AccessKey key{std::string(*id), std::string(*name), std::string(*principal), {}, *created, *used,
                       *enabled};
    if (record->has(Operations)) {
        const auto names = record->list(Operations);
        if (!names) {
            return damagedRow();
        }
        key.operations.emplace();
        for (const ByteView one : *names) {
            key.operations->emplace_back(asText(one));
        }
    }
    return std::make_shared<const kms::AccessKeyEntry>(std::move(key), SecretBytes::copyOf(*secret));
}

Status VaultAccessKeys::load(Container &container) {
    return container.scan(Table::AccessKeys, [this](const OpenRow &row) -> Status {
        auto entry = decodeAccessKey(row.payload);
        if (!entry) {
            return failFrom(entry);
        }
        const LookupKey place = m_at.core.rowKeys->lookupKey(Table::AccessKeys, asBytes((*entry)->facts.id));
        if (!std::equal(place.begin(), place.end(), row.primaryKey.begin(), row.primaryKey.end())) {
            return damagedRow();
        }
        m_entries.emplace((*entry)->facts.id, *entry);
        return {};
    });
}

Status VaultAccessKeys::put(WriteTransaction &transaction, const kms::AccessKeyEntry &entry) const {
    const LookupKey place = m_at.core.rowKeys->lookupKey(Table::AccessKeys, asBytes(entry.facts.id));
    return transaction.put(Table::AccessKeys, place, encodeAccessKey(entry).view());
}

Status VaultAccessKeys::saveUse() {
    std::vector<AccessKeyPointer> used;
    {
        const std::shared_lock lock(m_mutex);
        for (const auto &[id, entry] : m_entries) {
            if (entry->facts.kept && entry->usedAt() != entry->facts.lastUsed) {
                used.push_back(entry);
            }
        }
    }
    if (used.empty() || m_at.readOnly) {
        return {};
    }
    return m_at.writer.act([&](Container &container) -> Status {
        auto transaction = container.begin();
        if (!transaction) {
            return failFrom(transaction);
        }
        for (const AccessKeyPointer &entry : used) {
            if (auto written = put(*transaction, *entry); !written) {
                return written;
            }
        }
        return transaction->commit();
    });
}

void VaultAccessKeys::wipe() {
    const std::unique_lock lock(m_mutex);
    m_open = false;
    m_entries.clear();
}

bool VaultAccessKeys::isOpen() const {
    const std::shared_lock lock(m_mutex);
    return m_open;
}

AccessKeyPointer VaultAccessKeys::any(std::string_view id) const {
    const std::shared_lock lock(m_mutex);
    const auto found = m_entries.find(id);
    return found == m_entries.end() ? nullptr : found->second;
}

AccessKeyPointer VaultAccessKeys::find(std::string_view id) const {
    auto entry = any(id);
    return entry != nullptr && entry->facts.enabled ? entry : nullptr;
}

std::vector<kms::AccessKey> VaultAccessKeys::list() const {
    std::vector<kms::AccessKey> keys;
    {
        const std::shared_lock lock(m_mutex);
        for (const auto &[id, entry] : m_entries) {
            keys.push_back(entry->facts);
            keys.back().lastUsed = entry->usedAt();
        }
    }
    std::sort(keys.begin(), keys.end(), [](const kms::AccessKey &a, const kms::AccessKey &b) {
        return std::tie(a.created, a.id) < std::tie(b.created, b.id);
    });
    return keys;
}

Status VaultAccessKeys::commit(std::string_view action, const kms::AccessKey &key,
                               const std::function<Status(WriteTransaction &)> &change) {
    if (m_at.readOnly && !key.kept) {
        return isOpen() ? Status() : Status(lockedFault());
    }
    return m_at.writer.act([&](Container &container) -> Status {
        auto transaction = container.begin();
        if (!transaction) {
            return failFrom(transaction);
        }
        Status done = key.kept ? change(*transaction) : Status();
        if (done && m_at.keepLog) {
            chainlog::Record record = makeRecord(*m_at.core.clock, m_at.program, action);
            record.note = noteOf(key);
            done = transaction->appendLog({&record, 1});
        }
        return done ? transaction->commit() : std::move(done);
    });
}

Result<kms::CreatedAccessKey> VaultAccessKeys::create(kms::NewAccessKey wish) {
    auto checked = kms::checkedWish(std::move(wish), m_at.core.names.account, m_at.core.names.region);
    auto id = newId();
    auto secret = newSecret();
    if (!checked || !id || !secret) {
        return fail(!checked ? checked.error() : !id ? id.error() : secret.error());
    }
    if (list().size() >= maxKeys) {
        return fail(serviceError(ErrorCode::LimitExceeded, "A vault has at most 1000 access keys."));
    }
    kms::AccessKey key{*id, checked->name, checked->principalArn, checked->operations,
                       m_at.core.clock->now()};
    key.kept = checked->lifetime == kms::KeyLifetime::Kept;
    const auto entry = std::make_shared<const kms::AccessKeyEntry>(key, secret->clone());
    auto written = commit("CreateAccessKey", key,
                          [&](WriteTransaction &transaction) { return put(transaction, *entry); });
    if (!written) {
        return failFrom(written);
    }
    const std::unique_lock lock(m_mutex);
    if (!m_open) {
        return lockedFault();
    }
    m_entries.emplace(*id, entry);
    return kms::CreatedAccessKey{std::move(key), std::move(*secret)};
}

Status VaultAccessKeys::setEnabled(const std::string &id, bool enabled) {
    const auto old = any(id);
    if (old == nullptr) {
        return isOpen() ? noSuchKey() : lockedFault();
    }
    kms::AccessKey key = old->facts;
    key.enabled = enabled;
    key.lastUsed = old->usedAt();
    const auto entry = std::make_shared<const kms::AccessKeyEntry>(key, old->secret.clone());
    auto written = commit(enabled ? "EnableAccessKey" : "DisableAccessKey", key,
                          [&](WriteTransaction &transaction) { return put(transaction, *entry); });
    if (written) {
        const std::unique_lock lock(m_mutex);
        if (const auto found = m_entries.find(id); found != m_entries.end()) {
            found->second = entry;
        }
    }
    return written;
}

Status VaultAccessKeys::remove(const std::string &id) {
    const auto old = any(id);
    if (old == nullptr) {
        return isOpen() ? noSuchKey() : lockedFault();
    }
    auto written = commit("DeleteAccessKey", old->facts, [&](WriteTransaction &transaction) -> Status {
        const LookupKey place = m_at.core.rowKeys->lookupKey(Table::AccessKeys, asBytes(id));
        auto removed = transaction.remove(Table::AccessKeys, place);
        return removed ? Status() : Status(failFrom(removed));
    });
    if (written) {
        const std::unique_lock lock(m_mutex);
        m_entries.erase(id);
    }
    return written;
}

void VaultAccessKeys::refuse(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    m_at.service.submit(std::move(request), std::move(context), std::move(completion));
}

} // namespace keyturn::vault
