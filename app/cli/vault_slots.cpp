// SPDX-License-Identifier: Apache-2.0
// keyturn-cli vault slots: what unlocks a vault.
#include "console.h"
#include "report.h"
#include "target.h"
#include "vault_command.h"

#include "base/atomic_file.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace keyturn::cli {
namespace {

using aws::Value;

constexpr std::string_view keychainNote = "Every program of your desktop session can now read the vault's "
                                          "keychain item and open the vault with it.\n";

ExitOutcome list(const CommandLine &line) {
    auto file = namedVault(line);
    if (!file) {
        return failureFrom(file);
    }
    const auto facts = workspace::readVaultFacts(*file);
    if (!facts) {
        return tl::unexpected<Failure>(toFailure(facts.error()));
    }
    printReport(Value::map({{"Slots", slotList(*facts)}}), line.wantsJson());
    return exitOk;
}

std::vector<std::uint32_t> keychainSlots(const std::filesystem::path &file) {
    std::vector<std::uint32_t> ids;
    if (const auto facts = workspace::readVaultFacts(file)) {
        for (const auto &slot : facts->slots) {
            if (slot.type == "keychain") {
                ids.push_back(slot.id);
            }
        }
    }
    return ids;
}

ExitOutcome addKeychain(const CommandLine &line, Runtime &runtime) {
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    const auto state = runtime.keychain().probe();
    if (state.availability == keychain::Availability::NoSessionBus ||
        state.availability == keychain::Availability::NoSecretService) {
        return failure(exitGeneral, "There is no keychain to put the vault's secret into: " + state.detail);
    }
    const auto before = keychainSlots((*vault)->file());
    auto secret = (*vault)->addKeychainSlot("OS keychain");
    if (!secret) {
        return failureFrom(secret);
    }
    auto written =
        runtime.keychain().write({keychain::ItemKind::Vault, (*vault)->vaultId()}, std::move(*secret));
    // A slot whose secret nobody has is of no use; nor are those whose secret was just replaced.
    for (const std::uint32_t id : written ? before : keychainSlots((*vault)->file())) {
        const bool ours = std::find(before.begin(), before.end(), id) == before.end();
        if (written.has_value() != ours) {
            static_cast<void>((*vault)->removeSlot(id).has_value());
        }
    }
    if (!written) {
        return failureFrom(written);
    }
    printError(keychainNote);
    return finished(**vault);
}

ExitOutcome renewRecovery(const CommandLine &line, Runtime &runtime, const CommandWords &words) {
    const auto file = words.options.optional("recovery-file");
    if (!file && !canPrompt()) {
        return usageFailure("renew-recovery needs --recovery-file FILE or a terminal to show the code on");
    }
    if (auto free = checkRecoveryFile(file); !free) {
        return failureFrom(free);
    }
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    if (auto handed = handOutRecoveryCode(**vault, file); !handed) {
        return failureFrom(handed);
    }
    return finished(**vault);
}

ExitOutcome removeSlot(const CommandLine &line, Runtime &runtime, const CommandWords &words) {
    const auto id = words.operands.size() == 2 ? pythonInteger(words.operands[1]) : std::nullopt;
    if (!id || *id < 0 || *id > 0xffffffffLL) {
        return usageFailure("vault slots remove needs the slot's id, as \"vault slots\" lists it");
    }
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadWrite);
    if (!vault) {
        return failureFrom(vault);
    }
    auto removed = (*vault)->removeSlot(static_cast<std::uint32_t>(*id));
    if (!removed) {
        return failureFrom(removed);
    }
    return finished(**vault);
}

} // namespace

Outcome<std::monostate> showOnTerminal(const SecretBytes &code) {
    const int terminal = ::open("/dev/tty", O_WRONLY | O_CLOEXEC);
    if (terminal < 0) {
        return failure(exitConfiguration,
                       "There is no terminal to show the recovery code on; use --recovery-file FILE");
    }
    SecretText text;
    text.append("Recovery code, shown this once:\n\n    ");
    text.append(code.text());
    text.append("\n\nWhoever has it opens the vault. Keep it apart from the vault.\n");
    const std::string_view all = text.view();
    const ssize_t written = ::write(terminal, all.data(), all.size());
    ::close(terminal);
    return written == static_cast<ssize_t>(all.size())
               ? Outcome<std::monostate>(std::monostate())
               : failure(exitGeneral, "The recovery code could not be shown");
}

Outcome<std::monostate> writeRecoveryFile(const SecretBytes &code, const std::string &path) {
    auto file = AtomicFile::open(path, {.mode = 0600, .mayReplace = false, .keepBackup = false});
    if (!file) {
        return failureFrom(file);
    }
    for (const ByteView part : {code.view(), asBytes("\n")}) {
        if (auto written = file->write(part); !written) {
            return failureFrom(written);
        }
    }
    auto committed = file->commit();
    return committed ? Outcome<std::monostate>(std::monostate()) : failureFrom(committed);
}

Value slotList(const workspace::VaultFacts &facts) {
    Value::List slots;
    for (const auto &slot : facts.slots) {
        slots.push_back(Value::map({{"Id", Value::integer(slot.id)},
                                    {"Type", Value::text(slot.type)},
                                    {"Label", Value::text(slot.label)},
                                    {"Kdf", slot.kdf.empty() ? Value() : Value::text(slot.kdf)},
                                    {"Created", Value::text(slot.created)}}));
    }
    return Value::list(std::move(slots));
}

Outcome<std::monostate> checkRecoveryFile(const std::optional<std::string> &file) {
    std::error_code ignored;
    if (file && std::filesystem::exists(*file, ignored)) {
        return failure(exitGeneral, "The recovery file " + *file + " exists already; name a new one");
    }
    return std::monostate();
}

Outcome<std::monostate> handOutRecoveryCode(workspace::OpenVault &vault,
                                            const std::optional<std::string> &file) {
    auto code = vault.renewRecoveryCode();
    if (!code) {
        return failureFrom(code);
    }
    return file ? writeRecoveryFile(*code, *file) : showOnTerminal(*code);
}

ExitOutcome runVaultSlots(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{{.option = "--recovery-file"}};
    auto words = parseCommandWords(line, options, 2);
    if (!words) {
        return failureFrom(words);
    }
    const std::string act = words->operands.empty() ? "list" : words->operands.front();
    if (act == "list") {
        return list(line);
    }
    if (act == "add-keychain") {
        return addKeychain(line, runtime);
    }
    if (act == "renew-recovery") {
        return renewRecovery(line, runtime, *words);
    }
    if (act == "remove") {
        return removeSlot(line, runtime, *words);
    }
    return usageFailure(
        "vault slots takes add-keychain, renew-recovery or remove ID; without a word it lists them");
}

} // namespace keyturn::cli
