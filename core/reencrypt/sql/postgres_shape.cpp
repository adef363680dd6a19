// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/table_shape.h"

#include "base/text.h"

namespace keyturn::reencrypt {
namespace {

constexpr auto dialect = SqlDialect::PostgreSql;

struct Relation {
    std::string oid;
    std::string kind;
    std::int64_t rows = -1;
    bool rowSecurity = false;
};

Result<std::vector<SqlRow>> relations(SqlConnection &connection, const std::string &schema,
                                      const std::string &table) {
    std::string sql = "SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, "
                      "c.reltuples::int8, c.relrowsecurity FROM pg_catalog.pg_class c "
                      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                      "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname::text = $1::text AND ";
    if (schema.empty()) {
        return connection.select(sql + "pg_catalog.pg_table_is_visible(c.oid)", {table});
    }
    return connection.select(sql + "n.nspname::text = $2::text", {table, schema});
}

Error missingTable(SqlConnection &connection, const std::string &name) {
    auto rows = connection.select("SELECT c.oid::regclass::text FROM pg_catalog.pg_class c "
                                  "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                                  "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN "
                                  "('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1 LIMIT 20");
    std::vector<std::string> names;
    for (const SqlRow &row : rows ? *rows : std::vector<SqlRow>()) {
        names.push_back(textOf(row[0]));
    }
    return clientError(ErrorCode::Configuration, "source.table: the database has no table \"" + name +
                                                     "\" that this user sees. It has: " + join(names, ", ") +
                                                     ".");
}

Result<Relation> findTable(SqlConnection &connection, const std::vector<std::string> &name, RawTable &table) {
    const std::string schema = name.size() == 2 ? name.front() : std::string();
    auto rows = relations(connection, schema, name.back());
    if (rows && rows->empty()) {
        rows = relations(connection, toLowerAscii(schema), toLowerAscii(name.back()));
    }
    if (!rows) {
        return failFrom(rows);
    }
    if (rows->empty()) {
        return fail(missingTable(connection, name.back()));
    }
    const SqlRow &row = rows->front();
    table.schema = textOf(row[1]);
    table.table = textOf(row[2]);
    Relation relation{textOf(row[0]), textOf(row[3]), numberOf(row[4]), numberOf(row[5]) != 0};
    if (relation.kind != "r" && relation.kind != "p") {
        return fail(ErrorCode::Configuration,
                    "source.table: " + table.table +
                        " is a view or a foreign table: name the table that holds the values.");
    }
    table.whole = relation.kind == "p";
    return relation;
}

ColumnClass classOf(const std::string &type, const std::string &category, bool &holdsBytes) {
    if (type == "bytea") {
        return ColumnClass::Binary;
    }
    if (type == "json" || type == "jsonb") {
        return ColumnClass::Json;
    }
    holdsBytes = category == "S";
    return ColumnClass::Text;
}

Status readColumns(SqlConnection &connection, const Relation &relation, RawTable &table) {
    auto rows = connection.select(
        "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, -1), a.attnotnull, a.attgenerated <> '', "
        "COALESCE(b.typname, t.typname)::text, t.typcategory::text, "
        "(CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END)::int8, "
        "COALESCE(array_position(i.indkey::int2[], a.attnum), -1)::int8, "
        "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'UPDATE') "
        "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype "
        "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary "
        "WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        {relation.oid});
    if (!rows) {
        return failFrom(rows);
    }
    for (const SqlRow &row : *rows) {
        RawColumn column;
        column.name = textOf(row[0]);
        column.type = textOf(row[1]);
        column.notNull = numberOf(row[2]) != 0;
        column.generated = numberOf(row[3]) != 0;
        const std::string base = textOf(row[4]);
        column.columnClass = classOf(base, textOf(row[5]), column.holdsBytes);
        if ((base == "varchar" || base == "bpchar") && numberOf(row[6]) > 4) {
            column.lengthMax = static_cast<std::uint64_t>(numberOf(row[6]) - 4);
        }
        column.keyPlace = static_cast<std::uint64_t>(numberOf(row[7]) + 1); // int2vector counts from 0
        table.columns.push_back(std::move(column));
    }
    return {};
}

Status readIndexes(SqlConnection &connection, const Relation &relation, RawTable &table) {
    auto rows = connection.select(
        "SELECT i.indexrelid::text, a.attname::text FROM pg_catalog.pg_index i "
        "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
        "WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL "
        "AND i.indexprs IS NULL AND k.place <= i.indnkeyatts ORDER BY i.indexrelid, k.place",
        {relation.oid});
    if (!rows) {
        return failFrom(rows);
    }
    std::string index;
    for (const SqlRow &row : *rows) {
        if (textOf(row[0]) != index) {
            index = textOf(row[0]);
            table.uniqueIndexes.emplace_back();
        }
        table.uniqueIndexes.back().push_back(textOf(row[1]));
    }
    return {};
}

Status readActions(SqlConnection &connection, const Relation &relation, const std::string &column,
                   RawTable &table) {
    auto triggers = connection.select(
        "SELECT t.tgname::text FROM pg_catalog.pg_trigger t WHERE t.tgrelid = $1::oid AND NOT t.tgisinternal "
        "AND t.tgtype & 16 <> 0 AND t.tgenabled <> 'D' AND (t.tgattr::text = '' OR EXISTS (SELECT 1 FROM "
        "pg_catalog.pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[]) "
        "AND lower(a.attname::text) = lower($2::text)))",
        {relation.oid, column});
    if (!triggers) {
        return failFrom(triggers);
    }
    for (const SqlRow &row : *triggers) {
        table.warnings.push_back("Trigger " + textOf(row[0]) +
                                 " runs on updates of this table: what it does is done for every row moved.");
    }
    auto rules = connection.select("SELECT r.rulename::text FROM pg_catalog.pg_rewrite r "
                                   "WHERE r.ev_class = $1::oid AND r.ev_type = '2'",
                                   {relation.oid});
    if (!rules) {
        return failFrom(rules);
    }
    for (const SqlRow &row : *rules) {
        table.warnings.push_back("Rule " + textOf(row[0]) + " rewrites updates of this table.");
    }
    if (relation.rowSecurity) {
        table.warnings.push_back(
            "Row security is on for this table: rows that its policies hide from this user "
            "are not moved.");
    }
    return {};
}

Status countRows(SqlConnection &connection, const Relation &relation, const JobSpec &spec, RawTable &table) {
    if (relation.rows >= 0 && spec.source.where.empty()) {
        table.rowsEstimated = static_cast<std::uint64_t>(relation.rows);
        return {};
    }
    TableShape shape;
    shape.schema = table.schema;
    shape.table = table.table;
    const std::string from =
        std::string(" FROM ") + (table.whole ? "" : "ONLY ") + quotedTable(dialect, shape);
    const std::string where =
        spec.source.where.empty() ? std::string() : " WHERE (" + spec.source.where + "\n)";
    auto tried = connection.select("SELECT 1" + from + where + " LIMIT 0"); // source.where is tried out here
    if (!tried) {
        return failFrom(tried);
    }
    if (auto counted = connection.select("SELECT count(*)" + from + where)) {
        table.rowsEstimated = static_cast<std::uint64_t>(numberOf(counted->front()[0]));
    } // too slow for the statement timeout: not known, that is all
    return {};
}

} // namespace

Result<RawTable> readPostgresTable(SqlConnection &connection, const std::vector<std::string> &name,
                                   const JobSpec &spec) {
    RawTable table;
    auto relation = findTable(connection, name, table);
    if (!relation) {
        return failFrom(relation);
    }
    auto read = readColumns(connection, *relation, table);
    if (read) {
        read = readIndexes(connection, *relation, table);
    }
    if (read) {
        read = readActions(connection, *relation, spec.finder.blob, table);
    }
    if (read) {
        read = countRows(connection, *relation, spec, table);
    }
    if (!read) {
        return failFrom(read);
    }
    return table;
}

} // namespace keyturn::reencrypt
