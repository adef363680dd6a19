// SPDX-License-Identifier: Apache-2.0
#include "credentials/partition.h"

#include <array>

namespace keyturn::credentials {

namespace {

/// Longer prefixes first; the last row takes what no other row takes.
constexpr std::array<Partition, 8> partitions = {{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws", "", "amazonaws.com", "api.aws"},
}};

} // namespace

const Partition &partitionOf(std::string_view region) {
    for (const Partition &partition : partitions) {
        if (region.starts_with(partition.regionPrefix)) {
            return partition;
        }
    }
    return partitions.back();
}

bool isHostLabel(std::string_view text) {
    if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') {
        return false;
    }
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
           std::string_view::npos;
}

} // namespace keyturn::credentials
