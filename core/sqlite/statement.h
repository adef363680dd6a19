// SPDX-License-Identifier: Apache-2.0
// Statement: one prepared statement, kept and run many times. Values are bound by position from 1, columns
// read by position from 0. Bound blobs and texts are not copied: they live until the next reset(). Thread
// rule: that of its Database, which must outlive it. Owner: whoever prepared it. Errors: those of Database.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string_view>

struct sqlite3_stmt;

namespace keyturn::sqlite {

class Statement {
public:
    Statement() = default;
    Statement(Statement &&other) noexcept;
    Statement &operator=(Statement &&other) noexcept;
    ~Statement();

    bool isPrepared() const { return m_handle != nullptr; }

    Status bind(int position, std::int64_t value);
    Status bind(int position, ByteView blob);
    Status bindText(int position, std::string_view text);

    /// True: a row stands ready. False: done (and reset).
    Result<bool> step();
    /// For statements without rows: step until done, then reset.
    Status run();
    /// Ends a run and forgets what was bound.
    void reset();

    bool isInteger(int column) const;
    bool isBlob(int column) const;
    std::int64_t integer(int column) const;
    /// Valid until the next step() or reset().
    ByteView blob(int column) const;
    std::string_view text(int column) const;

private:
    friend class Database;
    explicit Statement(sqlite3_stmt *handle)
        : m_handle(handle) {}
    sqlite3_stmt *m_handle = nullptr;
};

/// Resets a kept statement when a scope ends, so that no early return leaves it running.
class StatementRun {
public:
    explicit StatementRun(Statement &statement)
        : m_statement(statement) {}
    StatementRun(const StatementRun &) = delete;
    StatementRun &operator=(const StatementRun &) = delete;
    ~StatementRun() { m_statement.reset(); }

private:
    Statement &m_statement;
};

} // namespace keyturn::sqlite
