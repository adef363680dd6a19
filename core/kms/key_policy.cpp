// SPDX-License-Identifier: Apache-2.0
#include "kms/key_policy.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::kms {

namespace {

bool sameName(std::string_view role, std::string_view other) {
    // A session's ARN has no path: names of roles are unique within an account.
    const auto marker = other.find(":role/");
    if (marker == std::string_view::npos || role.substr(0, marker) != other.substr(0, marker)) {
        return false;
    }
    return role.substr(role.rfind('/') + 1) == other.substr(other.rfind('/') + 1);
}

bool names(std::string_view principal, const PolicyCaller &caller) {
    if (principal == "*" || principal == caller.arn) {
        return true;
    }
    if (!caller.account.empty() &&
        (principal == caller.account || principal.ends_with(":iam::" + caller.account + ":root"))) {
        return true;
    }
    return caller.role && sameName(*caller.role, principal);
}

bool anyPattern(const std::vector<std::string> &patterns, std::string_view text) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string &pattern) {
        return matchesPolicyPattern(toLowerAscii(pattern), text);
    });
}

bool coversAction(const PolicyStatement &statement, std::string_view action) {
    return anyPattern(statement.actions, toLowerAscii(action)) != statement.exceptActions;
}

bool coversCaller(const PolicyStatement &statement, const PolicyCaller &caller) {
    const bool named = std::any_of(statement.principals.begin(), statement.principals.end(),
                                   [&](const std::string &principal) { return names(principal, caller); });
    return named != statement.exceptPrincipals;
}

bool coversResource(const PolicyStatement &statement, std::string_view resource) {
    const bool named =
        std::any_of(statement.resources.begin(), statement.resources.end(),
                    [&](const std::string &pattern) { return matchesPolicyPattern(pattern, resource); });
    return named != statement.exceptResources;
}

/// No if one condition does not hold, else Unknown if one cannot be told.
Truth conditionsHold(const PolicyStatement &statement, const PolicyQuestion &question) {
    Truth all = Truth::Yes;
    for (const PolicyCondition &condition : statement.conditions) {
        all = std::min(all, holds(condition, question.fact(condition.key)));
    }
    return all;
}

bool applies(const PolicyStatement &statement, const PolicyQuestion &question) {
    if (!coversAction(statement, question.action) || !coversCaller(statement, question.caller) ||
        !coversResource(statement, question.resource)) {
        return false;
    }
    const Truth truth = conditionsHold(statement, question);
    return statement.allows ? truth == Truth::Yes : truth != Truth::No;
}

bool allowsFor(const std::vector<PolicyStatement> &statements, const PolicyStatement &like,
               std::string_view action) {
    return std::any_of(statements.begin(), statements.end(), [&](const PolicyStatement &statement) {
        return statement.allows && statement.principals == like.principals &&
               statement.exceptPrincipals == like.exceptPrincipals && coversAction(statement, action);
    });
}

} // namespace

bool matchesPolicyPattern(std::string_view pattern, std::string_view text) {
    std::size_t at = 0, in = 0;
    std::size_t star = std::string_view::npos, resume = 0;
    while (in < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            resume = in;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[in])) {
            ++at;
            ++in;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*') {
        ++at;
    }
    return at == pattern.size();
}

PolicyAnswer KeyPolicy::answer(const PolicyQuestion &question) const {
    PolicyAnswer answer = PolicyAnswer::Silent;
    for (const PolicyStatement &statement : m_statements) {
        if (!applies(statement, question)) {
            continue;
        }
        if (!statement.allows) {
            return PolicyAnswer::Denies;
        }
        answer = PolicyAnswer::Allows;
    }
    return answer;
}

std::vector<std::string> KeyPolicy::doubts() const {
    struct Need {
        const char *has;
        const char *lacks;
        const char *meaning;
    };
    constexpr Need needs[] = {
        {"kms:Decrypt", "kms:ReEncryptFrom", "cannot move ciphertexts from this key to another one"},
        {"kms:Encrypt", "kms:ReEncryptTo", "cannot move ciphertexts from another key to this one"},
    };
    std::vector<std::string> sentences;
    for (const PolicyStatement &statement : m_statements) {
        for (const Need &need : needs) {
            if (statement.allows && coversAction(statement, need.has) &&
                !allowsFor(m_statements, statement, need.lacks)) {
                const std::string name =
                    statement.id.empty() ? "A statement" : "Statement \"" + statement.id + "\"";
                sentences.push_back(name + " allows " + need.has + " but not " + need.lacks +
                                    ": whom it names " + need.meaning + ". Add kms:ReEncrypt*.");
            }
        }
    }
    return sentences;
}

} // namespace keyturn::kms
