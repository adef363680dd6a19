// SPDX-License-Identifier: Apache-2.0
#include "kms/operation.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/connect_custom_key_store.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_custom_key_store.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/create_key.h"
#include "kms/operations/decapsulate.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/delete_custom_key_store.h"
#include "kms/operations/delete_imported_key_material.h"
#include "kms/operations/derive_shared_secret.h"
#include "kms/operations/describe_custom_key_stores.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/disconnect_custom_key_store.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/encapsulate.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_pair.h"
#include "kms/operations/generate_data_key_pair_without_plaintext.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/get_key_last_usage.h"
#include "kms/operations/get_key_policy.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/get_parameters_for_import.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/import_key_material.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_key_policies.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/put_key_policy.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/replicate_key.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/sign.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/operations/update_custom_key_store.h"
#include "kms/operations/update_key_description.h"
#include "kms/operations/update_primary_region.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"

#include <algorithm>

namespace keyturn::kms {
namespace {

using InfoOf = const OperationInfo &(*)();
/// In the order of OperationId.
constexpr InfoOf infos[] = {
    &CreateKey::info,
    &DescribeKey::info,
    &ListKeys::info,
    &ListAliases::info,
    &CreateAlias::info,
    &UpdateAlias::info,
    &DeleteAlias::info,
    &EnableKey::info,
    &DisableKey::info,
    &ScheduleKeyDeletion::info,
    &CancelKeyDeletion::info,
    &RotateKeyOnDemand::info,
    &EnableKeyRotation::info,
    &DisableKeyRotation::info,
    &GetKeyRotationStatus::info,
    &ListKeyRotations::info,
    &UpdateKeyDescription::info,
    &TagResource::info,
    &UntagResource::info,
    &ListResourceTags::info,
    &Encrypt::info,
    &Decrypt::info,
    &ReEncrypt::info,
    &GenerateDataKey::info,
    &GenerateDataKeyWithoutPlaintext::info,
    &GenerateRandom::info,
    &GetPublicKey::info,
    &CreateGrant::info,
    &ListGrants::info,
    &ListRetirableGrants::info,
    &RetireGrant::info,
    &RevokeGrant::info,
    &GetKeyPolicy::info,
    &PutKeyPolicy::info,
    &ListKeyPolicies::info,
    &GetParametersForImport::info,
    &ImportKeyMaterial::info,
    &DeleteImportedKeyMaterial::info,
    &ReplicateKey::info,
    &UpdatePrimaryRegion::info,
    &Sign::info,
    &Verify::info,
    &GenerateMac::info,
    &VerifyMac::info,
    &DeriveSharedSecret::info,
    &Encapsulate::info,
    &Decapsulate::info,
    &GenerateDataKeyPair::info,
    &GenerateDataKeyPairWithoutPlaintext::info,
    &GetKeyLastUsage::info,
    &CreateCustomKeyStore::info,
    &UpdateCustomKeyStore::info,
    &DeleteCustomKeyStore::info,
    &DescribeCustomKeyStores::info,
    &ConnectCustomKeyStore::info,
    &DisconnectCustomKeyStore::info,
};
static_assert(std::size(infos) == operationCount);

} // namespace

const OperationInfo &operationInfo(OperationId id) {
    return infos[static_cast<std::size_t>(id)]();
}

bool hasError(const OperationInfo &operation, ErrorCode code) {
    return std::find(operation.errors.begin(), operation.errors.end(), code) != operation.errors.end();
}

const OperationInfo *findOperation(std::string_view name) {
    for (const InfoOf info : infos) {
        if (info().name == name) {
            return &info();
        }
    }
    return nullptr;
}

const Field *findField(std::span<const Field> fields, std::string_view name) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [name](const Field &field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

} // namespace keyturn::kms
