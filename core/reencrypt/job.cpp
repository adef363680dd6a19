// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace keyturn::reencrypt {
namespace {

constexpr std::array<std::string_view, 15> kindNames{
    "files",     "text",    "csv",          "tsv",    "jsonl",      "sops",  "pulumi", "tink",
    "credstash", "mongodb", "parquet-keys", "sqlite", "postgresql", "mysql", "odbc"};
constexpr std::array<std::string_view, 3> verificationNames{"reply", "re-encrypt", "decrypt"};
constexpr std::array<std::string_view, 5> algorithms{"SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1",
                                                     "RSAES_OAEP_SHA_256", "SM2PKE", ""};
constexpr std::size_t keyNameMax = 2048;

template <class Value, std::size_t size>
std::optional<Value> valueOf(const std::array<std::string_view, size> &names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<Value>(found - names.begin()));
}

bool isPointer(std::string_view text) {
    return text.starts_with('/');
}

bool isAsymmetric(const std::string &algorithm) {
    return !algorithm.empty() && algorithm != algorithms.front();
}

/// Collects what is wrong, a line each.
class Check {
public:
    explicit Check(const JobSpec &spec)
        : m_spec(spec) {}

    Status run() {
        refuse(m_spec.version != 1, "keyturn-job: this program knows version 1 only; get a newer Keyturn");
        source();
        finder();
        contexts();
        keys();
        safety();
        services();
        return m_faults.empty() ? Status{} : Status(fail(ErrorCode::Usage, join(m_faults, "\n")));
    }

private:
    void refuse(bool wrong, std::string fault) {
        if (wrong) {
            m_faults.push_back(std::move(fault));
        }
    }
    void source();
    void database();
    void finder();
    void contexts();
    void context(const ContextSpec &context, std::string_view member);
    void keys();
    void key(const std::string &name, std::string_view member);
    void algorithm(const std::string &name, std::string_view member);
    void safety();
    void services();

    const JobSpec &m_spec;
    std::vector<std::string> m_faults;
};

void Check::source() {
    const SourceSpec &source = m_spec.source;
    refuse(source.shared && source.kind != SourceKind::PostgreSql,
           "source.shared: only a postgresql source can be shared between machines");
    refuse(source.delimiter != ',' && source.kind != SourceKind::Csv,
           "source.delimiter: only csv has a delimiter");
    refuse(source.delimiter == '"' || source.delimiter == '\n' || source.delimiter == '\r' ||
               source.delimiter == '\0',
           "source.delimiter: must be one character, no quote and no line end");
    const bool empty =
        std::any_of(source.paths.begin(), source.paths.end(), [](const auto &path) { return path.empty(); });
    refuse(empty, "source.paths: a path is empty");
    if (isDatabase(source.kind)) {
        database();
        return;
    }
    refuse(source.paths.empty(), "source.paths: name at least one file or folder");
    refuse(!source.connection.empty(), "source.connection: only databases have one");
    refuse(!source.table.empty(), "source.table: only databases have one");
    refuse(!source.keyColumns.empty(), "source.key: only databases have one");
    refuse(!source.where.empty(), "source.where: only databases have one");
}

void Check::database() {
    const SourceSpec &source = m_spec.source;
    refuse(source.table.empty(), "source.table: name the table");
    const bool isSqlite = source.kind == SourceKind::Sqlite;
    refuse(isSqlite && source.paths.size() != 1, "source.paths: name the one SQLite file");
    refuse(isSqlite && !source.connection.empty(), "source.connection: a SQLite file has none; use paths");
    refuse(!isSqlite && source.connection.empty(),
           "source.connection: say where the database is (host=... dbname=... user=...)");
    refuse(!isSqlite && !source.paths.empty(), "source.paths: use source.connection for this database");
    refuse(!source.include.empty() || !source.exclude.empty(),
           "source.include, source.exclude: only folders have them");
    const std::string lower = toLowerAscii(source.connection);
    refuse(lower.find("password") != std::string::npos || lower.find("pwd=") != std::string::npos,
           "source.connection: takes no password; use PGPASSFILE, PGPASSWORD or password-in-keychain");
    refuse(isSqlite && !source.passwordInKeychain.empty(),
           "source.password-in-keychain: a SQLite file has no password");
    refuse(source.passwordInKeychain.size() > 128,
           "source.password-in-keychain: write the name under which the password was stored");
    const std::set<std::string> columns(source.keyColumns.begin(), source.keyColumns.end());
    refuse(columns.size() != source.keyColumns.size() || columns.contains(""),
           "source.key: a column is empty or repeated");
    refuse(columns.contains(m_spec.finder.blob), "find.blob: cannot be a column of the primary key");
}

void Check::finder() {
    const FinderSpec &find = m_spec.finder;
    const SourceKind kind = m_spec.source.kind;
    const bool hasColumns = isDatabase(kind) || isTable(kind);
    refuse(hasColumns && find.blob.empty(), kind == SourceKind::JsonLines
                                                ? "find.blob: name the JSON pointer of the ciphertext (/blob)"
                                                : "find.blob: name the column of the ciphertext");
    refuse(!hasColumns && !find.blob.empty(),
           "find.blob: this kind of source knows where its ciphertexts stand; leave it out");
    refuse(kind == SourceKind::JsonLines && !find.blob.empty() && !isPointer(find.blob),
           "find.blob: must be a JSON pointer, which begins with '/'");
    refuse(!find.jsonPointer.empty() && !isPointer(find.jsonPointer),
           "find.json-pointer: must begin with '/'");
    refuse(!find.jsonPointer.empty() && (!hasColumns || kind == SourceKind::JsonLines),
           "find.json-pointer: only columns of tables and databases hold JSON; use find.blob");
    refuse(find.newPrefix && !isDatabase(kind) && !isTable(kind),
           "find.new-prefix: only columns have a prefix");
}

