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

struct TableName {
    std::string condition; ///< on table_schema and table_name
    std::vector<SqlValue> values;
};

TableName namedTable(const std::vector<std::string> &name) {
    if (name.size() == 2) {
        return {"table_schema = ? AND table_name = ?", {name.front(), name.back()}};
    }
    return {"table_schema = DATABASE() AND table_name = ?", {name.back()}};
}

/// Engines without transactions would write what is only tried out; views may be anything.
Status readMySqlKind(SqlConnection &connection, const TableName &name, RawTable &table) {
    auto rows = connection.select(
        "SELECT CAST(t.table_type AS CHAR), CAST(t.engine AS CHAR), CAST(e.transactions AS CHAR), "
        "CAST(t.table_rows AS SIGNED) FROM information_schema.tables t LEFT JOIN information_schema.engines "
        "e ON e.engine = t.engine WHERE " +
            name.condition,
        name.values);
    if (!rows) {
        return failFrom(rows);
    }
    if (rows->empty()) {
        return fail(ErrorCode::Configuration,
                    "source.table: the database has no table \"" + table.table + "\" that this user sees.");
    }
    const SqlRow &row = rows->front();
    if (textOf(row[0]) != "BASE TABLE") {
        return fail(ErrorCode::Configuration,
                    "source.table: " + table.table + " is a view: name the table that holds the column.");
    }
    if (textOf(row[2]) != "YES") {
        return fail(ErrorCode::Configuration,
                    "source.table: the engine of " + table.table + " (" + textOf(row[1]) +
                        ") knows no transactions. Move it to InnoDB: ALTER TABLE ... ENGINE=InnoDB.");
    }
    table.rowsEstimated = static_cast<std::uint64_t>(std::max<std::int64_t>(numberOf(row[3]), 0));
    return {};
}

Status readMySqlColumns(SqlConnection &connection, const TableName &name, RawTable &table) {
    auto columns = connection.select(
        "SELECT CAST(column_name AS CHAR), CAST(data_type AS CHAR), is_nullable = 'NO', extra LIKE "
        "'% GENERATED%', extra LIKE '%on update%', CAST(character_maximum_length AS SIGNED), "
        "CAST(column_type AS CHAR) FROM information_schema.columns WHERE " +
            name.condition + " ORDER BY ordinal_position",
        name.values);
    if (!columns) {
        return failFrom(columns);
    }
    for (const SqlRow &row : *columns) {
        RawColumn column;
        column.name = textOf(row[0]);
        const std::string type = toLowerAscii(textOf(row[1]));
        column.type = toLowerAscii(textOf(row[6]));
        column.notNull = numberOf(row[2]) != 0;
        column.generated = numberOf(row[3]) != 0;
        column.changesItself = numberOf(row[4]) != 0;
        column.columnClass = classOf(type, column.holdsBytes);
        column.findsRows = type != "float" && type != "enum" && type != "set" && type != "bit";
        if (numberOf(row[5]) > 0) {
            column.lengthMax = static_cast<std::uint64_t>(numberOf(row[5]));
        }
        table.columns.push_back(std::move(column));
    }
    return {};
}

Status readMySqlKeys(SqlConnection &connection, const TableName &name, RawTable &table) {
    auto keys = connection.select("SELECT CAST(index_name AS CHAR), CAST(column_name AS CHAR), "
                                  "CAST(seq_in_index AS SIGNED) FROM information_schema.statistics WHERE "
                                  "non_unique = 0 AND " +
                                      name.condition + " ORDER BY index_name, seq_in_index",
                                  name.values);
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
    return {};
}

Status readMySqlTriggers(SqlConnection &connection, const std::vector<std::string> &name, RawTable &table) {
    const bool hasSchema = name.size() == 2;
    auto triggers = connection.select(
        "SELECT CAST(trigger_name AS CHAR) FROM information_schema.triggers WHERE event_manipulation = "
        "'UPDATE' AND event_object_schema = " +
            std::string(hasSchema ? "?" : "DATABASE()") + " AND event_object_table = ? ORDER BY trigger_name",
        hasSchema ? std::vector<SqlValue>{name.front(), name.back()} : std::vector<SqlValue>{name.back()});
    if (!triggers) {
        return failFrom(triggers);
    }
    for (const SqlRow &row : *triggers) {
        table.warnings.push_back("Trigger " + textOf(row[0]) + " runs for each row that is changed.");
    }
    return {};
}

Result<RawTable> readMySqlTable(SqlConnection &connection, const std::vector<std::string> &name) {
    RawTable table;
    table.table = name.back();
    table.schema = name.size() == 2 ? name.front() : std::string();
    const TableName named = namedTable(name);
    Status read = readMySqlKind(connection, named, table);
    if (read) {
        read = readMySqlColumns(connection, named, table);
    }
    if (read) {
        read = readMySqlKeys(connection, named, table);
    }
    if (read) {
        read = readMySqlTriggers(connection, name, table);
    }
    return read ? Result<RawTable>(std::move(table)) : failFrom(read);
}

/// Are table and columns there, and how does this database say "at most"?
Status probeOdbc(SqlConnection &connection, RawTable &table) {
    std::string list;
    for (const RawColumn &column : table.columns) {
        list += (list.empty() ? "" : ", ") + quotedName(SqlDialect::Odbc, column.name);
    }
    TableShape named;
    named.schema = table.schema;
    named.table = table.table;
    const std::string select =
        "SELECT " + list + " FROM " + quotedTable(SqlDialect::Odbc, named) + " WHERE 1 = 0";
    if (auto there = connection.select(select); !there) {
        return failFrom(there);
    }
    const std::string ordered =
        select + " ORDER BY " + quotedName(SqlDialect::Odbc, table.columns.front().name);
    if (connection.select(ordered + " LIMIT 1")) {
        table.paging = Paging::Limit;
    } else if (connection.select(ordered + " OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY")) {
        table.paging = Paging::Fetch;
    } else {
        table.paging = Paging::None;
        table.warnings.emplace_back(
            "This database knows neither LIMIT nor FETCH: every page of rows makes it "
            "read on to the table's end.");
    }
    return {};
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
        if (spec.source.keyColumns.empty()) {
            return fail(ErrorCode::Configuration,
                        "source.key: through ODBC the table's key is not looked up: "
                        "name the columns of its primary key.");
        }
        RawTable table = tableAsNamed(name, spec);
        if (auto probed = probeOdbc(connection, table); !probed) {
            return failFrom(probed);
        }
        return table;
    }
    return readMySqlTable(connection, name);
}

} // namespace keyturn::reencrypt
