// SPDX-License-Identifier: Apache-2.0
// Reads anything as a key policy and asks what is left of it: a served caller may send any text. What nobody
// can tell must never allow what the same policy refuses to everybody.
#include "base/encoding.h"
#include "kms/key_policy.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace keyturn;

constexpr std::string_view account = "111122223333";
constexpr std::string_view key =
    "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

kms::PolicyFact unknown(std::string_view) {
    return {};
}

kms::PolicyFact own(std::string_view name) {
    if (name.ends_with("Account")) {
        return {true, std::vector{std::string(account)}};
    }
    return {true, name.starts_with("kms:")
                      ? std::optional(std::vector<std::string>{std::string(name), "a*b?c"})
                      : std::nullopt};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text = asText(ByteView(data, size));
    const auto policy = kms::KeyPolicy::parse(text);
    if (!policy) {
        if (policy.error().serviceCode.empty()) {
            std::abort();
        }
        return 0;
    }
    for (const std::string &doubt : policy->doubts()) {
        if (doubt.empty()) {
            std::abort();
        }
    }
    for (const char *action : {"kms:Decrypt", "kms:ReEncryptFrom", "kms:PutKeyPolicy"}) {
        kms::PolicyQuestion question{
            action, key, {"arn:aws:iam::111122223333:user/a", std::string(account), {}}, own};
        const kms::PolicyAnswer told = policy->answer(question);
        question.fact = unknown;
        const kms::PolicyAnswer untold = policy->answer(question);
        const bool denialIsLost = told == kms::PolicyAnswer::Denies && untold != kms::PolicyAnswer::Denies;
        const bool isAllowedBlindly =
            untold == kms::PolicyAnswer::Allows && told != kms::PolicyAnswer::Allows;
        if (denialIsLost || isAllowedBlindly) {
            std::abort();
        }
    }
    return 0;
}
