// SPDX-License-Identifier: Apache-2.0
#include "ui/models/policy_text.h"

#include "kms/error_text.h"
#include "kms/key_policy.h"
#include "ui/models/json_scan.h"
#include "ui/models/key_words.h"

#include <QCoreApplication>

#include <algorithm>

namespace keyturn::ui {
namespace {

QString words(const char *text) {
    return QCoreApplication::translate("PolicyText", text);
}

QStringList texts(const std::vector<std::string> &values) {
    QStringList list;
    for (const std::string &value : values) {
        list += fromUtf8(value);
    }
    return list;
}

/// "a, b and c"; of many only the first ones.
QString enumeration(QStringList values) {
    constexpr qsizetype most = 6;
    if (values.size() > most) {
        const qsizetype more = values.size() - (most - 1);
        values = values.mid(0, most - 1);
        values += words("%1 more").arg(more);
    }
    const QString last = values.isEmpty() ? QString() : values.takeLast();
    return values.isEmpty() ? last : values.join(QStringLiteral(", ")) + u' ' + words("and") + u' ' + last;
}

QString whoOf(const kms::PolicyStatement &statement) {
    const bool everybody = statement.principals == std::vector<std::string>{"*"};
    const QString names = everybody                      ? words("everybody")
                          : statement.principals.empty() ? words("services named in it")
                                                         : enumeration(texts(statement.principals));
    return statement.exceptPrincipals ? words("everybody but %1").arg(names) : names;
}

QString whatOf(const kms::PolicyStatement &statement) {
    const bool everything = std::ranges::any_of(
        statement.actions, [](const std::string &action) { return action == "kms:*" || action == "*"; });
    const QString names = everything ? words("everything") : enumeration(texts(statement.actions));
    const QString what = statement.exceptActions ? words("everything but %1").arg(names) : names;
    if (!statement.allows) {
        return what;
    }
    return (everything || statement.exceptActions ? words("to do %1") : words("to call %1")).arg(what);
}

QString testOf(const kms::PolicyCondition &condition) {
    using Quantifier = kms::PolicyCondition::Quantifier;
    const QString name = fromUtf8(condition.test + (condition.ifExists ? "IfExists" : ""));
    switch (condition.quantifier) {
    case Quantifier::ForAnyValue:
        return u"ForAnyValue:" + name;
    case Quantifier::ForAllValues:
        return u"ForAllValues:" + name;
    case Quantifier::None:
        break;
    }
    return name;
}

QString conditionsOf(const kms::PolicyStatement &statement) {
    QStringList parts;
    for (const kms::PolicyCondition &each : statement.conditions) {
        parts +=
            QStringLiteral("%1 %2 %3").arg(fromUtf8(each.key), testOf(each), enumeration(texts(each.values)));
    }
    return parts.isEmpty() ? QString() : words(" where %1").arg(parts.join(u' ' + words("and") + u' '));
}

/// Almost always "*", which in a key's policy is this key.
QString resourcesOf(const kms::PolicyStatement &statement) {
    if (!statement.exceptResources && statement.resources == std::vector<std::string>{"*"}) {
        return {};
    }
    return (statement.exceptResources ? words(" except on %1") : words(" on %1"))
        .arg(enumeration(texts(statement.resources)));
}

QString sentenceOf(const kms::PolicyStatement &statement) {
    return (statement.allows ? words("Allows %1 %2%3%4.") : words("Denies %1 %2%3%4."))
        .arg(whoOf(statement), whatOf(statement), resourcesOf(statement), conditionsOf(statement));
}

/// Whether somebody may put the next policy, whatever the circumstances. A sign, not the service's own check.
bool leavesSomebodyInCharge(const kms::KeyPolicy &policy) {
    return std::ranges::any_of(policy.statements(), [](const kms::PolicyStatement &statement) {
        const auto named = [](const std::string &action) {
            return kms::matchesPolicyPattern(action, "kms:PutKeyPolicy");
        };
        const bool acts = std::ranges::any_of(statement.actions, named) != statement.exceptActions;
        const bool somebody = !statement.principals.empty() || statement.exceptPrincipals;
        return statement.allows && acts && somebody && statement.conditions.empty();
    });
}

} // namespace

QString PolicyFault::text() const {
    return line == 0 ? sentence : words("Line %1, column %2: %3").arg(line).arg(column).arg(sentence);
}

std::optional<PolicyFault> policyFault(std::string_view text) {
    constexpr std::size_t mostBytes = 32768; // kms-semantics.md section 11
    if (text.size() > mostBytes) {
        return PolicyFault{.sentence = words("A key policy has at most %1 bytes.").arg(mostBytes)};
    }
    if (const auto broken = scanJson(text)) {
        return PolicyFault{broken->line, broken->column, broken->sentence};
    }
    const auto parsed = kms::KeyPolicy::parse(text);
    if (parsed) {
        return std::nullopt;
    }
    const std::string &said =
        parsed.error().serviceMessage.empty() ? parsed.error().detail : parsed.error().serviceMessage;
    return PolicyFault{.sentence = said.empty() ? words("This is no key policy.") : fromUtf8(said)};
}

QStringList policySentences(std::string_view text) {
    QStringList sentences;
    if (const auto parsed = kms::KeyPolicy::parse(text)) {
        for (const kms::PolicyStatement &statement : parsed->statements()) {
            sentences += sentenceOf(statement);
        }
    }
    return sentences;
}

QStringList policyDoubts(std::string_view text) {
    const auto parsed = kms::KeyPolicy::parse(text);
    if (!parsed) {
        return {};
    }
    QStringList doubts;
    if (!leavesSomebodyInCharge(*parsed)) {
        doubts += words("No statement lets anybody change this policy (kms:PutKeyPolicy): the key could be "
                        "locked out for ever. The service refuses that unless its check is switched off.");
    }
    for (const std::string &doubt : parsed->doubts()) {
        doubts += fromUtf8(doubt);
    }
    return doubts;
}

std::string indentedJson(std::string_view text) {
    return scanJson(text) ? std::string(text) : reindentedJson(text);
}

} // namespace keyturn::ui
