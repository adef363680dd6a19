// SPDX-License-Identifier: Apache-2.0
// The ways in which a profile can get credentials, one function each: a plan, nothing when the profile does
// not go that way, or what is wrong with it. Internal to this module; pure, any thread. Errors:
// Configuration, ExpiredToken.
#pragma once

#include "credentials/credential_plan.h"

namespace keyturn::credentials {

struct PlanInput {
    const Settings &settings;
    const Environment &environment;
    const AwsFiles &files;
    Timestamp now;
    const PlanOptions &options;
};

using MaybePlan = Result<std::optional<CredentialPlan>>;

MaybePlan planEnvironmentKeys(const PlanInput &in);
MaybePlan planCredentialsFile(const PlanInput &in, const std::string &profile);
MaybePlan planConfigFile(const PlanInput &in, const std::string &profile);
MaybePlan planProcess(const PlanInput &in, const std::string &profile);
MaybePlan refuseLoginSession(const PlanInput &in, const std::string &profile);
MaybePlan planSso(const PlanInput &in, const std::string &profile);
MaybePlan planWebIdentity(const PlanInput &in, const std::string &profile, bool withEnvironment);
/// `visited`: the profiles of the chain so far, this one included.
MaybePlan planRole(const PlanInput &in, const std::string &profile, std::vector<std::string> visited);

/// Everything but environment keys and roles, in the CLI's order.
MaybePlan planWithoutRole(const PlanInput &in, const std::string &profile, bool withEnvironment);

bool hasStaticKeys(const AwsFiles &files, const std::string &profile);

} // namespace keyturn::credentials
