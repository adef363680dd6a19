// SPDX-License-Identifier: Apache-2.0
// KeyPolicy: a key policy, read strictly, and what it says about one request: an explicit denial wins, then
// an allowance, else it is silent. Whatever cannot be told (a condition operator or key that nobody here
// knows, a policy variable) refuses: such a condition never makes an allowance apply and never keeps a denial
// from applying. Grants and access keys are not its matter. Pure functions; a plain value, any thread.
// Errors of parse(): MalformedPolicyDocument. Follows kms-semantics.md section 11.
#pragma once

#include "base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::kms {

struct PolicyCondition {
    enum class Quantifier : std::uint8_t { None, ForAnyValue, ForAllValues };
    Quantifier quantifier = Quantifier::None;
    std::string test; ///< "StringEquals", without quantifier and "IfExists"
    bool ifExists = false;
    std::string key; ///< as written
    std::vector<std::string> values;

    bool operator==(const PolicyCondition &) const = default;
};

struct PolicyStatement {
    std::string id; ///< Sid; may be empty
    bool allows = false;
    std::vector<std::string>
        principals;                ///< of AWS: "*", account ids, ARNs; services and others name nobody here
    bool exceptPrincipals = false; ///< NotPrincipal
    std::vector<std::string> actions;
    bool exceptActions = false;
    std::vector<std::string> resources;
    bool exceptResources = false;
    std::vector<PolicyCondition> conditions;
};

/// Who asks.
struct PolicyCaller {
    std::string arn;
    std::string account;             ///< 12 digits; empty: none
    std::optional<std::string> role; ///< ARN of the role whose session asks
};

/// What is known of a condition key.
struct PolicyFact {
    bool isKnown = false;                           ///< false: nobody can tell
    std::optional<std::vector<std::string>> values; ///< nothing: the request has none
};

struct PolicyQuestion {
    std::string_view action;   ///< "kms:Decrypt"
    std::string_view resource; ///< ARN of the key
    PolicyCaller caller;
    /// By the name of a condition key, in the case of the policy.
    std::function<PolicyFact(std::string_view key)> fact;
};

enum class PolicyAnswer : std::uint8_t { Silent, Allows, Denies };

class KeyPolicy {
public:
    static Result<KeyPolicy> parse(std::string_view text);
    PolicyAnswer answer(const PolicyQuestion &question) const;
    const std::vector<PolicyStatement> &statements() const { return m_statements; }
    /// Sentences about what is probably not meant: to encrypt and decrypt without ReEncrypt.
    std::vector<std::string> doubts() const;

private:
    std::vector<PolicyStatement> m_statements;
};

/// `*` stands for any characters, `?` for one.
bool matchesPolicyPattern(std::string_view pattern, std::string_view text);
bool isPolicyTest(std::string_view name);

enum class Truth : std::uint8_t { No, Unknown, Yes };
/// Private to key_policy*.cpp and its test.
Truth holds(const PolicyCondition &condition, const PolicyFact &fact);

} // namespace keyturn::kms
