// SPDX-License-Identifier: Apache-2.0
// RowStore: one column of one table of an SQL database through Qt's drivers: keyset paging by primary key,
// compare-and-swap updates of that column alone (and of nothing else of the row: no trigger of ours, no
// timestamp). One thread for its whole life: a QSqlDatabase belongs to it. Follows reliability-security.md
// section 4 point 6. Errors: Configuration (no driver, no such table or column: names what there is, no
// primary key), PermissionDenied, ConnectionFailed and TimedOut (retryable: the database is restarting or
// locks are held), IoFailed. Never a value of a row in an error.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// A row as the job sees it.
struct Row {
    std::string key; ///< primary key as a canonical JSON array: order and identity
    std::string id;  ///< what reports call it: FinderSpec::id's value, else `key`
    bool isNull = false;
    Bytes value; ///< the column's value as stored: text as UTF-8, binary as bytes
    kms::EncryptionContext context;
    kms::EncryptionContext newContext; ///< as the job's destination-context says; by default the same
    Cause fault = Cause::None; ///< BadTemplate, NotACiphertext (a number, too long); `message` says why
    std::string message;
};

struct RowChange {
    std::string key;
    Bytes from; ///< compare
    Bytes to;   ///< swap
};

enum class RowOutcome : std::uint8_t {
    Changed,
    AlreadyNew, ///< holds `to`
    Other,      ///< holds something else: see `now`
    Gone,
    Refused ///< the database does not take the value (length, constraint, trigger): nothing was changed
};
struct RowResult {
    RowOutcome outcome = RowOutcome::Gone;
    std::optional<Row> now; ///< of Other
    std::string message;    ///< of Refused
};

struct ColumnFacts {
    std::string type; ///< as the database names it
    bool binary = false;
    std::optional<std::uint64_t> lengthMax; ///< characters or bytes
    std::vector<std::string> keyColumns;
    std::vector<std::string> columns;
    std::uint64_t rowsEstimated = 0;
    std::vector<std::string> warnings; ///< triggers on update, column in a unique index, ...
};

class RowStore {
public:
    virtual ~RowStore() = default;
    virtual const ColumnFacts &facts() const = 0;
    /// At most `limit` rows whose key follows `after` (nothing: from the first), in key order.
    virtual Result<std::vector<Row>> page(const std::optional<std::string> &after, std::size_t limit) = 0;
    /// The same, up to and with `last` (nothing: to the end).
    virtual Result<std::vector<Row>> range(const std::optional<std::string> &after,
                                           const std::optional<std::string> &last, std::size_t limit) = 0;
    /// These rows as they are now, in the order asked; nothing for one that is gone.
    virtual Result<std::vector<std::optional<Row>>> read(const std::vector<std::string> &keys) = 0;
    /// One transaction. Each row is changed only where it still holds `from`; the others say what they hold.
    virtual Result<std::vector<RowResult>> apply(const std::vector<RowChange> &changes) = 0;
    /// The same, rolled back: does it fit, may we write? Errors: also of a value that is refused.
    virtual Status tryOut(const std::vector<RowChange> &changes) = 0;
    /// After an error that is retryable: a new connection.
    virtual Status reconnect() = 0;
};

inline constexpr std::size_t rowValueBytesMax = 1024 * 1024; ///< longer values are not fetched: Row::fault

/// The password where the database wants one; nothing: the driver's own ways (PGPASSFILE, peer, none).
struct RowStoreAccess {
    std::optional<SecretText> password;
};
/// A relative path of a SQLite file starts at `base`.
Result<std::unique_ptr<RowStore>> openRowStore(const JobSpec &spec, const RowStoreAccess &access,
                                               const std::filesystem::path &base = {});

/// Finding the ciphertext in a column's value and writing a new one the same way: dress, prefix, JSON
/// pointer.
struct CellBlob {
    Bytes ciphertext;
    Dress dress;
    std::size_t offset = 0; ///< of the dressed blob in the value
    std::size_t length = 0;
};
Result<CellBlob> findInCell(ByteView value,
                            const FinderSpec &finder); ///< errors: BadEncoding with the reason
Bytes replaceInCell(ByteView value, const CellBlob &found, ByteView ciphertext, const FinderSpec &finder);

} // namespace keyturn::reencrypt
