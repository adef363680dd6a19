// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile_json.h"

#include "workspace/strict_json.h"

namespace keyturn::workspace {
namespace {

void putText(Json &json, const char *member, const std::string &text) {
    if (!text.empty()) {
        json[member] = text;
    }
}

void putFlag(Json &json, const char *member, bool value) {
    if (value) {
        json[member] = true;
    }
}

void putNumber(Json &json, const char *member, std::optional<int> value) {
    if (value) {
        json[member] = *value;
    }
}

void writeCredentials(Json &json, const Profile &profile) {
    json["credentials"] = wireName(profile.credentialSource);
    putText(json, "awsProfile", profile.awsProfile);
    putText(json, "credentialProcess", profile.credentialProcess);
    if (profile.credentialSource == CredentialSource::Sso) {
        Json &sso = json["sso"];
        putText(sso, "startUrl", profile.sso.startUrl);
        putText(sso, "region", profile.sso.region);
        putText(sso, "accountId", profile.sso.accountId);
        putText(sso, "roleName", profile.sso.roleName);
    }
    if (profile.credentialSource == CredentialSource::Role) {
        Json &role = json["role"];
        putText(role, "arn", profile.role.roleArn);
        putText(role, "externalId", profile.role.externalId);
        putText(role, "mfaSerial", profile.role.mfaSerial);
        putText(role, "sessionName", profile.role.sessionName);
        putNumber(role, "durationSeconds", profile.role.durationSeconds);
        role["base"] = wireName(profile.role.base);
    }
}

Json toJson(DocumentKind kind, const Profile &profile) {
    Json json;
    if (kind == DocumentKind::Store) {
        json["id"] = profile.id;
    }
    json["name"] = profile.name;
    json["kind"] = wireName(profile.kind);
    json["environment"] = wireName(profile.environment);
    putText(json, "environmentLabel", profile.environmentLabel);
    json["safety"] = wireName(profile.safety);
    putNumber(json, "shortestDeletionDays", profile.shortestDeletionDays);
    putNumber(json, "callsPerSecond", profile.callsPerSecond);
    if (kind == DocumentKind::Store && profile.origin != ProfileOrigin::Own) {
        json["origin"] = wireName(profile.origin);
    }
    if (profile.kind == ProfileKind::Vault) {
        json["vaultFile"] = profile.vaultFile.string();
        return json;
    }
    json["service"] = wireName(profile.service);
    json["region"] = profile.region;
    putText(json, "endpoint", profile.endpointUrl);
    putFlag(json, "fips", profile.fips);
    putFlag(json, "dualStack", profile.dualStack);
    putText(json, "caBundle", profile.caBundle.string());
    writeCredentials(json, profile);
    return json;
}

std::optional<int> boundedInteger(MemberReader &read, const char *member) {
    const auto value = read.integer(member);
    if (value && (*value < 0 || *value > 1'000'000)) {
        read.fault(member, "is out of bounds");
        return std::nullopt;
    }
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

void readSso(MemberReader &read, SsoSettings &sso) {
    if (const Json *json = read.object("sso")) {
        MemberReader inner(*json, "sso.");
        sso = {inner.text("startUrl", true), inner.text("region", true), inner.text("accountId", true),
               inner.text("roleName", true)};
        if (const std::string fault = inner.finish(); !fault.empty()) {
            read.faultAt(fault);
        }
    }
}

void readRole(MemberReader &read, RoleSettings &role) {
    if (const Json *json = read.object("role")) {
        MemberReader inner(*json, "role.");
        role.roleArn = inner.text("arn", true);
        role.externalId = inner.text("externalId");
        role.mfaSerial = inner.text("mfaSerial");
        role.sessionName = inner.text("sessionName");
        role.durationSeconds = boundedInteger(inner, "durationSeconds");
        role.base = inner.choice("base", &credentialSourceFromName, CredentialSource::Keychain);
        if (const std::string fault = inner.finish(); !fault.empty()) {
            read.faultAt(fault);
        }
    }
}

void readEndpoint(MemberReader &read, Profile &profile) {
    profile.vaultFile = read.text("vaultFile");
    profile.region = read.text("region");
    profile.endpointUrl = read.text("endpoint");
    profile.fips = read.flag("fips");
    profile.dualStack = read.flag("dualStack");
    profile.caBundle = read.text("caBundle");
    // Version 1 had one kind of endpoint: AWS, or whatever stood at its URL.
    profile.service =
        read.choice("service", &endpointServiceFromName,
                    profile.endpointUrl.empty() ? EndpointService::Aws : EndpointService::Custom);
    profile.credentialSource =
        read.choice("credentials", &credentialSourceFromName, CredentialSource::Keychain);
    profile.awsProfile = read.text("awsProfile");
    profile.credentialProcess = read.text("credentialProcess");
    readSso(read, profile.sso);
    readRole(read, profile.role);
}

Result<Profile> fromJson(DocumentKind kind, int version, const Json &json) {
    if (!json.is_object()) {
        return fail(ErrorCode::Configuration, "each profile must be an object.");
    }
    MemberReader read(json);
    Profile profile;
    profile.id = kind == DocumentKind::Store ? read.text("id", true) : newProfileId();
    profile.name = read.text("name", true);
    profile.kind = read.choice("kind", &profileKindFromName, ProfileKind::Endpoint);
    profile.environment = read.choice("environment", &environmentFromName, Environment::Development);
    profile.environmentLabel = read.text("environmentLabel");
    const SafetyLevel absent = version == 1
                                   ? (read.flag("readOnly") ? SafetyLevel::ReadOnly : SafetyLevel::Normal)
                                   : defaultSafety(profile.environment);
    profile.safety = read.choice("safety", &safetyLevelFromName, absent);
    profile.shortestDeletionDays = boundedInteger(read, "shortestDeletionDays");
    profile.callsPerSecond = boundedInteger(read, "callsPerSecond");
    if (kind == DocumentKind::Store) {
        profile.origin = read.choice("origin", &profileOriginFromName, ProfileOrigin::Own);
    } else {
        profile.origin = ProfileOrigin::Shared;
    }
    readEndpoint(read, profile);
    if (const std::string fault = read.finish(); !fault.empty()) {
        const std::string whose = profile.name.empty() ? "" : "profile \"" + profile.name + "\": ";
        return fail(ErrorCode::Configuration, whose + fault + ".");
    }
    if (auto valid = validateProfile(profile); !valid) {
        return fail(ErrorCode::Configuration, valid.error().detail);
    }
    return profile;
}

const char *versionMember(DocumentKind kind) {
    return kind == DocumentKind::Store ? "version" : "keyturnProfiles";
}

Result<int> readVersion(DocumentKind kind, const Json &json) {
    const char *member = versionMember(kind);
    if (!json.is_object() || !json.contains(member) || !json[member].is_number_integer()) {
        return fail(ErrorCode::Configuration,
                    std::string("no profile file: a JSON object with \"") + member + "\" is expected.");
    }
    const auto version = json[member].get<std::int64_t>();
    if (version > profileFormat || version < 1) {
        return fail(ErrorCode::Configuration, "written by a newer version of Keyturn; this one reads up to "
                                              "version " +
                                                  std::to_string(profileFormat) + ".");
    }
    return static_cast<int>(version);
}

} // namespace

std::string writeProfiles(DocumentKind kind, const std::vector<Profile> &profiles) {
    Json json;
    json[versionMember(kind)] = profileFormat;
    json["profiles"] = Json::array();
    for (const Profile &profile : profiles) {
        json["profiles"].push_back(toJson(kind, profile));
    }
    return json.dump(2) + "\n";
}

Result<ProfileDocument> readProfiles(DocumentKind kind, std::string_view text) {
    auto json = parseStrictJson(text);
    if (!json) {
        return fail(ErrorCode::Configuration, "no profile file: " + json.error().detail);
    }
    const auto version = readVersion(kind, *json);
    if (!version) {
        return fail(version.error());
    }
    MemberReader read(*json);
    read.integer(versionMember(kind));
    const Json *list = read.array("profiles");
    if (const std::string fault = read.finish(); list == nullptr || !fault.empty()) {
        return fail(ErrorCode::Configuration, list == nullptr ? "\"profiles\" must be a list." : fault + ".");
    }
    ProfileDocument document;
    document.version = *version;
    for (const Json &entry : *list) {
        auto profile = fromJson(kind, *version, entry);
        if (!profile) {
            return failFrom(profile);
        }
        for (const Profile &other : document.profiles) {
            if (other.name == profile->name || other.id == profile->id) {
                return fail(ErrorCode::Configuration,
                            "two profiles have the name \"" + profile->name + "\" or its id.");
            }
        }
        document.profiles.push_back(std::move(*profile));
    }
    return document;
}

} // namespace keyturn::workspace
