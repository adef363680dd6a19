// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/lane.h"

#include "reencrypt/files/file_lane.h"
#include "reencrypt/records/table_lane.h"

namespace keyturn::reencrypt {

Result<std::unique_ptr<Lane>> makeLane(const LaneParts &parts) {
    const SourceKind kind = parts.spec->source.kind;
    if (isTable(kind)) {
        return makeTableLane(parts);
    }
    if (isDatabase(kind)) {
        return fail(ErrorCode::UnsupportedOperation, "source.kind: this program was built without databases");
    }
    return makeFileLane(parts);
}

} // namespace keyturn::reencrypt
