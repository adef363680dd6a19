// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/table_shape.h"

#include "base/text.h"
#include "reencrypt/records/record_reader.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

const RawColumn *findColumn(const RawTable &table, std::string_view name) {
    for (const RawColumn &column : table.columns) {
        if (column.name == name) {
            return &column;
        }
    }
    const std::string lower = toLowerAscii(name); // databases fold names that are written without quotes
    const RawColumn *found = nullptr;
    for (const RawColumn &column : table.columns) {
        if (toLowerAscii(column.name) == lower) {
            if (found != nullptr) {
                return nullptr;
            }
            found = &column;
        }
    }
    return found;
}

std::string columnList(const RawTable &table) {
    std::vector<std::string> names;
    for (const RawColumn &column : table.columns) {
        names.push_back(column.name);
    }
    return elideMiddle(join(names, ", "), 400);
}

Error missingColumn(std::string_view member, std::string_view name, const RawTable &table) {
    return clientError(ErrorCode::Configuration, std::string(member) + ": table " + table.table +
                                                     " has no column \"" + std::string(name) +
                                                     "\". It has: " + columnList(table) + ".");
}

bool isUnique(const RawTable &table, std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return std::any_of(table.uniqueIndexes.begin(), table.uniqueIndexes.end(),
                       [&](std::vector<std::string> index) {
                           std::sort(index.begin(), index.end());
                           return index == names;
                       });
}

bool isIntegerType(std::string_view type) {
    const std::string lower = toLowerAscii(type);
    return lower.find("int") != std::string::npos && lower.find("interval") == std::string::npos &&
           lower.find("point") == std::string::npos;
}

KeyColumn keyColumnOf(const RawColumn &column) {
    return {column.name, column.type, isIntegerType(column.type), !column.notNull};
}

tl::unexpected<Error> noKey(const RawColumn &column) {
    return fail(ErrorCode::Configuration, "source.key: a column of type " + column.type +
                                              " cannot tell rows apart exactly: name those of a unique index "
                                              "with other columns.");
}

Result<std::vector<KeyColumn>> namedKey(const RawTable &table, const JobSpec &spec) {
    std::vector<KeyColumn> keys;
    std::vector<std::string> names;
    for (const std::string &name : spec.source.keyColumns) {
        const RawColumn *column = findColumn(table, name);
        if (column == nullptr) {
            return fail(missingColumn("source.key", name, table));
        }
        if (!column->findsRows) {
            return noKey(*column);
        }
        keys.push_back(keyColumnOf(*column));
        names.push_back(column->name);
    }
    std::vector<std::string> primary;
    for (const RawColumn &column : table.columns) {
        if (column.keyPlace > 0) {
            primary.push_back(column.name);
        }
    }
    std::sort(primary.begin(), primary.end());
    std::vector<std::string> sorted = names;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != primary && !isUnique(table, names)) {
        return fail(ErrorCode::Configuration,
                    "source.key: these columns are neither the primary key of " + table.table +
                        " nor those of a unique index, so that a row could not be told from another.");
    }
    return keys;
}

Result<std::vector<KeyColumn>> primaryKey(const RawTable &table) {
    std::vector<const RawColumn *> columns;
    for (const RawColumn &column : table.columns) {
        if (column.keyPlace > 0) {
            columns.push_back(&column);
        }
    }
    if (columns.empty()) {
        return fail(ErrorCode::Configuration,
                    "source.table: " + table.table +
                        " has no primary key. Name the columns of a unique index in source.key.");
    }
    std::sort(columns.begin(), columns.end(),
              [](const RawColumn *a, const RawColumn *b) { return a->keyPlace < b->keyPlace; });
    std::vector<KeyColumn> keys;
    for (const RawColumn *column : columns) {
        if (!column->findsRows) {
            return noKey(*column);
        }
        keys.push_back(keyColumnOf(*column));
    }
    return keys;
}

Status takeBlobColumn(TableShape &shape, const RawTable &table, const JobSpec &spec) {
    const RawColumn *blob = findColumn(table, spec.finder.blob);
    if (blob == nullptr) {
        return fail(missingColumn("find.blob", spec.finder.blob, table));
    }
    if (blob->generated) {
        return fail(ErrorCode::Configuration,
                    "find.blob: " + blob->name +
                        " is a generated column: name the one that it is made from.");
    }
    if (!blob->holdsBytes) {
        return fail(ErrorCode::Configuration,
                    "find.blob: a column of type " + blob->type +
                        " holds no ciphertext: name one of a text, binary or JSON type.");
    }
    for (const KeyColumn &key : shape.keys) {
        if (key.name == blob->name) {
            return fail(ErrorCode::Configuration,
                        "find.blob: " + blob->name + " is part of the key that finds the row again.");
        }
    }
    shape.column = blob->name;
    shape.columnClass = blob->columnClass;
    shape.columnType = blob->type;
    shape.facts.type = blob->type;
    shape.facts.binary = blob->columnClass == ColumnClass::Binary;
    shape.facts.lengthMax = blob->lengthMax;
    for (const auto &index : table.uniqueIndexes) {
        if (std::find(index.begin(), index.end(), blob->name) != index.end()) {
            shape.facts.warnings.push_back(
                "Column " + blob->name + " stands in a unique index: rows with equal values would collide.");
        }
    }
    return {};
}

