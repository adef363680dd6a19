// SPDX-License-Identifier: Apache-2.0
// Database: one SQLite connection opened by the rules of reliability-security.md 3.1 (README).
// Thread rule: one thread at a time, its statements included. Owner: whoever opened it; closing finishes it.
// Errors: FileNotFound, PermissionDenied, NotAVault (no database), VaultDamaged (malformed), VaultInUse
// (locked by another connection), ReadOnly, DiskFull, OutOfMemory, IoFailed, Usage (SQL that does not
// compile). Details name the file and SQLite's own words, never bound values.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "sqlite/statement.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace keyturn::sqlite {

enum class Journal : std::uint8_t {
    Delete,      ///< rollback journal, removed after each commit; no second file at rest
    Wal,         ///< write-ahead log: fast small commits
    DeleteExtra, ///< as Delete, the directory synced too: for network file systems, where WAL must not be
                 ///< used
};

struct SchemaObject {
    std::string type;
    std::string name;
    std::string sql;

    bool operator==(const SchemaObject &) const = default;
};

class Database {
public:
    /// Reads and writes an existing file (which may be empty: a new database). `exclusive` keeps SQLite's own
    /// lock until closing, so that no other connection of any program gets in.
    static Result<Database> open(const std::filesystem::path &file, bool exclusive = true);
    /// A read-only database in memory, made of the bytes of a file (readImage).
    static Result<Database> openImage(Bytes image);
    /// A new, empty database that exists in memory only; image() gives its file.
    static Result<Database> createInMemory();

    Database(Database &&other) noexcept;
    Database &operator=(Database &&other) noexcept;
    ~Database(); ///< closes; what fails then is lost: call close() where that matters

    Result<Statement> prepare(std::string_view sql);
    /// Runs statements that answer no rows that matter.
    Status execute(std::string_view sql);
    /// The first column of the first row as an integer; 0 where there is no row.
    Result<std::int64_t> integer(std::string_view sql);

    Status setJournal(Journal journal);
    /// All of the write-ahead log goes into the file; the log is cut to nothing.
    Status checkpoint();
    /// The file without what was deleted from it. No transaction may be open.
    Status vacuum();
    /// A whole, compact copy under a name that is free or an empty file.
    Status vacuumInto(const std::filesystem::path &target);

    /// The bytes that a file with this content would have.
    Result<Bytes> image();

    /// Everything in sqlite_schema, in order of creation.
    Result<std::vector<SchemaObject>> schema();
    /// SQLite's own integrity check: its findings, none when the structure is sound.
    Result<std::vector<std::string>> integrityCheck();
    /// Rows changed by the last statement.
    int changes() const;
    bool inTransaction() const;

    Status close();

private:
    friend class Transaction;
    explicit Database(sqlite3 *handle)
        : m_handle(handle) {}
    enum class Kept : std::uint8_t { Begin, Commit, Rollback };
    static Result<Database> openMemory();
    Status configure(bool exclusive);
    Status runKept(Kept which);

    sqlite3 *m_handle = nullptr;
    std::unique_ptr<Bytes> m_image;  ///< what an image connection reads from
    std::array<Statement, 3> m_kept; ///< prepared on first use
};

} // namespace keyturn::sqlite
