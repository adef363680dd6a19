// SPDX-License-Identifier: Apache-2.0
// The lane of databases: one column of one table, in pages by primary key. A page is a hot zone: the new
// values are in the journal before the transaction that writes them begins, and each is written only where
// its row still holds what was read. Passes go on until `sweeps` of them in a row found nothing on an old
// key. Threads and errors: lane.h, row_store.h. Follows reliability-security.md section 4 points 3 and 6.
#pragma once

#include "reencrypt/lane.h"
#include "reencrypt/sql/row_reach.h"

#include <memory>

namespace keyturn::reencrypt {

Result<std::unique_ptr<Lane>> makeRowLane(const LaneParts &parts);
/// With another patience towards the database than the usual half minute.
Result<std::unique_ptr<Lane>> makeRowLane(const LaneParts &parts, BackOff backOff);

} // namespace keyturn::reencrypt
