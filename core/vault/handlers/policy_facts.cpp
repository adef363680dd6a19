// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/policy_facts.h"

#include "base/text.h"
#include "kms/access_keys.h"
#include "kms/identifier.h"
#include "kms/operations/create_grant.h"
#include "vault/handlers/principals.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace keyturn::vault {

using kms::FieldKind;
using kms::KeySide;
using kms::PolicyFact;

namespace {

PolicyFact one(std::string value) {
    return {true, std::vector<std::string>{std::move(value)}};
}
PolicyFact absentFact() {
    return {true, std::nullopt};
}
PolicyFact flag(bool value) {
    return one(value ? "true" : "false");
}

const void *member(const kms::AnyRequest &request, const kms::Field *field) {
    return field == nullptr ? nullptr : field->access->get(request.object());
}

/// A member of the request as a policy compares it.
PolicyFact memberFact(const Call &call, std::string_view wireName) {
    const kms::Field *field = kms::findField(call.operation.request, wireName);
    const void *value = member(call.request, field);
    if (value == nullptr) {
        return absentFact();
    }
    switch (field->kind) {
    case FieldKind::Text:
        return one(*static_cast<const std::string *>(value));
    case FieldKind::Integer:
        return one(std::to_string(*static_cast<const std::int64_t *>(value)));
    case FieldKind::Boolean:
        return flag(*static_cast<const bool *>(value));
    case FieldKind::Enumeration:
        return one(std::string(static_cast<const kms::OpenEnum *>(value)->text(field->enumeration())));
    case FieldKind::Time:
        return one(std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                      static_cast<const Timestamp *>(value)->time_since_epoch())
                                      .count()));
    case FieldKind::EnumerationList: {
        PolicyFact fact{true, std::vector<std::string>()};
        for (std::size_t i = 0; i < field->access->count(value); ++i) {
            const auto *item = static_cast<const kms::OpenEnum *>(field->access->item(value, i));
            fact.values->emplace_back(item->text(field->enumeration()));
        }
        return fact;
    }
    case FieldKind::TextList:
        return {true, *static_cast<const std::vector<std::string> *>(value)};
    default:
        return {};
    }
}

struct MemberKey {
    std::string_view key; ///< lower case
    std::string_view member;
};
constexpr MemberKey memberKeys[] = {
    {"kms:bypasspolicylockoutsafetycheck", "BypassPolicyLockoutSafetyCheck"},
    {"kms:datakeypairspec", "KeyPairSpec"},
    {"kms:expirationmodel", "ExpirationModel"},
    {"kms:grantoperations", "Operations"},
    {"kms:granteeprincipal", "GranteePrincipal"},
    {"kms:keyagreementalgorithm", "KeyAgreementAlgorithm"},
    {"kms:macalgorithm", "MacAlgorithm"},
    {"kms:messagetype", "MessageType"},
    {"kms:primaryregion", "PrimaryRegion"},
    {"kms:replicaregion", "ReplicaRegion"},
    {"kms:retiringprincipal", "RetiringPrincipal"},
    {"kms:rotationperiodindays", "RotationPeriodInDays"},
    {"kms:schedulekeydeletionpendingwindowindays", "PendingWindowInDays"},
    {"kms:signingalgorithm", "SigningAlgorithm"},
    {"kms:validto", "ValidTo"},
    {"kms:wrappingalgorithm", "WrappingAlgorithm"},
    {"kms:wrappingkeyspec", "WrappingKeySpec"},
    {"aws:tagkeys", "TagKeys"},
};

/// Which no request to a vault has: there are no networks, organisations, sessions with MFA or services here.
constexpr std::string_view neverThere[] = {
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpcsourceip",
    "kms:viaservice",
    "kms:customkeystoreid",
};

PolicyFact contextFact(const Call &call, KeySide side, std::string_view name) {
    const kms::EncryptionContext *context = contextOf(call.request, side);
    PolicyFact fact = absentFact();
    if (context == nullptr) {
        return fact;
    }
    for (const auto &[key, value] : *context) {
        if (toLowerAscii(key) == toLowerAscii(name)) { // as AWS compares names of condition keys
            if (!fact.values) {
                fact.values.emplace();
            }
            fact.values->push_back(value);
        }
    }
    return fact;
}

PolicyFact contextKeysFact(const Call &call, KeySide side) {
    const kms::EncryptionContext *context = contextOf(call.request, side);
    PolicyFact fact = absentFact();
    if (context != nullptr && !context->empty()) {
        fact.values.emplace();
        for (const auto &[name, value] : *context) {
            fact.values->push_back(name);
        }
    }
    return fact;
}

std::string_view algorithmMember(KeySide side) {
    return side == KeySide::Source        ? "SourceEncryptionAlgorithm"
           : side == KeySide::Destination ? "DestinationEncryptionAlgorithm"
                                          : "EncryptionAlgorithm";
}

PolicyFact algorithmFact(const Call &call, const KeyState &key, KeySide side) {
    PolicyFact fact = memberFact(call, algorithmMember(side));
    const bool isCipher = kms::findField(call.operation.request, algorithmMember(side)) != nullptr ||
                          contextOf(call.request, side) != nullptr;
    return !fact.values && isCipher && key.isSymmetric() ? one("SYMMETRIC_DEFAULT") : fact;
}

PolicyFact requestAlias(const Call &call) {
    const std::string *named = kms::resourceNamed(call.request);
    const auto identifier = named == nullptr ? kms::KeyIdentifier() : kms::parseKeyIdentifier(*named);
    return identifier.isAlias() ? one(identifier.resource) : absentFact();
}

PolicyFact resourceAliases(const Call &call, const KeyState &key) {
    auto names = call.core.keys.aliasNames(key.id);
    return names.empty() ? absentFact() : PolicyFact{true, std::move(names)};
}

