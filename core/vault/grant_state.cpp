// SPDX-License-Identifier: Apache-2.0
#include "vault/grant_state.h"

#include "base/encoding.h"
#include "vault/record_fields.h"

#include <algorithm>
#include <mutex>

namespace keyturn::vault {

namespace {

enum GrantTag : std::uint16_t {
    Key = 1,
    Created,
    Name,
    GranteePrincipal,
    RetiringPrincipal,
    GranteeService,
    RetiringService,
    IssuingAccount,
    Operations,
    ContextEquals,
    ContextSubset,
    SourceArn,
    GrantRegion = 48
};
enum PairTag : std::uint16_t { PairName = 1, PairValue };

void writeContext(RecordWriter &record, std::uint16_t tag,
                  const std::optional<kms::EncryptionContext> &context) {
    if (!context) {
        return;
    }
    std::vector<RecordWriter> pairs;
    for (const auto &[name, value] : *context) {
        pairs.emplace_back(recordVersion).text(PairName, name).text(PairValue, value);
    }
    record.list(tag, viewsOf(pairs));
}

Result<kms::EncryptionContext::Pair> readPair(ByteView element) {
    auto record = parseVersioned(element);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    kms::EncryptionContext::Pair pair(fields.text(PairName), fields.text(PairValue));
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return pair;
}

std::optional<kms::EncryptionContext> readContext(const RecordReader &record, Fields &fields,
                                                  std::uint16_t tag) {
    if (!record.has(tag)) {
        return std::nullopt;
    }
    std::vector<kms::EncryptionContext::Pair> pairs;
    readAll(fields, tag, &readPair, pairs);
    kms::EncryptionContext context;
    for (auto &[name, value] : pairs) {
        if (!context.insert(std::move(name), std::move(value))) {
            fields.refuse("a constraint that names a pair twice");
        }
    }
    return context;
}

Result<kms::GrantOperation> readOperation(ByteView element) {
    const auto known = kms::Open<kms::GrantOperation>::fromText(asText(element)).known();
    return known ? Result<kms::GrantOperation>(*known) : damagedRow("an operation that no grant can name");
}

std::string textOr(const RecordReader &record, Fields &fields, std::uint16_t tag) {
    return record.has(tag) ? std::string(fields.text(tag)) : std::string();
}

std::optional<kms::GrantConstraints> readConstraints(const RecordReader &record, Fields &fields) {
    kms::GrantConstraints constraints;
    constraints.encryptionContextEquals = readContext(record, fields, ContextEquals);
    constraints.encryptionContextSubset = readContext(record, fields, ContextSubset);
    if (record.has(SourceArn)) {
        constraints.sourceArn = std::string(fields.text(SourceArn));
    }
    return constraints == kms::GrantConstraints() ? std::nullopt : std::optional(std::move(constraints));
}

} // namespace

bool GrantState::allows(kms::GrantOperation operation) const {
    return std::binary_search(operations.begin(), operations.end(), operation);
}

bool GrantState::isSameWish(const GrantState &other) const {
    return key == other.key && name == other.name && granteePrincipal == other.granteePrincipal &&
           retiringPrincipal == other.retiringPrincipal && granteeService == other.granteeService &&
           retiringService == other.retiringService && issuingAccount == other.issuingAccount &&
           operations == other.operations && constraints == other.constraints;
}

Bytes encodeGrant(const GrantState &grant) {
    RecordWriter record(recordVersion);
    record.bytes(Key, grant.key).time(Created, grant.created);
    const auto text = [&](std::uint16_t tag, const std::string &value) {
        if (!value.empty()) {
            record.text(tag, value);
        }
    };
    text(Name, grant.name);
    text(GranteePrincipal, grant.granteePrincipal);
    text(RetiringPrincipal, grant.retiringPrincipal);
    text(GranteeService, grant.granteeService);
    text(RetiringService, grant.retiringService);
    text(IssuingAccount, grant.issuingAccount);
    std::vector<ByteView> operations;
    for (const kms::GrantOperation operation : grant.operations) {
        operations.push_back(asBytes(kms::Open(operation).text()));
    }
    record.list(Operations, operations);
    if (grant.constraints) {
        writeContext(record, ContextEquals, grant.constraints->encryptionContextEquals);
        writeContext(record, ContextSubset, grant.constraints->encryptionContextSubset);
        text(SourceArn, grant.constraints->sourceArn.value_or(""));
    }
    text(GrantRegion, grant.region);
    return toBytes(record.view());
}

Result<GrantState> decodeGrant(const GrantId &id, ByteView payload) {
    auto record = parseVersioned(payload);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    GrantState grant;
    grant.id = id;
    grant.idText = toHex(id);
    grant.key = fields.id<16>(Key);
    grant.created = fields.time(Created);
    grant.name = textOr(*record, fields, Name);
    grant.granteePrincipal = textOr(*record, fields, GranteePrincipal);
    grant.retiringPrincipal = textOr(*record, fields, RetiringPrincipal);
    grant.granteeService = textOr(*record, fields, GranteeService);
    grant.retiringService = textOr(*record, fields, RetiringService);
    grant.issuingAccount = textOr(*record, fields, IssuingAccount);
    readAll(fields, Operations, &readOperation, grant.operations);
    std::sort(grant.operations.begin(), grant.operations.end());
    grant.constraints = readConstraints(*record, fields);
    grant.region = textOr(*record, fields, GrantRegion);
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return grant;
}

std::optional<GrantId> parseGrantId(std::string_view text) {
    GrantId id{};
    const auto bytes = fromHex(text);
    if (!bytes || bytes->size() != id.size() || toHex(*bytes) != text) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), id.begin());
    return id;
}

