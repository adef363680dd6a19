// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/sql_row_store.h"

#include "reencrypt/records/record_reader.h"
#include "reencrypt/sql/row_context.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

SqlTarget targetOf(const JobSpec &spec, const std::filesystem::path &base) {
    SqlTarget target;
    target.dialect = dialectOf(spec.source.kind);
    if (!spec.source.paths.empty()) {
        target.file = base / spec.source.paths.front();
    }
    target.connection = spec.source.connection;
    target.lockTimeout = spec.safety.lockTimeout;
    target.statementTimeout = spec.safety.statementTimeout;
    return target;
}

Result<std::optional<RowKey>> keyOf(const std::optional<std::string> &json) {
    if (!json) {
        return std::optional<RowKey>();
    }
    auto key = rowKeyFromJson(*json);
    if (!key) {
        return failFrom(key);
    }
    return std::optional<RowKey>(std::move(*key));
}

RowResult refusal(std::string message) {
    RowResult result;
    result.outcome = RowOutcome::Refused;
    result.message = std::move(message);
    return result;
}

} // namespace

SqlRowStore::SqlRowStore(const JobSpec &spec, std::unique_ptr<SqlConnection> connection, TableShape shape)
    : m_spec(spec)
    , m_connection(std::move(connection))
    , m_shape(std::move(shape))
    , m_placeNames(placesOf(m_spec))
    , m_statements(makeStatements(m_connection->dialect(), m_shape, m_spec)) {}

Result<std::unique_ptr<SqlRowStore>> SqlRowStore::open(const JobSpec &spec, const RowStoreAccess &access,
                                                       const std::filesystem::path &base) {
    if (spec.source.kind == SourceKind::Sqlite && spec.source.paths.size() != 1) {
        return fail(ErrorCode::Usage, "source.paths: name the one SQLite file.");
    }
    auto connection = SqlConnection::open(targetOf(spec, base), access.password);
    if (!connection) {
        return failFrom(connection);
    }
    auto shape = readShape(**connection, spec);
    if (!shape) {
        return failFrom(shape);
    }
    std::unique_ptr<SqlRowStore> store(new SqlRowStore(spec, std::move(*connection), std::move(*shape)));
    if (auto warned = store->warnOfNullKeys(); !warned) {
        return failFrom(warned);
    }
    return store;
}

Status SqlRowStore::warnOfNullKeys() {
    std::string condition;
    for (const KeyColumn &key : m_shape.keys) {
        if (key.mayBeNull && m_connection->dialect() != SqlDialect::Odbc) {
            condition += (condition.empty() ? " WHERE " : " OR ") +
                         quotedName(m_connection->dialect(), key.name) + " IS NULL";
        }
    }
    if (condition.empty()) {
        return {};
    }
    auto found = m_connection->select("SELECT 1 FROM " + quotedTable(m_connection->dialect(), m_shape) +
                                      condition + " LIMIT 1");
    if (!found) {
        return failFrom(found);
    }
    if (!found->empty()) {
        m_shape.facts.warnings.emplace_back("There are rows with a null in their key: they are left alone.");
    }
    return {};
}

Result<Row> SqlRowStore::rowOf(const RawRow &raw) const {
    Row row;
    row.key = toJson(raw.key);
    row.isNull = raw.isNull;
    const ContextTemplate::Lookup lookup = [&](std::string_view place) -> std::optional<std::string> {
        const auto &names = m_shape.places;
        for (std::size_t i = 0; i < names.size() && i < raw.places.size(); ++i) {
            // The job may write a name in another case than the table has it: places stand in the same order.
            if (names[i] == place || m_placeNames[i] == place) {
                return raw.places[i];
            }
        }
        return std::nullopt;
    };
    const auto id = m_spec.finder.id.empty() ? std::nullopt : lookup(m_spec.finder.id);
    row.id = id ? *id : row.key;
    if (raw.isNull) {
        return row;
    }
    if (!raw.value) {
        row.fault = Cause::NotACiphertext;
        row.message = raw.isNumber ? "column " + m_shape.column + " holds a number here"
                                   : "column " + m_shape.column + " holds " + std::to_string(raw.sizeBytes) +
                                         " bytes here, more than any ciphertext has";
        return row;
    }
    row.value = *raw.value;
    auto contexts = contextsOf(m_spec, lookup);
    if (!contexts) {
        row.fault = Cause::BadTemplate;
        row.message = contexts.error().detail;
        return row;
    }
    row.context = std::move(contexts->present);
    row.newContext = std::move(contexts->next);
    return row;
}

Result<std::vector<Row>> SqlRowStore::selectRows(const SqlStatement &statement, std::size_t limit) {
    auto found = m_connection->select(statement.sql, statement.values, limit);
    if (!found) {
        return failFrom(found);
    }
    std::vector<Row> rows;
    rows.reserve(found->size());
    for (const SqlRow &each : *found) {
        auto row = rowOf(m_statements->decode(each));
        if (!row) {
            return failFrom(row);
        }
        rows.push_back(std::move(*row));
    }
    return rows;
}

Result<std::vector<Row>> SqlRowStore::page(const std::optional<std::string> &after, std::size_t limit) {
    return range(after, std::nullopt, limit);
}

Result<std::vector<Row>> SqlRowStore::range(const std::optional<std::string> &after,
                                            const std::optional<std::string> &last, std::size_t limit) {
    auto from = keyOf(after);
    auto to = keyOf(last);
    if (!from || !to) {
        return !from ? failFrom(from) : failFrom(to);
    }
    return selectRows(m_statements->range(*from, *to, limit), limit);
}

