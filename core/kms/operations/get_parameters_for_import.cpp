// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/get_parameters_for_import.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GetParametersForImport::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&GetParametersForImport::Request::wrappingAlgorithm>("WrappingAlgorithm").require(),
    field<&GetParametersForImport::Request::wrappingKeySpec>("WrappingKeySpec").require(),
};

constexpr Field replyFields[] = {
    field<&GetParametersForImport::Reply::keyId>("KeyId").length(1, 2048),
    field<&GetParametersForImport::Reply::importToken>("ImportToken").length(1, 6144),
    field<&GetParametersForImport::Reply::publicKey>("PublicKey").length(1, 4096),
    field<&GetParametersForImport::Reply::parametersValidTo>("ParametersValidTo"),
};

constexpr PermissionNeed permissions[] = {{"kms:GetParametersForImport", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &GetParametersForImport::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GetParametersForImport",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<GetParametersForImport>,
        .makeReply = &makeReply<GetParametersForImport>,
    };
    return info;
}

} // namespace keyturn::kms
