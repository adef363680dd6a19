// SPDX-License-Identifier: Apache-2.0
// keyturn-cli vault rotate-key: a new vault key, with new slots around it.
#include "console.h"
#include "progress_line.h"
#include "report.h"
#include "target.h"
#include "vault_command.h"
#include "workspace/vault_care.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;

constexpr int triesToTypeBack = 3;
constexpr std::string_view oldCopiesNote =
    "Backups and other copies made before still open with the old key and its slots, and hold the same key "
    "material. Where that must not be: rotate the keys too, re-encrypt, and destroy the copies.\n";

bool hasSlot(const workspace::VaultFacts &facts, std::string_view type) {
    return std::ranges::any_of(facts.slots, [type](const auto &slot) { return slot.type == type; });
}

/// Whether it opens the vault, before anybody copies a recovery code in vain.
Outcome<std::monostate> checkPassphrase(const std::filesystem::path &file, const SecretBytes &passphrase) {
    workspace::VaultToOpen opening;
    opening.file = file;
    opening.secret = passphrase.clone();
    opening.mode = workspace::OpenMode::ReadOnly;
    opening.program = "cli";
    auto vault = workspace::openVault(std::move(opening), CancelToken());
    auto locked = vault ? (*vault)->lock() : Status(failFrom(vault));
    return locked ? Outcome<std::monostate>(std::monostate()) : failureFrom(locked);
}

/// Shown, and counted only when it was typed back.
Outcome<std::monostate> showAndHaveTypedBack(const SecretBytes &code) {
    if (auto shown = showOnTerminal(code); !shown) {
        return shown;
    }
    for (int tries = 0; tries < triesToTypeBack; ++tries) {
        auto typed = promptSecret("Type the recovery code back: ");
        if (!typed) {
            return failureFrom(typed);
        }
        if (workspace::isSameRecoveryCode(code, *typed)) {
            return std::monostate();
        }
        printError("That is not the code.\n");
    }
    return failure(exitGeneral, "The recovery code was not typed back. Nothing has been changed.");
}

/// A new code where the vault has one or one is asked for: written down before it counts.
Outcome<std::optional<SecretBytes>> newRecoveryCode(const ParsedArguments &options, bool hadOne) {
    const auto file = options.optional("recovery-file");
    if (!file && !hadOne && !options.has("show-recovery-code")) {
        return std::optional<SecretBytes>();
    }
    auto code = workspace::draftRecoveryCode();
    if (!code) {
        return failureFrom(code);
    }
    auto kept = file ? writeRecoveryFile(*code, *file) : showAndHaveTypedBack(*code);
    return kept ? Outcome<std::optional<SecretBytes>>(std::move(*code)) : failureFrom(kept);
}

bool keychainIsThere(Runtime &runtime) {
    const auto state = runtime.keychain().probe();
    const bool none = state.availability == keychain::Availability::NoSessionBus ||
                      state.availability == keychain::Availability::NoSecretService;
    if (none) {
        printError("Warning: there is no keychain (" + state.detail +
                   "), so the vault has no keychain slot any more; keyturn-cli vault slots add-keychain "
                   "makes a new one.\n");
    }
    return !none;
}

/// A slot whose secret nobody has is of no use.
void removeKeychainSlot(const std::filesystem::path &file, SecretBytes passphrase) {
    workspace::VaultToOpen opening;
    opening.file = file;
    opening.secret = std::move(passphrase);
    opening.program = "cli";
    auto vault = workspace::openVault(std::move(opening), CancelToken());
    const auto facts = workspace::readVaultFacts(file);
    if (!vault || !facts) {
        return;
    }
    for (const auto &slot : facts->slots) {
        if (slot.type == "keychain") {
            static_cast<void>((*vault)->removeSlot(slot.id).has_value());
        }
    }
}

/// True: the keychain has the new secret.
bool keepInKeychain(workspace::RotatedVaultKey &rotated, Runtime &runtime, const std::filesystem::path &file,
                    SecretBytes passphrase) {
    if (!rotated.keychainSecret) {
        return false;
    }
    auto written = runtime.keychain().write({keychain::ItemKind::Vault, rotated.vaultId},
                                            std::move(*rotated.keychainSecret));
    if (!written) {
        removeKeychainSlot(file, std::move(passphrase));
        printError("Warning: the keychain did not take the new secret (" + written.error().detail +
                   "), so the vault has no keychain slot any more; keyturn-cli vault slots add-keychain "
                   "makes a new one.\n");
    }
    return written.has_value();
}