Result<std::vector<std::string>> SqlRowStore::boundaries(std::size_t rows) {
    const SqlStatement statement = m_statements->boundaries(rows);
    auto found = m_connection->select(statement.sql, statement.values);
    if (!found) {
        return failFrom(found);
    }
    std::vector<std::string> keys;
    for (const SqlRow &row : *found) {
        SqlRow padded(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(m_shape.keys.size()));
        padded.resize(m_shape.keys.size() + 2);
        keys.push_back(toJson(m_statements->decode(padded).key));
    }
    return keys;
}

Result<std::optional<Row>> SqlRowStore::readOne(const std::string &json) {
    auto key = rowKeyFromJson(json);
    if (!key) {
        return failFrom(key);
    }
    auto rows = selectRows(m_statements->row(*key), 0);
    if (!rows) {
        return failFrom(rows);
    }
    if (rows->size() > 1) {
        return fail(ErrorCode::Configuration,
                    "source.key: several rows have the same key. Name the columns of a unique index.");
    }
    return rows->empty() ? std::optional<Row>() : std::optional<Row>(std::move(rows->front()));
}

Result<std::vector<std::optional<Row>>> SqlRowStore::read(const std::vector<std::string> &keys) {
    std::vector<std::optional<Row>> rows;
    rows.reserve(keys.size());
    for (const std::string &key : keys) {
        auto row = readOne(key);
        if (!row) {
            return failFrom(row);
        }
        rows.push_back(std::move(*row));
    }
    return rows;
}

Result<RowResult> SqlRowStore::changeOne(const RowChange &change) {
    auto key = rowKeyFromJson(change.key);
    if (!key) {
        return failFrom(key);
    }
    const SqlStatement statement = m_statements->change(*key, change.from, change.to);
    auto changed = m_connection->change(statement.sql, statement.values);
    if (!changed && isRowFault(changed.error())) {
        return refusal(changed.error().detail);
    }
    if (!changed) {
        return failFrom(changed);
    }
    if (*changed > 1) {
        return fail(ErrorCode::Configuration,
                    "source.key: several rows have the same key. Name the columns of a unique index.");
    }
    auto now = readOne(change.key); // what stands there decides, also behind our own write
    if (!now) {
        return failFrom(now);
    }
    RowResult result;
    if (!*now) {
        return result;
    }
    const bool isNew = !(*now)->isNull && (*now)->value == change.to;
    if (*changed == 1 && !isNew) {
        return refusal(
            "the table stores another value than was written: a trigger or the column's type changes it");
    }
    if (isNew) {
        result.outcome = *changed == 1 ? RowOutcome::Changed : RowOutcome::AlreadyNew;
        return result;
    }
    result.outcome = RowOutcome::Other;
    result.now = std::move(*now);
    return result;
}

Result<std::vector<RowResult>> SqlRowStore::changeAll(const std::vector<RowChange> &changes,
                                                      const Within &within,
                                                      std::optional<std::size_t> &refused) {
    refused.reset();
    if (auto begun = m_connection->begin(); !begun) {
        return failFrom(begun);
    }
    Status first = within.first ? within.first() : Status();
    std::vector<RowResult> results;
    for (std::size_t i = 0; first && i < changes.size() && !refused; ++i) {
        auto result = changeOne(changes[i]);
        if (!result) {
            first = failFrom(result);
        } else {
            if (result->outcome == RowOutcome::Refused) {
                refused = i;
            }
            results.push_back(std::move(*result));
        }
    }
    if (first && !refused && within.last) {
        first = within.last(results);
    }
    if (!first || refused) {
        m_connection->rollback();
        return first ? Result<std::vector<RowResult>>(std::move(results)) : failFrom(first);
    }
    if (auto committed = m_connection->commit(); !committed) {
        m_connection->rollback();
        return failFrom(committed);
    }
    return results;
}

Result<std::vector<RowResult>> SqlRowStore::applyWithin(const std::vector<RowChange> &changes,
                                                        const Within &within) {
    std::vector<RowChange> left = changes;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        places.push_back(i);
    }
    std::vector<RowResult> results(changes.size());
    for (;;) {
        // A refused row takes its transaction with it, so it is set aside and the others go again.
        const Within asAsked{within.first, [&](const std::vector<RowResult> &done) {
                                 for (std::size_t i = 0; i < done.size(); ++i) {
                                     results[places[i]] = done[i];
                                 }
                                 return within.last ? within.last(results) : Status();
                             }};
        std::optional<std::size_t> refused;
        auto done = changeAll(left, asAsked, refused);
        if (!done) {
            return failFrom(done);
        }
        if (!refused) {
            return results;
        }
        results[places[*refused]] = done->back();
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(*refused));
        places.erase(places.begin() + static_cast<std::ptrdiff_t>(*refused));
    }
}

Result<std::vector<RowResult>> SqlRowStore::apply(const std::vector<RowChange> &changes) {
    return applyWithin(changes, {});
}

Status SqlRowStore::tryOut(const std::vector<RowChange> &changes) {
    if (auto begun = m_connection->begin(); !begun) {
        return begun;
    }
    Status tried;
    for (const RowChange &change : changes) {
        auto result = changeOne(change);
        if (!result) {
            tried = failFrom(result);
            break;
        }
        if (result->outcome == RowOutcome::Refused) {
            tried = fail(ErrorCode::Usage, "row " + change.key + ": " + result->message);
            break;
        }
    }
    m_connection->rollback();
    return tried;
}

Status SqlRowStore::reconnect() {
    return m_connection->reconnect();
}

Result<std::unique_ptr<RowStore>> openRowStore(const JobSpec &spec, const RowStoreAccess &access,
                                               const std::filesystem::path &base) {
    auto store = SqlRowStore::open(spec, access, base);
    if (!store) {
        return failFrom(store);
    }
    return std::unique_ptr<RowStore>(std::move(*store));
}

} // namespace keyturn::reencrypt