Status takePlaces(TableShape &shape, const RawTable &table, const JobSpec &spec) {
    for (const std::string &place : placesOf(spec)) {
        const RawColumn *column = findColumn(table, place);
        if (column == nullptr) {
            const bool isId = place == spec.finder.id;
            return fail(missingColumn(isId ? "find.id" : "context", place, table));
        }
        shape.places.push_back(column->name);
    }
    return {};
}

Result<RawTable> readRaw(SqlConnection &connection, const std::vector<std::string> &name,
                         const JobSpec &spec) {
    switch (connection.dialect()) {
    case SqlDialect::Sqlite:
        return readSqliteTable(connection, name, spec);
    case SqlDialect::PostgreSql:
        return readPostgresTable(connection, name, spec);
    case SqlDialect::MySql:
    case SqlDialect::Odbc:
        break;
    }
    return readStandardTable(connection, name, spec);
}

} // namespace

Result<std::vector<std::string>> splitTableName(std::string_view name) {
    std::vector<std::string> parts;
    std::string part;
    bool quoted = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (c == '"' && quoted && i + 1 < name.size() && name[i + 1] == '"') {
            part += '"';
            ++i;
        } else if (c == '"' && (quoted || part.empty())) {
            quoted = !quoted;
        } else if (c == '.' && !quoted) {
            parts.push_back(std::move(part));
            part.clear();
        } else {
            part += c;
        }
    }
    parts.push_back(std::move(part));
    const bool empty = std::any_of(parts.begin(), parts.end(), [](const auto &each) { return each.empty(); });
    if (quoted || empty || parts.size() > 2) {
        return fail(ErrorCode::Usage,
                    "source.table: write it as table or schema.table; a name that holds a dot "
                    "or a quote stands in double quotes.");
    }
    return parts;
}

std::string quotedName(SqlDialect dialect, std::string_view name) {
    const char quote = dialect == SqlDialect::MySql ? '`' : '"';
    std::string quoted(1, quote);
    for (const char c : name) {
        quoted += c;
        if (c == quote) {
            quoted += c;
        }
    }
    return quoted + quote;
}

std::string quotedTable(SqlDialect dialect, const TableShape &shape) {
    const std::string table = quotedName(dialect, shape.table);
    return shape.schema.empty() ? table : quotedName(dialect, shape.schema) + "." + table;
}

Result<TableShape> readShape(SqlConnection &connection, const JobSpec &spec) {
    auto name = splitTableName(spec.source.table);
    if (!name) {
        return failFrom(name);
    }
    auto table = readRaw(connection, *name, spec);
    if (!table) {
        return failFrom(table);
    }
    TableShape shape;
    shape.schema = table->schema;
    shape.table = table->table;
    shape.whole = table->whole;
    shape.encoding = table->encoding;
    shape.paging = table->paging;
    shape.facts.warnings = table->warnings;
    shape.facts.rowsEstimated = table->rowsEstimated;
    for (const RawColumn &column : table->columns) {
        shape.facts.columns.push_back(column.name);
        if (column.changesItself) {
            shape.kept.push_back(column.name);
        }
    }
    auto keys = spec.source.keyColumns.empty() ? primaryKey(*table) : namedKey(*table, spec);
    if (!keys) {
        return failFrom(keys);
    }
    shape.keys = std::move(*keys);
    for (const KeyColumn &key : shape.keys) {
        shape.facts.keyColumns.push_back(key.name);
    }
    if (auto taken = takeBlobColumn(shape, *table, spec); !taken) {
        return failFrom(taken);
    }
    if (auto taken = takePlaces(shape, *table, spec); !taken) {
        return failFrom(taken);
    }
    return shape;
}

std::string textOf(const SqlValue &value) {
    if (const auto *text = std::get_if<std::string>(&value)) {
        return *text;
    }
    if (const auto *blob = std::get_if<Bytes>(&value)) {
        return std::string(asText(*blob));
    }
    if (const auto *number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    return {};
}

std::int64_t numberOf(const SqlValue &value) {
    if (const auto *number = std::get_if<std::int64_t>(&value)) {
        return *number;
    }
    if (const auto *real = std::get_if<double>(&value)) {
        return static_cast<std::int64_t>(*real);
    }
    return 0;
}

} // namespace keyturn::reencrypt
