// SPDX-License-Identifier: Apache-2.0
#include "workspace/vault_access.h"

#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "chainlog/json_lines.h"
#include "crypto/random.h"
#include "vault/container.h"
#include "vault/demo_vault.h"
#include "vault/passphrase.h"
#include "vault/vault_kms.h"

#include <QUuid>

#include <algorithm>

namespace keyturn::workspace {
namespace {

using vault::Container;
using vault::SlotType;
using vault::VaultKms;

std::string uuidText(const vault::VaultUuid &id) {
    const QByteArray bytes(reinterpret_cast<const char *>(id.data()), qsizetype(id.size()));
    return QUuid::fromRfc4122(bytes).toString(QUuid::WithoutBraces).toStdString();
}

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

Status unlock(Container &container, const VaultToOpen &vault, const CancelToken &cancel) {
    switch (vault.with) {
    case UnlockWith::Passphrase:
        return container.unlockWithPassphrase(vault.secret, cancel);
    case UnlockWith::KeychainSecret:
        return container.unlockWithKeychainSecret(vault.secret);
    case UnlockWith::RecoveryCode: {
        auto code = vault::RecoveryCode::parse(vault.secret.text());
        return code ? container.unlockWithRecoveryCode(*code) : Status(failFrom(code));
    }
    }
    return fail(ErrorCode::Usage, "unknown way to unlock");
}

/// Opens, waiting as long as asked while another program has the vault.
Result<Container> openPatiently(const VaultToOpen &vault, const CancelToken &cancel) {
    constexpr std::chrono::milliseconds pause{100};
    const auto deadline = std::chrono::steady_clock::now() + vault.waitIfInUse;
    const auto access = vault.mode == OpenMode::ReadOnly ? vault::Access::ReadOnly : vault::Access::ReadWrite;
    bool told = !vault.waits;
    while (true) {
        auto container = Container::open(vault.file, {.access = access});
        const bool inUse = !container && container.error().code == ErrorCode::VaultInUse;
        if (!inUse || std::chrono::steady_clock::now() >= deadline) {
            return container;
        }
        if (!told) {
            vault.waits(container.error());
            told = true;
        }
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped waiting for the vault");
        }
        std::this_thread::sleep_for(pause);
    }
}

class OpenVaultFile final : public OpenVault {
public:
    OpenVaultFile(std::filesystem::path file, std::string vaultId, std::vector<std::string> warnings,
                  bool readOnly, std::shared_ptr<VaultKms> kms)
        : m_file(std::move(file))
        , m_vaultId(std::move(vaultId))
        , m_warnings(std::move(warnings))
        , m_readOnly(readOnly)
        , m_kms(std::move(kms)) {}

    std::shared_ptr<kms::KmsService> service() override { return m_kms; }
    const std::filesystem::path &file() const override { return m_file; }
    std::string vaultId() const override { return m_vaultId; }
    bool readOnly() const override { return m_readOnly; }
    const std::vector<std::string> &warnings() const override { return m_warnings; }

    Status changePassphrase(const SecretBytes &current, const SecretBytes &next, CancelToken cancel) override;
    Result<SecretBytes> addKeychainSlot(std::string label) override;
    Result<SecretBytes> renewRecoveryCode() override;
    Status useRecoveryCode(const SecretBytes &code) override;
    Status removeSlot(std::uint32_t slotId) override;
    Status backup(const std::filesystem::path &target, bool mayReplace) override;
    Result<VerifyReport> verify(Progress progress, CancelToken cancel) override;
    Status exportLog(std::size_t newest, const std::function<void(std::string_view)> &write) override;
    std::shared_ptr<kms::AccessKeyStore> accessKeys() override { return {m_kms, &m_kms->accessKeys()}; }
    Result<SecretBytes> journalKey() override;
    Status setServedUrl(const std::string &url) override {
        return m_kms->withContainer([&](Container &container) { return container.setServedUrl(url); });
    }
    Status lock() override { return m_kms->lock(); }

private:
    Result<vault::Slot> slotOf(Container &container, const SecretBytes &passphrase,
                               const CancelToken &cancel);

    std::filesystem::path m_file;
    std::string m_vaultId;
    std::vector<std::string> m_warnings;
    bool m_readOnly;
    std::shared_ptr<VaultKms> m_kms;
};

/// The passphrase slot that this passphrase opens.
Result<vault::Slot> OpenVaultFile::slotOf(Container &container, const SecretBytes &passphrase,
                                          const CancelToken &cancel) {
    auto normalised = vault::normalisedPassphrase(passphrase);
    auto slots = container.slots();
    if (!normalised || !slots) {
        return fail(normalised ? slots.error() : normalised.error());
    }
    for (vault::Slot &slot : *slots) {
        if (slot.type != SlotType::Passphrase) {
            continue;
        }
        auto secret = vault::passphraseSlotSecret(slot, *normalised, cancel);
        if (!secret) {
            return failFrom(secret);
        }
        if (vault::unwrapVaultKey(container.vaultId(), slot, *secret)) {
            return std::move(slot);
        }
    }
    return fail(ErrorCode::WrongPassphrase, "the current passphrase");
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

Result<SecretBytes> OpenVaultFile::journalKey() {
    SecretBytes key;
    auto copied = m_kms->withContainer([&](Container &container) -> Status {
        key = container.keys()->journalKey().clone();
        return {};
    });
    return copied ? Result<SecretBytes>(std::move(key)) : failFrom(copied);
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

Result<std::shared_ptr<OpenVault>> startVault(Container container, vault::VaultKmsOptions options) {
    const auto file = container.path();
    const std::string id = uuidText(container.vaultId());
    const auto warnings = container.warnings();
    const bool readOnly = container.access() != vault::Access::ReadWrite;
    auto kms = VaultKms::start(std::move(container), std::move(options));
    if (!kms) {
        return failFrom(kms);
    }
    return std::make_shared<OpenVaultFile>(file, id, warnings, readOnly,
                                           std::shared_ptr<VaultKms>(std::move(*kms)));
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
    return startVault(std::move(*container),
                      {.program = vault.program, .interactiveThread = vault.interactiveThread});
}

Result<std::shared_ptr<OpenVault>> openVault(VaultToOpen vault, CancelToken cancel) {
    auto container = openPatiently(vault, cancel);
    if (!container) {
        return failFrom(container);
    }
    auto unlocked = unlock(*container, vault, cancel);
    vault.secret.clear();
    if (!unlocked) {
        return failFrom(unlocked);
    }
    if (cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "unlocking was stopped");
    }
    return startVault(
        std::move(*container),
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
