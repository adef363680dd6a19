// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/generate_random.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GenerateRandom::Request::numberOfBytes>("NumberOfBytes").range(1, 1024),
    field<&GenerateRandom::Request::customKeyStoreId>("CustomKeyStoreId").length(1, 64),
    field<&GenerateRandom::Request::recipient>("Recipient"),
};

constexpr Field replyFields[] = {
    field<&GenerateRandom::Reply::plaintext>("Plaintext").length(1, 4096),
    field<&GenerateRandom::Reply::ciphertextForRecipient>("CiphertextForRecipient").length(1, 6144),
};

constexpr PermissionNeed permissions[] = {{"kms:GenerateRandom", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound,
                                ErrorCode::DependencyTimeout, ErrorCode::KMSInternal,
                                ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &GenerateRandom::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GenerateRandom",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<GenerateRandom>,
        .makeReply = &makeReply<GenerateRandom>,
    };
    return info;
}

} // namespace keyturn::kms
