// SPDX-License-Identifier: Apache-2.0
// SqlValue to what Qt's drivers bind and back, and to PostgreSQL's literals. Private to this folder, for .cpp
// files alone. Pure functions, any thread.
#pragma once

#include "reencrypt/sql/sql_value.h"

#include <string>

class QVariant;

namespace keyturn::reencrypt {

QVariant toVariant(const SqlValue &value);
SqlValue fromVariant(const QVariant &value);

/// PostgreSQL takes its values as literals of EXECUTE, which Qt would write the same way; ours leave the rest
/// of the statement alone, where Qt takes every '?' and ":name" for a place of a value.
std::string postgresLiteral(const SqlValue &value);

} // namespace keyturn::reencrypt
