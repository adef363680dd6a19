// SPDX-License-Identifier: Apache-2.0
// What imports do to a key: the second half of ImportKeyMaterial, DeleteImportedKeyMaterial, expiry.
#include "crypto/random.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/import_rules.h"
#include "vault/handlers/importing.h"
#include "vault/handlers/related_keys.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

using Materials = std::vector<MaterialInfo>;
using Request = kms::ImportKeyMaterial::Request;

Fault incorrectMaterial(std::string message) {
    return serviceFault(ErrorCode::IncorrectKeyMaterial, std::move(message));
}

template <class Matches>
MaterialInfo *findAmong(KeyState &key, Matches matches) {
    for (Materials *list : {&key.materials, &key.pendingRotation}) {
        if (const auto found = std::ranges::find_if(*list, matches); found != list->end()) {
            return &*found;
        }
    }
    return nullptr;
}

void describe(MaterialInfo &info, const Request &request, ImportedFacts facts) {
    facts.present = true;
    facts.validTo = expiresByRequest(request) ? request.validTo : std::nullopt;
    if (request.keyMaterialDescription) {
        facts.description = *request.keyMaterialDescription;
    }
    info.imported = std::make_shared<const ImportedFacts>(std::move(facts));
}

Result<MaterialInfo> newMaterial(const Call &call, const Request &request, const PreparedImport &prepared) {
    MaterialInfo info;
    if (auto filled = crypto::fillRandom(info.id); !filled) {
        return failFrom(filled);
    }
    info.since = call.now;
    info.externalId = externalMaterialId(info.id);
    describe(info, request, {prepared.fingerprint, {}, {}, true});
    return info;
}

/// The first is the key's at once; a later one waits for RotateKeyOnDemand.
Result<std::string> addNew(const Call &call, Changes &changes, KeyState &key, const Request &request,
                           const PreparedImport &prepared, const MaterialInfo *known) {
    auto info = newMaterial(call, request, prepared);
    if (!info) {
        return failFrom(info);
    }
    if (key.isReplica) {
        return tl::unexpected<Error>(checkNotReplica(key).error());
    }
    if (key.isMultiRegion() && !isAnywhere(call.core, key, key.pendingRotation)) {
        key.pendingRotation.clear(); // deleted in the last Region that had it: another may take its place
    }
    if (!key.pendingRotation.empty()) {
        return serviceFault(
            ErrorCode::KMSInvalidState,
            "New key material (id: " + info->externalId + ") cannot be imported into KMS key " + key.arn +
                ", because another key material (id: " + key.pendingRotation.front().externalId +
                ") is pending rotation.");
    }
    if (known) {
        return incorrectMaterial("This key material was imported into " + key.arn +
                                 " before: it is not new. Use ImportType EXISTING_KEY_MATERIAL.");
    }
    if (auto put = changes.putMaterial(key.id, info->id, prepared.secret.view()); !put) {
        return failFrom(put);
    }
    std::string id = info->externalId;
    (key.materials.empty() ? key.materials : key.pendingRotation).push_back(std::move(*info));
    key.publicKey = prepared.publicKey;
    return id;
}

Result<std::string> bringBack(Changes &changes, KeyState &key, const Request &request,
                              const PreparedImport &prepared, MaterialInfo *known) {
    if (!known || (request.keyMaterialId && *request.keyMaterialId != known->externalId)) {
        return incorrectMaterial("This is not the key material that was imported into " + key.arn +
                                 " before.");
    }
    if (!known->isPresent()) {
        if (auto put = changes.putMaterial(key.id, known->id, prepared.secret.view()); !put) {
            return failFrom(put);
        }
    }
    describe(*known, request, *known->imported);
    return known->externalId;
}

/// Takes the bytes; the entry stays while the material belongs to the key for good.
Status takeAway(Changes &changes, KeyState &key, MaterialInfo &info) {
    if (auto deleted = changes.deleteMaterial(key, info.id); !deleted) {
        return deleted;
    }
    // In other Regions it may be there still.
    if (!key.isMultiRegion() && !key.pendingRotation.empty() && &info == &key.pendingRotation.front()) {
        key.pendingRotation.clear();
    } else {
        ImportedFacts facts = *info.imported;
        facts.present = false;
        facts.validTo.reset();
        info.imported = std::make_shared<const ImportedFacts>(std::move(facts));
    }
    key.settleState();
    return {};
}

