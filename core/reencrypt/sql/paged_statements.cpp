// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/paged_statements.h"

namespace keyturn::reencrypt {
namespace {

void addCondition(std::string &conditions, const std::string &condition) {
    conditions += (conditions.empty() ? "" : " AND ") + condition;
}

} // namespace

PagedStatements::PagedStatements(SqlDialect dialect, const TableShape &shape, const JobSpec &spec)
    : m_dialect(dialect)
    , m_shape(shape)
    , m_where(spec.source.where) {
    for (const KeyColumn &key : m_shape.keys) {
        m_keyNames += (m_keyNames.empty() ? "" : ", ") + quotedName(dialect, key.name);
    }
}

std::string PagedStatements::jobRows() const {
    std::string conditions;
    if (!m_where.empty()) {
        addCondition(conditions, "(" + m_where + "\n)"); // the line end closes a comment at its end
    }
    for (const KeyColumn &key : m_shape.keys) {
        if (key.mayBeNull && leavesNullKeysOut()) {
            addCondition(conditions, quotedName(m_dialect, key.name) + " IS NOT NULL");
        }
    }
    return conditions;
}

SqlStatement PagedStatements::page(const std::optional<RowKey> &after, std::size_t limit) const {
    return range(after, std::nullopt, limit);
}

SqlStatement PagedStatements::range(const std::optional<RowKey> &after, const std::optional<RowKey> &last,
                                    std::size_t limit) const {
    SqlStatement statement;
    std::string conditions = jobRows();
    if (after) {
        addCondition(conditions, behind(*after, statement.values));
    }
    if (last) {
        addCondition(conditions, upTo(*last, statement.values));
    }
    statement.sql = m_select + (conditions.empty() ? "" : " WHERE " + conditions) + " ORDER BY " +
                    m_keyNames + atMost(limit);
    return statement;
}

SqlStatement PagedStatements::row(const RowKey &key) const {
    SqlStatement statement;
    statement.sql = m_select + " WHERE " + equalsKey(key, statement.values);
    return statement;
}

std::string PagedStatements::equalsKey(const RowKey &key, std::vector<SqlValue> &values) const {
    std::string condition;
    for (std::size_t i = 0; i < key.size() && i < m_shape.keys.size(); ++i) {
        addCondition(condition,
                     quotedName(m_dialect, m_shape.keys[i].name) + " = " + mark(i, key[i], values));
    }
    return condition;
}

std::string PagedStatements::marks(const RowKey &key, std::vector<SqlValue> &values) const {
    std::string list;
    for (std::size_t i = 0; i < key.size() && i < m_shape.keys.size(); ++i) {
        list += (i == 0 ? "" : ", ") + mark(i, key[i], values);
    }
    return list;
}

std::string PagedStatements::behind(const RowKey &key, std::vector<SqlValue> &values) const {
    return "(" + m_keyNames + ") > (" + marks(key, values) + ")";
}

std::string PagedStatements::upTo(const RowKey &key, std::vector<SqlValue> &values) const {
    return "(" + m_keyNames + ") <= (" + marks(key, values) + ")";
}

std::string PagedStatements::atMost(std::size_t limit) const {
    return " LIMIT " + std::to_string(limit);
}

} // namespace keyturn::reencrypt
