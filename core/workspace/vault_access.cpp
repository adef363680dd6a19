// SPDX-License-Identifier: Apache-2.0
#include "workspace/vault_access.h"

#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "chainlog/json_lines.h"
#include "crypto/random.h"
#include "vault/container.h"
#include "vault/demo_vault.h"
#include "vault/vault_kms.h"
#include "workspace/vault_memory.h"
#include "workspace/vault_opening.h"

#include <algorithm>

namespace keyturn::workspace {
namespace {

using vault::Container;
using vault::SlotType;
using vault::VaultKms;

std::string kdfText(const crypto::PasswordKdfParams &params) {
    if (const auto *argon = std::get_if<crypto::Argon2idParams>(&params)) {
        return "argon2id, " + std::to_string(argon->memoryKib / 1024) + " MiB, " +
               std::to_string(argon->passes) + " passes";
    }
    return "scrypt, N=2^" + std::to_string(std::get<crypto::ScryptParams>(params).costLog2);
}

std::string slotTypeText(const std::optional<SlotType> &type) {
    if (!type) {
        return "unknown";
    }
    switch (*type) {
    case SlotType::Passphrase:
        return "passphrase";
    case SlotType::Keychain:
        return "keychain";
    case SlotType::Recovery:
        return "recovery";
    }
    return "unknown";
}

/// scrypt takes 1 KiB times N for r = 8.
std::uint8_t scryptCostFor(std::uint32_t memoryMib) {
    std::uint8_t costLog2 = 10;
    while (costLog2 < 31 && (std::uint64_t(1) << costLog2) < std::uint64_t(memoryMib) * 1024) {
        ++costLog2;
    }
    return costLog2;
}

crypto::PasswordKdfParams kdfOf(const NewVault &vault) {
    if (vault.kdf == PassphraseKdf::Argon2id) {
        return crypto::Argon2idParams{.memoryKib = vault.kdfMemoryMib * 1024};
    }
    return crypto::ScryptParams{.costLog2 = scryptCostFor(vault.kdfMemoryMib)};
}

class OpenVaultFile final : public OpenVault {
public:
    OpenVaultFile(std::filesystem::path file, std::string vaultId, std::vector<std::string> warnings,
                  bool readOnly, std::shared_ptr<VaultKms> kms, std::shared_ptr<VaultMemory> memory)
        : m_file(std::move(file))
        , m_vaultId(std::move(vaultId))
        , m_warnings(std::move(warnings))
        , m_readOnly(readOnly)
        , m_memory(std::move(memory))
        , m_kms(std::move(kms)) {}

    std::shared_ptr<kms::KmsService> service() override { return m_kms; }
    const std::filesystem::path &file() const override { return m_file; }
    std::string vaultId() const override { return m_vaultId; }
    bool readOnly() const override { return m_readOnly; }
    const std::vector<std::string> &warnings() const override { return m_warnings; }

    Status checkPassphrase(const SecretBytes &passphrase, CancelToken cancel) override;
    Status changePassphrase(const SecretBytes &current, const SecretBytes &next, CancelToken cancel) override;
    Result<SecretBytes> addKeychainSlot(std::string label) override;
    Result<SecretBytes> renewRecoveryCode() override;
    Status useRecoveryCode(const SecretBytes &code) override;
    Status removeSlot(std::uint32_t slotId) override;
    Status backup(const std::filesystem::path &target, bool mayReplace) override;
    Result<VerifyReport> verify(Progress progress, CancelToken cancel) override;
    Status exportLog(std::size_t newest, const std::function<void(std::string_view)> &write) override;
    std::shared_ptr<kms::AccessKeyStore> accessKeys() override { return {m_kms, &m_kms->accessKeys()}; }
    Result<SecretBytes> journalKey(std::uint32_t keyEpoch) override;
    Result<std::uint32_t> keyEpoch() override;
    Status setServedUrl(const std::string &url) override {
        return m_kms->withContainer([&](Container &container) { return container.setServedUrl(url); });
    }
    Status lock() override {
        auto locked = m_kms->lock();
        // What is not on disk after a power failure is an older state, no false one.
        static_cast<void>(!m_memory || m_memory->settle().has_value());
        return locked;
    }

private:
    Result<vault::Slot> slotOf(Container &container, const SecretBytes &passphrase,
                               const CancelToken &cancel);

