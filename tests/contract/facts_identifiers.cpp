// SPDX-License-Identifier: Apache-2.0
// Which forms of a key's name an operation takes, and what is said of the others (kms-semantics.md section
// 3).
#include "probe.h"

#include "kms/identifier.h"
#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/operations/update_key_description.h"

namespace keyturn::contract {
namespace {

struct Names {
    std::string id;
    std::string arn;
    std::string alias;
    std::string aliasArn;
};

Names newNames(Probe &probe) {
    const auto key = probe.newKey();
    Names names{*key.keyId, *key.arn, probe.newAlias(*key.keyId), {}};
    const auto aliases = probe.must<kms::ListAliases>({.keyId = names.id});
    Probe::check(aliases.aliases && aliases.aliases->size() == 1, "the key does not have its one alias");
    names.aliasArn = *aliases.aliases->front().aliasArn;
    return names;
}

/// Does an operation with a key named in some way; empty or what went wrong.
using Act = std::function<Status(Probe &, const std::string &name, const Names &)>;

struct OperationRow {
    const char *name;
    Act act;
};

template <class Op>
Status outcome(Probe &probe, typename Op::Request request) {
    auto reply = probe.ask<Op>(std::move(request));
    return reply ? Status() : Status(failFrom(reply));
}

template <class Op>
Act onKey() {
    return [](Probe &probe, const std::string &name, const Names &) {
        return outcome<Op>(probe, {.keyId = name});
    };
}

template <class Op>
Act dataKey() {
    return [](Probe &probe, const std::string &name, const Names &) {
        typename Op::Request request;
        request.keyId = name;
        request.keySpec = kms::DataKeySpec::AES_128;
        return outcome<Op>(probe, std::move(request));
    };
}

std::vector<OperationRow> takesAllForms() {
    return {
        {"Encrypt",
         [](Probe &probe, const std::string &name, const Names &) {
             kms::Encrypt::Request request;
             request.keyId = name;
             request.plaintext = SecretBytes(3);
             return outcome<kms::Encrypt>(probe, std::move(request));
         }},
        {"Decrypt",
         [](Probe &probe, const std::string &name, const Names &names) {
             auto request = probe.decryptRequest(probe.encrypt(names.id));
             request.keyId = name;
             return outcome<kms::Decrypt>(probe, std::move(request));
         }},
        {"ReEncrypt, source",
         [](Probe &probe, const std::string &name, const Names &names) {
             kms::ReEncrypt::Request request;
             request.ciphertextBlob = probe.encrypt(names.id);
             request.sourceKeyId = name;
             request.destinationKeyId = names.id;
             return outcome<kms::ReEncrypt>(probe, std::move(request));
         }},
        {"ReEncrypt, destination",
         [](Probe &probe, const std::string &name, const Names &names) {
             kms::ReEncrypt::Request request;
             request.ciphertextBlob = probe.encrypt(names.id);
             request.destinationKeyId = name;
             return outcome<kms::ReEncrypt>(probe, std::move(request));
         }},
        {"GenerateDataKey", dataKey<kms::GenerateDataKey>()},
        {"GenerateDataKeyWithoutPlaintext", dataKey<kms::GenerateDataKeyWithoutPlaintext>()},
        {"DescribeKey", onKey<kms::DescribeKey>()},
    };
}

std::vector<OperationRow> takesKeysOnly() {
    return {
        {"EnableKey", onKey<kms::EnableKey>()},
        {"DisableKey", onKey<kms::DisableKey>()},
        {"ScheduleKeyDeletion", onKey<kms::ScheduleKeyDeletion>()},
        {"EnableKeyRotation", onKey<kms::EnableKeyRotation>()},
        {"DisableKeyRotation", onKey<kms::DisableKeyRotation>()},
        {"GetKeyRotationStatus", onKey<kms::GetKeyRotationStatus>()},
        {"RotateKeyOnDemand", onKey<kms::RotateKeyOnDemand>()},
        {"ListKeyRotations", onKey<kms::ListKeyRotations>()},
        {"ListAliases", onKey<kms::ListAliases>()},
        {"ListResourceTags", onKey<kms::ListResourceTags>()},
        {"UpdateKeyDescription",
         [](Probe &probe, const std::string &name, const Names &) {
             return outcome<kms::UpdateKeyDescription>(probe, {.keyId = name, .description = "d"});
         }},
        {"TagResource",
         [](Probe &probe, const std::string &name, const Names &) {
             return outcome<kms::TagResource>(probe,
                                              {.keyId = name, .tags = std::vector<kms::Tag>{{"a", "b"}}});
         }},
        {"UntagResource",
         [](Probe &probe, const std::string &name, const Names &) {
             return outcome<kms::UntagResource>(probe,
                                                {.keyId = name, .tagKeys = std::vector<std::string>{"a"}});
         }},
        {"CreateAlias",
         [](Probe &probe, const std::string &name, const Names &) {
             return outcome<kms::CreateAlias>(probe,
                                              {.aliasName = probe.newAliasName(), .targetKeyId = name});
         }},
        {"UpdateAlias",
         [](Probe &probe, const std::string &name, const Names &names) {
             return outcome<kms::UpdateAlias>(probe, {.aliasName = names.alias, .targetKeyId = name});
         }},
    };
}

void addFormFacts(Facts &facts) {
    constexpr const char *forms[] = {"key id", "key ARN", "alias", "alias ARN"};
    const auto nameOf = [](const Names &names, int form) {
        const std::string *all[] = {&names.id, &names.arn, &names.alias, &names.aliasArn};
        return *all[form];
    };
    const auto add = [&](const OperationRow &row, int form, bool takes) {
        const auto check = [row, form, takes, nameOf](Probe &probe) {
            const Names names = newNames(probe);
            const auto found = row.act(probe, nameOf(names, form), names);
            if (takes) {
                Probe::check(found.has_value(), "it should work, but: " + (found ? "" : told(found.error())));
                return;
            }
            Probe::check(!found, "it worked");
            using enum ErrorCode;
            const bool known = found.error().code == NotFound || found.error().code == InvalidArn ||
                               found.error().code == Validation;
            Probe::check(known, "found " + told(found.error()));
        };
        facts.push_back(
            {std::string("identifiers: ") + row.name + (takes ? " takes a " : " refuses an ") + forms[form],
             check});
    };
    for (int form = 0; form < 4; ++form) {
        for (const OperationRow &row : takesAllForms()) {
            add(row, form, true);
        }
        for (const OperationRow &row : takesKeysOnly()) {
            add(row, form, form < 2);
        }
    }
}

void addRefusalFacts(Facts &facts) {
    facts.push_back(
        {"identifiers: a key that nobody has", [](Probe &probe) {
             std::string arn = *probe.newKey().arn;
             arn.replace(arn.rfind('/') + 1, std::string::npos, probe.unusedKeyId());
             const std::string message = "Key '" + arn + "' does not exist";
             probe.refused<kms::DescribeKey>({.keyId = probe.unusedKeyId()}, ErrorCode::NotFound, message);
             probe.refused<kms::DescribeKey>({.keyId = arn}, ErrorCode::NotFound, message);
             probe.refused<kms::EnableKey>({.keyId = probe.unusedKeyId()}, ErrorCode::NotFound, message);
         }});
    facts.push_back({"identifiers: a text that is no key id", [](Probe &probe) {
                         probe.refused<kms::DescribeKey>({.keyId = "fake-key-id"}, ErrorCode::NotFound,
                                                         "Invalid keyId 'fake-key-id'");
                         probe.refused<kms::EnableKey>({.keyId = "fake-key-id"}, ErrorCode::NotFound,
                                                       "Invalid keyId 'fake-key-id'");
                     }});
    facts.push_back({"identifiers: a mrk- id that nobody has", [](Probe &probe) {
                         probe.refused<kms::DescribeKey>({.keyId = "mrk-0123456789abcdef0123456789abcdef"},
                                                         ErrorCode::NotFound);
                     }});
    facts.push_back({"identifiers: an ARN of another Region", [](Probe &probe) {
                         const std::string arn = Probe::withRegion(*probe.newKey().arn, "mars-north-7");
                         probe.refused<kms::DescribeKey>({.keyId = arn}, ErrorCode::NotFound,
                                                         "Invalid arn mars-north-7");
                     }});
    facts.push_back({"identifiers: an alias that nobody has", [](Probe &probe) {
                         probe.refused<kms::DescribeKey>({.keyId = "alias/nobody-has-this"},
                                                         ErrorCode::NotFound);
                     }});
    facts.push_back({"identifiers: alias names keep their case", [](Probe &probe) {
                         const std::string name = probe.newAliasName() + "Case";
                         probe.must<kms::CreateAlias>({.aliasName = name, .targetKeyId = probe.newKeyId()});
                         std::string other = name;
                         other[other.size() - 4] = 'c';
                         probe.refused<kms::DescribeKey>({.keyId = other}, ErrorCode::NotFound);
                     }});
    facts.push_back({"identifiers: no characters, too many, none", [](Probe &probe) {
                         probe.refused<kms::DescribeKey>(
                             {.keyId = ""}, ErrorCode::Validation,
                             "1 validation error detected: Value '' at 'keyId' failed to satisfy "
                             "constraint: Member must have length greater than or equal to 1");
                         probe.refused<kms::DescribeKey>({.keyId = std::string(2049, 'k')},
                                                         ErrorCode::Validation);
                         probe.refused<kms::DescribeKey>({}, ErrorCode::Validation);
                     }});
    facts.push_back(
        {"identifiers: replies name the ARN whatever the request used", [](Probe &probe) {
             const Names names = newNames(probe);
             for (const std::string *name : {&names.id, &names.arn, &names.alias, &names.aliasArn}) {
                 kms::Encrypt::Request request;
                 request.keyId = *name;
                 request.plaintext = SecretBytes(1);
                 probe.equal("KeyId", *probe.must<kms::Encrypt>(std::move(request)).keyId, names.arn);
             }
         }});
}

} // namespace

void addIdentifierFacts(Facts &facts) {
    addFormFacts(facts);
    addRefusalFacts(facts);
}

} // namespace keyturn::contract
