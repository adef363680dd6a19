// SPDX-License-Identifier: Apache-2.0
// The hosts of IAM Identity Center in a Region, or what environment and files name instead. (STS and the rest
// are in settings.h.) Internal to this module; pure, any thread. Errors: Configuration.
#pragma once

#include "credentials/settings.h"

namespace keyturn::credentials {

struct SsoEndpoints {
    ServiceEndpoint oidc;
    ServiceEndpoint portal;
};

Result<SsoEndpoints> ssoEndpoints(const std::string &region, const std::string &profile,
                                  const Environment &environment, const AwsFiles &files);

} // namespace keyturn::credentials
