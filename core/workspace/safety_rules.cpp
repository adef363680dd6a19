// SPDX-License-Identifier: Apache-2.0
// The table of safety levels, and what a refusal says.
#include "workspace/safety_rules.h"

#include "kms/identifier.h"

namespace keyturn::workspace {
namespace {

std::string levelWords(SafetyLevel level) {
    std::string words(wireName(level));
    for (char &c : words) {
        c = c == '-' ? ' ' : c;
    }
    return words;
}

std::string profilePhrase(const SafetyRules &rules) {
    return "the profile \"" + rules.profileName + "\"";
}

const std::string *textOf(const kms::Field &field, const void *request) {
    return field.kind == kms::FieldKind::Text ? static_cast<const std::string *>(field.access->get(request))
                                              : nullptr;
}

} // namespace

SafetyDemand safetyDemand(SafetyLevel level, kms::Effect effect) {
    const bool careful = level != SafetyLevel::Normal && level != SafetyLevel::ReadOnly;
    switch (effect) {
    case kms::Effect::Reads:
    case kms::Effect::UsesKey:
        return SafetyDemand::Passes;
    case kms::Effect::RevealsPlaintext:
        return level == SafetyLevel::WrappedOnly ? SafetyDemand::Refused : SafetyDemand::Passes;
    case kms::Effect::Changes:
        return level == SafetyLevel::ReadOnly ? SafetyDemand::Refused
               : careful                      ? SafetyDemand::Yes
                                              : SafetyDemand::Passes;
    case kms::Effect::Destroys:
        return level == SafetyLevel::ReadOnly  ? SafetyDemand::Refused
               : level == SafetyLevel::Confirm ? SafetyDemand::Yes
               : careful                       ? SafetyDemand::Typed
                                               : SafetyDemand::Passes;
    }
    return SafetyDemand::Refused;
}

SafetyRules safetyRulesOf(const Profile &profile) {
    return {profile.name, profile.safety, profile.environment, std::string(environmentText(profile)),
            profile.shortestDeletionDays};
}

std::string levelRefusal(const SafetyRules &rules, const kms::OperationInfo &info) {
    const std::string head = std::string(info.name) + " was not sent: " + profilePhrase(rules) +
                             " is set to " + levelWords(rules.level) + ", and this operation ";
    if (info.effect == kms::Effect::RevealsPlaintext) {
        return head + "brings plaintext or key bytes out of the service. Use one that keeps them wrapped "
                      "(ReEncrypt, GenerateDataKeyWithoutPlaintext), or change the profile's safety level.";
    }
    return head + "changes or destroys something. Change the profile's safety level first.";
}

std::string noOneToAsk(const SafetyRules &rules, const kms::OperationInfo &info) {
    return std::string(info.name) + " was not sent: " + profilePhrase(rules) + " is set to " +
           levelWords(rules.level) + ", so a person has to confirm it, and there is nobody to ask here.";
}

std::string wrongWord(const SafetyRules &rules, const kms::OperationInfo &info) {
    return std::string(info.name) + " was not sent: " + profilePhrase(rules) +
           " asks for the key's own alias to be typed (its id if it has none), and what was typed is not it.";
}

std::vector<std::string> namedTargets(const kms::OperationInfo &info, const void *request) {
    std::vector<std::string> targets;
    for (const kms::Field &field : info.request) {
        const bool names = field.idForms != kms::IdForm::None ||
                           (field.required && field.name != "Policy" && field.name != "Description");
        const std::string *text = names && !field.secret ? textOf(field, request) : nullptr;
        if (text != nullptr && !text->empty()) {
            targets.push_back(*text);
        }
    }
    return targets;
}

std::vector<std::string> wordsWithoutLookup(const SafetyRules &rules,
                                            const std::vector<std::string> &targets) {
    if (targets.empty()) {
        return {rules.profileName};
    }
    const kms::KeyIdentifier id = kms::parseKeyIdentifier(targets.front());
    std::vector<std::string> words{targets.front()};
    if (!id.resource.empty() && id.resource != targets.front()) {
        words.push_back(id.resource);
    }
    return words;
}

} // namespace keyturn::workspace
