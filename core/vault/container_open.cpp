// SPDX-License-Identifier: Apache-2.0
// Opening a vault's file, opening its root, and locking it again (FORMAT.md section 8).
#include "base/platform/file.h"
#include "base/platform/identity.h"
#include "crypto/sha256.h"
#include "sqlite/image.h"
#include "vault/container_impl.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <ios>
#include <utility>

namespace keyturn::vault {

namespace {

constexpr std::size_t maxVaultBytes = std::size_t{1} << 30;
constexpr std::string_view statePrimaryKey = "root";

std::string nameOf(const std::filesystem::path &path) {
    return path.filename().string();
}

/// SQLite's errors speak of databases; people opened a vault.
Error asVaultError(Error error, const std::filesystem::path &path) {
    if (error.code == ErrorCode::NotAVault) {
        error.detail = nameOf(path) + " is no Keyturn vault";
    } else if (error.code == ErrorCode::ReadOnly) {
        error.code = ErrorCode::VaultReadOnly;
    } else if (error.code == ErrorCode::Usage && error.origin == ErrorOrigin::System) {
        error.code = ErrorCode::VaultDamaged; // SQL of ours that a sound file never refuses
    }
    if (error.code != ErrorCode::FileNotFound && error.code != ErrorCode::PermissionDenied) {
        error.origin = ErrorOrigin::Vault;
    }
    return error;
}

Status checkFileForWriting(const std::filesystem::path &path) {
    auto facts = base::platform::fileFacts(path);
    if (!facts) {
        return failFrom(facts);
    }
    if (!facts->regular) {
        return fail(ErrorCode::FileNotRegular,
                    nameOf(path) + (facts->symlink ? " is a symbolic link: name the vault's file itself"
                                                   : " is no regular file"));
    }
    if (!facts->writable) {
        return fail(ErrorCode::VaultReadOnly, nameOf(path) + " may not be written: open it read-only",
                    ErrorOrigin::Vault);
    }
    if (!facts->ownedByUs) {
        return fail(ErrorCode::PermissionDenied,
                    nameOf(path) + " belongs to another user: open it read-only, or copy it",
                    ErrorOrigin::Vault);
    }
    if ((facts->mode & 077U) != 0) {
        return fail(ErrorCode::PermissionDenied,
                    nameOf(path) + " is open to other users: run chmod 600 on it first", ErrorOrigin::Vault);
    }
    return {};
}

/// A journal of ours never names a second one. SQLite would look for, and might delete, what a forged one
/// names.
Status refuseForeignJournal(const std::filesystem::path &path) {
    constexpr std::array<char, 8> marker{'\xd9', '\xd5', '\x05', '\xf9', '\x20', '\xa1', '\x63', '\xd7'};
    std::filesystem::path journal = path;
    journal += "-journal";
    std::ifstream file(journal, std::ios::binary | std::ios::ate);
    if (!file || file.tellg() < static_cast<std::streamoff>(marker.size())) {
        return {};
    }
    std::array<char, 8> end{};
    file.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
    file.read(end.data(), end.size());
    return end == marker
               ? fail(damaged("the journal beside " + nameOf(path) + " is not one that Keyturn wrote"))
               : Status{};
}

std::string noteOf(const std::string &program, Timestamp since) {
    return (program.empty() ? base::platform::programName() : program) + " (process " +
           std::to_string(base::platform::processId()) + ") since " + formatIso8601(since);
}

} // namespace

Status refuseRemains(const std::filesystem::path &path) {
    for (const char *suffix : {"-wal", "-journal"}) {
        std::filesystem::path remains = path;
        remains += suffix;
        if (base::platform::fileFacts(remains)) {
            return fail(ErrorCode::FileExists,
                        nameOf(remains) + " belongs to a vault that is in use or was not locked: open that "
                                          "vault and lock it, or remove this file if the vault is gone");
        }
    }
    return {};
}

Error damaged(const std::string &what) {
    return clientError(ErrorCode::VaultDamaged, what, ErrorOrigin::Vault);
}

Result<std::unique_ptr<Container::Impl>> Container::Impl::openFile(const std::filesystem::path &path,
                                                                   const OpenOptions &options) {
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->access = options.access;
    impl->clock = options.clock;
    impl->formats = options.formats;
    impl->note = noteOf(options.program, options.clock->now());
    impl->onNetwork = base::platform::isNetworkFileSystem(path);
    if (impl->onNetwork) {
        impl->warnings.push_back(
            nameOf(path) + " lies on a network file system (" + base::platform::fileSystemName(path) +
            "): slower, and only as safe as its locks; do not open it from two machines");
    }
    auto opened = options.access == Access::ReadWrite ? impl->openForWriting() : impl->openSnapshot();
    if (!opened) {
        return fail(asVaultError(std::move(opened.error()), path));
    }
    auto header = checkFile(*impl->database, *impl->formats);
    if (!header) {
        return fail(asVaultError(std::move(header.error()), path));
    }
    impl->header = *header;
    if (header->minWriter > impl->formats->newest && options.access == Access::ReadWrite) {
        return fail(ErrorCode::VaultNewer,
                    nameOf(path) + " needs format " + std::to_string(header->minWriter) +
                        " to be written: open it read-only, or with a newer Keyturn",
                    ErrorOrigin::Vault);
    }
    return impl;
}

Status Container::Impl::openForWriting() {
    if (auto checked = checkFileForWriting(path); !checked) {
        return checked;
    }
    std::filesystem::path lockPath = path;
    lockPath += ".lock";
    auto lock = base::platform::LockFile::acquire(lockPath, note);
    if (!lock && lock.error().code == ErrorCode::PermissionDenied) {
        return fail(ErrorCode::VaultReadOnly,
                    nameOf(path) + ": nothing may be written to its folder: open it read-only",
                    ErrorOrigin::Vault);
    }
    if (!lock) {
        return failFrom(lock);
    }
    lockFile.emplace(std::move(*lock));
    if (auto own = refuseForeignJournal(path); !own) {
        return own;
    }
    auto opened = sqlite::Database::open(path);
    if (!opened && opened.error().code == ErrorCode::VaultInUse) {
        return fail(ErrorCode::VaultInUse, nameOf(path) + " is held open by a program that is not Keyturn",
                    ErrorOrigin::Vault);
    }
    if (!opened) {
        return failFrom(opened);
    }
    database.emplace(std::move(*opened));
    return {};
}

Status Container::Impl::openSnapshot() {
    auto image = sqlite::readImage(path, maxVaultBytes);
    auto opened = image ? sqlite::Database::openImage(std::move(*image)) : failFrom(image);
    if (!opened) {
        return failFrom(opened);
    }
    database.emplace(std::move(*opened));
    return {};
}

Status Container::Impl::unlock(SecretBytes vaultKey, std::optional<SlotId> through) {
    if (!database) {
        return fail(ErrorCode::VaultLocked, nameOf(path) + " was locked: open it again", ErrorOrigin::Vault);
    }
    if (vaultKey.size() != vaultKeySizeBytes) {
        return fail(ErrorCode::Usage, "a vault key has 32 bytes");
    }
    auto epoch = database->integer("SELECT epoch FROM state WHERE id=1");
    if (!epoch) {
        return fail(asVaultError(std::move(epoch.error()), path));
    }
    auto keys =
        std::make_shared<const VaultKeys>(header.vaultId, static_cast<std::uint32_t>(*epoch), vaultKey);
    open = std::make_unique<Unlocked>(std::move(vaultKey), std::move(keys));
    open->openedThrough = through;
    auto done = readRoot();
    done = done ? checkRoot() : std::move(done);
    if (!done && access == Access::Examine && done.error().code == ErrorCode::VaultDamaged) {
        open->damage = done.error();
        done = Status{};
    }
    done = done ? prepareForUse() : std::move(done);
    if (!done) {
        open.reset();
        return fail(asVaultError(std::move(done.error()), path));
    }
    return {};
}

Status Container::Impl::readRoot() {
    auto statement = database->prepare("SELECT id, generation, epoch, sealed FROM state");
    auto row = statement ? statement->step() : failFrom(statement);
    if (!row) {
        return failFrom(row);
    }
    const bool wellFormed = *row && statement->isInteger(0) && statement->integer(0) == 1 &&
                            statement->isInteger(1) && statement->isBlob(3);
    if (!wellFormed || statement->integer(2) != open->keys->epoch()) {
        return fail(damaged("the vault's root is missing or has a wrong form"));
    }
    const ByteView sealed = statement->blob(3);
    const RowPlace place{static_cast<std::uint16_t>(Table::State), asBytes(statePrimaryKey),
                         static_cast<std::uint64_t>(statement->integer(1)), open->keys->epoch()};
    auto payload = open->keys->openRow(place, sealed);
    if (!payload) {
        return fail(damaged("the vault's root was altered"));
    }
    auto root = decodeStateRoot(payload->view());
    if (!root) {
        return failFrom(root);
    }
    open->fingerprint = crypto::sha256(sealed);
    auto more = statement->step();
    if (!more) {
        return failFrom(more);
    }
    if (*more || root->header != header || root->generation != place.version || root->epoch != place.epoch) {
        return fail(damaged("the vault's root and its header differ"));
    }
    open->root = std::move(*root);
    open->rootOpened = true;
    return {};
}

Result<TableSums> Container::Impl::sumRows() {
    TableSums sums;
    auto statement = database->prepare("SELECT tbl, pk, version, epoch, sealed FROM rows");
    if (!statement) {
        return failFrom(statement);
    }
    for (;;) {
        auto stepped = statement->step();
        if (!stepped) {
            return failFrom(stepped);
        }
        if (!*stepped) {
            break;
        }
        const std::int64_t table = statement->integer(0);
        if (!statement->isInteger(0) || table < 0 || table > UINT16_MAX) {
            return fail(damaged("a row of no table"));
        }
        auto row = rowAt(*statement, 1, static_cast<std::uint16_t>(table), open->keys->epoch());
        if (!row) {
            return failFrom(row);
        }
        sums[row->place.table].add(open->keys->element(row->place, tagOf(row->sealed)));
    }
    auto bodies = slotBodies();
    if (!bodies) {
        return failFrom(bodies);
    }
    for (const auto &[id, body] : *bodies) {
        sums[static_cast<std::uint16_t>(Table::Slots)].add(elementOfSlot(*open->keys, id, body));
    }
    return sums;
}

Status Container::Impl::checkRoot() {
    auto sums = sumRows();
    if (!sums) {
        return failFrom(sums);
    }
    for (const auto &[table, sum] : open->root.tables) {
        const auto found = sums->find(table);
        if (found == sums->end() || !(found->second == sum)) {
            return fail(damaged(tableName(table) +
                                ": rows were changed, removed, added or brought back outside Keyturn"));
        }
    }
    if (sums->size() != open->root.tables.size()) {
        return fail(damaged("rows were added outside Keyturn"));
    }
    return {};
}

Status Container::Impl::prepareStatements() {
    auto log = chainlog::LogStore::open(*database, open->chain, open->sealer);
    if (!log) {
        return failFrom(log);
    }
    open->log.emplace(std::move(*log));
    const std::pair<sqlite::Statement *, std::string_view> statements[] = {
        {&open->selectTable, "SELECT pk, version, epoch, sealed FROM rows WHERE tbl=?1"},
        {&open->selectRow, "SELECT pk, version, epoch, sealed FROM rows WHERE tbl=?1 AND pk=?2"},
        {&open->putRow,
         "INSERT OR REPLACE INTO rows(tbl, pk, version, epoch, sealed) VALUES(?1, ?2, ?3, ?4, ?5)"},
        {&open->removeRow, "DELETE FROM rows WHERE tbl=?1 AND pk=?2"},
        {&open->putState,
         "INSERT OR REPLACE INTO state(id, generation, epoch, sealed) VALUES(1, ?1, ?2, ?3)"}};
    for (const auto &[statement, sql] : statements) {
        auto prepared = database->prepare(sql);
        if (!prepared) {
            return failFrom(prepared);
        }
        *statement = std::move(*prepared);
    }
    return {};
}

/// Statements, journal mode, and the end of the log: a cut tail must be found before anything is appended.
Status Container::Impl::prepareForUse() {
    if (auto prepared = prepareStatements(); !prepared || access == Access::Examine) {
        return prepared;
    }
    const chainlog::LogState &end = open->root.log;
    auto lastPage = database->integer("SELECT max(page) FROM log_pages");
    if (!lastPage) {
        return failFrom(lastPage);
    }
    if (static_cast<std::uint64_t>(*lastPage) != end.pages) {
        return fail(damaged("the log does not end where the vault's root says"));
    }
    if (auto newest = open->log->newest(end, 1); !newest) {
        return failFrom(newest);
    }
    if (access != Access::ReadWrite) {
        return {};
    }
    return database->setJournal(onNetwork ? sqlite::Journal::DeleteExtra : sqlite::Journal::Wal);
}

Status Container::Impl::lock() {
    if (writing != nullptr) {
        return fail(ErrorCode::Usage, "the vault cannot be locked while a change is being made");
    }
    const bool mustSettle = open != nullptr && access == Access::ReadWrite && !writesRefused && !onNetwork;
    open.reset();
    committed = {};
    Status outcome;
    if (mustSettle) {
        // The header goes on saying WAL: leaving that mode, and entering it again, would cost ten syncs a
        // session.
        outcome = database->checkpoint();
    }
    if (database) {
        auto closed = database->close();
        outcome = outcome ? std::move(closed) : std::move(outcome);
        database.reset();
    }
    lockFile.reset();
    return outcome;
}

Container::Impl::~Impl() {
    writing = nullptr;
    static_cast<void>(lock()); // nobody left to tell; the next opening recovers what SQLite left
}

} // namespace keyturn::vault
