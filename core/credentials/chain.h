// SPDX-License-Identifier: Apache-2.0
// The keys that are at hand without asking, running or fetching anything: the static part of a CredentialPlan
// (credential_plan.h has the whole chain). Pure, any thread. Errors carry the AWS CLI's sentence in `detail`:
// NoCredentials (exit 253), Configuration (255; also for a profile whose keys have to be fetched),
// ExpiredToken (255).
#pragma once

#include "credentials/credential_plan.h"

namespace keyturn::credentials {

Result<Credentials> resolveCredentials(const Settings &settings, const Environment &environment,
                                       const AwsFiles &files, Timestamp now);

} // namespace keyturn::credentials
