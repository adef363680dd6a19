// SPDX-License-Identifier: Apache-2.0
// Where KMS answers in a Region: the host rules of every AWS partition. Pure, any thread. Errors:
// Configuration (a Region name that cannot be one). Follows ecosystem.md section 1.8.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace keyturn::remote {

struct EndpointVariant {
    bool fips = false;
    bool dualStack = false;
};

struct KmsEndpoint {
    std::string url;           ///< "https://kms.eu-central-1.amazonaws.com"
    std::string signingRegion; ///< the Region without a "fips-" or "-fips"
    std::string partition;     ///< "aws", "aws-cn", ...
};

Result<KmsEndpoint> kmsEndpoint(std::string_view region, EndpointVariant variant = {});

} // namespace keyturn::remote
