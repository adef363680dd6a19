// SPDX-License-Identifier: Apache-2.0
// When a key of a vault was used last, by the vault's own log (chainlog/FORMAT.md, "Export"). Acts that
// change or describe the key are no uses. Reads the newest million records. Any thread. Errors: those of the
// log.
#pragma once

#include "reencrypt/campaign/campaign.h"
#include "workspace/vault_access.h"

namespace keyturn::ui {

/// `key`: id or ARN.
Result<reencrypt::LastUse> lastUseInLog(workspace::OpenVault &vault, const std::string &key);

} // namespace keyturn::ui
