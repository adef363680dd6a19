// SPDX-License-Identifier: Apache-2.0
// What windows and commands need of a vault besides KMS operations: make, open, change slots, back up,
// verify. The only face of core/vault that ui/ sees. OpenVault is shared by whoever uses it; its functions
// may be called from any thread but block (a key derivation takes about a second): never call them on a GUI
// thread, Session does that. Errors: those of core/vault (NotAVault, VaultInUse, VaultNewer, VaultDamaged,
// VaultReadOnly, WrongPassphrase, ...).
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "kms/access_keys.h"
#include "kms/service.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace keyturn::workspace {

enum class UnlockWith : std::uint8_t { Passphrase, KeychainSecret, RecoveryCode };
enum class OpenMode : std::uint8_t { ReadWrite, ReadOnly };
enum class PassphraseKdf : std::uint8_t { Argon2id, Scrypt };

struct NewVault {
    std::filesystem::path file;
    SecretBytes passphrase; ///< UTF-8, 1 to 1,024 bytes
    PassphraseKdf kdf = PassphraseKdf::Argon2id;
    std::uint32_t kdfMemoryMib = 256;
    std::string accountId = "111122223333"; ///< 12 digits, appears in ARNs
    std::string region = "us-east-1";
    std::string program;                  ///< actor in the log
    std::filesystem::path memoryFolder{}; ///< as in VaultToOpen
    std::thread::id interactiveThread{};  ///< the GUI thread, whose calls must not be computed on it
};

struct VaultToOpen {
    std::filesystem::path file;
    UnlockWith with = UnlockWith::Passphrase;
    SecretBytes secret;
    OpenMode mode = OpenMode::ReadWrite;
    std::chrono::seconds waitIfInUse{0};
    std::function<void(const Error &inUse)> waits = {}; ///< told once, when there is something to wait for
    std::string program;
    std::thread::id interactiveThread{};
    std::string region = {}; ///< that calls are for; empty: the vault's own
    /// Asked on the opening thread when the file does not go on from what this computer last knew of the
    /// vault; true: it counts from now on, and the vault's log says so. Empty: refused (kms::isOlderVault).
    std::function<bool(const std::string &what)> acceptOlder = {};
    std::filesystem::path memoryFolder{}; ///< where that is kept; empty: Keyturn's state folder
};

/// Facts of a vault file that need no secret.
struct VaultFacts {
    std::string vaultId; ///< 32 hex digits; the keychain item's key
    int formatVersion = 0;
    std::uint64_t fileBytes = 0;
    std::vector<std::string> warnings; ///< about where the file lies
    struct Slot {
        std::uint32_t id = 0;
        std::string type; ///< "passphrase", "keychain", "recovery", "unknown"
        std::string label;
        std::string kdf;     ///< "argon2id, 256 MiB, 3 passes"; empty where there is none
        std::string created; ///< ISO 8601
    };
    std::vector<Slot> slots;
};
Result<VaultFacts> readVaultFacts(const std::filesystem::path &file);

struct VerifyReport {
    bool intact = false;
    std::uint64_t rows = 0;
    std::uint64_t logRecords = 0;
    std::vector<std::string> faults; ///< what is damaged, and where
};

class OpenVault {
public:
    virtual ~OpenVault() = default;
    virtual std::shared_ptr<kms::KmsService> service() = 0;
    virtual const std::filesystem::path &file() const = 0;
    virtual std::string vaultId() const = 0;
    virtual bool readOnly() const = 0;
    /// What the person should know about where the file lies (network file system, ...), or that a file open
    /// for reading only is an older copy; may be empty.
    virtual const std::vector<std::string> &warnings() const = 0;

    /// Whether a passphrase slot opens with it (WrongPassphrase: none). Nothing changes, and calls and other
    /// acts go on meanwhile.
    virtual Status checkPassphrase(const SecretBytes &passphrase, CancelToken cancel) = 0;
    virtual Status changePassphrase(const SecretBytes &current, const SecretBytes &next,
                                    CancelToken cancel) = 0;
    /// A new random secret to keep in the OS keychain; the slot counts from now on.
    virtual Result<SecretBytes> addKeychainSlot(std::string label) = 0;
    /// 40 symbols in 8 groups; shown once. Replaces an earlier recovery code.
    virtual Result<SecretBytes> renewRecoveryCode() = 0;
    /// The code of draftRecoveryCode() counts from now on, and an earlier one no longer.
    virtual Status useRecoveryCode(const SecretBytes &code) = 0;
    virtual Status removeSlot(std::uint32_t slotId) = 0;
    virtual Status backup(const std::filesystem::path &target, bool mayReplace) = 0;
    virtual Result<VerifyReport> verify(Progress progress, CancelToken cancel) = 0;
    /// The vault's log, one JSON object a line, in order; the newest `newest` records, 0: all of them.
    virtual Status exportLog(std::size_t newest, const std::function<void(std::string_view line)> &write) = 0;
    /// Whom the vault knows when it is served, and what each may do; shared, and locked with the vault.
    virtual std::shared_ptr<kms::AccessKeyStore> accessKeys() = 0;
    /// What authenticates the journals of jobs in this vault: a subkey of the vault's own. `keyEpoch` 0: of
    /// the vault key of now; else of the earlier one of that number (NotFound: there was none).
    virtual Result<SecretBytes> journalKey(std::uint32_t keyEpoch = 0) = 0;
    /// The number of the vault key of now, from 1.
    virtual Result<std::uint32_t> keyEpoch() = 0;
    /// What the lock file says of a served vault; empty: no longer served.
    virtual Status setServedUrl(const std::string &url) = 0;
    /// Stops intake, waits for calls under way, wipes keys, leaves one single file. Idempotent.
    virtual Status lock() = 0;
};

Result<std::shared_ptr<OpenVault>> createVault(const NewVault &vault, CancelToken cancel);
Result<std::shared_ptr<OpenVault>> openVault(VaultToOpen vault, CancelToken cancel);

/// A fresh recovery code that opens nothing until OpenVault::useRecoveryCode() or rotateVaultKey() has it: to
/// be written down first. Errors: CryptoFailed.
Result<SecretBytes> draftRecoveryCode();
/// Whether a code was typed back: letters' case, blanks and hyphens do not count, O reads as 0, I and L as 1.
bool isSameRecoveryCode(const SecretBytes &code, const SecretBytes &typed);

/// The demo vault of first use: made when the file is missing. Its passphrase is no secret and is shown.
std::filesystem::path demoVaultFile();
std::string_view demoVaultPassphrase();
Status ensureDemoVault(CancelToken cancel);

} // namespace keyturn::workspace
