// SPDX-License-Identifier: Apache-2.0
// The only list of all operations. An operation is added here, in kms/operations/, and in each backend's
// dispatch (where -Werror=switch names the place that was forgotten).
#pragma once

#include <cstddef>
#include <cstdint>

namespace keyturn::kms {

enum class OperationId : std::uint8_t {
    CreateKey,
    DescribeKey,
    ListKeys,
    ListAliases,
    CreateAlias,
    UpdateAlias,
    DeleteAlias,
    EnableKey,
    DisableKey,
    ScheduleKeyDeletion,
    CancelKeyDeletion,
    RotateKeyOnDemand,
    EnableKeyRotation,
    DisableKeyRotation,
    GetKeyRotationStatus,
    ListKeyRotations,
    UpdateKeyDescription,
    TagResource,
    UntagResource,
    ListResourceTags,
    Encrypt,
    Decrypt,
    ReEncrypt,
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    GenerateRandom,
    GetPublicKey,
};

inline constexpr std::size_t operationCount = 27;

struct CreateKey;
struct DescribeKey;
struct ListKeys;
struct ListAliases;
struct CreateAlias;
struct UpdateAlias;
struct DeleteAlias;
struct EnableKey;
struct DisableKey;
struct ScheduleKeyDeletion;
struct CancelKeyDeletion;
struct RotateKeyOnDemand;
struct EnableKeyRotation;
struct DisableKeyRotation;
struct GetKeyRotationStatus;
struct ListKeyRotations;
struct UpdateKeyDescription;
struct TagResource;
struct UntagResource;
struct ListResourceTags;
struct Encrypt;
struct Decrypt;
struct ReEncrypt;
struct GenerateDataKey;
struct GenerateDataKeyWithoutPlaintext;
struct GenerateRandom;
struct GetPublicKey;

} // namespace keyturn::kms
