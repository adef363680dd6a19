// SPDX-License-Identifier: Apache-2.0
// MySQL and what stands behind ODBC, in the SQL that they share: row by row comparisons of keys spelled out,
// values bound. MySQL compares values as bytes; ODBC's databases compare as the column's collation says,
// behind which the look at what stands after the write decides.
#include "reencrypt/sql/row_statements.h"

#include "reencrypt/sql/row_store.h"

namespace keyturn::reencrypt {
namespace {

class StandardStatements final : public RowStatements {
public:
    StandardStatements(SqlDialect dialect, const TableShape &shape, const JobSpec &spec)
        : m_dialect(dialect)
        , m_shape(shape)
        , m_where(spec.source.where) {
        const std::string column = quotedName(dialect, shape.column);
        m_value = isMySql() ? "CAST(" + column + " AS BINARY)" : column;
        std::string list;
        for (const KeyColumn &key : shape.keys) {
            m_keyNames += (m_keyNames.empty() ? "" : ", ") + quotedName(dialect, key.name);
        }
        list = m_keyNames + ", ";
        // Long values are fetched and then refused where there is no common word for their size.
        list += isMySql() ? "CASE WHEN length(" + m_value + ") <= " + std::to_string(rowValueBytesMax) +
                                " THEN " + m_value + " END, length(" + m_value + ")"
                          : m_value + ", CASE WHEN " + column + " IS NULL THEN 0 ELSE 1 END";
        for (const std::string &place : shape.places) {
            list += ", " + quotedName(dialect, place);
        }
        m_from = "SELECT " + list + " FROM " + quotedTable(dialect, shape);
    }

    SqlStatement page(const std::optional<RowKey> &after, std::size_t limit) const override {
        return range(after, std::nullopt, limit);
    }

    SqlStatement range(const std::optional<RowKey> &after, const std::optional<RowKey> &last,
                       std::size_t limit) const override {
        SqlStatement statement;
        std::string conditions;
        const auto add = [&](const std::string &condition) {
            conditions += (conditions.empty() ? " WHERE " : " AND ") + condition;
        };
        if (!m_where.empty()) {
            add("(" + m_where + "\n)");
        }
        for (const KeyColumn &key : m_shape.keys) {
            if (key.mayBeNull && isMySql()) {
                add(quotedName(m_dialect, key.name) + " IS NOT NULL");
            }
        }
        if (after) {
            add(compared(*after, ">", statement.values));
        }
        if (last) {
            add("NOT " + compared(*last, ">", statement.values));
        }
        statement.sql = m_from + conditions + " ORDER BY " + m_keyNames;
        if (isMySql()) {
            statement.sql += " LIMIT " + std::to_string(limit);
        }
        return statement;
    }

    SqlStatement row(const RowKey &key) const override {
        SqlStatement statement;
        statement.sql = m_from + " WHERE " + equalsKey(key, statement.values);
        return statement;
    }

    SqlStatement change(const RowKey &key, ByteView from, ByteView to) const override {
        SqlStatement statement;
        statement.values.push_back(cell(to));
        statement.sql = "UPDATE " + quotedTable(m_dialect, m_shape) + " SET " +
                        quotedName(m_dialect, m_shape.column) + " = ? WHERE " +
                        equalsKey(key, statement.values) + " AND " + m_value + " = ?";
        statement.values.push_back(isMySql() ? SqlValue(toBytes(from)) : cell(from));
        return statement;
    }

    RawRow decode(const SqlRow &row) const override {
        RawRow raw;
        const std::size_t keys = m_shape.keys.size();
        raw.key.assign(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(keys));
        const SqlValue &value = row[keys];
        raw.isNull =
            isMySql() ? std::holds_alternative<std::monostate>(row[keys + 1]) : numberOf(row[keys + 1]) == 0;
        raw.isNumber = std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
        const bool given = std::holds_alternative<std::string>(value) || std::holds_alternative<Bytes>(value);
        raw.sizeBytes = given ? textOf(value).size() : static_cast<std::uint64_t>(numberOf(row[keys + 1]));
        if (given && raw.sizeBytes <= rowValueBytesMax) {
            raw.value = toBytes(textOf(value));
        }
        for (std::size_t i = keys + 2; i < row.size(); ++i) {
            const bool none = std::holds_alternative<std::monostate>(row[i]);
            raw.places.push_back(none ? std::nullopt : std::optional<std::string>(textOf(row[i])));
        }
        return raw;
    }

private:
    bool isMySql() const { return m_dialect == SqlDialect::MySql; }

    SqlValue cell(ByteView value) const {
        if (m_shape.columnClass == ColumnClass::Binary) {
            return toBytes(value);
        }
        return std::string(asText(value));
    }

    /// (a > ?) OR (a = ? AND b > ?) ...: row values are slow in MySQL and missing elsewhere.
    std::string compared(const RowKey &key, const std::string &sign, std::vector<SqlValue> &values) const {
        std::string condition = "(";
        for (std::size_t last = 0; last < key.size(); ++last) {
            condition += last == 0 ? "(" : " OR (";
            for (std::size_t i = 0; i <= last; ++i) {
                condition += (i == 0 ? "" : " AND ") + quotedName(m_dialect, m_shape.keys[i].name) + " " +
                             (i == last ? sign : std::string("=")) + " ?";
                values.push_back(key[i]);
            }
            condition += ")";
        }
        return condition + ")";
    }

    std::string equalsKey(const RowKey &key, std::vector<SqlValue> &values) const {
        std::string condition;
        for (std::size_t i = 0; i < key.size() && i < m_shape.keys.size(); ++i) {
            condition += (i == 0 ? "" : " AND ") + quotedName(m_dialect, m_shape.keys[i].name) + " = ?";
            values.push_back(key[i]);
        }
        return condition;
    }

    SqlDialect m_dialect;
    TableShape m_shape;
    std::string m_where;
    std::string m_value;
    std::string m_keyNames;
    std::string m_from;
};

} // namespace

std::unique_ptr<RowStatements> makeStandardStatements(SqlDialect dialect, const TableShape &shape,
                                                      const JobSpec &spec) {
    return std::make_unique<StandardStatements>(dialect, shape, spec);
}

std::unique_ptr<RowStatements> makeStatements(SqlDialect dialect, const TableShape &shape,
                                              const JobSpec &spec) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return makeSqliteStatements(shape, spec);
    case SqlDialect::PostgreSql:
        return makePostgresStatements(shape, spec);
    case SqlDialect::MySql:
    case SqlDialect::Odbc:
        break;
    }
    return makeStandardStatements(dialect, shape, spec);
}

} // namespace keyturn::reencrypt
