// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/grant_form.h"

#include "ui/models/key_choices.h"
#include "ui/models/key_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr std::size_t mostPairs = 8;
constexpr std::size_t longestValue = 384;

QString words(const char *text) {
    return QCoreApplication::translate("GrantForm", text);
}

bool isArn(const std::string &text) {
    return text.starts_with("arn:") && std::ranges::count(text, ':') >= 3;
}

/// UTF-8: every byte that does not continue a character begins one.
std::size_t charactersOf(std::string_view text) {
    return std::size_t(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

QString contextText(const kms::EncryptionContext &context) {
    QStringList pairs;
    for (const auto &[name, value] : context) {
        pairs += fromUtf8(name) + u'=' + fromUtf8(value);
    }
    return pairs.join(QStringLiteral(", "));
}

QString contextFault(const GrantForm &form) {
    if (form.constraint == GrantForm::Context::Any) {
        return {};
    }
    if (form.context.empty()) {
        return words("Name at least one pair, or allow any context.");
    }
    if (form.context.size() > mostPairs) {
        return words("A constraint has at most 8 pairs.");
    }
    for (const auto &[name, value] : form.context) {
        if (charactersOf(value) > longestValue) {
            return words("A value of a constraint has at most 384 characters.");
        }
    }
    return {};
}

} // namespace

std::vector<std::string> grantOperationsOf(const kms::KeyMetadata &key) {
    std::vector<std::string> names;
    const bool symmetric = isSymmetricSpec(specOf(key));
    if (hasUsage(key, kms::KeyUsageType::ENCRYPT_DECRYPT)) {
        names = {"Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"};
        if (symmetric) {
            names.insert(names.end(), {"GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
                                       "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"});
        }
    } else if (hasUsage(key, kms::KeyUsageType::SIGN_VERIFY)) {
        names = {"Sign", "Verify"};
    } else if (hasUsage(key, kms::KeyUsageType::GENERATE_VERIFY_MAC)) {
        names = {"GenerateMac", "VerifyMac"};
    } else if (hasUsage(key, kms::KeyUsageType::KEY_AGREEMENT)) {
        names = {"DeriveSharedSecret"};
    } else if (hasUsage(key, kms::KeyUsageType::ENCAPSULATE_DECAPSULATE)) {
        names = {"Encapsulate", "Decapsulate"};
    }
    if (isPairSpec(specOf(key))) {
        names.emplace_back("GetPublicKey");
    }
    names.insert(names.end(), {"DescribeKey", "CreateGrant", "RetireGrant"});
    return names;
}

bool takesContextConstraint(const kms::KeyMetadata &key) {
    return isSymmetricSpec(specOf(key));
}

std::vector<GrantFault> grantFaults(const GrantForm &form) {
    std::vector<GrantFault> faults;
    if (form.grantee.empty()) {
        faults.push_back({GrantField::Grantee, form.toService
                                                   ? words("Name the service, for example "
                                                           "backup.amazonaws.com.")
                                                   : words("Name whom the grant is for, by ARN.")});
    } else if (!form.toService && !isArn(form.grantee)) {
        faults.push_back({GrantField::Grantee, words("A principal is named by its ARN.")});
    }
    if (!form.retiring.empty() && !isArn(form.retiring)) {
        faults.push_back({GrantField::Retiring, words("A principal is named by its ARN.")});
    } else if (form.toService && form.retiring.empty()) {
        faults.push_back(
            {GrantField::Retiring, words("A grant to a service needs somebody who can retire it.")});
    }
    if (form.operations.empty()) {
        faults.push_back({GrantField::Operations, words("Choose at least one operation.")});
    }
    if (const QString fault = contextFault(form); !fault.isEmpty()) {
        faults.push_back({GrantField::Context, fault});
    }
    if (form.toService && form.sourceArn.empty()) {
        faults.push_back(
            {GrantField::SourceArn, words("A grant to a service needs the ARN that it acts for.")});
    } else if (!form.sourceArn.empty() && !isArn(form.sourceArn)) {
        faults.push_back({GrantField::SourceArn, words("This is no ARN.")});
    }
    return faults;
}

kms::CreateGrant::Request grantRequest(const GrantForm &form) {
    kms::CreateGrant::Request request;
    request.keyId = form.keyId;
    (form.toService ? request.granteeServicePrincipal : request.granteePrincipal) = form.grantee;
    if (!form.retiring.empty()) {
        request.retiringPrincipal = form.retiring;
    }
    if (!form.name.empty()) {
        request.name = form.name;
    }
    request.operations.emplace();
    for (const std::string &operation : form.operations) {
        request.operations->push_back(kms::Open<kms::GrantOperation>::fromText(operation));
    }
    kms::GrantConstraints constraints;
    if (form.constraint == GrantForm::Context::Equals) {
        constraints.encryptionContextEquals = form.context;
    } else if (form.constraint == GrantForm::Context::Contains) {
        constraints.encryptionContextSubset = form.context;
    }
    if (!form.sourceArn.empty()) {
        constraints.sourceArn = form.sourceArn;
    }
    if (constraints != kms::GrantConstraints{}) {
        request.constraints = std::move(constraints);
    }
    return request;
}

QString grantConstraintText(const kms::GrantListEntry &grant) {
    QStringList parts;
    const kms::GrantConstraints constraints = grant.constraints.value_or(kms::GrantConstraints{});
    if (constraints.encryptionContextEquals) {
        parts += words("context is %1").arg(contextText(*constraints.encryptionContextEquals));
    }
    if (constraints.encryptionContextSubset) {
        parts += words("context holds %1").arg(contextText(*constraints.encryptionContextSubset));
    }
    if (constraints.sourceArn) {
        parts += words("for %1").arg(fromUtf8(*constraints.sourceArn));
    }
    return parts.isEmpty() ? words("none") : parts.join(QStringLiteral("; "));
}

QString granteeText(const kms::GrantListEntry &grant) {
    return fromUtf8(grant.granteePrincipal.value_or(grant.granteeServicePrincipal.value_or("")));
}

} // namespace keyturn::ui
