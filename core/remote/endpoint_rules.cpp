// SPDX-License-Identifier: Apache-2.0
#include "remote/endpoint_rules.h"

#include <array>

namespace keyturn::remote {

namespace {

/// Longer prefixes first; the last row takes what no other row takes.
constexpr std::array<AwsPartition, 8> partitions = {{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"},
    {"aws", "", "amazonaws.com", "api.aws", "us-east-1"},
}};

/// A host label, so that a Region can never change which host is called.
bool isHostLabel(std::string_view text) {
    if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') {
        return false;
    }
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
           std::string_view::npos;
}

/// The pseudo-Regions "fips-X" and "X-fips" mean X with FIPS.
std::string_view withoutFips(std::string_view region, EndpointVariant &variant) {
    if (region.starts_with("fips-")) {
        region.remove_prefix(5);
        variant.fips = true;
    } else if (region.ends_with("-fips")) {
        region.remove_suffix(5);
        variant.fips = true;
    }
    return region;
}

} // namespace

std::span<const AwsPartition> awsPartitions() {
    return partitions;
}

const AwsPartition &partitionOf(std::string_view region) {
    for (const AwsPartition &partition : partitions) {
        // "aws-cn-global" and the like stand for a partition itself.
        const bool global =
            region.ends_with("-global") && region.substr(0, region.size() - 7) == partition.name;
        if (global || (!partition.regionPrefix.empty() && region.starts_with(partition.regionPrefix))) {
            return partition;
        }
    }
    return partitions.back();
}

Result<KmsEndpoint> kmsEndpoint(std::string_view region, EndpointVariant variant) {
    region = withoutFips(region, variant);
    if (!isHostLabel(region)) {
        return fail(ErrorCode::Configuration,
                    "the Region name is no host label (letters, digits and dashes)");
    }
    const AwsPartition &partition = partitionOf(region);
    std::string url = "https://kms";
    url += variant.fips ? "-fips." : ".";
    url += region;
    url += ".";
    url += variant.dualStack ? partition.dualStackSuffix : partition.suffix;
    return KmsEndpoint{std::move(url), std::string(region), std::string(partition.name)};
}

Result<KmsEndpoint> customEndpoint(std::string_view url, std::string_view region, EndpointVariant variant) {
    region = withoutFips(region, variant);
    if (variant.fips || variant.dualStack) {
        return fail(ErrorCode::Configuration,
                    std::string(variant.fips ? "FIPS" : "dual stack") +
                        " and an endpoint URL of your own exclude each other: the URL says it all; switch "
                        "one of them off");
    }
    return KmsEndpoint{std::string(url), std::string(region), std::string(partitionOf(region).name)};
}

} // namespace keyturn::remote
