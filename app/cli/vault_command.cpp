// SPDX-License-Identifier: Apache-2.0
// keyturn-cli vault create|info|verify|backup|passphrase; the rest is in vault_slots.cpp, vault_log.cpp
// and vault_rotate_key.cpp.
#include "vault_command.h"
#include "commands.h"
#include "console.h"
#include "report.h"
#include "target.h"

#include "base/atomic_file.h"

namespace keyturn::cli {
namespace {

using aws::Value;

constexpr std::string_view help =
    "keyturn-cli vault create [--kdf argon2id|scrypt] [--kdf-memory-mib N] [--account ID] [--region REGION]\n"
    "                         [--recovery-file FILE | --show-recovery-code]\n"
    "keyturn-cli vault info\n"
    "keyturn-cli vault verify\n"
    "keyturn-cli vault backup TARGET [--replace]\n"
    "keyturn-cli vault passphrase [--new-passphrase-file FILE]\n"
    "keyturn-cli vault rotate-key [--recovery-file FILE | --show-recovery-code]\n"
    "keyturn-cli vault slots [add-keychain | renew-recovery | remove ID]\n"
    "keyturn-cli vault log [list | export [--file FILE]] [--newest N]\n"
    "keyturn-cli vault log verify\n\n"
    "The vault is named by --vault FILE or KEYTURN_VAULT.\n\nOptions of every command:\n";

Outcome<SecretBytes> newPassphrase(std::string_view question, const std::optional<std::string> &file) {
    if (file) {
        auto given = readSecretLine(*file);
        if (given && given->empty()) {
            return usageFailure("The new passphrase is empty");
        }
        return given;
    }
    if (!canPrompt()) {
        return failure(exitConfiguration,
                       "A new passphrase is needed, and there is no terminal to ask on. Give it in "
                       "a file (- is standard input).");
    }
    auto first = promptSecret(question);
    if (!first) {
        return first;
    }
    auto second = promptSecret("Once more: ");
    if (!second) {
        return second;
    }
    if (first->empty() || !equalConstantTime(first->view(), second->view())) {
        return usageFailure(first->empty() ? "The passphrase is empty" : "The two passphrases differ");
    }
    return first;
}

Outcome<workspace::NewVault> newVault(const std::filesystem::path &file, const CommandLine &line,
                                      const ParsedArguments &options) {
    workspace::NewVault vault;
    vault.file = file;
    vault.program = "cli";
    if (options.value("kdf") == "scrypt") {
        vault.kdf = workspace::PassphraseKdf::Scrypt;
    }
    if (options.has("kdf-memory-mib")) {
        const auto memory = pythonInteger(options.value("kdf-memory-mib")).value_or(0);
        if (memory < 1 || memory > 65536) {
            return usageFailure("--kdf-memory-mib takes 19 to 2048");
        }
        vault.kdfMemoryMib = static_cast<std::uint32_t>(memory);
    }
    if (options.has("account")) {
        vault.accountId = options.value("account");
    }
    if (line.globals.has("region")) {
        vault.region = line.globals.value("region");
    }
    auto given = givenPassphrase(line);
    if (!given) {
        return failureFrom(given);
    }
    if (*given) {
        vault.passphrase = std::move(**given);
    } else {
        auto typed = newPassphrase("Passphrase of the new vault: ", std::nullopt);
        if (!typed) {
            return failureFrom(typed);
        }
        vault.passphrase = std::move(*typed);
    }
    return vault;
}

ExitOutcome create(const CommandLine &line) {
    static const std::vector<ArgumentSpec> options{
        {.option = "--kdf", .choices = {"argon2id", "scrypt"}},
        {.option = "--kdf-memory-mib", .integer = true},
        {.option = "--account"},
        {.option = "--recovery-file"},
        {.option = "--show-recovery-code", .arity = Arity::Flag},
    };
    auto words = parseCommandWords(line, options, 0);
    if (!words) {
        return failureFrom(words);
    }
    auto file = namedVault(line);
    if (!file) {
        return failureFrom(file);
    }
    const bool show = words->options.has("show-recovery-code");
    const auto recoveryFile = words->options.optional("recovery-file");
    if (show && !canPrompt()) {
        return usageFailure(
            "--show-recovery-code needs a terminal; write it to a file with --recovery-file FILE");
    }
    if (auto free = checkRecoveryFile(recoveryFile); !free) {
        return failureFrom(free);
    }
    auto vault = newVault(*file, line, words->options);
    if (!vault) {
        return failureFrom(vault);
    }
    auto made = workspace::createVault(*vault, CancelToken());
    if (!made) {
        return failureFrom(made);
    }
    if (recoveryFile || show) {
        if (auto handed = handOutRecoveryCode(**made, recoveryFile); !handed) {
            return failureFrom(handed);
        }
    }
    printReport(Value::map({{"Vault", Value::text(file->string())},
                            {"VaultId", Value::text((*made)->vaultId())},
                            {"Account", Value::text(vault->accountId)},
                            {"Region", Value::text(vault->region)}}),
                line.wantsJson());
    return finished(**made);
}

ExitOutcome info(const CommandLine &line) {
    auto file = namedVault(line);
    if (!file) {
        return failureFrom(file);
    }
    const auto facts = workspace::readVaultFacts(*file);
    if (!facts) {
        return tl::unexpected<Failure>(toFailure(facts.error()));
    }
    Value::List warnings;
    for (const std::string &warning : facts->warnings) {
        warnings.push_back(Value::text(warning));
    }
    printReport(Value::map({{"Vault", Value::text(file->string())},
                            {"VaultId", Value::text(facts->vaultId)},
                            {"Format", Value::integer(facts->formatVersion)},
                            {"SizeInBytes", Value::integer(static_cast<std::int64_t>(facts->fileBytes))},
                            {"Slots", slotList(*facts)},
                            {"Warnings", Value::list(std::move(warnings))}}),
                line.wantsJson());
    return exitOk;
}

ExitOutcome verify(const CommandLine &line, Runtime &runtime) {
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadOnly);
    if (!vault) {
        return failureFrom(vault);
    }
    const auto report = (*vault)->verify({}, CancelToken());
    if (!report) {
        return tl::unexpected<Failure>(toFailure(report.error()));
    }
    Value::List faults;
    for (const std::string &fault : report->faults) {
        faults.push_back(Value::text(fault));
    }
    printReport(Value::map({{"Intact", Value::boolean(report->intact)},
                            {"Rows", Value::integer(static_cast<std::int64_t>(report->rows))},
                            {"LogRecords", Value::integer(static_cast<std::int64_t>(report->logRecords))},
                            {"Faults", Value::list(std::move(faults))}}),
                line.wantsJson());
    if (!report->intact) {
        return exitFailed;
    }
    return finished(**vault);
}

ExitOutcome backup(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{{.option = "--replace", .arity = Arity::Flag}};
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("vault backup needs the name of the file to write: vault backup TARGET");
    }
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    auto done = (*vault)->backup(words->operands.front(), words->options.has("replace"));
    if (!done) {
        return failureFrom(done);
    }
    printReport(Value::map({{"Backup", Value::text(words->operands.front())}}), line.wantsJson());
    return finished(**vault);
}

