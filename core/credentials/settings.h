// SPDX-License-Identifier: Apache-2.0
// Which profile, Region, endpoint and CA bundle hold, and why: command line, environment and AWS files in the
// order of the AWS CLI v2, each winner with its origin as text. Pure, any thread. Errors carry the sentence
// that the AWS CLI prints in `detail`: ProfileNotFound (CLI exit 255), NoRegion (253), Configuration (255).
// Follows ecosystem.md sections 1.2 and 1.3.
#pragma once

#include "credentials/aws_files.h"

#include <optional>

namespace keyturn::credentials {

/// What the caller names itself; each of these beats environment and files.
struct ExplicitSettings {
    std::optional<std::string> profile;
    std::optional<std::string> region;
    std::optional<std::string> endpointUrl;
    std::optional<std::string> caBundle;
};

struct Sourced {
    std::string value;
    std::string source; ///< "--region", "AWS_REGION", "~/.aws/config, profile dev"
};

struct Settings {
    Sourced profile;
    bool profileIsExplicit = false; ///< --profile: takes the environment's keys out of the chain
    std::optional<Sourced> region;
    std::optional<Sourced> endpointUrl;
    std::optional<Sourced> caBundle;
    std::optional<int> maxAttempts;
    bool useFips = false;
    bool useDualStack = false;

    /// The Region, or the error that says how to name one.
    Result<Sourced> requireRegion() const;
};

/// Where a service is, and the Region that goes into its signatures.
struct ServiceEndpoint {
    std::string url; ///< "https://sts.eu-central-1.amazonaws.com"
    std::string signingRegion;
    std::string source; ///< what named the URL; empty: the partition's rules
};

/// The URL that environment or AWS files name for a service, as the AWS CLI looks for it: AWS_ENDPOINT_URL_X,
/// AWS_ENDPOINT_URL, the services section, endpoint_url; nothing when there is none or they are to be
/// ignored. `serviceId` is lower case with underscores ("kms", "sts", "sso_oidc").
std::optional<Sourced> configuredEndpoint(const std::string &serviceId, const std::string &profile,
                                          const Environment &environment, const AwsFiles &files);

/// STS for these settings: a configured URL, else the Region's host (FIPS and dual stack included), else,
/// without a Region or with sts_regional_endpoints = legacy, the global one.
Result<ServiceEndpoint> stsEndpoint(const Settings &settings, const Environment &environment,
                                    const AwsFiles &files);

Result<Settings> resolveSettings(const ExplicitSettings &given, const Environment &environment,
                                 const AwsFiles &files);

} // namespace keyturn::credentials