PolicyFact constraintType(const Call &call) {
    if (call.operation.id != kms::OperationId::CreateGrant) {
        return absentFact();
    }
    const auto &constraints = call.request.as<kms::CreateGrant>().constraints;
    if (constraints && constraints->encryptionContextEquals) {
        return one("EncryptionContextEquals");
    }
    return constraints && constraints->encryptionContextSubset ? one("EncryptionContextSubset")
                                                               : absentFact();
}

PolicyFact tagFact(const std::vector<kms::Tag> &tags, std::string_view name) {
    for (const kms::Tag &tag : tags) {
        if (tag.tagKey && toLowerAscii(*tag.tagKey) == toLowerAscii(name)) {
            return one(tag.tagValue.value_or(""));
        }
    }
    return absentFact();
}

std::string timeText(Timestamp time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

struct Computed {
    std::string_view key; ///< lower case
    PolicyFact (*make)(const Call &, const KeyState &, KeySide);
};
constexpr Computed computedKeys[] = {
    {"aws:currenttime", [](const Call &call, const KeyState &, KeySide) { return one(timeText(call.now)); }},
    {"aws:epochtime", [](const Call &call, const KeyState &, KeySide) { return one(timeText(call.now)); }},
    {"aws:principalaccount",
     [](const Call &call, const KeyState &, KeySide) { return one(callerOf(call).account); }},
    {"aws:principalarn",
     [](const Call &call, const KeyState &, KeySide) {
         const auto caller = callerOf(call);
         return one(caller.role.value_or(caller.arn));
     }},
    {"aws:resourceaccount",
     [](const Call &call, const KeyState &, KeySide) { return one(call.core.names.account); }},
    {"aws:securetransport", [](const Call &, const KeyState &, KeySide) { return flag(false); }},
    {"aws:viaawsservice", [](const Call &, const KeyState &, KeySide) { return flag(false); }},
    {"kms:calleraccount",
     [](const Call &call, const KeyState &, KeySide) { return one(callerOf(call).account); }},
    {"kms:encryptionalgorithm", &algorithmFact},
    {"kms:encryptioncontextkeys",
     [](const Call &call, const KeyState &, KeySide side) { return contextKeysFact(call, side); }},
    {"kms:grantconstrainttype",
     [](const Call &call, const KeyState &, KeySide) { return constraintType(call); }},
    {"kms:grantisforawsresource", [](const Call &, const KeyState &, KeySide) { return flag(false); }},
    {"kms:keyorigin",
     [](const Call &, const KeyState &key, KeySide) { return one(key.isImported ? "EXTERNAL" : "AWS_KMS"); }},
    {"kms:keyspec",
     [](const Call &, const KeyState &key, KeySide) { return one(std::string(kms::Open(key.spec).text())); }},
    {"kms:keyusage", [](const Call &, const KeyState &key,
                        KeySide) { return one(std::string(kms::Open(key.usage).text())); }},
    {"kms:multiregion", [](const Call &, const KeyState &key, KeySide) { return flag(key.isMultiRegion()); }},
    {"kms:multiregionkeytype",
     [](const Call &, const KeyState &key, KeySide) {
         return key.isMultiRegion() ? one(key.isReplica ? "REPLICA" : "PRIMARY") : absentFact();
     }},
    {"kms:requestalias", [](const Call &call, const KeyState &, KeySide) { return requestAlias(call); }},
    {"kms:resourcealiases",
     [](const Call &call, const KeyState &key, KeySide) { return resourceAliases(call, key); }},
};

} // namespace

const kms::EncryptionContext *contextOf(const kms::AnyRequest &request, KeySide side) {
    const std::string_view name = side == KeySide::Source        ? "SourceEncryptionContext"
                                  : side == KeySide::Destination ? "DestinationEncryptionContext"
                                                                 : "EncryptionContext";
    const auto &fields = kms::operationInfo(request.operation()).request;
    return static_cast<const kms::EncryptionContext *>(member(request, kms::findField(fields, name)));
}

kms::PolicyCaller callerOf(const Call &call) {
    const kms::Principal &principal = call.context.principal;
    if (principal.accessKeyId.empty()) {
        return {rootOf(call.core.names.partition, call.core.names.account), call.core.names.account,
                std::nullopt};
    }
    return {call.principalArn, std::string(accountOf(call.principalArn)), roleOf(call.principalArn)};
}

PolicyFact policyFact(const Call &call, const KeyState &key, KeySide side, std::string_view name) {
    const std::string lower = toLowerAscii(name);
    const auto after = [&](std::string_view prefix) -> std::optional<std::string_view> {
        return lower.starts_with(prefix) ? std::optional(name.substr(prefix.size())) : std::nullopt;
    };
    if (const auto pair = after("kms:encryptioncontext:")) {
        return contextFact(call, side, *pair);
    }
    if (const auto tag = after("aws:resourcetag/")) {
        return tagFact(key.tags, *tag);
    }
    if (const auto *computed = std::find_if(std::begin(computedKeys), std::end(computedKeys),
                                            [&](const Computed &row) { return row.key == lower; });
        computed != std::end(computedKeys)) {
        return computed->make(call, key, side);
    }
    if (const auto *row = std::find_if(std::begin(memberKeys), std::end(memberKeys),
                                       [&](const MemberKey &candidate) { return candidate.key == lower; });
        row != std::end(memberKeys)) {
        return memberFact(call, row->member);
    }
    const bool isNever =
        std::find(std::begin(neverThere), std::end(neverThere), lower) != std::end(neverThere) ||
        after("kms:recipientattestation:");
    return isNever ? absentFact() : PolicyFact();
}

} // namespace keyturn::vault
