// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/dispatch.h"

#include "vault/handlers/changing.h"
#include "vault/handlers/cryptography.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/grants.h"
#include "vault/handlers/importing.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/policies.h"
#include "vault/handlers/reading.h"
#include "vault/handlers/related_keys.h"

#include <iterator>

namespace keyturn::vault {

using kms::OperationId;

namespace {

struct HandlerRow {
    OperationId operation;
    Group group;
    Result<kms::AnyReply> (*answer)(Call &) = nullptr;
    Result<kms::AnyReply> (*change)(Call &, Changes &) = nullptr;
    std::string_view absence = {};
};

template <class Op>
using Answering = Result<typename Op::Reply> (*)(Call &, const typename Op::Request &);
template <class Op>
using Making = Result<typename Op::Reply> (*)(Call &, Changes &, const typename Op::Request &);

template <class Op>
Result<kms::AnyReply> boxed(Result<typename Op::Reply> reply) {
    if (!reply) {
        return failFrom(reply);
    }
    return kms::AnyReply::of<Op>(std::move(*reply));
}

/// What no handler needs to know of, for whatever request has such a member.
template <class Request>
Status checkCommon([[maybe_unused]] const Request &request) {
    if constexpr (requires { request.recipient; }) {
        return refuseRecipient(request.recipient.has_value());
    }
    return {};
}

template <class Op, Answering<Op> handler>
Result<kms::AnyReply> answerBy(Call &call) {
    const auto &request = call.request.as<Op>();
    if (auto common = checkCommon(request); !common) {
        return failFrom(common);
    }
    return boxed<Op>(handler(call, request));
}
template <class Op, Making<Op> handler>
Result<kms::AnyReply> changeBy(Call &call, Changes &changes) {
    return boxed<Op>(handler(call, changes, call.request.as<Op>()));
}

template <class Op, Answering<Op> handler>
constexpr HandlerRow crypts() {
    return {Op::id, Group::Cryptography, &answerBy<Op, handler>};
}
template <class Op, Answering<Op> handler>
constexpr HandlerRow reads() {
    return {Op::id, Group::Reading, &answerBy<Op, handler>};
}
template <class Op, Making<Op> handler>
constexpr HandlerRow changes() {
    return {Op::id, Group::Changing, nullptr, &changeBy<Op, handler>};
}
constexpr HandlerRow absent(OperationId operation, std::string_view reason) {
    return {operation, Group::Absent, nullptr, nullptr, reason};
}

// "not implemented" is what a connection test looks for in the answer to a read that names a key.
constexpr std::string_view noEncapsulation = "ML-KEM keys are not implemented in local vaults yet.";
constexpr std::string_view noKeyStores =
    "A local vault has no custom key stores: its keys live in the vault itself.";

constexpr HandlerRow rows[] = {
    {OperationId::CreateKey, Group::Changing}, // prepared, then createKey()
    reads<kms::DescribeKey, &describeKey>(),
    reads<kms::ListKeys, &listKeys>(),
    reads<kms::ListAliases, &listAliases>(),
    changes<kms::CreateAlias, &createAlias>(),
    changes<kms::UpdateAlias, &updateAlias>(),
    changes<kms::DeleteAlias, &deleteAlias>(),
    changes<kms::EnableKey, &enableKey>(),
    changes<kms::DisableKey, &disableKey>(),
    changes<kms::ScheduleKeyDeletion, &scheduleKeyDeletion>(),
    changes<kms::CancelKeyDeletion, &cancelKeyDeletion>(),
    changes<kms::RotateKeyOnDemand, &rotateKeyOnDemand>(),
    changes<kms::EnableKeyRotation, &enableKeyRotation>(),
    changes<kms::DisableKeyRotation, &disableKeyRotation>(),
    reads<kms::GetKeyRotationStatus, &getKeyRotationStatus>(),
    reads<kms::ListKeyRotations, &listKeyRotations>(),
    changes<kms::UpdateKeyDescription, &updateKeyDescription>(),
    changes<kms::TagResource, &tagResource>(),
    changes<kms::UntagResource, &untagResource>(),
    reads<kms::ListResourceTags, &listResourceTags>(),
    crypts<kms::Encrypt, &encrypt>(),
    crypts<kms::Decrypt, &decrypt>(),
    crypts<kms::ReEncrypt, &reEncrypt>(),
    crypts<kms::GenerateDataKey, &generateDataKey>(),
    crypts<kms::GenerateDataKeyWithoutPlaintext, &generateDataKeyWithoutPlaintext>(),
    crypts<kms::GenerateRandom, &generateRandom>(),
    reads<kms::GetPublicKey, &getPublicKey>(),
    changes<kms::CreateGrant, &createGrant>(),
    reads<kms::ListGrants, &listGrants>(),
    reads<kms::ListRetirableGrants, &listRetirableGrants>(),
    changes<kms::RetireGrant, &retireGrant>(),
    changes<kms::RevokeGrant, &revokeGrant>(),
    reads<kms::GetKeyPolicy, &getKeyPolicy>(),
    changes<kms::PutKeyPolicy, &putKeyPolicy>(),
    reads<kms::ListKeyPolicies, &listKeyPolicies>(),
    crypts<kms::GetParametersForImport, &getParametersForImport>(),
    {OperationId::ImportKeyMaterial, Group::Changing}, // prepared, then importKeyMaterial()
    changes<kms::DeleteImportedKeyMaterial, &deleteImportedKeyMaterial>(),
    changes<kms::ReplicateKey, &replicateKey>(),
    changes<kms::UpdatePrimaryRegion, &updatePrimaryRegion>(),
    crypts<kms::Sign, &sign>(),
    crypts<kms::Verify, &verify>(),
    crypts<kms::GenerateMac, &generateMac>(),
    crypts<kms::VerifyMac, &verifyMac>(),
    crypts<kms::DeriveSharedSecret, &deriveSharedSecret>(),
    absent(OperationId::Encapsulate, noEncapsulation),
    absent(OperationId::Decapsulate, noEncapsulation),
    crypts<kms::GenerateDataKeyPair, &generateDataKeyPair>(),
    crypts<kms::GenerateDataKeyPairWithoutPlaintext, &generateDataKeyPairWithoutPlaintext>(),
    reads<kms::GetKeyLastUsage, &getKeyLastUsage>(),
    absent(OperationId::CreateCustomKeyStore, noKeyStores),
    absent(OperationId::UpdateCustomKeyStore, noKeyStores),
    absent(OperationId::DeleteCustomKeyStore, noKeyStores),
    absent(OperationId::DescribeCustomKeyStores, noKeyStores),
    absent(OperationId::ConnectCustomKeyStore, noKeyStores),
    absent(OperationId::DisconnectCustomKeyStore, noKeyStores),
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

const HandlerRow &rowOf(OperationId operation) {
    return rows[static_cast<std::size_t>(operation)];
}

/// Where there is no handler of the wanted form.
Fault refused(const HandlerRow &row) {
    return row.group == Group::Absent
               ? unsupportedFault(std::string(row.absence))
               : fail(ErrorCode::KMSInternal, "an operation came to the wrong group of handlers",
                      ErrorOrigin::Vault);
}

} // namespace

Group groupOf(OperationId operation) {
    return rowOf(operation).group;
}

std::string_view absenceOf(OperationId operation) {
    return rowOf(operation).absence;
}

Result<kms::AnyReply> answer(Call &call) {
    const HandlerRow &row = rowOf(call.operation.id);
    return row.answer != nullptr ? row.answer(call) : refused(row);
}

Result<kms::AnyReply> change(Call &call, Changes &changes) {
    const HandlerRow &row = rowOf(call.operation.id);
    return row.change != nullptr ? row.change(call, changes) : refused(row);
}

} // namespace keyturn::vault
