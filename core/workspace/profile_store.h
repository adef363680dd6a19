// SPDX-License-Identifier: Apache-2.0
// ProfileStore: the profiles of this person, in one JSON file without secrets (config folder, 0600, replaced
// atomically). One owner, one thread. A file of a newer version or with faults is refused and left as it is.
// Errors: Configuration (file and member named), Usage, ProfileNotFound, file errors.
#pragma once

#include "workspace/profile.h"

#include <vector>

namespace keyturn::workspace {

class ProfileStore {
public:
    /// <config folder>/profiles.json, or what KEYTURN_PROFILES names.
    static std::filesystem::path defaultPath();
    /// A missing file is an empty store.
    static Result<ProfileStore> load(const std::filesystem::path &path);
    /// An empty store in place of a file that could not be read: every change is refused with `reason`, so
    /// that the file stays as it is.
    static ProfileStore refusing(std::string reason);

    const std::vector<Profile> &profiles() const { return m_profiles; }
    const Profile *find(std::string_view name) const;
    /// Each of these validates, writes the file, and changes nothing when that fails.
    Status add(Profile profile);
    Status addAll(std::vector<Profile> profiles); ///< all or none
    Status replace(const Profile &profile);       ///< by id
    Status remove(std::string_view name);

private:
    explicit ProfileStore(std::filesystem::path path)
        : m_path(std::move(path)) {}
    Status save(std::vector<Profile> profiles);

    std::filesystem::path m_path;
    std::string m_refusal;           ///< not empty: why nothing may be saved
    std::vector<Profile> m_profiles; ///< by name
};

} // namespace keyturn::workspace
