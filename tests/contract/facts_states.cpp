// SPDX-License-Identifier: Apache-2.0
// The table of key states (kms-semantics.md section 2) for the operations that there are: each operation on a
// key that is enabled, disabled and pending deletion.
#include "probe.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/get_key_last_usage.h"
#include "kms/operations/get_key_policy.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_key_policies.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/put_key_policy.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/operations/update_key_description.h"

namespace keyturn::contract {
namespace {

/// What is there before the key's state changes.
struct Prepared {
    std::string key;
    std::string alias; ///< of the key
    Bytes blob;        ///< under the key; not for RSA
    std::string grant; ///< of the key; where grants are
};

using Act = std::function<Status(Probe &, const Prepared &)>;

struct StateRow {
    const char *name;
    const char
        *outcomes; ///< enabled, disabled, pending deletion: . ok, D, P and N as in the facts, B is D or P
    Act act;
    Need need = Need::Nothing;
};

template <class Op>
Status outcome(Probe &probe, typename Op::Request request) {
    auto reply = probe.ask<Op>(std::move(request));
    return reply ? Status() : Status(failFrom(reply));
}

/// An operation that names nothing but the key.
template <class Op>
Act onKey() {
    return [](Probe &probe, const Prepared &on) { return outcome<Op>(probe, {.keyId = on.key}); };
}

template <class Op>
Act dataKey() {
    return [](Probe &probe, const Prepared &on) {
        typename Op::Request request;
        request.keyId = on.key;
        request.keySpec = kms::DataKeySpec::AES_256;
        return outcome<Op>(probe, std::move(request));
    };
}

std::vector<StateRow> cipherRows() {
    return {
        {"Encrypt", ".DB",
         [](Probe &probe, const Prepared &on) {
             kms::Encrypt::Request request;
             request.keyId = on.key;
             request.plaintext = SecretBytes(4);
             return outcome<kms::Encrypt>(probe, std::move(request));
         }},
        {"Decrypt", ".DB",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::Decrypt>(probe, probe.decryptRequest(on.blob));
         }},
        {"ReEncrypt, source", ".DB",
         [](Probe &probe, const Prepared &on) {
             kms::ReEncrypt::Request request;
             request.ciphertextBlob = on.blob;
             request.destinationKeyId = probe.newKeyId();
             return outcome<kms::ReEncrypt>(probe, std::move(request));
         }},
        {"ReEncrypt, destination", ".DB",
         [](Probe &probe, const Prepared &on) {
             kms::ReEncrypt::Request request;
             request.ciphertextBlob = probe.encrypt(probe.newKeyId());
             request.destinationKeyId = on.key;
             return outcome<kms::ReEncrypt>(probe, std::move(request));
         }},
        {"GenerateDataKey", ".DB", dataKey<kms::GenerateDataKey>()},
        {"GenerateDataKeyWithoutPlaintext", ".DB", dataKey<kms::GenerateDataKeyWithoutPlaintext>()},
        {"GetPublicKey", ".DB", onKey<kms::GetPublicKey>(), Need::Rsa},
    };
}

std::vector<StateRow> keyRows() {
    return {
        {"CancelKeyDeletion", "NN.", onKey<kms::CancelKeyDeletion>()},
        {"ScheduleKeyDeletion", "..P", onKey<kms::ScheduleKeyDeletion>()},
        {"EnableKey", "..P", onKey<kms::EnableKey>()},
        {"DisableKey", "..P", onKey<kms::DisableKey>()},
        {"DescribeKey", "...", onKey<kms::DescribeKey>()},
        {"ListAliases", "...", onKey<kms::ListAliases>()},
        {"ListResourceTags", "...", onKey<kms::ListResourceTags>()},
        {"EnableKeyRotation", ".DP", onKey<kms::EnableKeyRotation>()},
        {"DisableKeyRotation", ".DP", onKey<kms::DisableKeyRotation>()},
        {"GetKeyRotationStatus", "...", onKey<kms::GetKeyRotationStatus>()},
        {"RotateKeyOnDemand", ".DP", onKey<kms::RotateKeyOnDemand>()},
        {"ListKeyRotations", "...", onKey<kms::ListKeyRotations>()},
        {"UpdateKeyDescription", "..P",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::UpdateKeyDescription>(probe, {.keyId = on.key, .description = "d"});
         }},
        {"TagResource", "..P",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::TagResource>(probe,
                                              {.keyId = on.key, .tags = std::vector<kms::Tag>{{"a", "b"}}});
         }},
        {"UntagResource", "..P",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::UntagResource>(probe,
                                                {.keyId = on.key, .tagKeys = std::vector<std::string>{"a"}});
         }},
        {"CreateAlias", "..P",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::CreateAlias>(probe,
                                              {.aliasName = probe.newAliasName(), .targetKeyId = on.key});
         }},
        {"UpdateAlias, away from the key", "...",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::UpdateAlias>(probe,
                                              {.aliasName = on.alias, .targetKeyId = probe.newKeyId()});
         }},
        {"UpdateAlias, to the key", "..P",
         [](Probe &probe, const Prepared &on) {
             const std::string alias = probe.newAlias(probe.newKeyId());
             return outcome<kms::UpdateAlias>(probe, {.aliasName = alias, .targetKeyId = on.key});
         }},
        {"DeleteAlias", "...",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::DeleteAlias>(probe, {.aliasName = on.alias});
         }},
    };
}

