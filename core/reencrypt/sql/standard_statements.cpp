// SPDX-License-Identifier: Apache-2.0
// MySQL and what stands behind ODBC, in the SQL that they share: row by row comparisons of keys spelled out,
// values bound. MySQL compares values as bytes; ODBC's databases compare as the column's collation says,
// behind which the look at what stands after the write decides.
#include "reencrypt/sql/paged_statements.h"

#include "reencrypt/sql/row_store.h"

namespace keyturn::reencrypt {
namespace {

class StandardStatements final : public PagedStatements {
public:
    StandardStatements(SqlDialect dialect, const TableShape &shape, const JobSpec &spec)
        : PagedStatements(dialect, shape, spec)
        , m_dialect(dialect) {
        const std::string column = quotedName(dialect, shape.column);
        m_value = isMySql() ? bytesOf(column) : column;
        std::string list;
        for (const KeyColumn &key : shape.keys) {
            list += readKey(key) + ", ";
        }
        // Long values are fetched and then refused where there is no common word for their size.
        list += isMySql() ? "CASE WHEN length(" + m_value + ") <= " + std::to_string(rowValueBytesMax) +
                                " THEN " + m_value + " END, length(" + m_value + ")"
                          : m_value + ", CASE WHEN " + column + " IS NULL THEN 0 ELSE 1 END";
        for (const std::string &place : shape.places) {
            list += ", " + quotedName(dialect, place);
        }
        readsFrom("SELECT " + list + " FROM " + quotedTable(dialect, shape));
    }

    SqlStatement change(const RowKey &key, ByteView from, ByteView to) const override {
        SqlStatement statement;
        statement.values.push_back(cell(to));
        statement.sql = "UPDATE " + quotedTable(m_dialect, shape()) + " SET " +
                        quotedName(m_dialect, shape().column) + " = ?" + keptColumns() + " WHERE " +
                        equalsKey(key, statement.values) + " AND " + m_value + " = ?";
        statement.values.push_back(isMySql() ? SqlValue(toBytes(from)) : cell(from));
        return statement;
    }

    RawRow decode(const SqlRow &row) const override {
        RawRow raw;
        const std::size_t keys = shape().keys.size();
        raw.key.assign(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(keys));
        for (std::size_t i = 0; isMySql() && i < keys; ++i) {
            if (const auto *bytes = std::get_if<Bytes>(&raw.key[i]);
                bytes != nullptr && !isBinary(shape().keys[i])) {
                raw.key[i] = std::string(asText(*bytes));
            }
        }
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

    /// A text's own character set may be anything; what was read is UTF-8.
    std::string bytesOf(const std::string &column) const {
        return shape().columnClass == ColumnClass::Binary
                   ? column
                   : "CAST(CONVERT(" + column + " USING utf8mb4) AS BINARY)";
    }

    /// Integers, texts and bytes travel as they are; times and decimals as the database writes them.
    bool travelsAsText(const KeyColumn &key) const {
        const bool asIs = key.integer || key.type.find("char") != std::string::npos ||
                          key.type.find("text") != std::string::npos || isBinary(key) ||
                          key.type.starts_with("double");
        return isMySql() && !asIs;
    }
    static bool isBinary(const KeyColumn &key) {
        return key.type.find("binary") != std::string::npos || key.type.find("blob") != std::string::npos;
    }
    std::string readKey(const KeyColumn &key) const {
        const std::string name = quotedName(m_dialect, key.name);
        return travelsAsText(key) ? "CAST(" + name + " AS CHAR)" : name;
    }

    /// A column that follows the row's changes by itself is told to stay.
    std::string keptColumns() const {
        std::string list;
        for (const std::string &name : shape().kept) {
            const std::string column = quotedName(m_dialect, name);
            list += ", " + column + " = " + column;
        }
        return list;
    }

    SqlValue cell(ByteView value) const {
        if (shape().columnClass == ColumnClass::Binary) {
            return toBytes(value);
        }
        return std::string(asText(value));
    }

    std::string mark(std::size_t column, const SqlValue &value,
                     std::vector<SqlValue> &values) const override {
        values.push_back(value);
        const KeyColumn &key = shape().keys[column];
        if (isMySql() && key.integer && std::holds_alternative<std::string>(value)) {
            return "CAST(? AS UNSIGNED)"; // beyond what is signed
        }
        return travelsAsText(key) ? "CAST(? AS " + castType(key.type) + ")" : "?";
    }

    /// CAST knows fewer names than columns have.
    static std::string castType(const std::string &type) {
        const std::string word = type.substr(0, type.find(' ')); // without "unsigned"
        if (word.starts_with("timestamp")) {
            return "datetime" + word.substr(std::string_view("timestamp").size());
        }
        return word.starts_with("year") ? "unsigned" : word;
    }

    /// (a > ?) OR (a = ? AND b > ?) ...: row values are slow in MySQL and missing elsewhere.
    std::string behind(const RowKey &key, std::vector<SqlValue> &values) const override {
        std::string condition = "(";
        for (std::size_t last = 0; last < key.size(); ++last) {
            condition += last == 0 ? "(" : " OR (";
            for (std::size_t i = 0; i <= last; ++i) {
                condition += (i == 0 ? "" : " AND ") + quotedName(m_dialect, shape().keys[i].name) +
                             (i == last ? " > " : " = ") + mark(i, key[i], values);
            }
            condition += ")";
        }
        return condition + ")";
    }

    std::string upTo(const RowKey &key, std::vector<SqlValue> &values) const override {
        return "NOT " + behind(key, values);
    }
    std::string atMost(std::size_t limit) const override {
        switch (shape().paging) {
        case Paging::Limit:
            return PagedStatements::atMost(limit);
        case Paging::Fetch:
            return " OFFSET 0 ROWS FETCH NEXT " + std::to_string(limit) + " ROWS ONLY";
        case Paging::None: // fetched until there are enough
            break;
        }
        return {};
    }
    bool leavesNullKeysOut() const override { return isMySql(); }

    SqlDialect m_dialect;
    std::string m_value;
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
