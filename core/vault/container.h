// SPDX-License-Identifier: Apache-2.0
// Container: a vault's file, from creating it to locking it: slots, sealed rows, state root, log, backup,
// verify. It knows no key states and no KMS operation.
//   open -> unlock... -> scan/read, begin() ... commit -> lock
// Thread rule: one thread at a time (the vault's writer); slow acts (create, unlock, slot changes, verify,
// backup) never on the GUI thread. `keys()` may be shared with any thread, and must be let go before lock().
// Owner: whoever opened it. Destroying it locks it, without telling what failed.
// Errors, each its own: FileNotFound, FileExists, NotAVault, VaultNewer (names the format needed),
// VaultDamaged (names what), VaultInUse (the holder's note), WrongPassphrase, NoSuchSlot, VaultReadOnly,
// VaultLocked, KdfOutOfBounds, PermissionDenied (not ours, or open to others: says how to fix it),
// FileNotRegular, DiskFull, IoFailed, OutOfMemory, Cancelled, Usage. Follows FORMAT.md and
// reliability-security.md section 3.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "chainlog/chain.h"
#include "chainlog/log_store.h"
#include "vault/formats.h"
#include "vault/key_rotation.h"
#include "vault/recovery_code.h"
#include "vault/slot.h"
#include "vault/table.h"
#include "vault/vault_keys.h"
#include "vault/verify_report.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace keyturn::vault {

class WriteTransaction;

enum class Access : std::uint8_t {
    ReadWrite, ///< holds `<vault>.lock`
    ReadOnly,  ///< no lock, no write: a snapshot in memory, of read-only media or beside another program
    Examine,   ///< as ReadOnly; unlocking leaves damaged rows to verify(), and nothing else may be read
};

struct OpenOptions {
    Access access = Access::ReadWrite;
    std::string program; ///< for the lock's note; empty: the process's own name
    std::shared_ptr<const Clock> clock = systemClock();
    const Formats *formats = &shippedFormats(); ///< outlives the container; others in tests
};

struct CreateOptions {
    crypto::PasswordKdfParams kdf = crypto::Argon2idParams{};
    std::string account; ///< 12 digits
    std::string region;
    std::string slotLabel = "passphrase";
    std::string program; ///< as in OpenOptions
    std::shared_ptr<const Clock> clock = systemClock();
    CancelToken cancel;
};

struct Identity {
    std::string account;
    std::string region;
    Timestamp created{};
};

/// What to remember outside the file in order to notice an older copy of it (FORMAT.md section 5).
struct RootStamp {
    VaultUuid vaultId{};
    std::uint32_t epoch = 0;
    std::uint64_t generation = 0;
    std::array<std::uint8_t, 32> fingerprint{};
    Timestamp committed{};
    chainlog::LogState log;
};

/// A row as it stands in the file; views valid during the visit only.
struct SealedRow {
    RowPlace place;
    ByteView sealed;
};

/// A row opened; the payload is secret memory that the next row overwrites.
struct OpenRow {
    ByteView primaryKey;
    std::uint64_t version = 0;
    ByteView payload;
};

struct Row {
    std::uint64_t version = 0;
    SecretBytes payload;
};

/// An error from a visitor ends the scan and becomes its outcome.
using RowVisitor = std::function<Status(const OpenRow &)>;
using SealedRowVisitor = std::function<Status(const SealedRow &)>;

/// The same question as Container::slotOpenedBy of slots that were read before: any thread, and no container
/// waits for the key derivation.
Result<SlotId> slotOpenedBy(const VaultUuid &vaultId, const std::vector<Slot> &slots,
                            const SecretBytes &passphrase, const CancelToken &cancel = {});

/// Log records that belong to a change of slots, committed with it.
using LogRecords = std::span<const chainlog::Record>;

class Container {
public:
    /// A new vault, unlocked. The file appears whole under its name or not at all; never replaces one.
    static Result<Container> create(const std::filesystem::path &path, const SecretBytes &passphrase,
                                    const CreateOptions &options);
    static Result<Container> open(const std::filesystem::path &path, const OpenOptions &options);
    Container(Container &&) noexcept;
    Container &operator=(Container &&) noexcept;
    ~Container();

    const std::filesystem::path &path() const;
    Access access() const;
    const VaultUuid &vaultId() const;
    bool isUnlocked() const;
    /// What the person should know about where the file lies (network file system, ...); may be empty.
    const std::vector<std::string> &warnings() const;
    /// What others read while the vault is in use; a served URL is added to program, process and time.
    Status setServedUrl(const std::string &url);

