// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/table_shape.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr auto dialect = SqlDialect::Sqlite;

std::string inSchema(const std::vector<std::string> &name, std::string_view rest) {
    const std::string schema = name.size() == 2 ? quotedName(dialect, name.front()) : std::string("main");
    return schema + "." + std::string(rest);
}

Result<std::string> tableNames(SqlConnection &connection, const std::vector<std::string> &name) {
    auto rows =
        connection.select("SELECT name FROM " + inSchema(name, "sqlite_master") +
                          " WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name LIMIT 20");
    if (!rows) {
        return failFrom(rows);
    }
    std::vector<std::string> names;
    for (const SqlRow &row : *rows) {
        names.push_back(textOf(row[0]));
    }
    return names.empty() ? std::string("It has none.") : "It has: " + join(names, ", ") + ".";
}

Status findTable(SqlConnection &connection, const std::vector<std::string> &name, RawTable &table) {
    auto found =
        connection.select("SELECT name, type, coalesce(sql, '') FROM " + inSchema(name, "sqlite_master") +
                              " WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE",
                          {name.back()});
    if (!found) {
        return failFrom(found);
    }
    if (found->empty()) {
        auto names = tableNames(connection, name);
        return fail(ErrorCode::Configuration, "source.table: the database has no table \"" + name.back() +
                                                  "\". " + (names ? *names : std::string()));
    }
    const SqlRow &row = found->front();
    const bool isVirtual = toLowerAscii(textOf(row[2])).starts_with("create virtual");
    if (textOf(row[1]) == "view" || isVirtual) {
        return fail(ErrorCode::Configuration, "source.table: " + textOf(row[0]) + " is a " +
                                                  (isVirtual ? "virtual table" : "view") +
                                                  ": name the table that holds the values.");
    }
    table.table = textOf(row[0]);
    table.schema = name.size() == 2 ? name.front() : "main";
    return {};
}

/// Rows of ordinary tables may have a null in a primary key that is not the row id itself.
Status readColumns(SqlConnection &connection, RawTable &table) {
    const std::string argument = "(" + quotedName(dialect, table.table) + ")";
    auto rows = connection.select("PRAGMA " + quotedName(dialect, table.schema) + ".table_xinfo" + argument);
    if (!rows) {
        return failFrom(rows);
    }
    auto list = connection.select("SELECT wr FROM pragma_table_list WHERE schema = ? AND name = ?",
                                  {table.schema, table.table});
    const bool withoutRowId = list && !list->empty() && numberOf(list->front()[0]) != 0;
    const auto keyed =
        std::count_if(rows->begin(), rows->end(), [](const SqlRow &row) { return numberOf(row[5]) > 0; });
    for (const SqlRow &row : *rows) {
        RawColumn column;
        column.name = textOf(row[1]);
        column.type = textOf(row[2]);
        column.keyPlace = static_cast<std::uint64_t>(numberOf(row[5]));
        const bool isRowId = column.keyPlace > 0 && keyed == 1 && toLowerAscii(column.type) == "integer";
        column.notNull = numberOf(row[3]) != 0 || isRowId || (withoutRowId && column.keyPlace > 0);
        column.generated = numberOf(row[6]) >= 2;
        column.columnClass = ColumnClass::Dynamic;
        if (numberOf(row[6]) != 1) {
            table.columns.push_back(std::move(column));
        }
    }
    return {};
}

Status readIndexes(SqlConnection &connection, RawTable &table) {
    const std::string schema = "PRAGMA " + quotedName(dialect, table.schema);
    auto indexes = connection.select(schema + ".index_list(" + quotedName(dialect, table.table) + ")");
    if (!indexes) {
        return failFrom(indexes);
    }
    for (const SqlRow &index : *indexes) {
        if (numberOf(index[2]) == 0 || numberOf(index[4]) != 0) {
            continue; // not unique, or of a part of the rows
        }
        auto columns =
            connection.select(schema + ".index_info(" + quotedName(dialect, textOf(index[1])) + ")");
        if (!columns) {
            return failFrom(columns);
        }
        std::vector<std::string> names;
        for (const SqlRow &column : *columns) {
            names.push_back(textOf(column[2]));
        }
        if (std::find(names.begin(), names.end(), std::string()) == names.end()) {
            table.uniqueIndexes.push_back(std::move(names));
        }
    }
    return {};
}

Status readTriggers(SqlConnection &connection, RawTable &table) {
    auto rows = connection.select("SELECT name, sql FROM " + quotedName(dialect, table.schema) +
                                      ".sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE",
                                  {table.table});
    if (!rows) {
        return failFrom(rows);
    }
    for (const SqlRow &row : *rows) {
        const std::string sql = toLowerAscii(textOf(row[1]));
        if (sql.substr(0, sql.find(" on ")).find("update") != std::string::npos) {
            table.warnings.push_back(
                "Trigger " + textOf(row[0]) +
                " runs on updates of this table: what it does is done for every row moved.");
        }
    }
    return {};
}

} // namespace

Result<RawTable> readSqliteTable(SqlConnection &connection, const std::vector<std::string> &name,
                                 const JobSpec &spec) {
    RawTable table;
    auto read = findTable(connection, name, table);
    for (const auto next : {readColumns, readIndexes, readTriggers}) {
        if (read) {
            read = next(connection, table);
        }
    }
    if (!read) {
        return failFrom(read);
    }
    auto encoding = connection.select("PRAGMA encoding");
    if (!encoding) {
        return failFrom(encoding);
    }
    table.encoding = encoding->empty() ? "UTF-8" : textOf(encoding->front()[0]);
    std::string sql =
        "SELECT count(*) FROM " + quotedName(dialect, table.schema) + "." + quotedName(dialect, table.table);
    if (!spec.source.where.empty()) {
        sql += " WHERE (" + spec.source.where + "\n)";
    }
    auto count = connection.select(sql);
    if (!count) {
        return failFrom(count); // source.where is tried out here
    }
    table.rowsEstimated = static_cast<std::uint64_t>(numberOf(count->front()[0]));
    return table;
}

} // namespace keyturn::reencrypt
