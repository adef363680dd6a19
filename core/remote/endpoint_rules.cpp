// SPDX-License-Identifier: Apache-2.0
#include "remote/endpoint_rules.h"

#include <array>

namespace keyturn::remote {

namespace {

struct Partition {
    std::string_view name;
    /// What its Region names begin with; empty: every other Region.
    std::string_view regionPrefix;
    std::string_view suffix;
    std::string_view dualStackSuffix;
};

/// Longer prefixes first; the last row takes what no other row takes.
constexpr std::array<Partition, 8> partitions = {{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"aws", "", "amazonaws.com", "api.aws"},
}};

/// A host label, so that a Region can never change which host is called.
bool isHostLabel(std::string_view text) {
    if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') {
        return false;
    }
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
           std::string_view::npos;
}

} // namespace

Result<KmsEndpoint> kmsEndpoint(std::string_view region, EndpointVariant variant) {
    if (region.starts_with("fips-")) {
        region.remove_prefix(5);
        variant.fips = true;
    } else if (region.ends_with("-fips")) {
        region.remove_suffix(5);
        variant.fips = true;
    }
    if (!isHostLabel(region)) {
        return fail(ErrorCode::Configuration,
                    "the Region name is no host label (letters, digits and dashes)");
    }
    for (const Partition &partition : partitions) {
        if (!region.starts_with(partition.regionPrefix)) {
            continue;
        }
        std::string url = "https://kms";
        url += variant.fips ? "-fips." : ".";
        url += region;
        url += ".";
        url += variant.dualStack ? partition.dualStackSuffix : partition.suffix;
        return KmsEndpoint{std::move(url), std::string(region), std::string(partition.name)};
    }
    return fail(ErrorCode::Configuration, "no partition has this Region"); // the last row takes all
}

} // namespace keyturn::remote