GrantPointer GrantDirectory::find(const KeyId &key, const GrantId &id) const {
    const std::shared_lock lock(m_mutex);
    const auto of = m_keys.find(key);
    if (of == m_keys.end()) {
        return nullptr;
    }
    const auto found = of->second.grants.find(id);
    return found == of->second.grants.end() ? nullptr : found->second;
}

std::size_t GrantDirectory::count(const KeyId &key) const {
    const std::shared_lock lock(m_mutex);
    const auto of = m_keys.find(key);
    return of == m_keys.end() ? 0 : of->second.grants.size();
}

std::vector<GrantPointer> GrantDirectory::pick(const OfKey &of, const Names &names, std::string_view name) {
    std::vector<GrantPointer> picked;
    if (const auto ids = names.find(name); ids != names.end()) {
        for (const GrantId &id : ids->second) {
            picked.push_back(of.grants.at(id));
        }
    }
    return picked;
}

std::vector<GrantPointer> GrantDirectory::named(const KeyId &key, std::string_view name) const {
    const std::shared_lock lock(m_mutex);
    const auto of = m_keys.find(key);
    return of == m_keys.end() ? std::vector<GrantPointer>() : pick(of->second, of->second.byName, name);
}

std::vector<GrantPointer> GrantDirectory::ofGrantee(const KeyId &key, std::string_view principal) const {
    const std::shared_lock lock(m_mutex);
    const auto of = m_keys.find(key);
    return of == m_keys.end() ? std::vector<GrantPointer>()
                              : pick(of->second, of->second.byGrantee, principal);
}

std::vector<GrantPointer> GrantDirectory::all(const KeyId &key) const {
    return after(key, std::nullopt, static_cast<std::size_t>(-1), [](const GrantState &) { return true; });
}

std::vector<GrantPointer> GrantDirectory::after(const KeyId &key, const std::optional<GrantId> &after,
                                                std::size_t limit,
                                                const std::function<bool(const GrantState &)> &accept) const {
    std::vector<GrantPointer> grants;
    const std::shared_lock lock(m_mutex);
    const auto of = m_keys.find(key);
    if (of == m_keys.end()) {
        return grants;
    }
    const auto &all = of->second.grants;
    auto position = after ? all.upper_bound(*after) : all.begin();
    for (; position != all.end() && grants.size() < limit; ++position) {
        if (accept(*position->second)) {
            grants.push_back(position->second);
        }
    }
    return grants;
}

std::vector<GrantPointer> GrantDirectory::retirableAfter(std::string_view retiring,
                                                         const std::optional<GrantPlace> &after,
                                                         std::size_t limit) const {
    std::vector<GrantPointer> grants;
    const std::shared_lock lock(m_mutex);
    const auto places = m_retirable.find(retiring);
    if (places == m_retirable.end()) {
        return grants;
    }
    auto position = after ? places->second.upper_bound(*after) : places->second.begin();
    for (; position != places->second.end() && grants.size() < limit; ++position) {
        grants.push_back(m_keys.at(position->first).grants.at(position->second));
    }
    return grants;
}

std::vector<KeyId> GrantDirectory::keys() const {
    const std::shared_lock lock(m_mutex);
    std::vector<KeyId> ids;
    for (const auto &[id, of] : m_keys) {
        ids.push_back(id);
    }
    return ids;
}

void GrantDirectory::put(GrantPointer grant) {
    const std::lock_guard lock(m_mutex);
    OfKey &of = m_keys[grant->key];
    if (!grant->name.empty()) {
        of.byName[grant->name].insert(grant->id);
    }
    if (!grant->granteePrincipal.empty()) {
        of.byGrantee[grant->granteePrincipal].insert(grant->id);
    }
    for (const std::string &retiring : {grant->retiringPrincipal, grant->retiringService}) {
        if (!retiring.empty()) {
            m_retirable[retiring].insert({grant->key, grant->id});
        }
    }
    const GrantId id = grant->id;
    of.grants[id] = std::move(grant);
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

void GrantDirectory::erase(const KeyId &key, const GrantId &id) {
    const std::lock_guard lock(m_mutex);
    const auto of = m_keys.find(key);
    if (of == m_keys.end() || !of->second.grants.contains(id)) {
        return;
    }
    const GrantPointer grant = of->second.grants.at(id);
    const auto forget = [](auto &names, const std::string &name, const auto &place) {
        const auto entry = names.find(name);
        if (entry != names.end() && entry->second.erase(place) > 0 && entry->second.empty()) {
            names.erase(entry);
        }
    };
    forget(of->second.byName, grant->name, id);
    forget(of->second.byGrantee, grant->granteePrincipal, id);
    forget(m_retirable, grant->retiringPrincipal, GrantPlace(key, id));
    forget(m_retirable, grant->retiringService, GrantPlace(key, id));
    of->second.grants.erase(id);
    if (of->second.grants.empty()) {
        m_keys.erase(of);
    }
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

void GrantDirectory::clear() {
    const std::lock_guard lock(m_mutex);
    m_keys.clear();
    m_retirable.clear();
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

} // namespace keyturn::vault
