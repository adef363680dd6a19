// SPDX-License-Identifier: Apache-2.0
// Grants (kms-semantics.md section 11).
#include "probe.h"

#include "kms/operations/create_grant.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"

#include <set>

namespace keyturn::contract {
namespace {

using kms::CreateGrant;
using kms::GrantOperation;
using kms::ListGrants;
using kms::ListRetirableGrants;
using kms::RetireGrant;
using kms::RevokeGrant;

constexpr const char *grantee = "arn:aws:iam::111122223333:role/app";
constexpr const char *retirer = "arn:aws:iam::111122223333:user/retirer";
const std::string noSuchGrant(64, 'f');

CreateGrant::Request wish(const std::string &key) {
    CreateGrant::Request request;
    request.keyId = key;
    request.granteePrincipal = grantee;
    request.operations = {GrantOperation::Decrypt, GrantOperation::Encrypt};
    return request;
}

std::vector<kms::GrantListEntry> listed(Probe &probe, const std::string &key) {
    return *probe.must<ListGrants>({.keyId = key}).grants;
}

struct WishRow {
    const char *name;
    void (*change)(CreateGrant::Request &);
    ErrorCode code;
};

kms::EncryptionContext pairs(int count, std::size_t length) {
    kms::EncryptionContext context;
    for (int i = 0; i < count; ++i) {
        context.set("name" + std::to_string(i), std::string(length, 'v'));
    }
    return context;
}

const WishRow refusedWishes[] = {
    {"no grantee", [](CreateGrant::Request &r) { r.granteePrincipal.reset(); }, ErrorCode::Validation},
    {"two grantees",
     [](CreateGrant::Request &r) { r.granteeServicePrincipal = "logs.example.amazonaws.com"; },
     ErrorCode::Validation},
    {"a service without a source",
     [](CreateGrant::Request &r) {
         r.granteePrincipal.reset();
         r.granteeServicePrincipal = "logs.example.amazonaws.com";
         r.retiringPrincipal = retirer;
     },
     ErrorCode::Validation},
    {"two that retire",
     [](CreateGrant::Request &r) {
         r.retiringPrincipal = retirer;
         r.retiringServicePrincipal = "logs.example.amazonaws.com";
     },
     ErrorCode::Validation},
    {"a grantee that is no principal", [](CreateGrant::Request &r) { r.granteePrincipal = "somebody"; },
     ErrorCode::InvalidArn},
    {"a retirer that is no principal",
     [](CreateGrant::Request &r) { r.retiringPrincipal = "arn:aws:iam::1:user/x"; }, ErrorCode::InvalidArn},
    {"no operation", [](CreateGrant::Request &r) { r.operations->clear(); }, ErrorCode::Validation},
    {"an operation of signing keys", [](CreateGrant::Request &r) { r.operations = {GrantOperation::Sign}; },
     ErrorCode::Validation},
    {"a public key of a symmetric key",
     [](CreateGrant::Request &r) { r.operations = {GrantOperation::GetPublicKey}; }, ErrorCode::Validation},
    {"an operation that no grant has",
     [](CreateGrant::Request &r) {
         r.operations = {kms::Open<GrantOperation>::fromText("ScheduleKeyDeletion")};
     },
     ErrorCode::Validation},
    {"nine pairs",
     [](CreateGrant::Request &r) { r.constraints.emplace().encryptionContextSubset = pairs(9, 1); },
     ErrorCode::Validation},
    {"a value of 385 characters",
     [](CreateGrant::Request &r) { r.constraints.emplace().encryptionContextEquals = pairs(1, 385); },
     ErrorCode::Validation},
    {"a name of 257 characters", [](CreateGrant::Request &r) { r.name = std::string(257, 'n'); },
     ErrorCode::Validation},
    {"a name with a blank", [](CreateGrant::Request &r) { r.name = "two words"; }, ErrorCode::Validation},
    {"a token that nobody gave",
     [](CreateGrant::Request &r) { r.grantTokens = std::vector<std::string>{"bm8gdG9rZW4="}; },
     ErrorCode::InvalidGrantToken},
    {"eleven tokens", [](CreateGrant::Request &r) { r.grantTokens = std::vector<std::string>(11, "t"); },
     ErrorCode::Validation},
};

void addWishFacts(Facts &facts) {
    for (const WishRow &row : refusedWishes) {
        facts.push_back({std::string("CreateGrant: ") + row.name,
                         [row](Probe &probe) {
                             const std::string key = probe.newKeyId();
                             auto request = wish(key);
                             row.change(request);
                             probe.refused<CreateGrant>(request, row.code);
                             Probe::check(listed(probe, key).empty(), "a grant was made");
                         },
                         Need::Grants});
    }
}

struct KindRow {
    const char *name;
    kms::KeySpec spec;
    kms::KeyUsageType usage;
    std::vector<kms::Open<GrantOperation>> all; ///< that such a key has, besides those of every key
    GrantOperation lacks;
};

std::vector<KindRow> kinds() {
    using enum GrantOperation;
    using kms::KeySpec;
    using kms::KeyUsageType;
    return {
        {"RSA for encryption",
         KeySpec::RSA_2048,
         KeyUsageType::ENCRYPT_DECRYPT,
         {Encrypt, Decrypt, ReEncryptFrom, ReEncryptTo, GetPublicKey},
         GenerateDataKey},
        {"a curve for signing",
         KeySpec::ECC_NIST_P256,
         KeyUsageType::SIGN_VERIFY,
         {Sign, Verify, GetPublicKey},
         DeriveSharedSecret},
        {"a curve for agreement",
         KeySpec::ECC_NIST_P256,
         KeyUsageType::KEY_AGREEMENT,
         {DeriveSharedSecret, GetPublicKey},
         Sign},
        {"HMAC",
         KeySpec::HMAC_256,
         KeyUsageType::GENERATE_VERIFY_MAC,
         {GenerateMac, VerifyMac},
         GetPublicKey},
    };
}

void addKindFacts(Facts &facts) {
    for (const KindRow &row : kinds()) {
        facts.push_back({std::string("CreateGrant: what a key has, ") + row.name,
                         [row](Probe &probe) {
                             const std::string key = *probe.sharedKey(row.spec, row.usage).keyId;
                             auto request = wish(key);
                             request.operations = row.all;
                             for (const auto ofEvery :
                                  {GrantOperation::CreateGrant, GrantOperation::RetireGrant,
                                   GrantOperation::DescribeKey}) {
                                 request.operations->push_back(ofEvery);
                             }
                             const auto made = probe.must<CreateGrant>(request);
                             probe.must<RevokeGrant>({.keyId = key, .grantId = made.grantId});
                             request.operations->push_back(row.lacks);
                             probe.refused<CreateGrant>(request, ErrorCode::Validation);
                             request.operations = row.all;
                             request.constraints.emplace().encryptionContextSubset = pairs(1, 1);
                             probe.refused<CreateGrant>(request, ErrorCode::Validation); // it has no contexts
                         },
                         Need::Grants});
    }
}

void addMadeFacts(Facts &facts) {
    facts.push_back({"CreateGrant: every member comes back in ListGrants, at its bounds",
                     [](Probe &probe) {
                         const auto key = probe.newKey();
                         auto request = wish(*key.arn);
                         request.name = std::string(256, 'n');
                         request.retiringPrincipal = retirer;
                         request.constraints.emplace().encryptionContextSubset = pairs(8, 384);
                         const auto made = probe.must<CreateGrant>(request);
                         const auto grants = listed(probe, *key.keyId);
                         Probe::equal("grants", static_cast<std::int64_t>(grants.size()), 1);
                         const auto &grant = grants.front();
                         Probe::equal("id", *grant.grantId, *made.grantId);
                         Probe::equal("key", *grant.keyId, *key.arn);
                         Probe::equal("name", *grant.name, *request.name);
                         Probe::equal("grantee", *grant.granteePrincipal, grantee);
                         Probe::equal("retirer", *grant.retiringPrincipal, retirer);
                         Probe::check(grant.constraints == request.constraints, "other constraints");
                         Probe::check(*grant.operations == *request.operations, "other operations");
                         Probe::check(grant.issuingAccount->ends_with(":root"), *grant.issuingAccount);
                     },
                     Need::Grants});
    facts.push_back({"CreateGrant: the same with a name is the same grant with a fresh token",
                     [](Probe &probe) {
                         auto request = wish(probe.newKeyId());
                         request.name = "once";
                         const auto first = probe.must<CreateGrant>(request);
                         const auto again = probe.must<CreateGrant>(request);
                         Probe::equal("id", *again.grantId, *first.grantId);
                         Probe::check(*again.grantToken != *first.grantToken, "the token is the old one");
                         request.operations = {GrantOperation::DescribeKey};
                         Probe::check(*probe.must<CreateGrant>(request).grantId != *first.grantId,
                                      "another wish of the same name gave the same grant");
                         request.name.reset();
                         const auto nameless = probe.must<CreateGrant>(request);
                         Probe::check(*probe.must<CreateGrant>(request).grantId != *nameless.grantId,
                                      "without a name there are two");
                         Probe::equal("grants",
                                      static_cast<std::int64_t>(listed(probe, *request.keyId).size()), 4);
                     },
                     Need::Grants});
    facts.push_back({"CreateGrant: an alias is no key id",
                     [](Probe &probe) {
                         auto request = wish(probe.newAlias(probe.newKeyId()));
                         probe.refused<CreateGrant>(request, {ErrorCode::NotFound, ErrorCode::Validation});
                         request.keyId = probe.unusedKeyId();
                         probe.refused<CreateGrant>(request, ErrorCode::NotFound);
                     },
                     Need::Grants});
    facts.push_back({"CreateGrant: a dry run makes none",
                     [](Probe &probe) {
                         auto request = wish(probe.newKeyId());
                         request.dryRun = true;
                         probe.refused<CreateGrant>(
                             request, ErrorCode::DryRunOperation,
                             "The request would have succeeded, but the DryRun option is set.");
                         Probe::check(listed(probe, *request.keyId).empty(), "a grant was made");
                     },
                     Need::Grants});
}

void addTokenFacts(Facts &facts) {
    facts.push_back({"grant tokens: taken while the grant is there",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const auto grant = probe.must<CreateGrant>(wish(key));
                         auto request = probe.decryptRequest(probe.encrypt(key));
                         request.grantTokens = std::vector<std::string>(10, *grant.grantToken);
                         probe.must<kms::Decrypt>(std::move(request));
                         auto unknown = probe.decryptRequest(probe.encrypt(key));
                         unknown.grantTokens = std::vector<std::string>{"not-a-token"};
                         probe.refused<kms::Decrypt>(std::move(unknown), ErrorCode::InvalidGrantToken);
                         probe.must<RevokeGrant>({.keyId = key, .grantId = grant.grantId});
                         auto late = probe.decryptRequest(probe.encrypt(key));
                         late.grantTokens = std::vector<std::string>{*grant.grantToken};
                         probe.refused<kms::Decrypt>(std::move(late), ErrorCode::InvalidGrantToken);
                     },
                     Need::Grants});
}

void addEndFacts(Facts &facts) {
    facts.push_back({"RetireGrant: by its token, once",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const auto grant = probe.must<CreateGrant>(wish(key));
                         probe.must<RetireGrant>({.grantToken = grant.grantToken});
                         Probe::check(listed(probe, key).empty(), "the grant is there");
                         probe.refused<RetireGrant>({.grantToken = grant.grantToken},
                                                    {ErrorCode::NotFound, ErrorCode::InvalidGrantToken});
                     },
                     Need::Grants});
    facts.push_back({"RetireGrant: by key and id",
                     [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto grant = probe.must<CreateGrant>(wish(*key.keyId));
                         // With a token alone an endpoint cannot show first that it honours dry runs.
                         probe.refused<RetireGrant>(
                             {.keyId = key.arn, .grantId = grant.grantId, .dryRun = true},
                             ErrorCode::DryRunOperation);
                         probe.must<RetireGrant>({.keyId = key.arn, .grantId = grant.grantId});
                         Probe::check(listed(probe, *key.keyId).empty(), "the grant is there");
                     },
                     Need::Grants});
    facts.push_back({"RetireGrant: nothing named, and a token that nobody gave",
                     [](Probe &probe) {
                         probe.refused<RetireGrant>({}, ErrorCode::Validation);
                         probe.refused<RetireGrant>({.keyId = probe.newKeyId()}, ErrorCode::Validation);
                         probe.refused<RetireGrant>({.grantToken = "bm8gdG9rZW4="},
                                                    ErrorCode::InvalidGrantToken);
                     },
                     Need::Grants});
    facts.push_back(
        {"RevokeGrant: is gone, and an id that nobody has",
         [](Probe &probe) {
             const std::string key = probe.newKeyId();
             const auto grant = probe.must<CreateGrant>(wish(key));
             probe.refused<RevokeGrant>({.keyId = key, .grantId = grant.grantId, .dryRun = true},
                                        ErrorCode::DryRunOperation);
             probe.refused<RevokeGrant>({.keyId = probe.newKeyId(), .grantId = grant.grantId},
                                        ErrorCode::NotFound);
             probe.must<RevokeGrant>({.keyId = key, .grantId = grant.grantId});
             Probe::check(listed(probe, key).empty(), "the grant is there");
             probe.refused<RevokeGrant>({.keyId = key, .grantId = grant.grantId}, ErrorCode::NotFound);
             probe.refused<RevokeGrant>({.keyId = key, .grantId = "short"}, ErrorCode::InvalidGrantId);
         },
         Need::Grants});
}

