// SPDX-License-Identifier: Apache-2.0
// Where the services are: what environment and files say, else the rules of the Region's partition.
#include "credentials/service_endpoints.h"
#include "credentials/partition.h"
#include "credentials/setting_sources.h"

#include <algorithm>
#include <array>

namespace keyturn::credentials {

namespace {

constexpr const char *globalSts = "https://sts.amazonaws.com";
constexpr const char *globalRegion = "us-east-1";

/// The block of a service in the [services X] section that the profile names.
std::optional<Sourced> fromServices(const AwsFiles &files, const std::string &profile,
                                    const std::string &serviceId) {
    const std::string *services = files.setting(profile, "services");
    if (services == nullptr) {
        return std::nullopt;
    }
    const auto section = files.config.services.find(*services);
    if (section == files.config.services.end()) {
        return std::nullopt;
    }
    const auto block = section->second.nested.find(serviceId);
    if (block == section->second.nested.end()) {
        return std::nullopt;
    }
    const auto url = block->second.find("endpoint_url");
    if (url == block->second.end() || url->second.empty()) {
        return std::nullopt;
    }
    return Sourced{url->second, files.configPath.string() + ", services " + *services + ", " + serviceId};
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    return text;
}

/// The Regions that sts_regional_endpoints = legacy sends to the global endpoint.
bool isLegacyStsRegion(std::string_view region) {
    static constexpr std::array<std::string_view, 16> regions = {
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1",
        "eu-central-1",   "eu-north-1", "eu-west-1",      "eu-west-2",      "eu-west-3",  "sa-east-1",
        "us-east-1",      "us-east-2",  "us-west-1",      "us-west-2"};
    return std::find(regions.begin(), regions.end(), region) != regions.end();
}

bool wantsLegacySts(const Settings &settings, const Environment &environment, const AwsFiles &files) {
    const auto given = firstOf(fromEnvironment(environment, {"AWS_STS_REGIONAL_ENDPOINTS"}),
                               fromProfile(files, settings.profile.value, "sts_regional_endpoints"));
    return given && toLowerAscii(given->value) == "legacy";
}

ServiceEndpoint regionalSts(std::string_view region, bool fips, bool dualStack) {
    const Partition &partition = partitionOf(region);
    // In GovCloud the plain host already is the FIPS one.
    const bool fipsHost = fips && partition.name != "aws-us-gov";
    std::string url = fipsHost ? "https://sts-fips." : "https://sts.";
    url += region;
    url += ".";
    url += dualStack ? partition.dualStackSuffix : partition.suffix;
    return {std::move(url), std::string(region), {}};
}

} // namespace

std::optional<Sourced> configuredEndpoint(const std::string &serviceId, const std::string &profile,
                                          const Environment &environment, const AwsFiles &files) {
    if (isTrue(firstOf(fromEnvironment(environment, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}),
                       fromProfile(files, profile, "ignore_configured_endpoint_urls")))) {
        return std::nullopt;
    }
    return firstOf(
        firstOf(fromEnvironment(environment, {"AWS_ENDPOINT_URL_" + upper(serviceId), "AWS_ENDPOINT_URL"}),
                fromServices(files, profile, serviceId)),
        fromProfile(files, profile, "endpoint_url"));
}

Result<ServiceEndpoint> stsEndpoint(const Settings &settings, const Environment &environment,
                                    const AwsFiles &files) {
    std::string region = settings.region ? settings.region->value : std::string();
    bool fips = settings.useFips;
    if (region.starts_with("fips-")) {
        region.erase(0, 5);
        fips = true;
    } else if (region.ends_with("-fips")) {
        region.erase(region.size() - 5);
        fips = true;
    }
    if (auto given = configuredEndpoint("sts", settings.profile.value, environment, files)) {
        if (fips || settings.useDualStack) {
            return fail(ErrorCode::Configuration, std::string("Invalid Configuration: ") +
                                                      (fips ? "FIPS" : "Dualstack") +
                                                      " and custom endpoint are not supported");
        }
        return ServiceEndpoint{given->value, region.empty() ? globalRegion : region, given->source};
    }
    if (region.empty() || region == "aws-global" ||
        (!fips && !settings.useDualStack && isLegacyStsRegion(region) &&
         wantsLegacySts(settings, environment, files))) {
        return ServiceEndpoint{globalSts, globalRegion, {}};
    }
    if (!isHostLabel(region)) {
        return fail(ErrorCode::Configuration,
                    "the Region name is no host label (letters, digits and dashes)");
    }
    return regionalSts(region, fips, settings.useDualStack);
}

Result<SsoEndpoints> ssoEndpoints(const std::string &region, const std::string &profile,
                                  const Environment &environment, const AwsFiles &files) {
    if (!isHostLabel(region)) {
        return fail(ErrorCode::Configuration,
                    "sso_region of profile " + profile + " is no Region name (letters, digits and dashes)");
    }
    const std::string suffix = region + "." + std::string(partitionOf(region).suffix);
    const auto endpoint = [&](const std::string &serviceId, const std::string &host) {
        auto given = configuredEndpoint(serviceId, profile, environment, files);
        return given ? ServiceEndpoint{given->value, region, given->source}
                     : ServiceEndpoint{"https://" + host + suffix, region, {}};
    };
    return SsoEndpoints{endpoint("sso_oidc", "oidc."), endpoint("sso", "portal.sso.")};
}

} // namespace keyturn::credentials
