// SPDX-License-Identifier: Apache-2.0
// What Container and WriteTransaction share. Internal to the container's files.
#pragma once

#include "base/platform/lock_file.h"
#include "chainlog/log_store.h"
#include "sqlite/database.h"
#include "sqlite/transaction.h"
#include "vault/container.h"
#include "vault/file_header.h"
#include "vault/state_root.h"
#include "vault/write_transaction.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keyturn::vault {

/// Pages of the log as rows of table 3.
class LogSealer final : public chainlog::PageSealer {
public:
    explicit LogSealer(std::shared_ptr<const VaultKeys> keys)
        : m_keys(std::move(keys)) {}
    std::uint32_t epoch() const override { return m_keys->epoch(); }
    Result<Bytes> sealPage(const chainlog::PagePlace &place, ByteView clear) const override;
    Result<Bytes> openPage(const chainlog::PagePlace &place, ByteView sealed) const override;

private:
    std::shared_ptr<const VaultKeys> m_keys;
};

/// Derives a slot's secret from the slot as it stands in the file.
using SecretOfSlot = std::function<Result<SecretBytes>(const Slot &)>;
Status checkKeychainSecret(const SecretBytes &secret);

/// Secret memory that grows to the largest row and is reused for all.
class RowBuffer {
public:
    MutableByteView take(std::size_t sizeBytes) {
        if (sizeBytes > m_bytes.size()) {
            m_bytes = SecretBytes(std::max<std::size_t>(sizeBytes, 2 * m_bytes.size()));
        }
        return m_bytes.mutableView().first(sizeBytes);
    }

private:
    SecretBytes m_bytes{1024};
};

/// All that exists between unlocking and locking. Members in the order of their needs.
struct Unlocked {
    Unlocked(SecretBytes key, std::shared_ptr<const VaultKeys> subkeys)
        : vaultKey(std::move(key))
        , keys(std::move(subkeys))
        , chain(keys->auditKey().view())
        , sealer(keys) {}

    SecretBytes vaultKey;
    std::shared_ptr<const VaultKeys> keys;
    StateRoot root;
    std::array<std::uint8_t, 32> fingerprint{};
    chainlog::Chain chain;
    LogSealer sealer;
    std::optional<chainlog::LogStore> log;
    sqlite::Statement selectTable;
    sqlite::Statement selectRow;
    sqlite::Statement putRow;
    sqlite::Statement removeRow;
    sqlite::Statement putState;
    std::optional<SlotId> openedThrough; ///< noted as used with the next commit
    std::optional<Error> damage;         ///< Access::Examine: why the root does not hold
    bool rootOpened = false;
};

struct WriteTransaction::State {
    State(Container::Impl &owner, sqlite::Transaction begun, const StateRoot &root);
    ~State();

    Status needOpen() const;
    Status put(const RowPlace &place, ByteView payload);
    Result<bool> remove(std::uint16_t table, ByteView primaryKey);
    Result<bool> subtract(std::uint16_t table, ByteView primaryKey);
    Status putSlot(const Slot &slot);
    Status removeSlot(SlotId slot);
    Status writeRoot();
    Status commit();

    /// A step that failed half way must not be committed, whatever its caller does.
    template <class T>
    Result<T> remember(Result<T> outcome) {
        if (!outcome && !failure) {
            failure = outcome.error();
        }
        return outcome;
    }

    Container::Impl &vault;
    std::optional<sqlite::Transaction> transaction;
    std::optional<Error> failure;
    StateRoot pending;
    Bytes sealed; ///< kept between rows
    Bytes sealedRoot;
};

struct Container::Impl {
    std::filesystem::path path;
    Access access = Access::ReadWrite;
    std::shared_ptr<const Clock> clock;
    const Formats *formats = &shippedFormats();
    std::string note;
    bool onNetwork = false;
    std::vector<std::string> warnings;
    FileHeader header;
    std::optional<base::platform::LockFile> lockFile;
    std::optional<sqlite::Database> database;         ///< closed before the lock file is let go
    std::unique_ptr<Unlocked> open;                   ///< null: locked
    std::function<void(const RootStamp &)> committed; ///< told after each commit
    WriteTransaction::State *writing = nullptr;
    bool writesRefused = false; ///< after a failed write or sync: what the file holds is not to be trusted

    ~Impl();

    // container_open.cpp
    static Result<std::unique_ptr<Impl>> openFile(const std::filesystem::path &path,
                                                  const OpenOptions &options);
    Status openForWriting();
    Status openSnapshot();
    Status unlock(SecretBytes vaultKey, std::optional<SlotId> through);
    Status readRoot();
    Status checkRoot();
    Status prepareStatements();
    Status prepareForUse();
    Result<TableSums> sumRows();
    Status lock();

    // container_access.cpp
    Status needUnlocked() const;
    const StateRoot &currentRoot() const;
    RootStamp stamp() const;

    // write_transaction.cpp
    enum class Purpose : std::uint8_t { Change, Migrate };
    Result<WriteTransaction> begin(Purpose purpose = Purpose::Change);

    // migration.cpp
    Status takeSteps(Container &self, WriteTransaction &transaction);
    Status checkMigrated(const StateRoot &pending);

    // container_slots.cpp
    Result<std::vector<std::pair<SlotId, Bytes>>> slotBodies();
    Result<std::vector<Slot>> slots();
    Result<std::pair<SlotId, SecretBytes>> openWithPassphrase(const SecretBytes &passphrase,
                                                              const CancelToken &cancel);

    // backup.cpp
    Status verifyCopy(const Bytes &image, const Progress &progress);

    // key_rotation.cpp
    class Rotation;

    // slot_changes.cpp
    Result<SlotId> placeSlot(Slot slot, std::optional<SlotId> old, const SecretOfSlot &secretOf,
                             LogRecords log);
    Result<SlotId> placePassphrase(const SecretBytes &passphrase, const crypto::PasswordKdfParams &kdf,
                                   const std::string &label, std::optional<SlotId> old, LogRecords log,
                                   const CancelToken &cancel);
    Status checkSlot(SlotId id, const SecretOfSlot &secretOf);
    std::string labelOf(SlotId id);
};

Error damaged(const std::string &what);
/// A log or journal that lies beside a free name would be taken for the new file's own.
Status refuseRemains(const std::filesystem::path &path);

/// The columns of a row as `SELECT ... pk, version, epoch, sealed` has them, from `firstColumn`. VaultDamaged
/// when they are no row of this epoch.
Result<SealedRow> rowAt(const sqlite::Statement &statement, int firstColumn, std::uint16_t table,
                        std::uint32_t epoch);
/// What marks a sealed row in the state root.
ByteView tagOf(ByteView sealed);
/// What a slot adds to the state root.
RowElement elementOfSlot(const VaultKeys &keys, SlotId id, ByteView body);

ByteView identityPrimaryKey();
Bytes encodeIdentity(const Identity &identity);
Result<Identity> decodeIdentity(ByteView row);

/// Rows of table 5: what earlier vault keys authenticated journals of jobs with.
Bytes journalKeyPlace(std::uint32_t epoch);
SecretBytes encodeJournalKey(const SecretBytes &key);
Result<SecretBytes> decodeJournalKey(ByteView row);

} // namespace keyturn::vault
