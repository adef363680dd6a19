// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/policies.h"

#include "base/text.h"
#include "kms/json.h"
#include "vault/handlers/faults.h"

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

} // namespace

Status checkPolicy(std::string_view policy) {
    if (policy.size() > maxPolicySizeBytes) {
        return serviceFault(ErrorCode::LimitExceeded, "The key policy is longer than 32768 bytes.");
    }
    // An empty table of fields: only the form is read.
    if (!hasAllowedCharactersOnly(policy) || !trimmed(policy).starts_with('{') ||
        !kms::readJson(policy, {}, nullptr)) {
        return serviceFault(ErrorCode::MalformedPolicyDocument, "The key policy is not a JSON object.");
    }
    return {};
}

std::string defaultPolicy(const VaultNames &names) {
    return R"({"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions",)"
           R"("Effect":"Allow","Principal":{"AWS":"arn:)" +
           names.partition + ":iam::" + names.account + R"(:root"},"Action":"kms:*","Resource":"*"}]})";
}

} // namespace keyturn::vault
