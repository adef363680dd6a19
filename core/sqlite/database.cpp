// SPDX-License-Identifier: Apache-2.0
#include "sqlite/database.h"

#include "sqlite/sqlite_error.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace keyturn::sqlite {

namespace {

constexpr int maxValueBytes = 16 * 1024 * 1024;
constexpr int maxSqlBytes = 16 * 1024;

/// SQLite's NOFOLLOW refuses links in folders too, which people do have; only the file itself must be none.
std::filesystem::path withRealFolder(const std::filesystem::path &file) {
    std::error_code ignored;
    auto folder = std::filesystem::canonical(file.has_parent_path() ? file.parent_path() : ".", ignored);
    return folder.empty() ? file : folder / file.filename();
}

void setLimits(sqlite3 *handle) {
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, maxValueBytes);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, maxSqlBytes);
    sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, 64);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 32);
    sqlite3_limit(handle, SQLITE_LIMIT_COMPOUND_SELECT, 3);
    sqlite3_limit(handle, SQLITE_LIMIT_FUNCTION_ARG, 8);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, 64);
    sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
}

void setSwitches(sqlite3 *handle) {
    constexpr int off[] = {SQLITE_DBCONFIG_ENABLE_TRIGGER,
                           SQLITE_DBCONFIG_ENABLE_VIEW,
                           SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                           SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
                           SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                           SQLITE_DBCONFIG_WRITABLE_SCHEMA,
                           SQLITE_DBCONFIG_DQS_DDL,
                           SQLITE_DBCONFIG_DQS_DML};
    for (const int which : off) {
        sqlite3_db_config(handle, which, 0, nullptr);
    }
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

} // namespace

Result<Database> Database::open(const std::filesystem::path &file, bool exclusive) {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE |
                          SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3 *handle = nullptr;
    const int opened = sqlite3_open_v2(withRealFolder(file).c_str(), &handle, flags, nullptr);
    Database database(handle);
    if (opened != SQLITE_OK) {
        return fail(sqliteError(handle, opened, file.filename().string()));
    }
    // SQLite falls back to reading when it may not write; who opens for writing must hear of that.
    if (sqlite3_db_readonly(handle, "main") == 1) {
        return fail(ErrorCode::ReadOnly, file.filename().string() + ": the file may not be written",
                    ErrorOrigin::System);
    }
    if (auto configured = database.configure(exclusive); !configured) {
        return failFrom(configured);
    }
    return database;
}

Result<Database> Database::openMemory() {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_PRIVATECACHE |
                          SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3 *handle = nullptr;
    const int opened = sqlite3_open_v2(":memory:", &handle, flags, nullptr);
    Database database(handle);
    if (opened != SQLITE_OK) {
        return fail(sqliteError(handle, opened, "database in memory"));
    }
    return database;
}

Result<Database> Database::createInMemory() {
    auto database = openMemory();
    auto configured = database ? database->configure(false) : failFrom(database);
    return configured ? std::move(database) : failFrom(configured);
}

Result<Database> Database::openImage(Bytes image) {
    auto database = openMemory();
    if (!database) {
        return database;
    }
    if (image.size() >= 20) {
        // Bytes 18 and 19 say "write-ahead log"; in memory there is none.
        image[18] = 1;
        image[19] = 1;
    }
    database->m_image = std::make_unique<Bytes>(std::move(image));
    const auto size = static_cast<sqlite3_int64>(database->m_image->size());
    const int set = sqlite3_deserialize(database->m_handle, "main", database->m_image->data(), size, size,
                                        SQLITE_DESERIALIZE_READONLY);
    if (set != SQLITE_OK) {
        return fail(sqliteError(database->m_handle, set, "database in memory"));
    }
    auto configured = database->configure(false);
    return configured ? std::move(database) : failFrom(configured);
}

Result<Bytes> Database::image() {
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(m_handle, "main", &size, 0);
    if (bytes == nullptr) {
        return fail(ErrorCode::OutOfMemory, "database in memory", ErrorOrigin::System);
    }
    Bytes image(bytes, bytes + size);
    sqlite3_free(bytes);
    return image;
}

Status Database::configure(bool exclusive) {
    setLimits(m_handle);
    setSwitches(m_handle);
    const std::string_view pragmas =
        "PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; "
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA recursive_triggers=OFF";
    if (auto set = execute(pragmas); !set) {
        return set;
    }
    if (exclusive) {
        if (auto set = execute("PRAGMA locking_mode=EXCLUSIVE"); !set) {
            return set;
        }
    }
    // The first read takes the lock and finds out whether this is a database at all.
    auto read = integer("SELECT count(*) FROM sqlite_schema");
    return read ? Status{} : Status(failFrom(read));
}

