// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile_store.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace keyturn::workspace {
namespace {

using Json = nlohmann::ordered_json;

constexpr int formatVersion = 1;
constexpr std::size_t maxFileBytes = 1024 * 1024;

Json toJson(const Profile &profile) {
    Json json;
    json["id"] = profile.id;
    json["name"] = profile.name;
    json["kind"] = wireName(profile.kind);
    json["environment"] = wireName(profile.environment);
    json["readOnly"] = profile.readOnly;
    if (profile.kind == ProfileKind::Vault) {
        json["vaultFile"] = profile.vaultFile.string();
        return json;
    }
    json["region"] = profile.region;
    json["endpoint"] = profile.endpointUrl;
    json["credentials"] = wireName(profile.credentialSource);
    json["awsProfile"] = profile.awsProfile;
    json["caBundle"] = profile.caBundle.string();
    return json;
}

/// Reads one profile's members; the first fault is kept with its member's name.
class MemberReader {
public:
    explicit MemberReader(const Json &json)
        : m_json(json) {}

    std::string text(const char *member, bool required = false) {
        const auto found = m_json.find(member);
        if (found == m_json.end()) {
            return required ? fault(member, "is missing") : std::string();
        }
        return found->is_string() ? found->get<std::string>() : fault(member, "must be a text");
    }
    bool flag(const char *member) {
        const auto found = m_json.find(member);
        if (found == m_json.end()) {
            return false;
        }
        if (!found->is_boolean()) {
            fault(member, "must be true or false");
            return false;
        }
        return found->get<bool>();
    }
    template <class E>
    E choice(const char *member, Result<E> (*fromName)(std::string_view), E absent) {
        const std::string name = text(member);
        if (name.empty()) {
            return absent;
        }
        const auto value = fromName(name);
        if (!value) {
            fault(member, value.error().detail);
            return absent;
        }
        return *value;
    }
    const std::string &firstFault() const { return m_fault; }

private:
    std::string fault(const std::string &member, const std::string &what) {
        if (m_fault.empty()) {
            m_fault = member + " " + what;
        }
        return {};
    }
    const Json &m_json;
    std::string m_fault;
};

Result<Profile> fromJson(const Json &json) {
    if (!json.is_object()) {
        return fail(ErrorCode::Configuration, "each profile must be an object");
    }
    MemberReader read(json);
    Profile profile;
    profile.id = read.text("id", true);
    profile.name = read.text("name", true);
    profile.kind = read.choice("kind", &profileKindFromName, ProfileKind::Endpoint);
    profile.environment = read.choice("environment", &environmentFromName, Environment::Development);
    profile.readOnly = read.flag("readOnly");
    profile.vaultFile = read.text("vaultFile");
    profile.region = read.text("region");
    profile.endpointUrl = read.text("endpoint");
    profile.credentialSource =
        read.choice("credentials", &credentialSourceFromName, CredentialSource::Keychain);
    profile.awsProfile = read.text("awsProfile");
    profile.caBundle = read.text("caBundle");
    if (!read.firstFault().empty()) {
        return fail(ErrorCode::Configuration, read.firstFault());
    }
    if (auto valid = validateProfile(profile); !valid) {
        return fail(ErrorCode::Configuration, valid.error().detail);
    }
    return profile;
}

Error inFile(const std::filesystem::path &path, const std::string &what) {
    return clientError(ErrorCode::Configuration, path.string() + ": " + what);
}

} // namespace

std::filesystem::path ProfileStore::defaultPath() {
    if (const char *named = std::getenv("KEYTURN_PROFILES"); named != nullptr && *named != '\0') {
        return named;
    }
    return platform::configDirectory() / "profiles.json";
}

Result<ProfileStore> ProfileStore::load(const std::filesystem::path &path) {
    ProfileStore store(path);
    auto content = readFile(path, maxFileBytes);
    if (!content) {
        if (content.error().code == ErrorCode::FileNotFound) {
            return store;
        }
        return failFrom(content);
    }
    const Json json = Json::parse(asText(*content), nullptr, false);
    if (!json.is_object() || !json.contains("version") || !json["version"].is_number_integer()) {
        return fail(inFile(path, "no profile file: a JSON object with \"version\" is expected."));
    }
    if (json["version"].get<int>() > formatVersion) {
        return fail(inFile(path, "written by a newer version of Keyturn; this one reads version 1."));
    }
    if (!json.contains("profiles") || !json["profiles"].is_array()) {
        return fail(inFile(path, "\"profiles\" must be a list."));
    }
    for (const Json &entry : json["profiles"]) {
        auto profile = fromJson(entry);
        if (!profile) {
            return fail(inFile(path, profile.error().detail));
        }
        if (store.find(profile->name) != nullptr) {
            return fail(inFile(path, "two profiles have the name \"" + profile->name + "\"."));
        }
        store.m_profiles.push_back(std::move(*profile));
    }
    return store;
}

ProfileStore ProfileStore::refusing(std::string reason) {
    ProfileStore store({});
    store.m_refusal = std::move(reason);
    return store;
}

const Profile *ProfileStore::find(std::string_view name) const {
    const auto found = std::ranges::find(m_profiles, name, &Profile::name);
    return found == m_profiles.end() ? nullptr : &*found;
}

Status ProfileStore::add(Profile profile) {
    if (auto valid = validateProfile(profile); !valid) {
        return valid;
    }
    if (find(profile.name) != nullptr) {
        return fail(ErrorCode::Usage, "A profile with the name \"" + profile.name + "\" exists already.");
    }
    auto profiles = m_profiles;
    profiles.push_back(std::move(profile));
    return save(std::move(profiles));
}

Status ProfileStore::replace(const Profile &profile) {
    if (auto valid = validateProfile(profile); !valid) {
        return valid;
    }
    auto profiles = m_profiles;
    const auto found = std::ranges::find(profiles, profile.id, &Profile::id);
    if (found == profiles.end()) {
        return fail(ErrorCode::ProfileNotFound,
                    "The profile \"" + profile.name + "\" is not there any more.");
    }
    const Profile *sameName = find(profile.name);
    if (sameName != nullptr && sameName->id != profile.id) {
        return fail(ErrorCode::Usage, "A profile with the name \"" + profile.name + "\" exists already.");
    }
    *found = profile;
    return save(std::move(profiles));
}

Status ProfileStore::remove(std::string_view name) {
    auto profiles = m_profiles;
    if (std::erase_if(profiles, [&](const Profile &profile) { return profile.name == name; }) == 0) {
        return fail(ErrorCode::ProfileNotFound, "There is no profile \"" + std::string(name) + "\".");
    }
    return save(std::move(profiles));
}

Status ProfileStore::save(std::vector<Profile> profiles) {
    if (!m_refusal.empty()) {
        return fail(ErrorCode::Configuration, m_refusal);
    }
    std::ranges::sort(profiles, {}, &Profile::name);
    Json json;
    json["version"] = formatVersion;
    json["profiles"] = Json::array();
    for (const Profile &profile : profiles) {
        json["profiles"].push_back(toJson(profile));
    }
    if (auto folder = platform::createPrivateDirectory(m_path.parent_path()); !folder) {
        return folder;
    }
    auto written = writeFileAtomically(m_path, asBytes(json.dump(2) + "\n"), {});
    if (written) {
        m_profiles = std::move(profiles);
    }
    return written;
}

} // namespace keyturn::workspace
