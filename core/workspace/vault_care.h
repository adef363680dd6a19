// SPDX-License-Identifier: Apache-2.0
// Care of a vault that nobody has open: a new vault key, its log verified. Each function opens the file
// itself and leaves it locked. Thread rule: any thread but a GUI thread: they block, a key derivation alone
// takes about a second. Errors: those of openVault (vault_access.h), Cancelled; unless said otherwise nothing
// has changed then.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "workspace/vault_access.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::workspace {

/// A new key for a vault that nobody has open: every row, log page and slot is renewed in one transaction, so
/// that the old key or the new one opens it whatever happens. The passphrase stays; other slots are gone
/// unless their new secret is here, and a keychain slot's is made and given back.
struct VaultKeyRotation {
    std::filesystem::path file;
    SecretBytes passphrase;
    bool keychainSlot = false;                 ///< make one, or renew it
    std::optional<SecretBytes> recoveryCode{}; ///< of draftRecoveryCode(), written down and typed back
    std::chrono::seconds waitIfInUse{0};
    std::function<void(const Error &inUse)> waits = {};
    std::string program{};
    Progress progress{};
    std::function<bool(const std::string &what)> acceptOlder{}; ///< as in VaultToOpen
    std::filesystem::path memoryFolder{};
};
struct RotatedVaultKey {
    std::string vaultId;
    std::uint32_t keyEpoch = 0; ///< of the new key
    std::uint64_t rows = 0;
    std::uint64_t logPages = 0;
    std::optional<SecretBytes> keychainSecret; ///< to be put into the OS keychain now
    std::vector<std::string> droppedSlots;     ///< in words
    std::string warning;                       ///< what went wrong after the key was renewed; mostly empty
};
/// After an error nothing has changed; after IoFailed (a failed write or sync) the new key may count all the
/// same.
Result<RotatedVaultKey> rotateVaultKey(VaultKeyRotation rotation, CancelToken cancel);

/// A vault's own log, checked from its first record to its last. Nothing is locked or written, and a damaged
/// vault is read as far as it can be.
struct VaultLogReport {
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::string lastHash;               ///< hex; of the last record, as the vault's root has it
    std::vector<std::string> findings;  ///< each with its place; none: the log is what was written
    std::string sealedBy;               ///< in words
    std::vector<std::string> notProven; ///< what the chain does not show, in words
};
Result<VaultLogReport> verifyVaultLog(VaultToOpen vault, Progress progress, CancelToken cancel);

} // namespace keyturn::workspace
