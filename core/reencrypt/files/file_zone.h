// SPDX-License-Identifier: Apache-2.0
// FileZone: a hot zone of files as the journal holds it: which file was what, what it is to become, under
// which temporary name, and the items in it (FORMAT.md "The journal", entries Intent and Applied of files).
// Plain values; any thread. Errors: NotAuthentic for a body that cannot be read.
#pragma once

#include "base/platform/pinned_file.h"
#include "base/result.h"
#include "reencrypt/files/file_set.h"
#include "reencrypt/item.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct ZoneFile {
    FilePosition position;
    std::string path; ///< resolved, bytes as the system has them
    platform::FileIdentity identity;
    Digest before{}; ///< of the whole file
    Digest after{};
    std::string tag;       ///< of its replacement
    bool complete = false; ///< nothing in it is left for a later pass
    std::vector<ItemRecord> items;
};

enum class FileOutcome : std::uint8_t {
    Applied = 1, ///< the new content is live, the old file stands under the temporary name
    Changed = 2, ///< neither old nor new: left alone
    Missing = 3, ///< gone; its new content stays under the temporary name
    Redo = 4,    ///< the temporary file did not outlive a crash: from the source again
    Refused = 5  ///< may not be replaced after all
};

struct FileZone {
    std::uint64_t number = 0;
    bool proven = false;                ///< its items are Verified once applied, else Applied
    bool clearsRedo = false;            ///< it is the files that the zone before left to be redone
    std::optional<FilePosition> cursor; ///< where the walk stands behind this zone
    std::vector<ZoneFile> files;
    std::vector<ItemRecord> others; ///< of files that are not changed, and what failed in those that are
};

Bytes intentBody(const FileZone &zone);
Result<FileZone> readIntent(ByteView body);

struct AppliedFiles {
    std::uint64_t zone = 0;
    std::vector<FileOutcome> outcomes; ///< one for each file of the zone
};
Bytes appliedBody(const AppliedFiles &applied, const std::vector<ItemRecord> &items);
Result<AppliedFiles> readApplied(ByteView body);

/// Of Entry::Items: outcomes of a zone in which no file is changed.
struct LookedAt {
    std::optional<FilePosition> cursor;
    bool clearsRedo = false;
};
Bytes lookedAtBody(const LookedAt &looked, const std::vector<ItemRecord> &items);
Result<LookedAt> readLookedAt(ByteView body);

} // namespace keyturn::reencrypt