    std::filesystem::path m_file;
    std::string m_vaultId;
    std::vector<std::string> m_warnings;
    bool m_readOnly;
    std::shared_ptr<VaultMemory> m_memory;
    std::shared_ptr<VaultKms> m_kms;
};

/// The passphrase slot that this passphrase opens.
Result<vault::Slot> OpenVaultFile::slotOf(Container &container, const SecretBytes &passphrase,
                                          const CancelToken &cancel) {
    auto opened = container.slotOpenedBy(passphrase, cancel);
    auto slots = opened ? container.slots() : failFrom(opened);
    if (!slots) {
        return failFrom(slots);
    }
    return std::move(*std::ranges::find(*slots, *opened, &vault::Slot::id));
}

Status OpenVaultFile::checkPassphrase(const SecretBytes &passphrase, CancelToken cancel) {
    vault::VaultUuid vaultId{};
    std::vector<vault::Slot> slots;
    auto read = m_kms->withContainer([&](Container &container) -> Status {
        vaultId = container.vaultId();
        auto known = container.slots();
        if (!known) {
            return failFrom(known);
        }
        slots = std::move(*known);
        return {};
    });
    if (!read) {
        return read;
    }
    auto opened = vault::slotOpenedBy(vaultId, slots, passphrase, cancel);
    return opened ? Status{} : Status(failFrom(opened));
}

Status OpenVaultFile::changePassphrase(const SecretBytes &current, const SecretBytes &next,
                                       CancelToken cancel) {
    return m_kms->withContainer([&](Container &container) -> Status {
        auto slot = slotOf(container, current, cancel);
        if (!slot) {
            return failFrom(slot);
        }
        const chainlog::Record record[] = {m_kms->record("ChangePassphrase")};
        auto changed = container.changePassphrase(slot->id, next, *slot->kdf, record, cancel);
        return changed ? Status{} : Status(failFrom(changed));
    });
}

Result<SecretBytes> OpenVaultFile::addKeychainSlot(std::string label) {
    auto secret = crypto::randomSecret(vault::keychainSecretBytes);
    if (!secret) {
        return secret;
    }
    auto added = m_kms->withContainer([&](Container &container) -> Status {
        const chainlog::Record record[] = {m_kms->record("AddKeychainSlot")};
        auto slot = container.addKeychainSlot(*secret, label, record);
        return slot ? Status{} : Status(failFrom(slot));
    });
    if (!added) {
        return failFrom(added);
    }
    return secret;
}

Result<SecretBytes> OpenVaultFile::renewRecoveryCode() {
    auto code = draftRecoveryCode();
    if (!code) {
        return failFrom(code);
    }
    if (auto used = useRecoveryCode(*code); !used) {
        return failFrom(used);
    }
    return code;
}

Status OpenVaultFile::useRecoveryCode(const SecretBytes &code) {
    auto parsed = vault::RecoveryCode::parse(code.text());
    if (!parsed) {
        return failFrom(parsed);
    }
    return m_kms->withContainer([&](Container &container) -> Status {
        auto slots = container.slots();
        if (!slots) {
            return failFrom(slots);
        }
        const chainlog::Record record[] = {m_kms->record("RenewRecoveryCode")};
        const auto old = std::ranges::find(*slots, std::optional(SlotType::Recovery), &vault::Slot::type);
        auto slot = old == slots->end() ? container.addRecoverySlot(*parsed, "recovery code", record)
                                        : container.replaceRecoverySlot(old->id, *parsed, record);
        return slot ? Status{} : Status(failFrom(slot));
    });
}

Status OpenVaultFile::removeSlot(std::uint32_t slotId) {
    return m_kms->withContainer([&](Container &container) {
        const chainlog::Record record[] = {m_kms->record("RemoveSlot")};
        return container.removeSlot(slotId, record);
    });
}

Status OpenVaultFile::backup(const std::filesystem::path &target, bool mayReplace) {
    return m_kms->withContainer([&](Container &container) { return container.backup(target, mayReplace); });
}

Result<VerifyReport> OpenVaultFile::verify(Progress progress, CancelToken cancel) {
    VerifyReport report;
    auto verified = m_kms->withContainer([&](Container &container) -> Status {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "verify was stopped");
        }
        auto found = container.verify(progress);
        if (!found) {
            return failFrom(found);
        }
        report.intact = found->holds();
        for (const auto &[table, rows] : found->rows) {
            report.rows += rows;
        }
        report.logRecords = found->logRecords;
        for (const auto &finding : found->findings) {
            report.faults.push_back(finding.where + ": " + finding.what);
        }
        return {};
    });
    if (!verified) {
        return failFrom(verified);
    }
    return report;
}

Result<SecretBytes> OpenVaultFile::journalKey(std::uint32_t keyEpoch) {
    SecretBytes key;
    auto copied = m_kms->withContainer([&](Container &container) -> Status {
        auto kept = container.journalKey(keyEpoch);
        if (!kept) {
            return failFrom(kept);
        }
        key = std::move(*kept);
        return {};
    });
    return copied ? Result<SecretBytes>(std::move(key)) : failFrom(copied);
}

Result<std::uint32_t> OpenVaultFile::keyEpoch() {
    std::uint32_t epoch = 0;
    auto asked = m_kms->withContainer([&](Container &container) -> Status {
        epoch = container.keys()->epoch();
        return {};
    });
    return asked ? Result<std::uint32_t>(epoch) : failFrom(asked);
}

