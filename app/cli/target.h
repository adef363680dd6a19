// SPDX-License-Identifier: Apache-2.0
// Target: what a command works on, named by options or environment, never guessed: a vault file, a profile of
// Keyturn, or an endpoint with the settings of the AWS files. Found first (cheap, no secret), opened later,
// so that a bad request costs no unlocking. Failures: 253 when nothing is named, no Region or no credentials;
// those of opening.
#pragma once

#include "command_line.h"
#include "kms/service.h"
#include "runtime.h"
#include "workspace/connect.h"
#include "workspace/profile.h"
#include "workspace/vault_access.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace keyturn::cli {

struct Target {
    enum class Kind { Vault, KeyturnProfile, AwsSettings, Snapshot };
    Kind kind = Kind::Vault;
    std::filesystem::path vaultFile;
    std::filesystem::path snapshotFile;
    workspace::Profile profile; ///< of Kind::KeyturnProfile
    std::string endpointUrl;    ///< of an endpoint
    std::string region;
    std::string binaryFormat; ///< what the AWS files prefer; may be empty
    std::string output;
};

Outcome<Target> findTarget(const CommandLine &line);

struct OpenTarget {
    std::shared_ptr<workspace::OpenVault> vault; ///< nullptr for an endpoint
    std::shared_ptr<kms::KmsService> service;
    std::string credentialOrigin;
    /// The service's clock minus ours, once it has answered; empty where it has none of its own.
    std::function<std::optional<std::chrono::seconds>()> clockOffset;
};

/// An endpoint of a profile, with its credentials at hand and the terminal to ask on.
Outcome<workspace::Connection> connectProfile(const workspace::Profile &profile, const CommandLine &line,
                                              Runtime &runtime);

Outcome<OpenTarget> openTarget(const Target &target, const CommandLine &line, Runtime &runtime);

/// The vault that --vault or KEYTURN_VAULT names; 253 when neither does.
Outcome<std::filesystem::path> namedVault(const CommandLine &line);
/// With what unlocks it: passphrase file, keychain or prompt, in this order.
Outcome<workspace::VaultToOpen> vaultToOpen(const std::filesystem::path &file, workspace::OpenMode mode,
                                            const CommandLine &line, Runtime &runtime);
/// Opens it with passphrase file, keychain or prompt, in this order.
Outcome<std::shared_ptr<workspace::OpenVault>> openNamedVault(const std::filesystem::path &file,
                                                              workspace::OpenMode mode,
                                                              const CommandLine &line, Runtime &runtime);
/// What says whether an older copy of a vault counts: --accept-older-vault, or a person at the terminal.
std::function<bool(const std::string &what)> olderVaultQuestion(const CommandLine &line);
/// From --passphrase-file or KEYTURN_PASSPHRASE_FILE; nothing when neither is given.
Outcome<std::optional<SecretBytes>> givenPassphrase(const CommandLine &line);

/// An error of a call as the AWS CLI says it, with the endpoint where it names one.
Failure callFailure(Error error, const Target &target);

} // namespace keyturn::cli