void Check::contexts() {
    context(m_spec.context, "context");
    if (m_spec.destinationContext) {
        context(*m_spec.destinationContext, "destination-context");
    }
    const bool fromAsymmetric = isAsymmetric(m_spec.sourceAlgorithm);
    refuse(fromAsymmetric && !m_spec.context.empty(),
           "context: ciphertexts of asymmetric keys have none; leave it out");
    const ContextSpec &target = m_spec.destinationContext ? *m_spec.destinationContext : m_spec.context;
    refuse(
        isAsymmetric(m_spec.destinationAlgorithm) && !target.empty(),
        "destination-context: asymmetric keys bind no context; write `destination-context: {}` to drop it");
}

void Check::context(const ContextSpec &context, std::string_view member) {
    std::set<std::string_view> names;
    for (const auto &[name, value] : context.pairs) {
        refuse(name.empty(), std::string(member) + ": a name is empty");
        refuse(!names.insert(name).second, std::string(member) + "." + name + ": is there twice");
    }
}

void Check::keys() {
    refuse(m_spec.destinationKey.empty(), "destination-key: name the key to move to (id, ARN or alias)");
    key(m_spec.destinationKey, "destination-key");
    std::set<std::string_view> names;
    for (const std::string &name : m_spec.sourceKeys) {
        refuse(name.empty(), "source-keys: a key is empty");
        refuse(!name.empty() && !names.insert(name).second, "source-keys: a key is there twice");
        key(name, "source-keys");
    }
    algorithm(m_spec.sourceAlgorithm, "source-algorithm");
    algorithm(m_spec.destinationAlgorithm, "destination-algorithm");
    refuse(isAsymmetric(m_spec.sourceAlgorithm) && m_spec.sourceKeys.empty(),
           "source-keys: name the key; ciphertexts of asymmetric keys do not say it");
}

void Check::key(const std::string &name, std::string_view member) {
    refuse(name.size() > keyNameMax, std::string(member) + ": longer than 2048 characters");
}

void Check::algorithm(const std::string &name, std::string_view member) {
    refuse(std::find(algorithms.begin(), algorithms.end(), name) == algorithms.end(),
           std::string(member) +
               ": must be SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256 or SM2PKE");
}

void Check::safety() {
    const SafetySpec &safety = m_spec.safety;
    const std::uint32_t batchMax = isTable(m_spec.source.kind) ? 1000 : 256;
    refuse(safety.batchItems < 1 || safety.batchItems > batchMax,
           "safety.batch: must be 1 to " + std::to_string(batchMax));
    refuse(safety.inFlight < 1 || safety.inFlight > 1024, "safety.in-flight: must be 1 to 1024");
    refuse(!std::isfinite(safety.perSecond) || safety.perSecond < 0 || safety.perSecond > 1e6,
           "safety.rate: must be 0 (no ceiling) to 1000000 calls per second");
    refuse(safety.sweeps < 1 || safety.sweeps > 10, "safety.sweeps: must be 1 to 10");
    const std::chrono::milliseconds dayMs = std::chrono::hours(24);
    refuse(safety.lockTimeout.count() < 1 || safety.lockTimeout > dayMs,
           "safety.lock-timeout-ms: must be 1 to 86400000");
    refuse(safety.statementTimeout.count() < 1 || safety.statementTimeout > dayMs,
           "safety.statement-timeout-ms: must be 1 to 86400000");
}

void Check::services() {
    const bool between = !m_spec.destinationService.empty();
    refuse(between && !m_spec.allowClientPlaintext,
           "destination-service: another service can only be reached through this machine: Decrypt there, "
           "Encrypt here. Write `allow-client-plaintext: true` if that may be");
    refuse(
        !between && m_spec.allowClientPlaintext,
        "allow-client-plaintext: is for moves to a destination-service; ReEncrypt needs no plaintext here");
    refuse(between && m_spec.destinationService == m_spec.service,
           "destination-service: is the service itself; leave it out, then no plaintext leaves it");
}

} // namespace

std::string_view wireName(SourceKind kind) {
    return kindNames[static_cast<std::size_t>(kind)];
}

std::optional<SourceKind> sourceKindOf(std::string_view wireName) {
    return valueOf<SourceKind>(kindNames, wireName);
}

bool isDatabase(SourceKind kind) {
    return kind == SourceKind::Sqlite || kind == SourceKind::PostgreSql || kind == SourceKind::MySql ||
           kind == SourceKind::Odbc;
}

bool isTable(SourceKind kind) {
    return kind == SourceKind::Csv || kind == SourceKind::Tsv || kind == SourceKind::JsonLines;
}

std::string_view wireName(Verification level) {
    return verificationNames[static_cast<std::size_t>(level)];
}

std::optional<Verification> verificationOf(std::string_view wireName) {
    return valueOf<Verification>(verificationNames, wireName);
}

Status checkJob(const JobSpec &spec) {
    return Check(spec).run();
}

} // namespace keyturn::reencrypt