Result<MaterialInfo *> materialToDelete(KeyState &key, const std::optional<std::string> &id) {
    if (!id) {
        return key.materials.empty() ? nullptr : &key.materials.back();
    }
    if (!key.isSymmetric()) {
        return unsupportedFault("KeyMaterialId is for symmetric encryption keys only, and " + key.arn +
                                " is none.");
    }
    if (auto *found = findAmong(key, [&](const MaterialInfo &info) { return info.externalId == *id; })) {
        return found;
    }
    return serviceFault(ErrorCode::NotFound, "Key material '" + *id + "' of " + key.arn + " does not exist");
}

/// For the log: the key as it stands in the directory, with one of its materials.
void noteMaterial(Call &call, const KeyId &id, const std::string &externalId) {
    const KeyPointer key = call.core.keys.find(id);
    call.trace.keys[0] = key;
    for (const Materials *list : {&key->materials, &key->pendingRotation}) {
        for (const MaterialInfo &info : *list) {
            if (info.externalId == externalId) {
                call.trace.used(key, info, 0);
            }
        }
    }
}

} // namespace

Result<kms::ImportKeyMaterial::Reply> importKeyMaterial(Call &call, Changes &changes,
                                                        PreparedImport prepared) {
    const auto &request = call.request.as<kms::ImportKeyMaterial>();
    const auto found = importableKey(call, *request.keyId); // once more: it may have changed since
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    KeyState key = **found;
    if (auto members = checkImportMembers(key, request); !members) {
        return failFrom(members);
    }
    auto *known = findAmong(
        key, [&](const MaterialInfo &info) { return info.imported->fingerprint == prepared.fingerprint; });
    const bool isNew = typeOf(key, request) == kms::ImportType::NEW_KEY_MATERIAL;
    auto id = isNew ? addNew(call, changes, key, request, prepared, known)
                    : bringBack(changes, key, request, prepared, known);
    if (!id) {
        return failFrom(id);
    }
    key.settleState();
    kms::ImportKeyMaterial::Reply reply{key.arn, {}};
    if (key.isSymmetric()) {
        reply.keyMaterialId = *id;
    }
    const std::string materialId = *id;
    if (auto put = isNew ? putShared(call.core, changes, std::move(key)) : changes.putKey(std::move(key));
        !put) {
        return failFrom(put);
    }
    noteMaterial(call, (*found)->id, materialId);
    return reply;
}

Result<kms::DeleteImportedKeyMaterial::Reply>
deleteImportedKeyMaterial(Call &call, Changes &changes,
                          const kms::DeleteImportedKeyMaterial::Request &request) {
    const auto found = importableKey(call, *request.keyId);
    if (!found) {
        return tl::unexpected<Error>(found.error());
    }
    KeyState key = **found;
    const auto info = materialToDelete(key, request.keyMaterialId);
    if (!info) {
        return tl::unexpected<Error>(info.error());
    }
    kms::DeleteImportedKeyMaterial::Reply reply{key.arn, {}};
    if (*info == nullptr) {
        return reply;
    }
    if (key.isSymmetric()) {
        reply.keyMaterialId = (*info)->externalId;
    }
    noteMaterial(call, key.id, (*info)->externalId); // before it changes
    if (!(*info)->isPresent()) {
        return reply;
    }
    if (auto taken = takeAway(changes, key, **info); !taken) {
        return failFrom(taken);
    }
    if (auto put = changes.putKey(std::move(key)); !put) {
        return failFrom(put);
    }
    return reply;
}

Result<std::string> expireMaterial(Changes &changes, KeyState key) {
    const auto first = key.materialExpires();
    auto *info = findAmong(key, [&](const MaterialInfo &candidate) {
        return candidate.imported && candidate.imported->present && candidate.imported->validTo == first;
    });
    std::string id = info->externalId;
    if (auto taken = takeAway(changes, key, *info); !taken) {
        return failFrom(taken);
    }
    if (auto put = changes.putKey(std::move(key)); !put) {
        return failFrom(put);
    }
    return id;
}

} // namespace keyturn::vault
