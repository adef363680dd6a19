// SPDX-License-Identifier: Apache-2.0
// SqlValue: a value that goes to or comes from a database, free of Qt. RowKey: the values of a row's key
// columns, and their one canonical text: a JSON array in which integers stand as digits, texts as JSON texts,
// and what JSON cannot hold exactly as {"real": ...}, {"blob": hex} or {"text": hex}. Plain values, any
// thread. Errors: BadEncoding (a text that is no such array).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace keyturn::reencrypt {

/// Null, integer, real, text (UTF-8 as far as the database keeps it so), binary.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;
using SqlRow = std::vector<SqlValue>;

using RowKey = std::vector<SqlValue>;
std::string toJson(const RowKey &key);
Result<RowKey> rowKeyFromJson(std::string_view json);

/// `text` as a JSON text, quotes included.
std::string rowJsonText(std::string_view text);

} // namespace keyturn::reencrypt
