// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/verify.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&Verify::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&Verify::Request::message>("Message").require().length(1, 4096),
    field<&Verify::Request::messageType>("MessageType"),
    field<&Verify::Request::signature>("Signature").require().length(1, 6144),
    field<&Verify::Request::signingAlgorithm>("SigningAlgorithm").require(),
    field<&Verify::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&Verify::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&Verify::Reply::keyId>("KeyId").length(1, 2048),
    field<&Verify::Reply::signatureValid>("SignatureValid"),
    field<&Verify::Reply::signingAlgorithm>("SigningAlgorithm"),
};

constexpr PermissionNeed permissions[] = {{"kms:Verify", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout,   ErrorCode::Disabled,
                                ErrorCode::DryRunOperation,     ErrorCode::InvalidGrantToken,
                                ErrorCode::InvalidKeyUsage,     ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidSignature, ErrorCode::KMSInvalidState,
                                ErrorCode::KeyUnavailable,      ErrorCode::NotFound};

} // namespace

const OperationInfo &Verify::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "Verify",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<Verify>,
        .makeReply = &makeReply<Verify>,
    };
    return info;
}

} // namespace keyturn::kms
