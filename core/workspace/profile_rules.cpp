// SPDX-License-Identifier: Apache-2.0
// What a profile may hold: validateProfile().
#include "workspace/profile.h"

#include "base/text.h"
#include "kms/identifier.h"

namespace keyturn::workspace {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

Status refuse(const Profile &profile, std::string_view what) {
    return fail(ErrorCode::Usage, "Profile \"" + profile.name + "\": " + std::string(what));
}

bool consistsOf(std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

/// One label of a host name, so that a Region can never change which host is called.
bool isRegionName(std::string_view text) {
    const std::string allowed = std::string(letters) + std::string(digits) + "-";
    return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
           consistsOf(text, allowed);
}

bool hasControls(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            return true;
        }
    }
    return false;
}

bool isHttpUrl(std::string_view url) {
    const bool known = url.starts_with("https://") || url.starts_with("http://");
    return known && url.find_first_of(" \t") == std::string_view::npos && !hasControls(url) &&
           url.size() > url.find("//") + 2;
}

Status validateName(const Profile &profile) {
    if (profile.name.empty() || !isValidUtf8(profile.name) || codePointCount(profile.name) > 64 ||
        trimmed(profile.name) != profile.name) {
        return fail(ErrorCode::Usage,
                    "The profile's name must have 1 to 64 characters, without blanks at its ends.");
    }
    if (hasControls(profile.name) || profile.name.find('/') != std::string::npos) {
        return fail(ErrorCode::Usage, "The profile's name must not hold a slash or a control character.");
    }
    if (profile.id.empty()) {
        return refuse(profile, "id is missing.");
    }
    // It names the keychain item and a file.
    const std::string allowed = std::string(letters) + std::string(digits) + "-_";
    return profile.id.size() <= 64 && consistsOf(profile.id, allowed)
               ? Status{}
               : refuse(profile, "id must have at most 64 letters, digits, dashes and underscores.");
}

Status validateRules(const Profile &profile) {
    if (const auto days = profile.shortestDeletionDays; days && (*days < 7 || *days > 30)) {
        return refuse(profile, "shortestDeletionDays must be 7 to 30 days, or left out.");
    }
    if (const auto rate = profile.callsPerSecond; rate && (*rate < 1 || *rate > 100'000)) {
        return refuse(profile, "callsPerSecond must be 1 to 100000, or left out.");
    }
    const std::string &label = profile.environmentLabel;
    if (!isValidUtf8(label) || codePointCount(label) > 24 || hasControls(label) || trimmed(label) != label) {
        return refuse(profile, "environmentLabel must have at most 24 characters, without blanks at its ends "
                               "and control characters.");
    }
    return {};
}

Status validatePlace(const Profile &profile) {
    if (profile.region.empty()) {
        return refuse(profile, "region is missing. It is part of every signature; for QKMS use us-east-1.");
    }
    if (!isRegionName(profile.region)) {
        return refuse(profile, "region must be a Region name such as eu-central-1: letters, digits and "
                               "dashes, at most 63, no dash at its ends.");
    }
    if (!profile.endpointUrl.empty() && !isHttpUrl(profile.endpointUrl)) {
        return refuse(profile, "endpoint must start with https:// (or http:// for this machine itself) and "
                               "hold no blanks.");
    }
    if (profile.endpointUrl.empty() && profile.service == EndpointService::Custom) {
        return refuse(profile, "endpoint is missing: a custom service needs its URL, "
                               "for example https://kms.example.org.");
    }
    if ((profile.fips || profile.dualStack) &&
        (!profile.endpointUrl.empty() || profile.service != EndpointService::Aws)) {
        return refuse(profile, "fips and dualStack choose among the endpoints of AWS; they cannot stand "
                               "together with an endpoint of your own. Leave them out, or the endpoint.");
    }
    if (!profile.caBundle.empty() && !profile.caBundle.is_absolute()) {
        return refuse(profile, "caBundle must be an absolute path.");
    }
    return {};
}

Status validateSso(const Profile &profile) {
    const SsoSettings &sso = profile.sso;
    if (!sso.startUrl.starts_with("https://") || !isHttpUrl(sso.startUrl)) {
        return refuse(profile, "sso.startUrl must be the https:// start URL of the Identity Center.");
    }
    if (!isRegionName(sso.region)) {
        return refuse(profile, "sso.region must be the Region of the Identity Center, such as us-east-1.");
    }
    if (!kms::looksLikeAccountId(sso.accountId)) {
        return refuse(profile, "sso.accountId must have 12 digits.");
    }
    if (sso.roleName.empty() || hasControls(sso.roleName)) {
        return refuse(profile, "sso.roleName is missing: the role that the Identity Center gives you.");
    }
    return {};
}

Status validateRole(const Profile &profile) {
    const RoleSettings &role = profile.role;
    if (!role.roleArn.starts_with("arn:") || role.roleArn.find(":role/") == std::string::npos ||
        hasControls(role.roleArn)) {
        return refuse(profile, "role.arn must be the ARN of a role, such as "
                               "arn:aws:iam::111122223333:role/Keys.");
    }
    if (const auto seconds = role.durationSeconds; seconds && (*seconds < 900 || *seconds > 43'200)) {
        return refuse(profile, "role.durationSeconds must be 900 to 43200, or left out.");
    }
    const std::string allowed = std::string(letters) + std::string(digits) + "_+=,.@-";
    if (role.sessionName.size() > 64 || role.sessionName.size() == 1 ||
        !consistsOf(role.sessionName, allowed)) {
        return refuse(profile,
                      "role.sessionName must have 2 to 64 letters, digits or characters of _+=,.@-.");
    }
    if (hasControls(role.externalId) || hasControls(role.mfaSerial)) {
        return refuse(profile, "role.externalId and role.mfaSerial must not hold control characters.");
    }
    if (role.base == CredentialSource::Sso || role.base == CredentialSource::Role) {
        return refuse(profile, "role.base takes one of: keychain, environment, aws-profile, process. For a "
                               "chain of roles or SSO name a profile of the AWS files.");
    }
    return {};
}

Status validateSource(const Profile &profile) {
    const CredentialSource source = profile.credentialSource;
    const CredentialSource base = source == CredentialSource::Role ? profile.role.base : source;
    if (source == CredentialSource::Role) {
        if (auto valid = validateRole(profile); !valid) {
            return valid;
        }
    }
    if (source == CredentialSource::Sso) {
        return validateSso(profile);
    }
    if (base == CredentialSource::AwsProfile &&
        (profile.awsProfile.empty() || hasControls(profile.awsProfile))) {
        return refuse(profile, "awsProfile must name the profile of the AWS files that the credentials come "
                               "from.");
    }
    if (base == CredentialSource::Process &&
        (trimmed(profile.credentialProcess).empty() || hasControls(profile.credentialProcess))) {
        return refuse(profile, "credentialProcess must hold the command that prints the credentials, on one "
                               "line.");
    }
    return {};
}

} // namespace

Status validateProfile(const Profile &profile) {
    if (auto valid = validateName(profile); !valid) {
        return valid;
    }
    if (auto valid = validateRules(profile); !valid) {
        return valid;
    }
    if (profile.kind == ProfileKind::Vault) {
        return profile.vaultFile.is_absolute() ? Status{}
                                               : refuse(profile, "vaultFile must be an absolute path.");
    }
    if (auto valid = validatePlace(profile); !valid) {
        return valid;
    }
    return validateSource(profile);
}

} // namespace keyturn::workspace
