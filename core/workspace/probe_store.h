// SPDX-License-Identifier: Apache-2.0
// ProbeStore: the last connection report of each profile, one small JSON file each beside the profiles
// (0600, replaced atomically, no secrets). A report counts only for the endpoint and Region it was made at.
// One thread at a time. Errors: file errors; a file that cannot be read is as good as none.
#pragma once

#include "base/result.h"
#include "workspace/connection_report.h"
#include "workspace/profile.h"

#include <filesystem>
#include <optional>

namespace keyturn::workspace {

class ProbeStore {
public:
    /// `folder` empty: "probes" beside ProfileStore::defaultPath().
    explicit ProbeStore(std::filesystem::path folder = {});

    Status save(const Profile &profile, const ConnectionReport &report);
    std::optional<ConnectionReport> load(const Profile &profile) const;
    Status remove(const Profile &profile);

private:
    std::filesystem::path fileOf(const Profile &profile) const;
    std::filesystem::path m_folder;
};

} // namespace keyturn::workspace