kms::CreateGrant::Request grantOn(const std::string &key) {
    kms::CreateGrant::Request request;
    request.keyId = key;
    request.operations = {kms::GrantOperation::DescribeKey};
    request.granteePrincipal = "arn:aws:iam::111122223333:role/app";
    return request;
}

std::vector<StateRow> grantRows() {
    return {
        {"CreateGrant", ".DB",
         [](Probe &probe, const Prepared &on) { return outcome<kms::CreateGrant>(probe, grantOn(on.key)); },
         Need::Grants},
        {"ListGrants", "...", onKey<kms::ListGrants>(), Need::Grants},
        {"RetireGrant", "...",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::RetireGrant>(probe, {.keyId = on.key, .grantId = on.grant});
         },
         Need::Grants},
        {"RevokeGrant", "...",
         [](Probe &probe, const Prepared &on) {
             return outcome<kms::RevokeGrant>(probe, {.keyId = on.key, .grantId = on.grant});
         },
         Need::Grants},
    };
}

std::vector<StateRow> policyRows() {
    return {
        {"GetKeyPolicy", "...", onKey<kms::GetKeyPolicy>(), Need::Policies},
        {"ListKeyPolicies", "...", onKey<kms::ListKeyPolicies>(), Need::Policies},
        {"GetKeyLastUsage", "...", onKey<kms::GetKeyLastUsage>(), Need::LastUsage},
        {"PutKeyPolicy", "...",
         [](Probe &probe, const Prepared &on) {
             auto policy = probe.must<kms::GetKeyPolicy>({.keyId = on.key});
             return outcome<kms::PutKeyPolicy>(probe, {.keyId = on.key, .policy = policy.policy});
         },
         Need::Policies},
    };
}

void expectOutcome(char expected, const Status &found, const std::string &arn) {
    using enum ErrorCode;
    if (expected == '.') {
        Probe::check(found.has_value(), "it should work, but: " + (found ? "" : told(found.error())));
        return;
    }
    Probe::check(!found, "it worked");
    const Error &error = found.error();
    const bool disabled = error.code == Disabled && error.serviceMessage == arn + " is disabled.";
    const bool pending =
        error.code == KMSInvalidState && error.serviceMessage == arn + " is pending deletion.";
    const bool notPending =
        error.code == KMSInvalidState && error.serviceMessage == arn + " is not pending deletion.";
    const bool eitherOfPending = pending || error.code == Disabled;
    const bool holds = expected == 'D'   ? disabled
                       : expected == 'P' ? pending
                       : expected == 'N' ? notPending
                                         : eitherOfPending;
    Probe::check(holds, "found " + told(error));
}

void addRow(Facts &facts, const StateRow &row) {
    constexpr const char *states[] = {"enabled", "disabled", "pending deletion"};
    for (int state = 0; state < 3; ++state) {
        const auto check = [row, state](Probe &probe) {
            const bool rsa = row.need == Need::Rsa;
            const auto key = rsa ? probe.newRsaKey(kms::KeySpec::RSA_2048) : probe.newKey();
            Prepared on{
                *key.keyId, probe.newAlias(*key.keyId), rsa ? Bytes() : probe.encrypt(*key.keyId), {}};
            if (row.need == Need::Grants) {
                on.grant = *probe.must<kms::CreateGrant>(grantOn(on.key)).grantId;
            }
            if (state == 1) {
                probe.must<kms::DisableKey>({.keyId = on.key});
            } else if (state == 2) {
                probe.must<kms::ScheduleKeyDeletion>({.keyId = on.key});
            }
            expectOutcome(row.outcomes[state], row.act(probe, on), *key.arn);
        };
        facts.push_back({std::string("states: ") + row.name + ", " + states[state], check, row.need});
    }
}

} // namespace

void addStateFacts(Facts &facts) {
    for (const auto &rows : {cipherRows(), keyRows(), grantRows(), policyRows()}) {
        for (const StateRow &row : rows) {
            addRow(facts, row);
        }
    }
}

} // namespace keyturn::contract
