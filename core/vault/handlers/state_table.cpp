// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/state_table.h"

#include <iterator>

namespace keyturn::vault {

using kms::OperationId;

namespace {

struct StateRow {
    OperationId operation;
    States states;
};

constexpr StateRow rows[] = {
    {OperationId::CreateKey, States::Any},
    {OperationId::DescribeKey, States::Any},
    {OperationId::ListKeys, States::Any},
    {OperationId::ListAliases, States::Any},
    {OperationId::CreateAlias, States::NotPendingDeletion},
    {OperationId::UpdateAlias, States::NotPendingDeletion}, // of its new target
    {OperationId::DeleteAlias, States::Any},
    {OperationId::EnableKey, States::HasMaterial},
    {OperationId::DisableKey, States::HasMaterial},
    {OperationId::ScheduleKeyDeletion, States::NotPendingDeletion},
    {OperationId::CancelKeyDeletion, States::PendingDeletionOnly},
    {OperationId::RotateKeyOnDemand, States::EnabledOnly},
    {OperationId::EnableKeyRotation, States::EnabledOnly},
    {OperationId::DisableKeyRotation, States::EnabledOnly},
    {OperationId::GetKeyRotationStatus, States::Any},
    {OperationId::ListKeyRotations, States::Any},
    {OperationId::UpdateKeyDescription, States::NotPendingDeletion},
    {OperationId::TagResource, States::NotPendingDeletion},
    {OperationId::UntagResource, States::NotPendingDeletion},
    {OperationId::ListResourceTags, States::Any},
    {OperationId::Encrypt, States::EnabledOnly},
    {OperationId::Decrypt, States::EnabledOnly},
    {OperationId::ReEncrypt, States::EnabledOnly},
    {OperationId::GenerateDataKey, States::EnabledOnly},
    {OperationId::GenerateDataKeyWithoutPlaintext, States::EnabledOnly},
    {OperationId::GenerateRandom, States::Any},
    {OperationId::GetPublicKey, States::EnabledOnly},
    {OperationId::CreateGrant, States::EnabledOnly},
    {OperationId::ListGrants, States::Any},
    {OperationId::ListRetirableGrants, States::Any},
    {OperationId::RetireGrant, States::Any},
    {OperationId::RevokeGrant, States::Any},
    {OperationId::GetKeyPolicy, States::Any},
    {OperationId::PutKeyPolicy, States::Any},
    {OperationId::ListKeyPolicies, States::Any},
    {OperationId::GetParametersForImport, States::NotPendingDeletion},
    {OperationId::ImportKeyMaterial, States::NotPendingDeletion},
    {OperationId::DeleteImportedKeyMaterial, States::Any},
    {OperationId::ReplicateKey, States::EnabledOnly},
    {OperationId::UpdatePrimaryRegion, States::EnabledOnly},
    {OperationId::Sign, States::EnabledOnly},
    {OperationId::Verify, States::EnabledOnly},
    {OperationId::GenerateMac, States::EnabledOnly},
    {OperationId::VerifyMac, States::EnabledOnly},
    {OperationId::DeriveSharedSecret, States::EnabledOnly},
    {OperationId::Encapsulate, States::EnabledOnly},
    {OperationId::Decapsulate, States::EnabledOnly},
    {OperationId::GenerateDataKeyPair, States::EnabledOnly},
    {OperationId::GenerateDataKeyPairWithoutPlaintext, States::EnabledOnly},
    {OperationId::GetKeyLastUsage, States::Any},
    {OperationId::CreateCustomKeyStore, States::Any},
    {OperationId::UpdateCustomKeyStore, States::Any},
    {OperationId::DeleteCustomKeyStore, States::Any},
    {OperationId::DescribeCustomKeyStores, States::Any},
    {OperationId::ConnectCustomKeyStore, States::Any},
    {OperationId::DisconnectCustomKeyStore, States::Any},
};

constexpr bool inOrder() {
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        if (static_cast<std::size_t>(rows[i].operation) != i) {
            return false;
        }
    }
    return true;
}
static_assert(std::size(rows) == kms::operationCount && inOrder(),
              "an operation has no row, or its row stands in another place than in OperationId");

} // namespace

States statesOf(OperationId operation) {
    return rows[static_cast<std::size_t>(operation)].states;
}

} // namespace keyturn::vault
