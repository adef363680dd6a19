// SPDX-License-Identifier: Apache-2.0
// Aliases (kms-semantics.md section 11).
#include "probe.h"

#include "kms/operations/create_alias.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/update_alias.h"

namespace keyturn::contract {
namespace {

using kms::CreateAlias;
using kms::DeleteAlias;
using kms::ListAliases;
using kms::UpdateAlias;

struct NameRow {
    const char *name;
    std::string alias;
    std::vector<ErrorCode> refusedWith; ///< none: taken
};

std::vector<NameRow> nameRows() {
    using enum ErrorCode;
    return {
        {"letters, digits, / _ -", "alias/contract/A_z-0", {}},
        {"256 characters", "alias/" + std::string(250, 'a'), {}},
        {"257 characters", "alias/" + std::string(251, 'a'), {Validation}},
        {"no prefix", "contract", {Validation}},
        {"prefix of other case", "Alias/contract", {Validation}},
        {"only the prefix", "alias/", {Validation, InvalidAliasName}},
        {"reserved", "alias/aws/contract", {NotAuthorized, InvalidAliasName}},
        {"blank", "alias/con tract", {Validation, InvalidAliasName}},
        {"beyond ASCII", "alias/\xc3\xa9", {Validation, InvalidAliasName}},
        {"empty", "", {Validation}},
    };
}

void addNameFacts(Facts &facts) {
    for (const NameRow &row : nameRows()) {
        const std::vector<ErrorCode> codes = row.refusedWith;
        facts.push_back({std::string("CreateAlias: ") + row.name, [alias = row.alias, codes](Probe &probe) {
                             CreateAlias::Request request{.aliasName = alias,
                                                          .targetKeyId = probe.newKeyId()};
                             if (codes.empty()) {
                                 probe.must<CreateAlias>(request);
                                 probe.describe(alias);
                                 probe.must<DeleteAlias>({.aliasName = alias});
                             } else if (codes.size() == 1) {
                                 probe.refused<CreateAlias>(request, codes[0]);
                             } else {
                                 probe.refused<CreateAlias>(request, {codes[0], codes[1]});
                             }
                         }});
    }
}

void addChangeFacts(Facts &facts) {
    facts.push_back({"CreateAlias: a name that is taken", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const std::string alias = probe.newAlias(key);
                         probe.refused<CreateAlias>({.aliasName = alias, .targetKeyId = key},
                                                    ErrorCode::AlreadyExists);
                         probe.refused<CreateAlias>({.aliasName = alias, .targetKeyId = probe.newKeyId()},
                                                    ErrorCode::AlreadyExists);
                     }});
    facts.push_back({"CreateAlias: a target that nobody has", [](Probe &probe) {
                         probe.refused<CreateAlias>(
                             {.aliasName = probe.newAliasName(), .targetKeyId = probe.unusedKeyId()},
                             ErrorCode::NotFound);
                     }});
    facts.push_back({"CreateAlias: fifty for a key, no more", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         for (int i = 0; i < 50; ++i) {
                             probe.newAlias(key);
                         }
                         probe.refused<CreateAlias>({.aliasName = probe.newAliasName(), .targetKeyId = key},
                                                    ErrorCode::LimitExceeded);
                     }});
    facts.push_back({"UpdateAlias: names the other key from then on", [](Probe &probe) {
                         const std::string first = probe.newKeyId();
                         const std::string second = probe.newKeyId();
                         const std::string alias = probe.newAlias(first);
                         const auto blob = probe.encrypt(alias, "under the first");
                         probe.must<UpdateAlias>({.aliasName = alias, .targetKeyId = second});
                         probe.equal("key", *probe.describe(alias).keyId, second);
                         probe.opensTo(blob, "under the first"); // a ciphertext does not know of aliases
                     }});
    facts.push_back({"UpdateAlias: an alias that nobody has", [](Probe &probe) {
                         probe.refused<UpdateAlias>(
                             {.aliasName = probe.newAliasName(), .targetKeyId = probe.newKeyId()},
                             ErrorCode::NotFound);
                     }});
    facts.push_back(
        {"UpdateAlias: a key of another type",
         [](Probe &probe) {
             const std::string alias = probe.newAlias(probe.newKeyId());
             probe.refused<UpdateAlias>(
                 {.aliasName = alias, .targetKeyId = probe.sharedRsaKey(kms::KeySpec::RSA_2048).keyId},
                 ErrorCode::Validation);
         },
         Need::Rsa});
    facts.push_back({"DeleteAlias: the name is free again", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const std::string alias = probe.newAlias(key);
                         probe.must<DeleteAlias>({.aliasName = alias});
                         probe.refused<kms::DescribeKey>({.keyId = alias}, ErrorCode::NotFound);
                         probe.describe(key);
                         probe.refused<DeleteAlias>({.aliasName = alias}, ErrorCode::NotFound);
                         probe.must<CreateAlias>({.aliasName = alias, .targetKeyId = key});
                     }});
}

void addListFacts(Facts &facts) {
    facts.push_back({"ListAliases: of one key, by id and by ARN", [](Probe &probe) {
                         const auto key = probe.newKey();
                         const std::string alias = probe.newAlias(*key.keyId);
                         probe.newAlias(probe.newKeyId());
                         for (const auto &name : {key.keyId, key.arn}) {
                             const auto reply = probe.must<ListAliases>({.keyId = name});
                             probe.equal("aliases", static_cast<std::int64_t>(reply.aliases->size()), 1);
                             const auto &entry = reply.aliases->front();
                             probe.equal("AliasName", *entry.aliasName, alias);
                             probe.equal("TargetKeyId", *entry.targetKeyId, *key.keyId);
                             probe.check(entry.aliasArn->ends_with(':' + alias),
                                         "AliasArn: " + *entry.aliasArn);
                             probe.check(entry.creationDate && entry.lastUpdatedDate, "its dates are absent");
                         }
                     }});
    facts.push_back({"ListAliases: a key without any", [](Probe &probe) {
                         const auto reply = probe.must<ListAliases>({.keyId = probe.newKeyId()});
                         probe.check(reply.aliases && reply.aliases->empty(), "there are aliases");
                         probe.check(reply.truncated == false && !reply.nextMarker, "there are more pages");
                     }});
}

} // namespace

void addAliasFacts(Facts &facts) {
    addNameFacts(facts);
    addChangeFacts(facts);
    addListFacts(facts);
}

} // namespace keyturn::contract
