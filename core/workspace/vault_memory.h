// SPDX-License-Identifier: Apache-2.0
// VaultMemory: what this computer last knew of a vault at a path (copies elsewhere have memories of their
// own), in a small file of its own in Keyturn's state folder, so that an older copy put in the vault's place
// is noticed (core/vault/FORMAT.md section 5). Holds no secret. Written after every commit without a sync (a
// kill loses nothing of it), synced at opening and locking. One thread at a time. Owner: whoever opened the
// vault. Errors: those of files. Internal to this module.
#pragma once

#include "base/platform/shared_file.h"
#include "vault/container.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::workspace {

class VaultMemory {
public:
    /// `folder` empty: "vaults" in Keyturn's state folder. A file that cannot be understood is as good as
    /// none.
    static Result<std::shared_ptr<VaultMemory>> open(std::filesystem::path folder,
                                                     const std::filesystem::path &vaultFile,
                                                     const vault::VaultUuid &vaultId, bool readOnly);

    /// As it was found.
    const std::optional<vault::RootStamp> &known() const { return m_known; }
    bool wasUnreadable() const { return m_unreadable; }

    Status remember(const vault::RootStamp &stamp);
    Status settle();

private:
    VaultMemory() = default;
    std::filesystem::path m_file;
    std::optional<platform::SharedFile> m_open;
    std::optional<vault::RootStamp> m_known;
    bool m_unreadable = false;
};

struct AdmissionWish {
    std::filesystem::path memoryFolder;                         ///< empty: Keyturn's
    std::function<bool(const std::string &whatIsKnown)> accept; ///< empty: refused
    std::string program;
};
struct Admitted {
    std::shared_ptr<VaultMemory> memory; ///< null: nothing can be remembered here, or read-only
    std::vector<std::string> warnings;
};
/// Of an unlocked vault: whether it goes on from what this computer knew. Otherwise it asks, notes the answer
/// in the vault's log, and remembers; from then on every commit is remembered. A vault open for reading only
/// is let through with a warning, and nothing is remembered. Errors: kms::isOlderVault, those of the
/// container.
Result<Admitted> admitVault(vault::Container &container, const AdmissionWish &wish);

} // namespace keyturn::workspace
