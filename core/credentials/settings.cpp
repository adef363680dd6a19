// SPDX-License-Identifier: Apache-2.0
#include "credentials/settings.h"

#include "base/text.h"

#include <charconv>
#include <initializer_list>

namespace keyturn::credentials {

namespace {

std::optional<Sourced> fromEnvironment(const Environment &environment,
                                       std::initializer_list<const char *> names, bool emptyCounts = false) {
    for (const char *name : names) {
        const auto value = environment(name);
        if (value && (emptyCounts || !value->empty())) {
            return Sourced{std::string(*value), name};
        }
    }
    return std::nullopt;
}

std::optional<Sourced> fromProfile(const AwsFiles &files, const std::string &profile, const std::string &name,
                                   bool emptyCounts = false) {
    std::string file;
    const std::string *value = files.setting(profile, name, &file);
    if (value == nullptr || (value->empty() && !emptyCounts)) {
        return std::nullopt;
    }
    return Sourced{*value, file + ", profile " + profile};
}

bool isTrue(const std::optional<Sourced> &value) {
    return value && toLowerAscii(value->value) == "true";
}

std::optional<Sourced> first(std::optional<Sourced> a, std::optional<Sourced> b) {
    return a ? a : b;
}

Status selectProfile(Settings &out, const ExplicitSettings &given, const Environment &environment,
                     const AwsFiles &files) {
    if (given.profile) {
        out.profile = {*given.profile, "--profile"};
        out.profileIsExplicit = true;
    } else if (auto named = fromEnvironment(environment, {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}, true)) {
        out.profile = std::move(*named);
    } else {
        out.profile = {"default", "default"};
        return {}; // may be missing
    }
    if (!files.hasProfile(out.profile.value)) {
        return fail(ErrorCode::ProfileNotFound,
                    "The config profile (" + out.profile.value + ") could not be found");
    }
    return {};
}

/// As botocore: a host label.
bool isRegionName(std::string_view name) {
    if (name.empty() || name.size() > 63 || name.front() == '-' || name.back() == '-') {
        return false;
    }
    for (const char c : name) {
        const bool good =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (!good) {
            return false;
        }
    }
    return true;
}

Status selectRegion(Settings &out, const ExplicitSettings &given, const Environment &environment,
                    const AwsFiles &files) {
    out.region = given.region
                     ? Sourced{*given.region, "--region"}
                     : first(fromEnvironment(environment, {"AWS_REGION", "AWS_DEFAULT_REGION"}, true),
                             fromProfile(files, out.profile.value, "region"));
    if (!out.region) {
        return {};
    }
    if (out.region->value.empty()) {
        return fail(ErrorCode::Configuration, "the Region from " + out.region->source + " is empty");
    }
    if (!isRegionName(out.region->value)) {
        return fail(ErrorCode::Configuration,
                    "Provided region_name '" + out.region->value + "' doesn't match a supported format.");
    }
    return {};
}

/// The `kms` block of the [services X] section that the profile names.
std::optional<Sourced> fromServices(const AwsFiles &files, const std::string &profile) {
    const std::string *services = files.setting(profile, "services");
    if (services == nullptr) {
        return std::nullopt;
    }
    const auto section = files.config.services.find(*services);
    if (section == files.config.services.end()) {
        return std::nullopt;
    }
    const auto block = section->second.nested.find("kms");
    if (block == section->second.nested.end()) {
        return std::nullopt;
    }
    const auto url = block->second.find("endpoint_url");
    if (url == block->second.end() || url->second.empty()) {
        return std::nullopt;
    }
    return Sourced{url->second, files.configPath.string() + ", services " + *services + ", kms"};
}

Status selectEndpoint(Settings &out, const ExplicitSettings &given, const Environment &environment,
                      const AwsFiles &files) {
    const std::string &profile = out.profile.value;
    const bool ignored = isTrue(first(fromEnvironment(environment, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}),
                                      fromProfile(files, profile, "ignore_configured_endpoint_urls")));
    if (given.endpointUrl) {
        out.endpointUrl = Sourced{*given.endpointUrl, "--endpoint-url"};
    } else if (!ignored) {
        out.endpointUrl =
            first(first(fromEnvironment(environment, {"AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"}),
                        fromServices(files, profile)),
                  fromProfile(files, profile, "endpoint_url"));
    }
    out.useFips = isTrue(first(fromEnvironment(environment, {"AWS_USE_FIPS_ENDPOINT"}),
                               fromProfile(files, profile, "use_fips_endpoint")));
    out.useDualStack = isTrue(first(fromEnvironment(environment, {"AWS_USE_DUALSTACK_ENDPOINT"}),
                                    fromProfile(files, profile, "use_dualstack_endpoint")));
    if (out.endpointUrl && out.useFips) {
        return fail(ErrorCode::Configuration,
                    "Invalid Configuration: FIPS and custom endpoint are not supported");
    }
    if (out.endpointUrl && out.useDualStack) {
        return fail(ErrorCode::Configuration,
                    "Invalid Configuration: Dualstack and custom endpoint are not supported");
    }
    return {};
}

Status selectMaxAttempts(Settings &out, const Environment &environment, const AwsFiles &files) {
    const auto given = first(fromEnvironment(environment, {"AWS_MAX_ATTEMPTS"}),
                             fromProfile(files, out.profile.value, "max_attempts"));
    if (!given) {
        return {};
    }
    int value = 0;
    const char *end = given->value.data() + given->value.size();
    const auto parsed = std::from_chars(given->value.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || value < 1) {
        return fail(ErrorCode::Configuration,
                    "the number of attempts from " + given->source + " is no number of at least 1");
    }
    out.maxAttempts = value;
    return {};
}

} // namespace

Result<Sourced> Settings::requireRegion() const {
    if (!region) {
        return fail(ErrorCode::NoRegion, "You must specify a region. You can also configure your region by "
                                         "running \"aws configure\".");
    }
    return *region;
}

Result<Settings> resolveSettings(const ExplicitSettings &given, const Environment &environment,
                                 const AwsFiles &files) {
    Settings out;
    if (auto done = selectProfile(out, given, environment, files); !done) {
        return failFrom(done);
    }
    if (auto done = selectRegion(out, given, environment, files); !done) {
        return failFrom(done);
    }
    if (auto done = selectEndpoint(out, given, environment, files); !done) {
        return failFrom(done);
    }
    if (auto done = selectMaxAttempts(out, environment, files); !done) {
        return failFrom(done);
    }
    out.caBundle = given.caBundle ? Sourced{*given.caBundle, "--ca-bundle"}
                                  : first(fromEnvironment(environment, {"AWS_CA_BUNDLE"}),
                                          fromProfile(files, out.profile.value, "ca_bundle"));
    return out;
}

} // namespace keyturn::credentials
