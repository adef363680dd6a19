// SPDX-License-Identifier: Apache-2.0
// Keys, materials and aliases as payloads of sealed rows (handlers/ROWS.md).
#include "vault/key_state.h"
#include "vault/record_fields.h"

namespace keyturn::vault {

namespace {

enum KeyTag : std::uint16_t {
    Spec = 1,
    Usage,
    State,
    Created,
    Description,
    Policy,
    Tags,
    DeletionDate,
    DeletionWindow,
    RotationEnabled,
    RotationPeriod,
    NextRotation,
    OnDemandRotations,
    Materials,
    PublicKey,
    Imported = 32,
    PendingRotation,
    Region = 48, ///< of other Regions than the vault's own, and of multi-Region keys
    Id,
    RelatedRegions,
    Replica
};
enum TagTag : std::uint16_t { TagName = 1, TagValue };
enum MaterialInfoTag : std::uint16_t { InfoId = 1, InfoVersion, InfoOrigin, InfoSince };
enum ImportedTag : std::uint16_t { InfoFingerprint = 16, InfoDescription, InfoValidTo, InfoPresent };
enum MaterialTag : std::uint16_t { MaterialKey = 1, MaterialSecret };
enum AliasTag : std::uint16_t { AliasName = 1, AliasTarget, AliasCreated, AliasUpdated, AliasRegion = 48 };

std::vector<RecordWriter> tagRecords(const KeyState &key) {
    std::vector<RecordWriter> records;
    for (const kms::Tag &tag : key.tags) {
        records.emplace_back(recordVersion)
            .text(TagName, tag.tagKey.value_or(""))
            .text(TagValue, tag.tagValue.value_or(""));
    }
    return records;
}

void writeImported(RecordWriter &record, const ImportedFacts &facts) {
    record.bytes(InfoFingerprint, facts.fingerprint).text(InfoDescription, facts.description);
    if (facts.validTo) {
        record.time(InfoValidTo, *facts.validTo);
    }
    record.flag(InfoPresent, facts.present);
}

std::vector<RecordWriter> materialRecords(const std::vector<MaterialInfo> &materials) {
    std::vector<RecordWriter> records;
    for (const MaterialInfo &info : materials) {
        RecordWriter &record = records.emplace_back(recordVersion)
                                   .bytes(InfoId, info.id)
                                   .number(InfoVersion, info.version)
                                   .number(InfoOrigin, static_cast<std::uint64_t>(info.origin))
                                   .time(InfoSince, info.since);
        if (info.imported) {
            writeImported(record, *info.imported);
        }
    }
    return records;
}

Result<kms::Tag> readTag(ByteView element) {
    auto record = parseVersioned(element);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    kms::Tag tag{std::string(fields.text(TagName)), std::string(fields.text(TagValue))};
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return tag;
}

ImportedFacts readImported(Fields &fields) {
    ImportedFacts facts;
    facts.fingerprint = fields.id<32>(InfoFingerprint);
    facts.description = fields.text(InfoDescription);
    facts.validTo = fields.optionalTime(InfoValidTo);
    facts.present = fields.flag(InfoPresent);
    return facts;
}

Result<MaterialInfo> readMaterialInfo(ByteView element) {
    auto record = parseVersioned(element);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    MaterialInfo info;
    info.id = fields.id<16>(InfoId);
    info.version = static_cast<std::uint32_t>(fields.number(InfoVersion));
    const auto origin = fields.number(InfoOrigin);
    if (origin > static_cast<std::uint64_t>(MaterialOrigin::OnDemand)) {
        fields.refuse("a material of unknown origin");
    }
    info.origin = static_cast<MaterialOrigin>(origin);
    info.since = fields.time(InfoSince);
    if (record->has(InfoFingerprint)) {
        info.imported = std::make_shared<const ImportedFacts>(readImported(fields));
    }
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    info.externalId = externalMaterialId(info.id);
    return info;
}

bool areImported(const KeyState &key) {
    const auto isImported = [](const MaterialInfo &info) { return info.imported != nullptr; };
    return std::ranges::all_of(key.materials, isImported) &&
           std::ranges::all_of(key.pendingRotation, isImported);
}

void writeRegions(RecordWriter &record, const KeyState &key) {
    if (!key.region.empty()) {
        record.text(Region, key.region);
    }
    if (key.id != key.rowId) {
        record.bytes(Id, key.id);
    }
    if (key.isMultiRegion()) {
        std::vector<ByteView> names;
        for (const std::string &name : key.relatedRegions) {
            names.push_back(asBytes(name));
        }
        record.list(RelatedRegions, names);
        record.flag(Replica, key.isReplica);
    }
}

void readRegions(const RecordReader &record, Fields &fields, KeyState &key) {
    if (record.has(Region)) {
        key.region = fields.text(Region);
    }
    if (record.has(Id)) {
        key.id = fields.id<16>(Id);
    }
    if (record.has(RelatedRegions)) {
        for (const ByteView name : fields.list(RelatedRegions)) {
            key.relatedRegions.emplace_back(asText(name));
        }
        key.isReplica = fields.flag(Replica);
    }
    key.uuid = key.isMultiRegion() ? formatMultiRegionId(key.id) : formatUuid(key.id);
}

} // namespace

Bytes encodeKey(const KeyState &key) {
    RecordWriter record(recordVersion);
    record.text(Spec, kms::Open(key.spec).text())
        .text(Usage, kms::Open(key.usage).text())
        .text(State, kms::Open(key.state).text())
        .time(Created, key.created)
        .text(Description, key.description)
        .text(Policy, key.policy);
    const auto tags = tagRecords(key);
    record.list(Tags, viewsOf(tags));
    if (key.deletionDate) {
        record.time(DeletionDate, *key.deletionDate);
    }
    if (key.isPendingDeletion()) {
        record.number(DeletionWindow, static_cast<std::uint64_t>(key.deletionWindowDays));
    }
    record.flag(RotationEnabled, key.rotationEnabled)
        .number(RotationPeriod, static_cast<std::uint64_t>(key.rotationPeriodDays))
        .time(NextRotation, key.nextRotation)
        .number(OnDemandRotations, key.onDemandRotations);
    const auto materials = materialRecords(key.materials);
    record.list(Materials, viewsOf(materials));
    if (!key.publicKey.empty()) {
        record.bytes(PublicKey, key.publicKey);
    }
    if (key.isImported) {
        record.flag(Imported, true);
    }
    if (!key.pendingRotation.empty()) {
        const auto pending = materialRecords(key.pendingRotation);
        record.list(PendingRotation, viewsOf(pending));
    }
    writeRegions(record, key);
    return toBytes(record.view());
}

Result<KeyState> decodeKey(const KeyId &rowId, ByteView payload) {
    auto record = parseVersioned(payload);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    KeyState key;
    key.id = rowId;
    key.rowId = rowId;
    key.spec = fields.enumeration<kms::KeySpec>(Spec);
    key.usage = fields.enumeration<kms::KeyUsageType>(Usage);
    key.state = fields.enumeration<kms::KeyState>(State);
    key.created = fields.time(Created);
    key.description = fields.text(Description);
    key.policy = fields.text(Policy);
    readAll(fields, Tags, &readTag, key.tags);
    key.deletionDate = fields.optionalTime(DeletionDate);
    key.deletionWindowDays = static_cast<std::int64_t>(fields.numberOr(DeletionWindow, 0));
    key.rotationEnabled = fields.flag(RotationEnabled);
    key.rotationPeriodDays = static_cast<std::int64_t>(fields.number(RotationPeriod));
    key.nextRotation = fields.time(NextRotation);
    key.onDemandRotations = static_cast<std::uint32_t>(fields.number(OnDemandRotations));
    readAll(fields, Materials, &readMaterialInfo, key.materials);
    if (record->has(PublicKey)) {
        key.publicKey = toBytes(fields.bytes(PublicKey));
    }
    key.isImported = fields.flagOr(Imported, false);
    if (record->has(PendingRotation)) {
        readAll(fields, PendingRotation, &readMaterialInfo, key.pendingRotation);
    }
    readRegions(*record, fields, key);
    if (key.materials.empty() && !key.isImported) {
        fields.refuse("a key without material");
    }
    if (key.isImported && !areImported(key)) {
        fields.refuse("an imported material without its fingerprint");
    }
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return key;
}

Bytes encodeAlias(const AliasState &alias) {
    RecordWriter record(recordVersion);
    record.text(AliasName, alias.name)
        .bytes(AliasTarget, alias.target)
        .time(AliasCreated, alias.created)
        .time(AliasUpdated, alias.updated);
    if (!alias.region.empty()) {
        record.text(AliasRegion, alias.region);
    }
    return toBytes(record.view());
}

Result<AliasState> decodeAlias(ByteView payload) {
    auto record = parseVersioned(payload);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    AliasState alias;
    alias.name = fields.text(AliasName);
    alias.target = fields.id<16>(AliasTarget);
    alias.created = fields.time(AliasCreated);
    alias.updated = fields.time(AliasUpdated);
    if (record->has(AliasRegion)) {
        alias.region = fields.text(AliasRegion);
    }
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return alias;
}

SecretBytes encodeMaterial(const KeyId &key, ByteView secret) {
    RecordWriter record(recordVersion);
    record.bytes(MaterialKey, key).bytes(MaterialSecret, secret);
    return SecretBytes::copyOf(record.view());
}

Result<MaterialRow> decodeMaterial(ByteView payload) {
    auto record = parseVersioned(payload);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    MaterialRow row;
    row.key = fields.id<16>(MaterialKey);
    row.secret = SecretBytes::copyOf(fields.bytes(MaterialSecret));
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return row;
}

} // namespace keyturn::vault
