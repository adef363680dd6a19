// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/sql_variant.h"

#include "base/encoding.h"

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <limits>

namespace keyturn::reencrypt {

QVariant toVariant(const SqlValue &value) {
    if (const auto *number = std::get_if<std::int64_t>(&value)) {
        return QVariant(static_cast<qlonglong>(*number));
    }
    if (const auto *real = std::get_if<double>(&value)) {
        return QVariant(*real);
    }
    if (const auto *text = std::get_if<std::string>(&value)) {
        return QVariant(QString::fromUtf8(text->data(), static_cast<qsizetype>(text->size())));
    }
    if (const auto *blob = std::get_if<Bytes>(&value)) {
        // An empty QByteArray without a buffer would be bound as NULL.
        return QVariant(blob->empty() ? QByteArray("")
                                      : QByteArray(reinterpret_cast<const char *>(blob->data()),
                                                   static_cast<qsizetype>(blob->size())));
    }
    return {};
}

SqlValue fromVariant(const QVariant &value) {
    if (value.isNull()) {
        return {};
    }
    switch (value.typeId()) {
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return Bytes(bytes.begin(), bytes.end());
    }
    case QMetaType::Bool:
    case QMetaType::Char: // Qt's MySQL driver gives small numbers so
    case QMetaType::SChar:
    case QMetaType::UChar:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
        return static_cast<std::int64_t>(value.toLongLong());
    case QMetaType::ULongLong: // Qt's PostgreSQL driver gives every positive int8 so
        if (value.toULongLong() <= static_cast<qulonglong>(std::numeric_limits<std::int64_t>::max())) {
            return static_cast<std::int64_t>(value.toULongLong());
        }
        return value.toString().toStdString();
    case QMetaType::Double:
        return value.toDouble();
    default:
        return value.toString().toStdString();
    }
}

std::string postgresLiteral(const SqlValue &value) {
    if (const auto *number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto *blob = std::get_if<Bytes>(&value)) {
        return "'\\x" + toHex(*blob) + "'";
    }
    const auto *text = std::get_if<std::string>(&value);
    if (text == nullptr) {
        return "NULL";
    }
    std::string literal = "'";
    for (const char c : *text) {
        literal += c;
        if (c == '\'') {
            literal += c; // standard_conforming_strings is on: nothing else is special
        }
    }
    return literal + "'";
}

} // namespace keyturn::reencrypt