Status OpenVaultFile::exportLog(std::size_t newest, const std::function<void(std::string_view)> &write) {
    const auto writeOne = [&](const chainlog::StoredRecord &stored) -> Status {
        std::string line;
        chainlog::appendJsonLine(stored, line);
        write(line);
        return {};
    };
    return m_kms->withContainer([&](Container &container) -> Status {
        if (newest == 0) {
            return container.forEachLogRecord(writeOne);
        }
        auto records = container.newestLogRecords(newest);
        if (!records) {
            return failFrom(records);
        }
        for (auto record = records->rbegin(); record != records->rend(); ++record) {
            if (auto written = writeOne(*record); !written) {
                return written;
            }
        }
        return {};
    });
}

Result<std::shared_ptr<OpenVault>> startVault(Container container, const AdmissionWish &admission,
                                              vault::VaultKmsOptions options) {
    auto admitted = admitVault(container, admission);
    if (!admitted) {
        return failFrom(admitted);
    }
    const auto file = container.path();
    const std::string id = uuidText(container.vaultId());
    auto warnings = container.warnings();
    warnings.insert(warnings.end(), admitted->warnings.begin(), admitted->warnings.end());
    const bool readOnly = container.access() != vault::Access::ReadWrite;
    auto kms = VaultKms::start(std::move(container), std::move(options));
    if (!kms) {
        return failFrom(kms);
    }
    return std::make_shared<OpenVaultFile>(file, id, std::move(warnings), readOnly,
                                           std::shared_ptr<VaultKms>(std::move(*kms)),
                                           std::move(admitted->memory));
}

} // namespace

Result<VaultFacts> readVaultFacts(const std::filesystem::path &file) {
    auto container = Container::open(file, {.access = vault::Access::ReadOnly});
    if (!container) {
        return failFrom(container);
    }
    VaultFacts facts{.vaultId = uuidText(container->vaultId()), .formatVersion = 1};
    std::error_code ignored;
    facts.fileBytes = std::filesystem::file_size(file, ignored);
    facts.warnings = container->warnings();
    auto slots = container->slots();
    if (!slots) {
        return failFrom(slots);
    }
    for (const vault::Slot &slot : *slots) {
        facts.slots.push_back({.id = slot.id,
                               .type = slotTypeText(slot.type),
                               .label = slot.label,
                               .kdf = slot.kdf ? kdfText(*slot.kdf) : std::string(),
                               .created = formatIso8601(slot.created)});
    }
    return facts;
}

Result<std::shared_ptr<OpenVault>> createVault(const NewVault &vault, CancelToken cancel) {
    auto container = Container::create(vault.file, vault.passphrase,
                                       {.kdf = kdfOf(vault),
                                        .account = vault.accountId,
                                        .region = vault.region,
                                        .cancel = std::move(cancel)});
    if (!container) {
        return failFrom(container);
    }
    return startVault(std::move(*container), {vault.memoryFolder, {}, vault.program},
                      {.program = vault.program, .interactiveThread = vault.interactiveThread});
}

Result<std::shared_ptr<OpenVault>> openVault(VaultToOpen vault, CancelToken cancel) {
    const auto access = vault.mode == OpenMode::ReadOnly ? vault::Access::ReadOnly : vault::Access::ReadWrite;
    auto container = openPatiently(vault.file, access, {vault.waitIfInUse, vault.waits}, cancel);
    if (!container) {
        return failFrom(container);
    }
    auto unlocked = unlock(*container, vault.with, vault.secret, cancel);
    vault.secret.clear();
    if (!unlocked) {
        return failFrom(unlocked);
    }
    if (cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "unlocking was stopped");
    }
    return startVault(
        std::move(*container), {vault.memoryFolder, vault.acceptOlder, vault.program},
        {.program = vault.program, .interactiveThread = vault.interactiveThread, .region = vault.region});
}

std::string_view demoVaultPassphrase() {
    return vault::demoVaultPassphrase;
}

Status ensureDemoVault(CancelToken cancel) {
    const auto file = demoVaultFile();
    if (std::filesystem::exists(file)) {
        return {};
    }
    if (auto folder = platform::createPrivateDirectory(file.parent_path()); !folder) {
        return folder;
    }
    return vault::makeDemoVault(file, cancel);
}

std::filesystem::path demoVaultFile() {
    return platform::dataDirectory() / "demo.keyturn";
}

Result<SecretBytes> draftRecoveryCode() {
    auto code = vault::RecoveryCode::generate();
    if (!code) {
        return failFrom(code);
    }
    return code->text().take();
}

bool isSameRecoveryCode(const SecretBytes &code, const SecretBytes &typed) {
    auto one = vault::RecoveryCode::parse(code.text());
    auto other = vault::RecoveryCode::parse(typed.text());
    return one && other && std::ranges::equal(one->secret().view(), other->secret().view());
}

} // namespace keyturn::workspace
