// SPDX-License-Identifier: Apache-2.0
#include "sqlite/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>

namespace keyturn::sqlite {

namespace {

ErrorCode codeOf(int primary) {
    switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::VaultInUse;
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT: // only damaged or foreign content can break our constraints
    case SQLITE_MISMATCH:
        return ErrorCode::VaultDamaged;
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return ErrorCode::NotAVault;
    case SQLITE_READONLY:
        return ErrorCode::ReadOnly;
    case SQLITE_FULL:
        return ErrorCode::DiskFull;
    case SQLITE_NOMEM:
        return ErrorCode::OutOfMemory;
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ErrorCode::PermissionDenied;
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
        return ErrorCode::Usage;
    default:
        return ErrorCode::IoFailed;
    }
}

} // namespace

Error sqliteError(sqlite3 *handle, int resultCode, std::string_view what) {
    const int primary = resultCode & 0xff;
    std::string detail(what);
    detail += ": ";
    detail += sqlite3_errstr(resultCode);
    // SQLite's longer text may quote SQL, never bound values; it is of use only where our SQL is at fault.
    if (handle != nullptr && primary == SQLITE_ERROR) {
        detail += " (";
        detail += sqlite3_errmsg(handle);
        detail += ")";
    }
    if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && handle != nullptr) {
        const int systemCode = sqlite3_system_errno(handle);
        if (systemCode != 0) {
            return systemError(systemCode, std::move(detail));
        }
    }
    return clientError(codeOf(primary), std::move(detail), ErrorOrigin::System);
}

} // namespace keyturn::sqlite