void addListFacts(Facts &facts) {
    facts.push_back({"ListGrants: one a page, each once, and by grantee and id",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         std::set<std::string> made;
                         for (int i = 0; i < 3; ++i) {
                             made.insert(*probe.must<CreateGrant>(wish(key)).grantId);
                         }
                         std::set<std::string> found;
                         ListGrants::Request request{.keyId = key, .limit = 1};
                         for (bool more = true; more; more = request.marker.has_value()) {
                             const auto page = probe.must<ListGrants>(request);
                             Probe::check(page.grants->size() <= 1, "a page of more than one");
                             for (const auto &grant : *page.grants) {
                                 Probe::check(found.insert(*grant.grantId).second, "one is there twice");
                             }
                             Probe::check(*page.truncated == page.nextMarker.has_value(), "truncated");
                             request.marker = page.nextMarker;
                         }
                         Probe::check(found == made, "other grants");
                         const auto one =
                             *probe.must<ListGrants>({.keyId = key, .grantId = *made.begin()}).grants;
                         Probe::equal("by id", static_cast<std::int64_t>(one.size()), 1);
                         const auto none =
                             *probe.must<ListGrants>({.keyId = key, .granteePrincipal = retirer}).grants;
                         Probe::equal("by grantee", static_cast<std::int64_t>(none.size()), 0);
                     },
                     Need::Grants});
    facts.push_back(
        {"ListGrants: a marker of nobody, an id of no form, a limit of 101",
         [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.refused<ListGrants>({.keyId = key, .marker = "AQID"}, ErrorCode::InvalidMarker);
             probe.refused<ListGrants>({.keyId = key, .grantId = "short"}, ErrorCode::InvalidGrantId);
             probe.refused<ListGrants>({.keyId = key, .limit = 101}, ErrorCode::Validation);
             Probe::check(probe.must<ListGrants>({.keyId = key, .grantId = noSuchGrant}).grants->empty(),
                          "a grant that nobody made");
         },
         Need::Grants});
}

