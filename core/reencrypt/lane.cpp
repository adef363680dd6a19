// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/lane.h"

#include "reencrypt/files/file_lane.h"
#include "reencrypt/records/table_lane.h"
#include "reencrypt/sql/row_lane.h"

namespace keyturn::reencrypt {

Result<std::unique_ptr<Lane>> makeLane(const LaneParts &parts) {
    const SourceKind kind = parts.spec->source.kind;
    if (isTable(kind)) {
        return makeTableLane(parts);
    }
    return isDatabase(kind) ? makeRowLane(parts) : makeFileLane(parts);
}

} // namespace keyturn::reencrypt
