// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/re_encrypt.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ReEncrypt::Request::ciphertextBlob>("CiphertextBlob").length(1, 6144),
    field<&ReEncrypt::Request::sourceEncryptionContext>("SourceEncryptionContext"),
    field<&ReEncrypt::Request::sourceKeyId>("SourceKeyId").length(1, 2048).ids(anyKeyIdentifier),
    field<&ReEncrypt::Request::destinationKeyId>("DestinationKeyId")
        .require()
        .length(1, 2048)
        .ids(anyKeyIdentifier),
    field<&ReEncrypt::Request::destinationEncryptionContext>("DestinationEncryptionContext"),
    field<&ReEncrypt::Request::sourceEncryptionAlgorithm>("SourceEncryptionAlgorithm"),
    field<&ReEncrypt::Request::destinationEncryptionAlgorithm>("DestinationEncryptionAlgorithm"),
    field<&ReEncrypt::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&ReEncrypt::Request::dryRun>("DryRun"),
    field<&ReEncrypt::Request::dryRunModifiers>("DryRunModifiers"),
};

constexpr Field replyFields[] = {
    field<&ReEncrypt::Reply::ciphertextBlob>("CiphertextBlob").length(1, 6144),
    field<&ReEncrypt::Reply::sourceKeyId>("SourceKeyId").length(1, 2048),
    field<&ReEncrypt::Reply::keyId>("KeyId").length(1, 2048),
    field<&ReEncrypt::Reply::sourceEncryptionAlgorithm>("SourceEncryptionAlgorithm"),
    field<&ReEncrypt::Reply::destinationEncryptionAlgorithm>("DestinationEncryptionAlgorithm"),
    field<&ReEncrypt::Reply::sourceKeyMaterialId>("SourceKeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
    field<&ReEncrypt::Reply::destinationKeyMaterialId>("DestinationKeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:ReEncryptFrom", KeySide::Source},
                                          {"kms:ReEncryptTo", KeySide::Destination}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,          ErrorCode::DryRunOperation,
    ErrorCode::IncorrectKey,      ErrorCode::InvalidCiphertext, ErrorCode::InvalidGrantToken,
    ErrorCode::InvalidKeyUsage,   ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
    ErrorCode::KeyUnavailable,    ErrorCode::NotFound};

} // namespace

const OperationInfo &ReEncrypt::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ReEncrypt",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<ReEncrypt>,
        .makeReply = &makeReply<ReEncrypt>,
    };
    return info;
}

} // namespace keyturn::kms
