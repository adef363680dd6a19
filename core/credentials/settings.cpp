// SPDX-License-Identifier: Apache-2.0
#include "credentials/settings.h"

#include "credentials/partition.h"
#include "credentials/setting_sources.h"

#include <charconv>

namespace keyturn::credentials {

namespace {

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

Status selectRegion(Settings &out, const ExplicitSettings &given, const Environment &environment,
                    const AwsFiles &files) {
    out.region = given.region
                     ? Sourced{*given.region, "--region"}
                     : firstOf(fromEnvironment(environment, {"AWS_REGION", "AWS_DEFAULT_REGION"}, true),
                               fromProfile(files, out.profile.value, "region"));
    if (!out.region) {
        return {};
    }
    if (out.region->value.empty()) {
        return fail(ErrorCode::Configuration, "the Region from " + out.region->source + " is empty");
    }
    if (!isHostLabel(out.region->value)) {
        return fail(ErrorCode::Configuration,
                    "Provided region_name '" + out.region->value + "' doesn't match a supported format.");
    }
    return {};
}

Status selectEndpoint(Settings &out, const ExplicitSettings &given, const Environment &environment,
                      const AwsFiles &files) {
    const std::string &profile = out.profile.value;
    out.endpointUrl = given.endpointUrl ? Sourced{*given.endpointUrl, "--endpoint-url"}
                                        : configuredEndpoint("kms", profile, environment, files);
    out.useFips = isTrue(firstOf(fromEnvironment(environment, {"AWS_USE_FIPS_ENDPOINT"}),
                                 fromProfile(files, profile, "use_fips_endpoint")));
    out.useDualStack = isTrue(firstOf(fromEnvironment(environment, {"AWS_USE_DUALSTACK_ENDPOINT"}),
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
    const auto given = firstOf(fromEnvironment(environment, {"AWS_MAX_ATTEMPTS"}),
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
                                  : firstOf(fromEnvironment(environment, {"AWS_CA_BUNDLE"}),
                                            fromProfile(files, out.profile.value, "ca_bundle"));
    return out;
}

} // namespace keyturn::credentials
