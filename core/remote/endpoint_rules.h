// SPDX-License-Identifier: Apache-2.0
// Where KMS answers in a Region: the host rules of every AWS partition. Pure, any thread. Errors:
// Configuration (a Region name that cannot be one, a variant that a partition lacks, FIPS or dual stack
// together with a URL of one's own). Follows ecosystem.md section 1.8 and the rule set that the AWS SDKs
// share.
#pragma once

#include "base/result.h"

#include <span>
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

/// The same with a URL of one's own, which wins over the rules and goes with no variant.
Result<KmsEndpoint> customEndpoint(std::string_view url, std::string_view region,
                                   EndpointVariant variant = {});

struct AwsPartition {
    std::string_view name;
    std::string_view regionPrefix; ///< what its Region names begin with; empty: all others
    std::string_view suffix;
    std::string_view dualStackSuffix;
    std::string_view implicitRegion; ///< of services that have none
};

/// All eight.
std::span<const AwsPartition> awsPartitions();
/// That of a Region; a Region that no partition knows is taken for one of "aws".
const AwsPartition &partitionOf(std::string_view region);

} // namespace keyturn::remote
