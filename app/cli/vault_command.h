// SPDX-License-Identifier: Apache-2.0
// What the files of "keyturn-cli vault" share.
#pragma once

#include "aws/value.h"
#include "commands.h"
#include "workspace/vault_access.h"

#include <optional>
#include <string>
#include <variant>

namespace keyturn::cli {

Outcome<std::shared_ptr<workspace::OpenVault>> openNamed(const CommandLine &line, Runtime &runtime,
                                                         workspace::OpenMode mode);
/// Locks: the command is done when the vault is one single file again.
ExitOutcome finished(workspace::OpenVault &vault);

aws::Value slotList(const workspace::VaultFacts &facts);
/// A file that exists is refused, before anything is changed.
Outcome<std::monostate> checkRecoveryFile(const std::optional<std::string> &file);
/// Makes a new recovery code and writes it to a new file of mode 0600, or shows it on the terminal; never on
/// standard output.
Outcome<std::monostate> handOutRecoveryCode(workspace::OpenVault &vault,
                                            const std::optional<std::string> &file);
/// To a new file of mode 0600, or to the terminal.
Outcome<std::monostate> writeRecoveryFile(const SecretBytes &code, const std::string &path);
Outcome<std::monostate> showOnTerminal(const SecretBytes &code);
ExitOutcome runVaultSlots(const CommandLine &line, Runtime &runtime);
ExitOutcome runVaultLog(const CommandLine &line, Runtime &runtime);
ExitOutcome rotateVaultKey(const CommandLine &line, Runtime &runtime);

} // namespace keyturn::cli
