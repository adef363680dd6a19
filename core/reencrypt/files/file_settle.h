// SPDX-License-Identifier: Apache-2.0
// What becomes of one file of a zone: brought to its end whatever a kill left, given back, or rid of its undo
// copy. Each looks at what is there first, may be repeated, and leaves alone what is neither old nor new
// (reliability-security.md section 4 point 3). Nothing is durable before the folder is synced. Any thread,
// one at a time for a file. Errors: IoFailed and the like, which stop the job; what concerns the file alone
// is the outcome.
#pragma once

#include "base/result.h"
#include "reencrypt/files/file_zone.h"

#include <cstdint>
#include <set>
#include <string>

namespace keyturn::reencrypt {

struct Settled {
    FileOutcome outcome = FileOutcome::Applied;
    std::string message; ///< where the outcome is not Applied
};
/// `justWritten`: the replacement was written by this very process and read back. The live file's digest
/// decides, and its identity between the look and the exchange.
Result<Settled> settle(const ZoneFile &file, bool justWritten);

enum class Restored : std::uint8_t {
    Yes,     ///< the old file has its name again
    Other,   ///< somebody else's content is live: left alone
    Missing, ///< it is gone
    NoCopy   ///< the old file is gone or is not what it was
};
Result<Restored> restore(const ZoneFile &file);
/// Removes the new content that restore() put aside. After the folder was synced.
Status discardNew(const ZoneFile &file);

enum class CopyRemoved : std::uint8_t { Yes, Changed /**< a program wrote to the old file: it is kept */ };
/// Removes the old file, or a replacement that never got its place.
Result<CopyRemoved> removeCopy(const ZoneFile &file);

/// The items of a file as an outcome leaves them.
std::vector<ItemRecord> itemsAfter(const ZoneFile &file, const Settled &settled, bool proven);

/// Folders whose entries changed: each is synced once.
class ChangedFolders {
public:
    void add(const ZoneFile &file);
    Status sync();

private:
    std::set<std::string> m_folders;
};

} // namespace keyturn::reencrypt
