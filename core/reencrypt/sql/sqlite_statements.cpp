// SPDX-License-Identifier: Apache-2.0
// SQLite keeps a type with every value and compares by collations and affinities. So each value is read as
// its exact bytes beside its type, and bound so that no affinity touches it: a text as +CAST(? AS TEXT),
// which keeps bytes that are no UTF-8 too. In a UTF-16 database that cast takes the blob for UTF-8, so there
// a text is bound as what it is.
#include "reencrypt/sql/paged_statements.h"

#include "reencrypt/sql/row_store.h"

#include <QtCore/QString>
#include <QtCore/QStringDecoder>
#include <QtCore/QStringEncoder>

#include <cstdlib>

namespace keyturn::reencrypt {
namespace {

constexpr auto dialect = SqlDialect::Sqlite;

/// Texts of a UTF-16 database, whose bytes are what CAST AS BLOB shows.
class TextForm {
public:
    explicit TextForm(const std::string &encoding)
        : m_wide(encoding.starts_with("UTF-16"))
        , m_form(encoding == "UTF-16be" ? QStringConverter::Utf16BE : QStringConverter::Utf16LE) {}

    SqlValue bound(std::string_view text) const {
        return m_wide ? SqlValue(std::string(text)) : SqlValue(toBytes(text));
    }
    std::string_view mark() const { return m_wide ? "?" : "+CAST(? AS TEXT)"; }

    Bytes stored(std::string_view utf8) const {
        if (!m_wide) {
            return toBytes(utf8);
        }
        const QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
        const QByteArray bytes = QStringEncoder(m_form, QStringConverter::Flag::Stateless)(text);
        return Bytes(bytes.begin(), bytes.end());
    }

    std::string utf8(const Bytes &stored) const {
        if (!m_wide) {
            return std::string(asText(stored));
        }
        const QByteArrayView view(reinterpret_cast<const char *>(stored.data()),
                                  static_cast<qsizetype>(stored.size()));
        const QString text = QStringDecoder(m_form, QStringConverter::Flag::Stateless)(view);
        return text.toStdString();
    }

private:
    bool m_wide;
    QStringConverter::Encoding m_form;
};

class SqliteStatements final : public PagedStatements {
public:
    SqliteStatements(const TableShape &shape, const JobSpec &spec)
        : PagedStatements(dialect, shape, spec)
        , m_text(shape.encoding) {
        const std::string column = quotedName(dialect, shape.column);
        m_bytes = "CAST(" + column + " AS BLOB)";
        std::string list;
        for (const KeyColumn &key : shape.keys) {
            const std::string name = quotedName(dialect, key.name);
            list += "typeof(" + name + "), CASE typeof(" + name +
                    ") WHEN 'real' THEN CAST(printf('%!.17g', " + name + ") AS BLOB) ELSE CAST(" + name +
                    " AS BLOB) END, ";
        }
        list += "typeof(" + column + "), length(" + m_bytes + "), CASE WHEN length(" + m_bytes +
                ") <= " + std::to_string(rowValueBytesMax) + " THEN " + m_bytes + " END";
        for (const std::string &place : shape.places) {
            const std::string name = quotedName(dialect, place);
            const std::string bytes = "CAST(" + name + " AS BLOB)";
            list += ", typeof(" + name + "), CASE WHEN length(" + bytes +
                    ") <= " + std::to_string(placeBytesMax) + " THEN " + bytes + " END";
        }
        readsFrom("SELECT " + list + " FROM " + quotedTable(dialect, shape));
    }

    SqlStatement change(const RowKey &key, ByteView from, ByteView to) const override {
        const std::string column = quotedName(dialect, shape().column);
        SqlStatement statement;
        statement.values = {m_text.bound(asText(to)), toBytes(to)};
        statement.sql = "UPDATE " + quotedTable(dialect, shape()) + " SET " + column + " = CASE typeof(" +
                        column + ") WHEN 'text' THEN " + std::string(m_text.mark()) + " ELSE ? END WHERE " +
                        equalsKey(key, statement.values) + " AND ((typeof(" + column + ") = 'text' AND " +
                        m_bytes + " = ?) OR (typeof(" + column + ") = 'blob' AND " + m_bytes + " = ?))";
        statement.values.emplace_back(m_text.stored(asText(from)));
        statement.values.emplace_back(toBytes(from));
        return statement;
    }

    RawRow decode(const SqlRow &row) const override {
        RawRow raw;
        std::size_t i = 0;
        for (; i < 2 * shape().keys.size(); i += 2) {
            raw.key.push_back(keyValue(textOf(row[i]), row[i + 1]));
        }
        const std::string type = textOf(row[i]);
        raw.isNull = type == "null";
        raw.isNumber = type == "integer" || type == "real";
        raw.sizeBytes = static_cast<std::uint64_t>(numberOf(row[i + 1]));
        if (const auto *bytes = std::get_if<Bytes>(&row[i + 2]); bytes != nullptr && !raw.isNumber) {
            raw.value = type == "text" ? toBytes(m_text.utf8(*bytes)) : *bytes;
        }
        for (i += 3; i + 1 < row.size(); i += 2) {
            const auto *bytes = std::get_if<Bytes>(&row[i + 1]);
            if (bytes == nullptr || textOf(row[i]) == "null" || textOf(row[i]) == "blob") {
                raw.places.emplace_back();
            } else {
                raw.places.emplace_back(textOf(row[i]) == "text" ? m_text.utf8(*bytes) : numberText(*bytes));
            }
        }
        return raw;
    }

private:
    /// A number cast to BLOB goes through text in the database's encoding.
    std::string numberText(const Bytes &stored) const { return m_text.utf8(stored); }

    SqlValue keyValue(const std::string &type, const SqlValue &value) const {
        const auto *bytes = std::get_if<Bytes>(&value);
        if (bytes == nullptr) {
            return {};
        }
        if (type == "integer") {
            return static_cast<std::int64_t>(std::strtoll(numberText(*bytes).c_str(), nullptr, 10));
        }
        if (type == "real") {
            return std::strtod(numberText(*bytes).c_str(), nullptr);
        }
        if (type == "text") {
            return m_text.utf8(*bytes);
        }
        return *bytes;
    }

    std::string mark(std::size_t, const SqlValue &value, std::vector<SqlValue> &values) const override {
        if (const auto *text = std::get_if<std::string>(&value)) {
            values.push_back(m_text.bound(*text));
            return std::string(m_text.mark());
        }
        values.push_back(value);
        return "?";
    }

    TextForm m_text;
    std::string m_bytes;
};

} // namespace

std::unique_ptr<RowStatements> makeSqliteStatements(const TableShape &shape, const JobSpec &spec) {
    return std::make_unique<SqliteStatements>(shape, spec);
}

} // namespace keyturn::reencrypt
