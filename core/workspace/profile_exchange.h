// SPDX-License-Identifier: Apache-2.0
// Profiles from elsewhere and for others: import of the AWS files, export to a file without secrets, import
// of such a file. A preview shows every profile with its warnings before anything is stored; no secret is
// ever copied, and a command of an imported profile runs only after a person accepted it (Profile::origin;
// credentials/command_approvals.h). Pure but for reading the AWS files. Errors: Configuration (naming place
// and member), file errors.
#pragma once

#include "base/result.h"
#include "workspace/profile.h"
#include "workspace/profile_store.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::workspace {

struct ImportRow {
    Profile profile;  ///< with a new id, and a name that is free in the store
    std::string from; ///< "~/.aws/config, profile dev"
    std::vector<std::string> warnings;
    std::string command;       ///< of a credential process that has to be accepted; empty: none
    bool alreadyThere = false; ///< a stored profile has the same name and content already
};

struct ImportPreview {
    std::vector<ImportRow> rows;
    std::vector<std::string> warnings; ///< about the files as a whole, each naming file and line
};

/// Each AWS profile as one that takes its credentials from there. The files are those of the environment
/// (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, ~/.aws).
Result<ImportPreview> previewAwsImport(const ProfileStore &store);

/// UTF-8 JSON for a file that another person imports. Ids, accepted commands and secrets stay here.
std::string exportProfiles(std::span<const Profile> profiles);
/// Strict: an unknown member, a repeated name or a newer version is refused by name.
Result<ImportPreview> previewSharedProfiles(std::string_view text, const ProfileStore &store);
Result<ImportPreview> previewSharedFile(const std::filesystem::path &file, const ProfileStore &store);

/// Stores the rows; all or none.
Status importProfiles(ProfileStore &store, std::span<const ImportRow> rows);

} // namespace keyturn::workspace
