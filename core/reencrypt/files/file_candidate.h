// SPDX-License-Identifier: Apache-2.0
// FileCandidate: a file of a hot zone from its reading to its new content, in memory; and the writing of that
// content beside the file. What concerns the file alone ends up in its records; an error is one of the whole
// job (disk full or broken). One thread at a time.
#pragma once

#include "base/platform/pinned_file.h"
#include "base/result.h"
#include "reencrypt/documents/document.h"
#include "reencrypt/files/file_ledger.h"
#include "reencrypt/files/file_set.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/mover.h"

#include <memory>
#include <optional>
#include <vector>

namespace keyturn::reencrypt {

struct FileCandidate {
    FoundFile found;
    platform::FileIdentity identity;
    Bytes content;
    Digest digest{};
    std::unique_ptr<Document> document; ///< nullptr: the one record says why
    std::vector<ItemRecord> records;    ///< of its blobs in their order; Pending where one is to be moved
    std::vector<NewBlob> news;
    Bytes replacement; ///< the new content; empty: the file stays as it is

    /// A fault of the whole file: all that is pending fails so.
    void refuse(ItemState state, Cause cause, const std::string &message);
    bool isComplete() const; ///< nothing in it is left for a later pass
};

/// Reads and parses; a fault is in the records. `looked`: no more than look (surveys): what cannot be
/// replaced is no fault yet.
FileCandidate readCandidate(FoundFile found, const JobSpec &spec);
/// A file with several names or that may not be replaced: its pending records fail, before anybody is called.
void checkReplaceable(FileCandidate &candidate);
/// What is to be moved, in order of the records that are pending.
void appendRequests(const FileCandidate &candidate, std::vector<MoveRequest> &requests);
/// Takes as many results as it had requests, from `next` on, and makes the new content.
void takeResults(FileCandidate &candidate, std::vector<MoveResult> &results, std::size_t &next, Timestamp at);

/// Writes the replacements of those that have one, syncs and re-reads them. Files that cannot be replaced
/// after all are refused and left out. After an error nothing is left beside the files.
Result<std::vector<ZoneFile>> writeReplacements(std::vector<FileCandidate> &candidates,
                                                const FileLedger &ledger);

} // namespace keyturn::reencrypt
