// SPDX-License-Identifier: Apache-2.0
// From the text of a key policy to its statements.
#include "kms/identifier.h"
#include "kms/key_policy.h"
#include "kms/strict_json_tree.h"

#include <algorithm>
#include <array>

namespace keyturn::kms {

namespace {

using Kind = JsonTree::Kind;

auto malformed(std::string message) {
    return fail(serviceError(ErrorCode::MalformedPolicyDocument, std::move(message)));
}

/// One text or a list of them.
Result<std::vector<std::string>> textsOf(const JsonTree &tree, std::string_view member) {
    std::vector<std::string> texts;
    const auto take = [&](const JsonTree &item) {
        const bool isText = item.kind == Kind::Text && !item.text.empty();
        if (isText) {
            texts.push_back(item.text);
        }
        return isText;
    };
    const bool good =
        tree.kind == Kind::Array ? std::all_of(tree.items.begin(), tree.items.end(), take) : take(tree);
    if (!good || texts.empty()) {
        return malformed(std::string(member) + " must be a string, or a list of strings that is not empty.");
    }
    return texts;
}

bool isPrincipal(std::string_view text) {
    if (text == "*" || looksLikeAccountId(text)) {
        return true;
    }
    return text.starts_with("arn:") && text.find_first_of("*? ") == std::string_view::npos &&
           (text.find(":iam::") != std::string_view::npos || text.find(":sts::") != std::string_view::npos);
}

Status readPrincipals(const JsonTree &tree, PolicyStatement &statement) {
    if (tree.kind == Kind::Text && tree.text == "*") {
        statement.principals = {"*"};
        return {};
    }
    if (tree.kind != Kind::Object || tree.members.empty()) {
        return malformed("Policy contains a statement with one or more invalid principals.");
    }
    for (const auto &[kind, value] : tree.members) {
        const bool isKind =
            kind == "AWS" || kind == "Service" || kind == "Federated" || kind == "CanonicalUser";
        auto texts = textsOf(value, "Principal");
        if (!isKind || !texts) {
            return malformed("Policy contains a statement with one or more invalid principals.");
        }
        if (kind != "AWS") {
            continue;
        }
        if (!std::all_of(texts->begin(), texts->end(), isPrincipal)) {
            return malformed("Policy contains a statement with one or more invalid principals.");
        }
        statement.principals = std::move(*texts);
    }
    return {};
}

/// `name` or "Not" and `name`, exactly one of them.
Result<const JsonTree *> oneOf(const JsonTree &tree, const std::string &name, bool &except) {
    const JsonTree *plain = tree.find(name);
    const JsonTree *negated = tree.find("Not" + name);
    if ((plain == nullptr) == (negated == nullptr)) {
        return malformed("A statement must have either " + name + " or Not" + name + ".");
    }
    except = negated != nullptr;
    return except ? negated : plain;
}

Status readTexts(const JsonTree &tree, const std::string &name, std::vector<std::string> &texts,
                 bool &except) {
    const auto member = oneOf(tree, name, except);
    if (!member) {
        return tl::unexpected<Error>(member.error());
    }
    auto read = textsOf(**member, name);
    if (!read) {
        return failFrom(read);
    }
    texts = std::move(*read);
    return {};
}

bool cut(std::string &text, std::string_view prefix) {
    const bool has = text.starts_with(prefix);
    if (has) {
        text.erase(0, prefix.size());
    }
    return has;
}

PolicyCondition conditionNamed(std::string test) {
    PolicyCondition condition;
    if (cut(test, "ForAllValues:")) {
        condition.quantifier = PolicyCondition::Quantifier::ForAllValues;
    } else if (cut(test, "ForAnyValue:")) {
        condition.quantifier = PolicyCondition::Quantifier::ForAnyValue;
    }
    constexpr std::string_view suffix = "IfExists";
    if (test.ends_with(suffix)) {
        condition.ifExists = true;
        test.resize(test.size() - suffix.size());
    }
    condition.test = std::move(test);
    return condition;
}

Status readValues(const JsonTree &tree, PolicyCondition &condition) {
    const auto take = [&](const JsonTree &item) {
        condition.values.push_back(item.text);
        return item.kind == Kind::Text || item.kind == Kind::Scalar;
    };
    const bool good =
        tree.kind == Kind::Array ? std::all_of(tree.items.begin(), tree.items.end(), take) : take(tree);
    return good ? Status() : malformed("A condition's values must be strings, numbers or truth values.");
}

Status readConditions(const JsonTree &tree, PolicyStatement &statement) {
    if (tree.kind != Kind::Object) {
        return malformed("Condition must be an object.");
    }
    for (const auto &[test, keys] : tree.members) {
        PolicyCondition condition = conditionNamed(test);
        if (!isPolicyTest(condition.test)) {
            return malformed("Invalid Condition type : " + test);
        }
        if (keys.kind != Kind::Object) {
            return malformed("Each condition type must hold an object of keys and values.");
        }
        for (const auto &[key, values] : keys.members) {
            PolicyCondition one = condition;
            one.key = key;
            if (auto read = readValues(values, one); !read) {
                return read;
            }
            statement.conditions.push_back(std::move(one));
        }
    }
    return {};
}

Status checkNames(const JsonTree &tree, const std::vector<std::string_view> &known) {
    for (const auto &[name, value] : tree.members) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return malformed("A policy has no member of the name of one of this one's.");
        }
    }
    return {};
}

