// SPDX-License-Identifier: Apache-2.0
// QuietDriver: Qt's driver for ODBC warns of a failed statement in the database's words, which may quote a
// whole row. While one of these lives, Qt's default category gives no warnings. Process-wide, so it lives for
// one call of the driver. Private to this folder. Any thread.
#pragma once

#include "reencrypt/sql/sql_connection.h"

namespace keyturn::reencrypt {

class QuietDriver {
public:
    explicit QuietDriver(SqlDialect dialect); ///< the others are quiet by themselves
    ~QuietDriver();
    QuietDriver(const QuietDriver &) = delete;
    QuietDriver &operator=(const QuietDriver &) = delete;

private:
    bool m_wasLoud;
};

} // namespace keyturn::reencrypt