ExitOutcome passphrase(const CommandLine &line) {
    static const std::vector<ArgumentSpec> options{{.option = "--new-passphrase-file"}};
    auto words = parseCommandWords(line, options, 0);
    if (!words) {
        return failureFrom(words);
    }
    auto file = namedVault(line);
    if (!file) {
        return failureFrom(file);
    }
    auto given = givenPassphrase(line);
    if (!given) {
        return failureFrom(given);
    }
    auto current = *given ? Outcome<SecretBytes>(std::move(**given))
                          : promptSecret("Current passphrase of " + file->string() + ": ");
    if (!current) {
        return failureFrom(current);
    }
    auto next = newPassphrase("New passphrase: ", words->options.optional("new-passphrase-file"));
    if (!next) {
        return failureFrom(next);
    }
    workspace::VaultToOpen opening;
    opening.file = *file;
    opening.secret = current->clone();
    opening.program = "cli";
    opening.acceptOlder = olderVaultQuestion(line);
    opening.waitIfInUse = std::chrono::seconds(pythonInteger(line.globals.value("wait")).value_or(0));
    auto vault = workspace::openVault(std::move(opening), CancelToken());
    if (!vault) {
        return failureFrom(vault);
    }
    auto changed = (*vault)->changePassphrase(*current, *next, CancelToken());
    if (!changed) {
        return failureFrom(changed);
    }
    printError("The passphrase was changed. Backups made before still open with the old one.\n");
    return finished(**vault);
}

} // namespace

Outcome<std::shared_ptr<workspace::OpenVault>> openNamed(const CommandLine &line, Runtime &runtime,
                                                         workspace::OpenMode mode) {
    auto file = namedVault(line);
    if (!file) {
        return failureFrom(file);
    }
    return openNamedVault(*file, mode, line, runtime);
}

ExitOutcome finished(workspace::OpenVault &vault) {
    auto locked = vault.lock();
    return locked ? ExitOutcome(exitOk) : failureFrom(locked);
}

ExitOutcome runVault(const CommandLine &line, Runtime &runtime) {
    CommandLine rest = line;
    const std::string verb = rest.words.empty() ? "help" : rest.words.front();
    if (!rest.words.empty()) {
        rest.words.erase(rest.words.begin());
    }
    if (verb == "create") {
        return create(rest);
    }
    if (verb == "info") {
        return info(rest);
    }
    if (verb == "verify") {
        return verify(rest, runtime);
    }
    if (verb == "backup") {
        return backup(rest, runtime);
    }
    if (verb == "passphrase") {
        return passphrase(rest);
    }
    if (verb == "rotate-key") {
        return rotateVaultKey(rest, runtime);
    }
    if (verb == "slots") {
        return runVaultSlots(rest, runtime);
    }
    if (verb == "log") {
        return runVaultLog(rest, runtime);
    }
    if (verb == "help") {
        printOut(std::string(help) + optionHelp(globalOptions()));
        return exitOk;
    }
    return usageFailure("There is no command \"vault " + verb + "\".\n\n" +
                        std::string(help.substr(0, help.rfind("\n\nThe"))));
}

} // namespace keyturn::cli
