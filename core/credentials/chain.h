// SPDX-License-Identifier: Apache-2.0
// The credential chain over environment and AWS files: environment keys (unless --profile was given), static
// keys of the credentials file, static keys of the config file. A profile that gets its keys in a way that is
// not built yet (a role, SSO, a process, a login session) is an error that names it, never skipped: skipping
// would sign as somebody else. Pure, any thread. Errors carry the AWS CLI's sentence in `detail`:
// NoCredentials (exit 253), Configuration (255), ExpiredToken (255).
#pragma once

#include "credentials/credentials.h"
#include "credentials/settings.h"

namespace keyturn::credentials {

Result<Credentials> resolveCredentials(const Settings &settings, const Environment &environment,
                                       const AwsFiles &files, Timestamp now);

} // namespace keyturn::credentials
