// SPDX-License-Identifier: Apache-2.0
// The lane of tables: CSV, TSV and JSON Lines files of any size, streamed to a replacement beside each, with
// a checkpoint every safety.batch records, exchanged when the whole file is proven. The old file stays beside
// the new one until finalise(). Threads and errors: lane.h. Follows reliability-security.md section 4 point
// 5.
#pragma once

#include "reencrypt/lane.h"

#include <memory>

namespace keyturn::reencrypt {

Result<std::unique_ptr<Lane>> makeTableLane(const LaneParts &parts);

} // namespace keyturn::reencrypt
