// SPDX-License-Identifier: Apache-2.0
// Endpoint, Region and credentials as the AWS CLI finds them: options, environment, AWS files. Failures carry
// the AWS CLI's sentences and exit codes.
#pragma once

#include "credentials/credentials.h"
#include "target.h"

namespace keyturn::cli {

Outcome<Target> findAwsTarget(const CommandLine &line);
/// Only the credentials; a Region is not needed.
Outcome<credentials::CredentialsSource::Shared> awsCredentials(const CommandLine &line, Runtime &runtime);
Outcome<OpenTarget> openAwsTarget(const Target &target, const CommandLine &line, Runtime &runtime);

} // namespace keyturn::cli