Database::Database(Database &&other) noexcept
    : m_handle(std::exchange(other.m_handle, nullptr))
    , m_image(std::move(other.m_image))
    , m_kept(std::move(other.m_kept)) {}

Database &Database::operator=(Database &&other) noexcept {
    std::swap(m_handle, other.m_handle);
    std::swap(m_image, other.m_image);
    std::swap(m_kept, other.m_kept);
    return *this;
}

Database::~Database() {
    static_cast<void>(close());
}

Status Database::close() {
    for (Statement &statement : m_kept) {
        statement = Statement();
    }
    sqlite3 *handle = std::exchange(m_handle, nullptr);
    const int closed = sqlite3_close_v2(handle);
    return closed == SQLITE_OK ? Status{} : Status(fail(sqliteError(nullptr, closed, "closing")));
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt *handle = nullptr;
    const int prepared = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (prepared != SQLITE_OK) {
        return fail(sqliteError(m_handle, prepared, "database"));
    }
    return Statement(handle);
}

Status Database::execute(std::string_view sql) {
    const std::string terminated(sql);
    const int executed = sqlite3_exec(m_handle, terminated.c_str(), nullptr, nullptr, nullptr);
    return executed == SQLITE_OK ? Status{} : Status(fail(sqliteError(m_handle, executed, "database")));
}

Result<std::int64_t> Database::integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) {
        return failFrom(statement);
    }
    auto row = statement->step();
    if (!row) {
        return failFrom(row);
    }
    return *row ? statement->integer(0) : 0;
}

Status Database::setJournal(Journal journal) {
    const bool wal = journal == Journal::Wal;
    auto statement = prepare(wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
    if (!statement) {
        return failFrom(statement);
    }
    auto row = statement->step();
    if (!row) {
        return failFrom(row);
    }
    if (!*row || statement->text(0) != (wal ? "wal" : "delete")) {
        return fail(ErrorCode::IoFailed, "the journal mode could not be changed", ErrorOrigin::System);
    }
    statement->reset();
    return execute(journal == Journal::DeleteExtra ? "PRAGMA synchronous=EXTRA" : "PRAGMA synchronous=FULL");
}

Status Database::checkpoint() {
    return execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Status Database::vacuum() {
    // VACUUM attaches a database of its own, which the limit forbids everybody else.
    sqlite3_limit(m_handle, SQLITE_LIMIT_ATTACHED, 1);
    auto done = execute("VACUUM");
    sqlite3_limit(m_handle, SQLITE_LIMIT_ATTACHED, 0);
    return done;
}

Status Database::vacuumInto(const std::filesystem::path &target) {
    auto statement = prepare("VACUUM INTO ?1");
    if (!statement) {
        return failFrom(statement);
    }
    const std::string name = withRealFolder(target).string();
    if (auto bound = statement->bindText(1, name); !bound) {
        return bound;
    }
    // VACUUM attaches its target, which the limit forbids everybody else.
    sqlite3_limit(m_handle, SQLITE_LIMIT_ATTACHED, 1);
    auto done = statement->run();
    sqlite3_limit(m_handle, SQLITE_LIMIT_ATTACHED, 0);
    return done;
}

Result<std::vector<SchemaObject>> Database::schema() {
    auto statement = prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY rowid");
    if (!statement) {
        return failFrom(statement);
    }
    std::vector<SchemaObject> objects;
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            return objects;
        }
        objects.push_back({std::string(statement->text(0)), std::string(statement->text(1)),
                           std::string(statement->text(2))});
    }
}

Result<std::vector<std::string>> Database::integrityCheck() {
    auto statement = prepare("PRAGMA integrity_check(20)");
    if (!statement) {
        return failFrom(statement);
    }
    std::vector<std::string> findings;
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            break;
        }
        findings.emplace_back(statement->text(0));
    }
    if (findings.size() == 1 && findings.front() == "ok") {
        findings.clear();
    }
    return findings;
}

int Database::changes() const {
    return sqlite3_changes(m_handle);
}

bool Database::inTransaction() const {
    return sqlite3_get_autocommit(m_handle) == 0;
}

Status Database::runKept(Kept which) {
    constexpr std::array<std::string_view, 3> sql{"BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"};
    const auto index = static_cast<std::size_t>(which);
    Statement &statement = m_kept[index];
    if (!statement.isPrepared()) {
        auto prepared = prepare(sql[index]);
        if (!prepared) {
            return failFrom(prepared);
        }
        statement = std::move(*prepared);
    }
    return statement.run();
}

} // namespace keyturn::sqlite
