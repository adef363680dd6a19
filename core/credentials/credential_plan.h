// SPDX-License-Identifier: Apache-2.0
// CredentialPlan: how a profile gets its credentials, read from settings, environment and AWS files before
// anything is asked or run; plan_source.h carries it out. The order is the AWS CLI's (ecosystem.md 1.2):
// environment keys (unless --profile was given), role, web identity, Identity Center, credentials file, login
// session, process, config file. What Keyturn cannot do (login sessions, container and instance services) is
// an error that names it, never skipped: skipping would sign as somebody else. Pure, any thread; a plan moves
// and never copies, for it may hold keys. Errors carry the AWS CLI's sentence where it has one:
// NoCredentials, Configuration, ExpiredToken.
#pragma once

#include "credentials/credentials.h"
#include "credentials/settings.h"

#include <variant>
#include <vector>

namespace keyturn::credentials {

struct CredentialPlan;

/// Keys that are at hand: environment, AWS files, or what the caller has.
struct StaticKeys {
    Credentials credentials;
};

/// credential_process.
struct ProcessCredentials {
    std::string command;
    bool needsApproval = false; ///< the profile is shared or imported: its exact command is accepted once
};

/// role_arn with source_profile or credential_source.
struct AssumedRole {
    std::string roleArn;
    std::string sessionName; ///< empty: one is made up
    std::string externalId;
    std::string mfaSerial;
    std::optional<int> durationSeconds;
    ServiceEndpoint sts;
    std::unique_ptr<CredentialPlan> base; ///< whose keys sign AssumeRole
};

/// role_arn with web_identity_token_file.
struct WebIdentityRole {
    std::string roleArn;
    std::string sessionName;
    std::filesystem::path tokenFile; ///< read afresh at each renewal
    ServiceEndpoint sts;
};

/// IAM Identity Center.
struct SsoRole {
    std::string sessionName; ///< of [sso-session NAME]; empty: the older form inside the profile
    std::string startUrl;
    std::string region;
    std::string accountId;
    std::string roleName;
    std::vector<std::string> scopes;
    ServiceEndpoint oidc;
    ServiceEndpoint portal;
    std::filesystem::path cliTokenFile; ///< ~/.aws/sso/cache/<sha1>.json: read, never written
};

struct CredentialPlan {
    std::variant<StaticKeys, ProcessCredentials, AssumedRole, WebIdentityRole, SsoRole> way;
    std::string profile; ///< for questions and errors
    std::string source;  ///< for people: "role arn:... with CREDENTIALS, profile dev"

    /// Keys at hand: nothing is asked, run or renewed.
    bool isStatic() const { return std::holds_alternative<StaticKeys>(way); }
};

struct PlanOptions {
    /// The profile was shared or imported: programs need a person's approval.
    bool commandsNeedApproval = false;
};

Result<CredentialPlan> planCredentials(const Settings &settings, const Environment &environment,
                                       const AwsFiles &files, Timestamp now, const PlanOptions &options = {});

/// What a cached session of this plan is filed under: every fact that decides whose credentials come out.
/// Empty where nothing is cached (static keys, processes).
std::string sessionKey(const CredentialPlan &plan);

} // namespace keyturn::credentials