Status readEffect(const JsonTree &tree, PolicyStatement &statement) {
    const JsonTree *effect = tree.find("Effect");
    if (effect == nullptr || effect->kind != Kind::Text ||
        (effect->text != "Allow" && effect->text != "Deny")) {
        return malformed("Effect must be Allow or Deny.");
    }
    statement.allows = effect->text == "Allow";
    if (const JsonTree *id = tree.find("Sid")) {
        if (id->kind != Kind::Text) {
            return malformed("Sid must be a string.");
        }
        statement.id = id->text;
    }
    return {};
}

Status readStatement(const JsonTree &tree, PolicyStatement &statement) {
    if (tree.kind != Kind::Object) {
        return malformed("A statement must be an object.");
    }
    Status done = checkNames(tree, {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
                                    "Resource", "NotResource", "Condition"});
    done = done ? readEffect(tree, statement) : std::move(done);
    if (done) {
        const auto principal = oneOf(tree, "Principal", statement.exceptPrincipals);
        done = principal ? readPrincipals(**principal, statement) : tl::unexpected<Error>(principal.error());
    }
    done = done ? readTexts(tree, "Action", statement.actions, statement.exceptActions) : std::move(done);
    done =
        done ? readTexts(tree, "Resource", statement.resources, statement.exceptResources) : std::move(done);
    const JsonTree *condition = tree.find("Condition");
    return done && condition != nullptr ? readConditions(*condition, statement) : std::move(done);
}

Status readHead(const JsonTree &tree) {
    if (tree.kind != Kind::Object) {
        return malformed("The key policy is not a JSON object.");
    }
    if (auto names = checkNames(tree, {"Version", "Id", "Statement"}); !names) {
        return names;
    }
    const JsonTree *version = tree.find("Version");
    if (version != nullptr && version->text != "2012-10-17" && version->text != "2008-10-17") {
        return malformed("Version must be 2012-10-17 or 2008-10-17.");
    }
    const JsonTree *statements = tree.find("Statement");
    if (statements == nullptr || (statements->kind != Kind::Object && statements->kind != Kind::Array)) {
        return malformed("The key policy has no Statement.");
    }
    return {};
}

} // namespace

Result<KeyPolicy> KeyPolicy::parse(std::string_view text) {
    const auto tree = readJsonTree(text);
    if (!tree) {
        return malformed("The key policy is not a JSON object, or has a name twice.");
    }
    if (auto head = readHead(*tree); !head) {
        return failFrom(head);
    }
    KeyPolicy policy;
    const JsonTree &statements = *tree->find("Statement");
    const bool single = statements.kind == Kind::Object;
    const std::size_t count = single ? 1 : statements.items.size();
    for (std::size_t i = 0; i < count; ++i) {
        PolicyStatement statement;
        if (auto read = readStatement(single ? statements : statements.items[i], statement); !read) {
            return failFrom(read);
        }
        policy.m_statements.push_back(std::move(statement));
    }
    return policy;
}

} // namespace keyturn::kms