void addRetirableFacts(Facts &facts) {
    facts.push_back({"ListRetirableGrants: of all keys, of that principal alone",
                     [](Probe &probe) {
                         const std::string mine =
                             "arn:aws:iam::111122223333:user/" + probe.newAliasName().substr(6);
                         std::set<std::string> made;
                         for (int i = 0; i < 2; ++i) {
                             auto request = wish(probe.newKeyId());
                             request.retiringPrincipal = mine;
                             made.insert(*probe.must<CreateGrant>(request).grantId);
                         }
                         ListRetirableGrants::Request request{.limit = 1, .retiringPrincipal = mine};
                         std::set<std::string> found;
                         for (bool more = true; more; more = request.marker.has_value()) {
                             const auto page = probe.must<ListRetirableGrants>(request);
                             for (const auto &grant : *page.grants) {
                                 found.insert(*grant.grantId);
                             }
                             request.marker = page.nextMarker;
                         }
                         Probe::check(found == made, "other grants");
                         probe.refused<ListRetirableGrants>({}, ErrorCode::Validation);
                         probe.refused<ListRetirableGrants>({.marker = "AQID", .retiringPrincipal = mine},
                                                            ErrorCode::InvalidMarker);
                     },
                     Need::Grants});
}

} // namespace

void addGrantFacts(Facts &facts) {
    addWishFacts(facts);
    addKindFacts(facts);
    addMadeFacts(facts);
    addTokenFacts(facts);
    addEndFacts(facts);
    addListFacts(facts);
    addRetirableFacts(facts);
}

} // namespace keyturn::contract
