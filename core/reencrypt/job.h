// SPDX-License-Identifier: Apache-2.0
// JobSpec: all that a job file says (FORMAT.md "The job file"), the same for window and terminal. Plain
// value; any thread. checkJob() finds what cannot be right whatever the data; it reads nothing.
#pragma once

#include "base/result.h"
#include "reencrypt/context_template.h"
#include "reencrypt/item.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

enum class SourceKind : std::uint8_t {
    Files, ///< one ciphertext each, raw or encoded
    Text,  ///< ciphertexts inside text, found by their shape
    Csv,
    Tsv,
    JsonLines,
    Sops,
    Pulumi,
    Tink,
    Credstash,
    MongoKeyVault,
    ParquetKeys,
    Sqlite,
    PostgreSql,
    MySql,
    Odbc
};
std::string_view wireName(SourceKind kind); ///< "files", "text", "csv", "tsv", "jsonl", "sops", ...
std::optional<SourceKind> sourceKindOf(std::string_view wireName);
bool isDatabase(SourceKind kind);
bool isTable(SourceKind kind); ///< CSV, TSV, JSON Lines: streamed, never whole in memory

struct SourceSpec {
    SourceKind kind = SourceKind::Files;
    /// Files or folders (searched whole), or the one SQLite file. Relative paths are relative to the job
    /// file.
    std::vector<std::string> paths;
    std::vector<std::string> include; ///< shell patterns on the path below the folder, '**' crosses folders
    std::vector<std::string> exclude; ///< wins over include
    /// Databases other than SQLite: host, port, database name, user ("host=... dbname=... user=..."). Never a
    /// password: that comes from PGPASSFILE, PGPASSWORD or the keychain.
    std::string connection;
    std::string passwordInKeychain; ///< the name that `job password` keeps it under; empty: driver's ways
    std::string table;              ///< may be schema-qualified
    std::vector<std::string> keyColumns; ///< empty: the table's primary key
    std::string where;                   ///< an SQL condition that every page carries; empty: all rows
    bool csvHeader = true; ///< the first record names the columns; else columns are "1", "2", ...
    char delimiter = ',';
    bool shared = false; ///< PostgreSQL: leased by `job work` processes
    bool operator==(const SourceSpec &) const = default;
};

struct FinderSpec {
    std::string blob;                 ///< column name, or JSON pointer; empty where the kind itself knows
    std::string jsonPointer;          ///< the column's value is a JSON document: where in it
    std::optional<Encoding> encoding; ///< nothing: told by the value
    std::string id;                   ///< column or pointer whose value names the item in reports
    /// kms_encrypted's "v1:": what the new value begins with ("v2:"); nothing: the old prefix stays.
    std::optional<std::string> newPrefix;
    bool operator==(const FinderSpec &) const = default;
};

/// Context of an item: fixed pairs and templates over its row, or a column/pointer that holds a JSON object.
struct ContextSpec {
    std::vector<std::pair<std::string, ContextTemplate>> pairs;
    std::string from; ///< column or JSON pointer of a JSON object of texts; its pairs come first
    bool operator==(const ContextSpec &) const = default;
    bool empty() const { return pairs.empty() && from.empty(); }
};

enum class Verification : std::uint8_t {
    Reply,     ///< the reply's key and material ids only
    ReEncrypt, ///< and one ReEncrypt of the new blob under its own key and context, answer discarded
               ///< (default)
    Decrypt    ///< and Decrypt old and new, compared in memory: brings plaintext to this machine; always in a
               ///< vault
};
std::string_view wireName(Verification level); ///< "reply", "re-encrypt", "decrypt"
std::optional<Verification> verificationOf(std::string_view wireName);

struct SafetySpec {
    bool dryRun = false;            ///< everything but writing; the window's first run
    bool backup = true;             ///< undo until finalised
    std::uint32_t batchItems = 256; ///< hot zone, 1 to 256 (tables: rows between checkpoints, 1,000 at most)
    std::uint32_t inFlight = 8;     ///< calls under way at once, 1 to 1,024
    double perSecond = 50;          ///< ceiling; 0: none
    bool rateGiven = false;         ///< the ceiling was asked for; else a vault has none
    std::uint64_t stopAfterFailures = 0; ///< 0: never
    std::uint32_t sweeps = 2; ///< databases: passes in a row that must find nothing before it is done
    std::chrono::milliseconds lockTimeout{5000};
    std::chrono::milliseconds statementTimeout{30000};
    bool operator==(const SafetySpec &) const = default;
};

struct JobSpec {
    int version = 1;
    std::string name;
    SourceSpec source;
    FinderSpec finder;
    ContextSpec context;                           ///< that the old ciphertexts were made with
    std::optional<ContextSpec> destinationContext; ///< nothing: the same
    std::vector<std::string> sourceKeys;           ///< empty: told per item by document or probe (mover.h)
    std::string destinationKey;
    std::string sourceAlgorithm;      ///< empty: SYMMETRIC_DEFAULT
    std::string destinationAlgorithm; ///< empty: SYMMETRIC_DEFAULT
    SafetySpec safety;
    Verification verification = Verification::ReEncrypt;
    bool allowClientPlaintext = false; ///< moves between services: Decrypt there, Encrypt here
    std::string service;               ///< Keyturn profile; empty: as the command says
    std::string destinationService;    ///< another one: needs allowClientPlaintext
    std::string reason;                ///< "rotation", "compromise", "context", ...: for the report
    bool operator==(const JobSpec &) const = default;
};

/// Errors: Usage; detail has a line for each fault, which names the member as the job file does
/// ("safety.in-flight: must be 1 to 1024").
Status checkJob(const JobSpec &spec);

} // namespace keyturn::reencrypt
