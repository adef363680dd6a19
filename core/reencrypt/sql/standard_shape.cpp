// SPDX-License-Identifier: Apache-2.0
// MySQL through information_schema. ODBC has many databases behind it and not all have that: there the key
// columns must be named in the job, and the column is taken as it is.
#include "reencrypt/sql/table_shape.h"

#include "base/text.h"
#include "reencrypt/records/record_reader.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

bool holdsAny(const std::string &type, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return type.find(word) != std::string::npos; });
}

ColumnClass classOf(const std::string &type, bool &holdsBytes) {
    if (holdsAny(type, {"blob", "binary"})) {
        return ColumnClass::Binary;
    }
    if (type == "json") {
        return ColumnClass::Json;
    }
    holdsBytes = holdsAny(type, {"char", "text"});
    return ColumnClass::Text;
}

Result<RawTable> readMySqlTable(SqlConnection &connection, const std::vector<std::string> &name) {
    RawTable table;
    table.table = name.back();
    table.schema = name.size() == 2 ? name.front() : std::string();
    const std::string schema = table.schema.empty() ? "DATABASE()" : "?";
    std::vector<SqlValue> values;
    if (!table.schema.empty()) {
        values.emplace_back(table.schema);
    }
    values.emplace_back(table.table);
    auto columns = connection.select("SELECT CAST(column_name AS CHAR), CAST(data_type AS CHAR), "
                                     "is_nullable = 'NO', extra LIKE '%GENERATED%', character_maximum_length "
                                     "FROM information_schema.columns WHERE table_schema = " +
                                         schema + " AND table_name = ? ORDER BY ordinal_position",
                                     values);
    if (!columns) {
        return failFrom(columns);
    }
    if (columns->empty()) {
        return fail(ErrorCode::Configuration,
                    "source.table: the database has no table \"" + name.back() + "\" that this user sees.");
    }
    for (const SqlRow &row : *columns) {
        RawColumn column;
        column.name = textOf(row[0]);
        column.type = toLowerAscii(textOf(row[1]));
        column.notNull = numberOf(row[2]) != 0;
        column.generated = numberOf(row[3]) != 0;
        column.columnClass = classOf(column.type, column.holdsBytes);
        if (numberOf(row[4]) > 0) {
            column.lengthMax = static_cast<std::uint64_t>(numberOf(row[4]));
        }
        table.columns.push_back(std::move(column));
    }
    auto keys =
        connection.select("SELECT CAST(index_name AS CHAR), CAST(column_name AS CHAR), seq_in_index FROM "
                          "information_schema.statistics WHERE non_unique = 0 AND table_schema = " +
                              schema + " AND table_name = ? ORDER BY index_name, seq_in_index",
                          values);
    if (!keys) {
        return failFrom(keys);
    }
    std::string index;
    for (const SqlRow &row : *keys) {
        if (textOf(row[0]) != index) {
            index = textOf(row[0]);
            table.uniqueIndexes.emplace_back();
        }
        table.uniqueIndexes.back().push_back(textOf(row[1]));
        for (RawColumn &column : table.columns) {
            if (index == "PRIMARY" && column.name == textOf(row[1])) {
                column.keyPlace = static_cast<std::uint64_t>(numberOf(row[2]));
            }
        }
    }
    return table;
}

RawTable tableAsNamed(const std::vector<std::string> &name, const JobSpec &spec) {
    RawTable table;
    table.table = name.back();
    table.schema = name.size() == 2 ? name.front() : std::string();
    std::vector<std::string> names = placesOf(spec);
    names.push_back(spec.finder.blob);
    names.insert(names.end(), spec.source.keyColumns.begin(), spec.source.keyColumns.end());
    for (const std::string &each : names) {
        RawColumn column;
        column.name = each;
        const bool known = std::any_of(table.columns.begin(), table.columns.end(),
                                       [&](const RawColumn &other) { return other.name == each; });
        if (!known) {
            table.columns.push_back(std::move(column));
        }
    }
    table.uniqueIndexes.push_back(spec.source.keyColumns);
    table.warnings.push_back(
        "Through ODBC the table's key, triggers and limits are not looked up: source.key must "
        "name unique columns.");
    return table;
}

} // namespace

Result<RawTable> readStandardTable(SqlConnection &connection, const std::vector<std::string> &name,
                                   const JobSpec &spec) {
    if (connection.dialect() == SqlDialect::Odbc) {
        return tableAsNamed(name, spec);
    }
    return readMySqlTable(connection, name);
}

} // namespace keyturn::reencrypt
