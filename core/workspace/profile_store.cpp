// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile_store.h"

#include "base/atomic_file.h"
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "workspace/profile_json.h"

#include <algorithm>
#include <cstdlib>

namespace keyturn::workspace {
namespace {

constexpr std::size_t maxFileBytes = 1024 * 1024;

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
    auto document = readProfiles(DocumentKind::Store, asText(*content));
    if (!document) {
        return fail(ErrorCode::Configuration, path.string() + ": " + document.error().detail);
    }
    store.m_profiles = std::move(document->profiles);
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
    std::vector<Profile> one;
    one.push_back(std::move(profile));
    return addAll(std::move(one));
}

Status ProfileStore::addAll(std::vector<Profile> added) {
    auto profiles = m_profiles;
    for (Profile &profile : added) {
        if (auto valid = validateProfile(profile); !valid) {
            return valid;
        }
        if (std::ranges::find(profiles, profile.name, &Profile::name) != profiles.end()) {
            return fail(ErrorCode::Usage, "A profile with the name \"" + profile.name + "\" exists already.");
        }
        profiles.push_back(std::move(profile));
    }
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
    if (auto folder = platform::createPrivateDirectory(m_path.parent_path()); !folder) {
        return folder;
    }
    auto written = writeFileAtomically(m_path, asBytes(writeProfiles(DocumentKind::Store, profiles)), {});
    if (written) {
        m_profiles = std::move(profiles);
    }
    return written;
}

} // namespace keyturn::workspace
