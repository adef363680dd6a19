// SPDX-License-Identifier: Apache-2.0
#include "kms/access_denied.h"

#include "kms/error_words.h"
#include "kms/identifier.h"
#include "kms/json.h"
#include "kms/request_keys.h"

#include <algorithm>
#include <vector>

namespace keyturn::kms {
namespace {

/// One permission that is missing, with all that is known of it.
struct Missing {
    std::string action;
    KeySide side = KeySide::None;
    std::string key;       ///< as named in the request or the message; empty: not known
    std::string principal; ///< ARN; empty: not known
};

/// The word that follows `before` in the text, without the punctuation at its end.
std::string wordAfter(std::string_view text, std::string_view before) {
    const auto at = text.find(before);
    if (at == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(at + before.size());
    std::string_view word = text.substr(0, text.find_first_of(" \t\n"));
    while (!word.empty() && std::string_view(".,;\"'").find(word.back()) != std::string_view::npos) {
        word.remove_suffix(1);
    }
    return std::string(word);
}

bool isAction(std::string_view word) {
    constexpr std::string_view prefix = "kms:";
    return word.starts_with(prefix) && word.size() > prefix.size() &&
           std::all_of(word.begin() + prefix.size(), word.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::string keyOf(const ErrorCircumstances &circumstances, KeySide side) {
    const std::string *named =
        circumstances.request != nullptr ? keyNamed(*circumstances.request, side) : nullptr;
    return named != nullptr ? *named : std::string();
}

KeySide sideOfAction(std::string_view action, const OperationInfo *operation) {
    if (operation != nullptr) {
        for (const PermissionNeed &need : operation->permissions) {
            if (need.action == action) {
                return need.side;
            }
        }
    }
    return KeySide::Key;
}

/// What the service's message names, else what the operation needs.
std::vector<Missing> missingPermissions(const Error &error, const ErrorCircumstances &circumstances) {
    const OperationInfo *operation = circumstances.request != nullptr
                                         ? &operationInfo(circumstances.request->operation())
                                         : findOperation(error.operation);
    const std::string_view message = error.serviceMessage;
    const std::string principal = wordAfter(message, "User: ");
    const std::string action = wordAfter(message, "perform: ");
    std::vector<Missing> missing;
    if (isAction(action)) {
        const KeySide side = sideOfAction(action, operation);
        const std::string resource = wordAfter(message, "on resource: ");
        const bool namesKey = parseKeyIdentifier(resource).isArn();
        missing.push_back({action, side, namesKey ? resource : keyOf(circumstances, side), principal});
    } else if (operation != nullptr) {
        for (const PermissionNeed &need : operation->permissions) {
            missing.push_back(
                {std::string(need.action), need.side, keyOf(circumstances, need.side), principal});
        }
    }
    return missing;
}

struct Scope {
    std::string resource = "*";
    std::string alias; ///< limits the statement to keys with this alias
};

/// Policies name keys by ARN only; an alias is a condition on the key.
Scope scopeOf(const Missing &missing, const ErrorCircumstances &circumstances) {
    const KeyIdentifier key = parseKeyIdentifier(missing.key);
    if (missing.key.empty() || missing.side == KeySide::None) {
        return {};
    }
    if (missing.side == KeySide::Alias || key.form == IdForm::KeyArn) {
        return {key.isArn() ? key.text : "*", {}};
    }
    if (key.isAlias()) {
        return {"*", key.resource};
    }
    if (circumstances.region.empty() || circumstances.accountId.empty()) {
        return {};
    }
    return {keyArn(partitionOfRegion(circumstances.region), circumstances.region, circumstances.accountId,
                   key.resource),
            {}};
}

/// Small enough to be written by hand; JSON text of each value by the module's own writer.
std::string statement(const Missing &missing, const ErrorCircumstances &circumstances) {
    SecretText out;
    const auto member = [&](std::string_view name, std::string_view value) {
        out.append(",\n  ");
        appendJsonString(name, out);
        out.append(": ");
        appendJsonString(value, out);
    };
    const Scope scope = scopeOf(missing, circumstances);
    out.append("{\n  \"Effect\": \"Allow\"");
    if (!missing.principal.empty() && missing.side != KeySide::None) {
        out.append(",\n  \"Principal\": {\"AWS\": ");
        appendJsonString(missing.principal, out);
        out.append("}");
    }
    member("Action", missing.action);
    member("Resource", scope.resource);
    if (!scope.alias.empty()) {
        out.append(",\n  \"Condition\": {\"ForAnyValue:StringEquals\": {\"kms:ResourceAliases\": ");
        appendJsonString(scope.alias, out);
        out.append("}}");
    }
    out.append("\n}");
    return std::string(out.view());
}

std::string named(const Missing &missing) {
    if (missing.side == KeySide::None) {
        return missing.action + " in the account";
    }
    std::string text = missing.action + " on " + std::string(sidePhrase(missing.side));
    if (!missing.key.empty()) {
        text += ' ' + missing.key;
    } else if (missing.side == KeySide::Source) {
        text += ", the one that the ciphertext was made under";
    }
    return text;
}

std::string explanationOf(const std::vector<Missing> &missing) {
    if (missing.empty()) {
        return "A permission is missing, and the service did not say which.";
    }
    std::string text =
        missing.size() == 1 ? "This permission is missing: " : "One of these permissions is missing: ";
    for (std::size_t i = 0; i < missing.size(); ++i) {
        text += (i == 0 ? "" : "; ") + named(missing[i]);
    }
    return text + '.';
}

} // namespace

ErrorText describeAccessDenied(const Error &error, const ErrorCircumstances &circumstances) {
    const std::vector<Missing> missing = missingPermissions(error, circumstances);
    ErrorText text;
    text.title = errorWords(ErrorCode::AccessDenied).title;
    text.explanation = explanationOf(missing);
    if (error.serviceMessage.find("explicit deny") != std::string::npos) {
        text.nextStep = "An explicit deny in a policy forbids it: a further permission does not help, the "
                        "deny has to be taken out.";
        return text;
    }
    for (const Missing &one : missing) {
        text.policyStatement += text.policyStatement.empty() ? "" : ",\n";
        text.policyStatement += statement(one, circumstances);
    }
    if (missing.size() > 1) {
        text.policyStatement = "[\n" + text.policyStatement + "\n]";
    }
    text.nextStep = missing.empty()
                        ? "Check the permissions of these credentials, and that key and Region are right."
                        : "Have the statement below added to the key's policy or to a policy of these "
                          "credentials.";
    text.act = missing.empty() ? NextStep::None : NextStep::ShowPolicyStatement;
    return text;
}

} // namespace keyturn::kms
