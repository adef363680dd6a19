// SPDX-License-Identifier: Apache-2.0
// PostgreSQL: keys travel as the text of their type, which it reads back exactly; values are compared as
// bytes (bytea) or under collation "C", so that citext and nondeterministic collations take nothing for
// equal that is not.
#include "reencrypt/sql/paged_statements.h"

#include "reencrypt/sql/row_store.h"

#include <charconv>

namespace keyturn::reencrypt {
namespace {

constexpr auto dialect = SqlDialect::PostgreSql;

class PostgresStatements final : public PagedStatements {
public:
    PostgresStatements(const TableShape &shape, const JobSpec &spec)
        : PagedStatements(dialect, shape, spec) {
        const bool binary = shape.columnClass == ColumnClass::Binary;
        const std::string column = quotedName(dialect, shape.column);
        m_value = binary ? column : "(" + column + ")::text";
        std::string list;
        // ORDER BY takes an output column's name before a table's column: no output may be named like a key.
        std::size_t outputs = 0;
        const auto add = [&](const std::string &expression) {
            list +=
                (list.empty() ? "" : ", ") + expression + " AS \"keyturn:" + std::to_string(++outputs) + "\"";
        };
        for (const KeyColumn &key : shape.keys) {
            add(quotedName(dialect, key.name) + "::text");
        }
        const std::string size = "octet_length(" + m_value + ")";
        add(size + "::int8");
        add("CASE WHEN " + size + " <= " + std::to_string(rowValueBytesMax) + " THEN " + m_value + " END");
        for (const std::string &place : shape.places) {
            const std::string text = quotedName(dialect, place) + "::text";
            add("CASE WHEN octet_length(" + text + ") <= " + std::to_string(placeBytesMax) + " THEN " + text +
                " END");
        }
        m_table = (shape.whole ? "" : "ONLY ") + quotedTable(dialect, shape);
        readsFrom("SELECT " + list + " FROM " + m_table);
    }

    SqlStatement change(const RowKey &key, ByteView from, ByteView to) const override {
        SqlStatement statement;
        statement.values.push_back(cell(to));
        statement.sql = "UPDATE " + m_table + " SET " + quotedName(dialect, shape().column) + " = " +
                        assigned() + " WHERE " + equalsKey(key, statement.values);
        statement.values.push_back(cell(from));
        const std::string mark = "$" + std::to_string(statement.values.size());
        statement.sql += shape().columnClass == ColumnClass::Binary
                             ? " AND " + m_value + " = " + mark + "::bytea"
                             : " AND " + m_value + " COLLATE \"C\" = " + mark + "::text";
        return statement;
    }

    SqlStatement boundaries(std::size_t rows) const override {
        const std::string condition = jobRows();
        std::string list;
        for (const KeyColumn &key : shape().keys) {
            list += quotedName(dialect, key.name) +
                    "::text AS \"keyturn:" + std::to_string(&key - shape().keys.data()) + "\", ";
        }
        return {"SELECT * FROM (SELECT " + list + "row_number() OVER (ORDER BY " + keyNames() +
                    ") AS \"keyturn:n\" FROM " + m_table + (condition.empty() ? "" : " WHERE " + condition) +
                    ") AS rows WHERE \"keyturn:n\" % " + std::to_string(rows) + " = 0 ORDER BY \"keyturn:n\"",
                {}};
    }

    RawRow decode(const SqlRow &row) const override {
        RawRow raw;
        std::size_t i = 0;
        for (; i < shape().keys.size(); ++i) {
            raw.key.push_back(keyValue(row[i], shape().keys[i].integer));
        }
        raw.isNull = std::holds_alternative<std::monostate>(row[i]);
        raw.sizeBytes = static_cast<std::uint64_t>(numberOf(row[i]));
        if (!std::holds_alternative<std::monostate>(row[i + 1])) {
            raw.value = toBytes(textOf(row[i + 1]));
        }
        for (i += 2; i < row.size(); ++i) {
            if (std::holds_alternative<std::monostate>(row[i])) {
                raw.places.emplace_back();
            } else {
                raw.places.emplace_back(textOf(row[i]));
            }
        }
        return raw;
    }

private:
    SqlValue cell(ByteView value) const {
        if (shape().columnClass == ColumnClass::Binary) {
            return toBytes(value);
        }
        return std::string(asText(value));
    }

    /// Assignment, not CAST: a cast to varchar(n) would cut the value without a word.
    std::string assigned() const {
        switch (shape().columnClass) {
        case ColumnClass::Binary:
            return "$1::bytea";
        case ColumnClass::Json:
            return "$1::text::" + shape().columnType;
        case ColumnClass::Text:
        case ColumnClass::Dynamic:
            break;
        }
        return "$1::text";
    }

    static SqlValue keyValue(const SqlValue &value, bool integer) {
        const auto *text = std::get_if<std::string>(&value);
        if (text == nullptr || !integer) {
            return value;
        }
        std::int64_t number = 0;
        const char *end = text->data() + text->size();
        const auto [stop, fault] = std::from_chars(text->data(), end, number);
        return fault == std::errc{} && stop == end ? SqlValue(number) : value;
    }

    std::string mark(std::size_t column, const SqlValue &value,
                     std::vector<SqlValue> &values) const override {
        values.push_back(value);
        return "$" + std::to_string(values.size()) + "::" + shape().keys[column].type;
    }

    std::string m_value;
    std::string m_table;
};

} // namespace

std::unique_ptr<RowStatements> makePostgresStatements(const TableShape &shape, const JobSpec &spec) {
    return std::make_unique<PostgresStatements>(shape, spec);
}

} // namespace keyturn::reencrypt