    Result<std::vector<Slot>> slots();
    /// Tries every passphrase slot.
    Status unlockWithPassphrase(const SecretBytes &passphrase, const CancelToken &cancel = {});
    Status unlockWithKeychainSecret(const SecretBytes &secret);
    Status unlockWithRecoveryCode(const RecoveryCode &code);
    /// Skips the slots: for tests that open one vault thousands of times.
    Status unlockWithVaultKey(SecretBytes vaultKey);
    /// The slot that this passphrase opens (WrongPassphrase: none): "current passphrase" of a change.
    Result<SlotId> slotOpenedBy(const SecretBytes &passphrase, const CancelToken &cancel = {});

    Result<Identity> identity();
    std::shared_ptr<const VaultKeys> keys() const;
    RootStamp stamp() const;
    /// Told after each commit, on the thread that made it, until the container is locked.
    void watchCommits(std::function<void(const RootStamp &)> told);
    /// Whether the log of now goes on from where an earlier state's log ended; of the same vault key only,
    /// for another key makes another chain.
    Result<bool> continuesLogOf(const RootStamp &earlier);
    std::uint64_t rowCount(Table table) const;

    /// Every row of a table, in the order of primary keys, by one statement. The table is checked against the
    /// root on the way; when that fails (VaultDamaged) whatever the visitor saw must be disregarded.
    Status scan(Table table, const RowVisitor &visit);
    /// The same without opening rows; keys()->openRow does that on any thread.
    Status scanSealed(Table table, const SealedRowVisitor &visit);
    Result<std::optional<Row>> read(Table table, ByteView primaryKey);

    /// One at a time. VaultReadOnly unless opened for writing.
    Result<WriteTransaction> begin();

    const chainlog::LogState &logState() const;
    /// The newest records before a sequence number (0: from the end), newest first.
    Result<std::vector<chainlog::StoredRecord>> newestLogRecords(std::size_t limit, std::uint64_t before = 0);
    Status forEachLogRecord(const chainlog::RecordVisitor &visit, const Progress &progress = {});

    /// Slot changes: write, read back, unwrap through it, then delete the old one; one transaction, so the
    /// old slot survives any failure. The new slot's id is the answer.
    Result<SlotId> addPassphraseSlot(const SecretBytes &passphrase, const crypto::PasswordKdfParams &kdf,
                                     const std::string &label, LogRecords log = {},
                                     const CancelToken &cancel = {});
    Result<SlotId> addKeychainSlot(const SecretBytes &secret, const std::string &label, LogRecords log = {});
    Result<SlotId> addRecoverySlot(const RecoveryCode &code, const std::string &label, LogRecords log = {});
    Result<SlotId> changePassphrase(SlotId old, const SecretBytes &passphrase,
                                    const crypto::PasswordKdfParams &kdf, LogRecords log = {},
                                    const CancelToken &cancel = {});
    Result<SlotId> replaceKeychainSlot(SlotId old, const SecretBytes &secret, LogRecords log = {});
    Result<SlotId> replaceRecoverySlot(SlotId old, const RecoveryCode &code, LogRecords log = {});
    /// Usage when no passphrase or recovery slot would remain.
    Status removeSlot(SlotId slot, LogRecords log = {});

    /// A new vault key, in one transaction: every row and log page sealed anew, the slots replaced by those
    /// that the wish has secrets for. Memory does not grow with the vault. WrongPassphrase changes nothing;
    /// VaultNewer: a slot of a later version, which only that version can renew. keys() is another one
    /// afterwards, so nobody may share it meanwhile.
    Result<KeyRotated> rotateKey(KeyRotation wish, LogRecords log = {});
    /// The MAC key of job journals: of the vault key of now (0), or of an earlier one's epoch. NotFound: none
    /// of that epoch is kept.
    Result<SecretBytes> journalKey(std::uint32_t epoch = 0);

    std::uint16_t format() const;
    /// The format is older than the newest that the program knows: only read until it is migrated.
    bool needsMigration() const;
    /// To the newest format: a verified copy as it is under a name that is free, then all steps in one
    /// transaction, checked before it is committed. Nothing to do is success, without a copy.
    Status migrate(const std::filesystem::path &backupFile, LogRecords log = {},
                   const Progress &progress = {});

    /// A compact copy of mode 0600, verified before it gets its name. FileExists unless `mayReplace`.
    Status backup(const std::filesystem::path &target, bool mayReplace, const Progress &progress = {});
    /// The log alone, from its first page to where the root says that it ends.
    Result<VerifyReport> verifyLog(const Progress &progress = {});
    /// Every row, slot and log page against the root.
    Result<VerifyReport> verify(const Progress &progress = {});

    /// Wipes the keys, leaves exactly one file, lets go of the lock file. Afterwards only open() helps.
    Status lock();

private:
    friend class WriteTransaction;
    struct Impl;
    explicit Container(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::vault