/// A code that opens nothing is not left behind; after a failed write nobody knows which code counts.
void dropRecoveryFile(const std::optional<std::string> &file, ErrorCode why) {
    if (file && why == ErrorCode::IoFailed) {
        printError("Warning: a write failed. Either the recovery code in " + *file +
                   " opens the vault now or the one before; keep both until it opened.\n");
    } else if (file) {
        std::error_code ignored;
        std::filesystem::remove(*file, ignored);
    }
}

Outcome<SecretBytes> currentPassphrase(const CommandLine &line, const std::filesystem::path &file) {
    auto given = givenPassphrase(line);
    if (!given) {
        return failureFrom(given);
    }
    if (*given) {
        return std::move(**given);
    }
    if (!canPrompt()) {
        return failure(exitConfiguration,
                       "Renewing the vault's key needs its passphrase, and there is no terminal "
                       "to ask on. Give --passphrase-file FILE (- is standard input).");
    }
    return promptSecret("Passphrase of " + file.string() + ": ");
}

Result<workspace::RotatedVaultKey> rotate(workspace::VaultKeyRotation rotation) {
    ProgressLine progress;
    rotation.program = "cli";
    rotation.waits = [&](const Error &inUse) { progress.show("Waiting: " + inUse.detail); };
    rotation.progress = [&](const ProgressReport &report) {
        progress.show("Renewing " + report.step + ": " + std::to_string(report.done) + " of " +
                      std::to_string(report.total));
    };
    return workspace::rotateVaultKey(std::move(rotation), CancelToken());
}

void tell(const workspace::RotatedVaultKey &rotated, const std::filesystem::path &file, bool recovery,
          bool keychain, bool json) {
    Value::List dropped;
    for (const std::string &slot : rotated.droppedSlots) {
        dropped.push_back(Value::text(slot));
    }
    printReport(Value::map({{"Vault", Value::text(file.string())},
                            {"VaultId", Value::text(rotated.vaultId)},
                            {"KeyEpoch", Value::integer(rotated.keyEpoch)},
                            {"Rows", Value::integer(static_cast<std::int64_t>(rotated.rows))},
                            {"LogPages", Value::integer(static_cast<std::int64_t>(rotated.logPages))},
                            {"NewRecoveryCode", Value::boolean(recovery)},
                            {"KeychainRenewed", Value::boolean(keychain)},
                            {"DroppedSlots", Value::list(std::move(dropped))}}),
                json);
    printError(oldCopiesNote);
}

} // namespace

ExitOutcome rotateVaultKey(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{
        {.option = "--recovery-file"},
        {.option = "--show-recovery-code", .arity = Arity::Flag},
    };
    auto words = parseCommandWords(line, options, 0);
    auto file = words ? namedVault(line) : failureFrom(words);
    if (!file) {
        return failureFrom(file);
    }
    const auto facts = workspace::readVaultFacts(*file);
    if (!facts) {
        return tl::unexpected<Failure>(toFailure(facts.error()));
    }
    const auto recoveryFile = words->options.optional("recovery-file");
    const bool shows = words->options.has("show-recovery-code") || hasSlot(*facts, "recovery");
    if (!recoveryFile && shows && !canPrompt()) {
        return usageFailure("The new recovery code needs --recovery-file FILE or a terminal to show it on");
    }
    auto free = checkRecoveryFile(recoveryFile);
    auto passphrase = free ? currentPassphrase(line, *file) : failureFrom(free);
    auto opens = passphrase ? checkPassphrase(*file, *passphrase) : failureFrom(passphrase);
    auto code = opens ? newRecoveryCode(words->options, shows) : failureFrom(opens);
    if (!code) {
        return failureFrom(code);
    }
    const bool hasCode = code->has_value();
    workspace::VaultKeyRotation wish;
    wish.file = *file;
    wish.passphrase = passphrase->clone();
    wish.keychainSlot = hasSlot(*facts, "keychain") && keychainIsThere(runtime);
    wish.recoveryCode = std::move(*code);
    wish.waitIfInUse = std::chrono::seconds(pythonInteger(line.globals.value("wait")).value_or(0));
    wish.acceptOlder = olderVaultQuestion(line);
    auto rotated = rotate(std::move(wish));
    if (!rotated) {
        dropRecoveryFile(recoveryFile, rotated.error().code);
        return failureFrom(rotated);
    }
    const bool renewed = keepInKeychain(*rotated, runtime, *file, std::move(*passphrase));
    if (!rotated->warning.empty()) {
        printError("Warning: " + rotated->warning + "\n");
    }
    tell(*rotated, *file, hasCode, renewed, line.wantsJson());
    return exitOk;
}

} // namespace keyturn::cli
