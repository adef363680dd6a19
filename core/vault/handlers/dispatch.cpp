// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/dispatch.h"

#include "vault/handlers/changing.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/reading.h"

namespace keyturn::vault {

using kms::OperationId;

namespace {

template <class Op>
Result<kms::AnyReply> boxed(Result<typename Op::Reply> reply) {
    if (!reply) {
        return failFrom(reply);
    }
    return kms::AnyReply::of<Op>(std::move(*reply));
}

template <class Op>
Result<kms::AnyReply> run(Call &call,
                          Result<typename Op::Reply> (*handler)(Call &, const typename Op::Request &)) {
    return boxed<Op>(handler(call, call.request.as<Op>()));
}

template <class Op>
Result<kms::AnyReply> run(Call &call, Changes &changes,
                          Result<typename Op::Reply> (*handler)(Call &, Changes &,
                                                                const typename Op::Request &)) {
    return boxed<Op>(handler(call, changes, call.request.as<Op>()));
}

Fault misdirected() {
    return fail(ErrorCode::KMSInternal, "an operation came to the wrong group of handlers",
                ErrorOrigin::Vault);
}

} // namespace

Group groupOf(OperationId operation) {
    switch (operation) {
    case OperationId::Encrypt:
    case OperationId::Decrypt:
    case OperationId::ReEncrypt:
    case OperationId::GenerateDataKey:
    case OperationId::GenerateDataKeyWithoutPlaintext:
    case OperationId::GenerateRandom:
        return Group::Cryptography;
    case OperationId::DescribeKey:
    case OperationId::ListKeys:
    case OperationId::ListAliases:
    case OperationId::ListResourceTags:
    case OperationId::GetKeyRotationStatus:
    case OperationId::ListKeyRotations:
    case OperationId::GetPublicKey:
        return Group::Reading;
    case OperationId::CreateKey:
    case OperationId::CreateAlias:
    case OperationId::UpdateAlias:
    case OperationId::DeleteAlias:
    case OperationId::EnableKey:
    case OperationId::DisableKey:
    case OperationId::ScheduleKeyDeletion:
    case OperationId::CancelKeyDeletion:
    case OperationId::RotateKeyOnDemand:
    case OperationId::EnableKeyRotation:
    case OperationId::DisableKeyRotation:
    case OperationId::UpdateKeyDescription:
    case OperationId::TagResource:
    case OperationId::UntagResource:
        return Group::Changing;
    }
    return Group::Changing;
}

Result<kms::AnyReply> answer(Call &call) {
    switch (call.operation.id) {
    case OperationId::Encrypt:
        return run<kms::Encrypt>(call, &encrypt);
    case OperationId::Decrypt:
        return run<kms::Decrypt>(call, &decrypt);
    case OperationId::ReEncrypt:
        return run<kms::ReEncrypt>(call, &reEncrypt);
    case OperationId::GenerateDataKey:
        return run<kms::GenerateDataKey>(call, &generateDataKey);
    case OperationId::GenerateDataKeyWithoutPlaintext:
        return run<kms::GenerateDataKeyWithoutPlaintext>(call, &generateDataKeyWithoutPlaintext);
    case OperationId::GenerateRandom:
        return run<kms::GenerateRandom>(call, &generateRandom);
    case OperationId::DescribeKey:
        return run<kms::DescribeKey>(call, &describeKey);
    case OperationId::ListKeys:
        return run<kms::ListKeys>(call, &listKeys);
    case OperationId::ListAliases:
        return run<kms::ListAliases>(call, &listAliases);
    case OperationId::ListResourceTags:
        return run<kms::ListResourceTags>(call, &listResourceTags);
    case OperationId::GetKeyRotationStatus:
        return run<kms::GetKeyRotationStatus>(call, &getKeyRotationStatus);
    case OperationId::ListKeyRotations:
        return run<kms::ListKeyRotations>(call, &listKeyRotations);
    case OperationId::GetPublicKey:
        return run<kms::GetPublicKey>(call, &getPublicKey);
    case OperationId::CreateKey:
    case OperationId::CreateAlias:
    case OperationId::UpdateAlias:
    case OperationId::DeleteAlias:
    case OperationId::EnableKey:
    case OperationId::DisableKey:
    case OperationId::ScheduleKeyDeletion:
    case OperationId::CancelKeyDeletion:
    case OperationId::RotateKeyOnDemand:
    case OperationId::EnableKeyRotation:
    case OperationId::DisableKeyRotation:
    case OperationId::UpdateKeyDescription:
    case OperationId::TagResource:
    case OperationId::UntagResource:
        break; // change()
    }
    return misdirected();
}

Result<kms::AnyReply> change(Call &call, Changes &changes) {
    switch (call.operation.id) {
    case OperationId::CreateAlias:
        return run<kms::CreateAlias>(call, changes, &createAlias);
    case OperationId::UpdateAlias:
        return run<kms::UpdateAlias>(call, changes, &updateAlias);
    case OperationId::DeleteAlias:
        return run<kms::DeleteAlias>(call, changes, &deleteAlias);
    case OperationId::EnableKey:
        return run<kms::EnableKey>(call, changes, &enableKey);
    case OperationId::DisableKey:
        return run<kms::DisableKey>(call, changes, &disableKey);
    case OperationId::ScheduleKeyDeletion:
        return run<kms::ScheduleKeyDeletion>(call, changes, &scheduleKeyDeletion);
    case OperationId::CancelKeyDeletion:
        return run<kms::CancelKeyDeletion>(call, changes, &cancelKeyDeletion);
    case OperationId::RotateKeyOnDemand:
        return run<kms::RotateKeyOnDemand>(call, changes, &rotateKeyOnDemand);
    case OperationId::EnableKeyRotation:
        return run<kms::EnableKeyRotation>(call, changes, &enableKeyRotation);
    case OperationId::DisableKeyRotation:
        return run<kms::DisableKeyRotation>(call, changes, &disableKeyRotation);
    case OperationId::UpdateKeyDescription:
        return run<kms::UpdateKeyDescription>(call, changes, &updateKeyDescription);
    case OperationId::TagResource:
        return run<kms::TagResource>(call, changes, &tagResource);
    case OperationId::UntagResource:
        return run<kms::UntagResource>(call, changes, &untagResource);
    case OperationId::CreateKey: // prepared, then createKey()
    case OperationId::Encrypt:
    case OperationId::Decrypt:
    case OperationId::ReEncrypt:
    case OperationId::GenerateDataKey:
    case OperationId::GenerateDataKeyWithoutPlaintext:
    case OperationId::GenerateRandom:
    case OperationId::DescribeKey:
    case OperationId::ListKeys:
    case OperationId::ListAliases:
    case OperationId::ListResourceTags:
    case OperationId::GetKeyRotationStatus:
    case OperationId::ListKeyRotations:
    case OperationId::GetPublicKey:
        break; // answer()
    }
    return misdirected();
}

} // namespace keyturn::vault
