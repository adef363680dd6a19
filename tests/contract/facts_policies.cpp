// SPDX-License-Identifier: Apache-2.0
// Key policies (kms-semantics.md section 11).
#include "probe.h"

#include "kms/operations/create_key.h"
#include "kms/operations/get_key_policy.h"
#include "kms/operations/list_key_policies.h"
#include "kms/operations/put_key_policy.h"

namespace keyturn::contract {
namespace {

using kms::GetKeyPolicy;
using kms::ListKeyPolicies;
using kms::PutKeyPolicy;

/// One statement for the account of a key, and `more` statements; filled up with blanks to a size.
std::string policyFor(const kms::KeyMetadata &key, const std::string &more = {}, std::size_t sizeBytes = 0) {
    std::string text =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
        "\"arn:aws:iam::" +
        *key.awsAccountId + ":root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}" + more + "]}";
    text.resize(std::max(text.size(), sizeBytes), ' ');
    return text;
}

const std::string nobodys = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{"
                            "\"AWS\":\"arn:aws:iam::999988887777:root\"},\"Action\":\"kms:*\",\"Resource\":"
                            "\"*\"}]}";

std::string policyOf(Probe &probe, const std::string &key) {
    return *probe.must<GetKeyPolicy>({.keyId = key}).policy;
}

struct RefusedRow {
    const char *name;
    std::string policy;
    std::vector<ErrorCode> codes;
};

std::vector<RefusedRow> refusedRows() {
    using enum ErrorCode;
    return {
        {"no JSON", "{\"Version\":", {MalformedPolicyDocument}},
        {"a list", "[]", {MalformedPolicyDocument}},
        {"no statement", "{\"Version\":\"2012-10-17\"}", {MalformedPolicyDocument}},
        {"a principal that is none",
         "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"alice\"},"
         "\"Action\":\"kms:*\",\"Resource\":\"*\"}]}",
         {MalformedPolicyDocument}},
        {"a name twice",
         "{\"Version\":\"2012-10-17\",\"Statement\":[],\"Statement\":[]}",
         {MalformedPolicyDocument}},
        {"beyond U+00FF",
         "{\"Id\":\"\xe2\x82\xac\",\"Statement\":[]}",
         {MalformedPolicyDocument, Validation}},
        {"one that locks everybody out", nobodys, {MalformedPolicyDocument}},
        {"empty", "", {Validation}},
    };
}

void expectRefused(Probe &probe, PutKeyPolicy::Request request, const std::vector<ErrorCode> &codes) {
    if (codes.size() == 1) {
        probe.refused<PutKeyPolicy>(std::move(request), codes[0]);
    } else {
        probe.refused<PutKeyPolicy>(std::move(request), {codes[0], codes[1]});
    }
}

void addRefusedFacts(Facts &facts) {
    for (const RefusedRow &row : refusedRows()) {
        facts.push_back({std::string("PutKeyPolicy: ") + row.name,
                         [row](Probe &probe) {
                             const std::string key = probe.newKeyId();
                             const std::string before = policyOf(probe, key);
                             expectRefused(probe, {.keyId = key, .policy = row.policy}, row.codes);
                             Probe::equal("policy", policyOf(probe, key), before);
                         },
                         Need::Policies});
    }
    facts.push_back({"PutKeyPolicy: the lockout check in its own words, and without it",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.refused<PutKeyPolicy>(
                             {.keyId = key, .policy = nobodys}, ErrorCode::MalformedPolicyDocument,
                             "The new key policy will not allow you to update the key policy in the future.");
                         kms::CreateKey::Request creation;
                         creation.policy = nobodys;
                         probe.refused<kms::CreateKey>(creation, ErrorCode::MalformedPolicyDocument);
                         creation.bypassPolicyLockoutSafetyCheck = true;
                         Probe::check(probe.must<kms::CreateKey>(creation).keyMetadata.has_value(), "no key");
                     },
                     Need::Policies});
    facts.push_back({"PutKeyPolicy: 32768 bytes, and one more",
                     [](Probe &probe) {
                         const auto key = probe.newKey();
                         const std::string largest = policyFor(key, {}, 32768);
                         probe.must<PutKeyPolicy>({.keyId = key.keyId, .policy = largest});
                         Probe::check(policyOf(probe, *key.keyId) == largest, "another policy");
                         probe.refused<PutKeyPolicy>({.keyId = key.keyId, .policy = largest + " "},
                                                     ErrorCode::LimitExceeded);
                     },
                     Need::Policies});
    facts.push_back(
        {"policies: a name other than default, and keys that nobody has",
         [](Probe &probe) {
             const auto key = probe.newKey();
             probe.must<GetKeyPolicy>({.keyId = key.keyId, .policyName = "default"});
             probe.refused<GetKeyPolicy>({.keyId = key.keyId, .policyName = "other"}, ErrorCode::NotFound);
             probe.refused<PutKeyPolicy>(
                 {.keyId = key.keyId, .policyName = "other", .policy = policyFor(key)}, ErrorCode::NotFound);
             probe.refused<GetKeyPolicy>({.keyId = probe.unusedKeyId()}, ErrorCode::NotFound);
             probe.refused<ListKeyPolicies>({.keyId = probe.unusedKeyId()}, ErrorCode::NotFound);
             probe.refused<PutKeyPolicy>({.keyId = probe.unusedKeyId(), .policy = policyFor(key)},
                                         ErrorCode::NotFound);
             probe.refused<GetKeyPolicy>({.keyId = probe.newAlias(*key.keyId)},
                                         {ErrorCode::NotFound, ErrorCode::Validation});
         },
         Need::Policies});
}

} // namespace

void addPolicyFacts(Facts &facts) {
    facts.push_back({"GetKeyPolicy: what a key has when none was given",
                     [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto reply = probe.must<GetKeyPolicy>({.keyId = key.arn});
                         Probe::equal("name", *reply.policyName, "default");
                         for (const std::string &part :
                              {std::string("\"Id\" : \"key-default-1\""),
                               std::string("\"Sid\" : \"Enable IAM User Permissions\""),
                               "\"AWS\" : \"arn:aws:iam::" + *key.awsAccountId + ":root\"",
                               std::string("\"Action\" : \"kms:*\"")}) {
                             Probe::check(reply.policy->find(part) != std::string::npos, *reply.policy);
                         }
                     },
                     Need::Policies});
    facts.push_back(
        {"PutKeyPolicy: comes back as it was sent",
         [](Probe &probe) {
             const auto key = probe.newKey();
             const std::string policy =
                 "\t{\r\n" + policyFor(key, ",{\"Sid\":\"\xc3\xa9\",\"Effect\":\"Deny\",\"Principal\":"
                                            "\"*\",\"Action\":\"kms:Sign\",\"Resource\":\"*\"}")
                                 .substr(1);
             probe.must<PutKeyPolicy>({.keyId = key.keyId, .policyName = "default", .policy = policy});
             Probe::equal("policy", policyOf(probe, *key.keyId), policy);
             kms::CreateKey::Request creation;
             creation.policy = policy;
             Probe::equal("policy of a new key", policyOf(probe, *probe.newKey(creation).keyId), policy);
         },
         Need::Policies});
    facts.push_back({"ListKeyPolicies: one, and a marker of nobody",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const auto reply = probe.must<ListKeyPolicies>({.keyId = key, .limit = 1});
                         Probe::equal("policies", static_cast<std::int64_t>(reply.policyNames->size()), 1);
                         Probe::equal("name", reply.policyNames->front(), "default");
                         Probe::check(!*reply.truncated && !reply.nextMarker, "there should be one page");
                         probe.refused<ListKeyPolicies>({.keyId = key, .marker = "AQID"},
                                                        ErrorCode::InvalidMarker);
                     },
                     Need::Policies});
    addRefusedFacts(facts);
}

} // namespace keyturn::contract
