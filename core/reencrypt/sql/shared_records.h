// SPDX-License-Identifier: Apache-2.0
// SharedRecords: the tables of a shared job as a journal that is only read, so that its report is made like
// any other's. One moment of the tables (REPEATABLE READ) for as long as it lives; every item is checked when
// it is read. The connection's thread. Errors: those of shared_tables.h; Usage for whatever would write.
#pragma once

#include "reencrypt/journal.h"
#include "reencrypt/sql/shared_tables.h"

#include <memory>

namespace keyturn::reencrypt {

/// Begins the transaction; it ends with the object. The tables were looked at.
Result<std::unique_ptr<Journal>> openSharedRecords(SqlConnection &connection, SharedTables &tables,
                                                   const JobSpec &spec, const std::string &jobId);

} // namespace keyturn::reencrypt
