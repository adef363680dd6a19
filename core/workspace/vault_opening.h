// SPDX-License-Identifier: Apache-2.0
// Opening a vault's file, patiently: what vault_access and vault_care share. Internal to them. Blocks; never
// on a GUI thread. Errors: those of Container::open, Cancelled.
#pragma once

#include "base/cancel.h"
#include "vault/container.h"
#include "workspace/vault_access.h"

#include <chrono>
#include <functional>
#include <string>

namespace keyturn::workspace {

struct Patience {
    std::chrono::seconds atMost{0};
    std::function<void(const Error &inUse)> waits; ///< told once, when there is something to wait for
};
/// Waits as long as asked while another program has the vault.
Result<vault::Container> openPatiently(const std::filesystem::path &file, vault::Access access,
                                       const Patience &patience, const CancelToken &cancel);

Status unlock(vault::Container &container, UnlockWith with, const SecretBytes &secret,
              const CancelToken &cancel);

std::string uuidText(const vault::VaultUuid &id);

} // namespace keyturn::workspace
