// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/policies.h"

#include "base/text.h"
#include "kms/key_policy.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/markers.h"
#include "vault/handlers/policy_facts.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

namespace {

constexpr std::size_t maxPolicySizeBytes = 32768;

/// Tab, line feed, carriage return, U+0020 to U+00FF, in UTF-8.
bool hasAllowedCharactersOnly(std::string_view text) {
    if (!isValidUtf8(text)) {
        return false;
    }
    for (const char character : text) {
        const auto byte = static_cast<std::uint8_t>(character);
        const bool isControl = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
        const bool leadsBeyondLatin1 = byte >= 0xC4; // C2 and C3 lead U+0080 to U+00FF
        if (isControl || leadsBeyondLatin1) {
            return false;
        }
    }
    return true;
}

constexpr std::string_view onlyName = "default";

Status checkPolicyName(const std::optional<std::string> &name) {
    return !name || *name == onlyName ? Status() : serviceFault(ErrorCode::NotFound, "No such policy exists");
}

/// Whoever asks must be able to put the next one.
Status checkLockout(const Call &call, const KeyState &key, const kms::KeyPolicy &policy) {
    const kms::PolicyQuestion question{
        "kms:PutKeyPolicy", key.arn, callerOf(call),
        [&](std::string_view name) { return policyFact(call, key, kms::KeySide::Key, name); }};
    if (policy.answer(question) == kms::PolicyAnswer::Allows) {
        return {};
    }
    return serviceFault(ErrorCode::MalformedPolicyDocument,
                        "The new key policy will not allow you to update the key policy in the future.");
}

} // namespace

Status checkPolicy(const Call &call, const KeyState &key, const std::string &policy,
                   bool bypassLockoutCheck) {
    if (policy.size() > maxPolicySizeBytes) {
        return serviceFault(ErrorCode::LimitExceeded, "The key policy is longer than 32768 bytes.");
    }
    if (!hasAllowedCharactersOnly(policy)) {
        return serviceFault(ErrorCode::MalformedPolicyDocument,
                            "The key policy has characters other than tab, line feed, carriage return and "
                            "U+0020 to U+00FF.");
    }
    const auto parsed = kms::KeyPolicy::parse(policy);
    if (!parsed) {
        return tl::unexpected<Error>(parsed.error());
    }
    return bypassLockoutCheck ? Status() : checkLockout(call, key, *parsed);
}

std::string defaultPolicy(const VaultNames &names) {
    return R"({
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:)" +
           names.partition + ":iam::" + names.account + R"(:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
})";
}

Result<kms::GetKeyPolicy::Reply> getKeyPolicy(Call &call, const kms::GetKeyPolicy::Request &request) {
    const auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    if (auto name = checkPolicyName(request.policyName); !name) {
        return failFrom(name);
    }
    return kms::GetKeyPolicy::Reply{(*key)->policy, std::string(onlyName)};
}

Result<kms::ListKeyPolicies::Reply> listKeyPolicies(Call &call,
                                                    const kms::ListKeyPolicies::Request &request) {
    const auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    if (const auto position = readMarker(call, (*key)->uuid, request.marker); !position) {
        return tl::unexpected<Error>(position.error());
    }
    kms::ListKeyPolicies::Reply reply;
    reply.policyNames = {std::string(onlyName)};
    reply.truncated = false;
    return reply;
}

Result<kms::PutKeyPolicy::Reply> putKeyPolicy(Call &call, Changes &changes,
                                              const kms::PutKeyPolicy::Request &request) {
    const auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    Status done = checkPolicyName(request.policyName);
    done = done ? checkState(**key, call.operation.id) : std::move(done);
    done = done ? checkPolicy(call, **key, *request.policy,
                              request.bypassPolicyLockoutSafetyCheck.value_or(false))
                : std::move(done);
    if (!done) {
        return failFrom(done);
    }
    KeyState changed = **key;
    changed.policy = *request.policy;
    if (auto put = changes.putKey(std::move(changed)); !put) {
        return failFrom(put);
    }
    return kms::PutKeyPolicy::Reply{};
}

} // namespace keyturn::vault
