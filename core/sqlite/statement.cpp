// SPDX-License-Identifier: Apache-2.0
#include "sqlite/statement.h"

#include "sqlite/sqlite_error.h"

#include <sqlite3.h>

#include <utility>

namespace keyturn::sqlite {

namespace {
Status outcomeOf(sqlite3_stmt *statement, int resultCode, std::string_view what) {
    if (resultCode == SQLITE_OK) {
        return {};
    }
    return fail(sqliteError(sqlite3_db_handle(statement), resultCode, what));
}
} // namespace

Statement::Statement(Statement &&other) noexcept
    : m_handle(std::exchange(other.m_handle, nullptr)) {}

Statement &Statement::operator=(Statement &&other) noexcept {
    std::swap(m_handle, other.m_handle);
    return *this;
}

Statement::~Statement() {
    sqlite3_finalize(m_handle);
}

Status Statement::bind(int position, std::int64_t value) {
    return outcomeOf(m_handle, sqlite3_bind_int64(m_handle, position, value), "bind");
}

Status Statement::bind(int position, ByteView blob) {
    // A null pointer would bind NULL; an empty blob is not that.
    const void *data = blob.empty() ? static_cast<const void *>("") : blob.data();
    return outcomeOf(m_handle, sqlite3_bind_blob64(m_handle, position, data, blob.size(), SQLITE_STATIC),
                     "bind");
}

Status Statement::bindText(int position, std::string_view text) {
    return outcomeOf(
        m_handle,
        sqlite3_bind_text64(m_handle, position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8),
        "bind");
}

Result<bool> Statement::step() {
    const int resultCode = sqlite3_step(m_handle);
    if (resultCode == SQLITE_ROW) {
        return true;
    }
    sqlite3 *database = sqlite3_db_handle(m_handle);
    if (resultCode == SQLITE_DONE) {
        sqlite3_reset(m_handle);
        return false;
    }
    Error error = sqliteError(database, sqlite3_extended_errcode(database), "database");
    sqlite3_reset(m_handle);
    return fail(std::move(error));
}

Status Statement::run() {
    const StatementRun ending(*this);
    for (;;) {
        auto row = step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            return {};
        }
    }
}

void Statement::reset() {
    sqlite3_reset(m_handle);
    sqlite3_clear_bindings(m_handle);
}

bool Statement::isInteger(int column) const {
    return sqlite3_column_type(m_handle, column) == SQLITE_INTEGER;
}

bool Statement::isBlob(int column) const {
    return sqlite3_column_type(m_handle, column) == SQLITE_BLOB;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(m_handle, column);
}

ByteView Statement::blob(int column) const {
    const void *data = sqlite3_column_blob(m_handle, column);
    return {static_cast<const std::uint8_t *>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column))};
}

std::string_view Statement::text(int column) const {
    const unsigned char *data = sqlite3_column_text(m_handle, column);
    return {reinterpret_cast<const char *>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column))};
}

} // namespace keyturn::sqlite
