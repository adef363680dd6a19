// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/file_candidate.h"

#include "crypto/sha256.h"

#include <algorithm>
#include <string>

namespace keyturn::reencrypt {
namespace {

using platform::PinnedFile;

Cause causeOfReading(ErrorCode code) {
    switch (code) {
    case ErrorCode::FileNotFound:
        return Cause::Missing;
    case ErrorCode::FileNotRegular:
        return Cause::NotRegular;
    default:
        return Cause::Unreadable;
    }
}

void fault(FileCandidate &candidate, ItemState state, Cause cause, std::string message) {
    ItemRecord record;
    record.place.unit = candidate.found.unit;
    record.state = state;
    record.cause = cause;
    record.message = std::move(message);
    candidate.records.assign(1, std::move(record));
    candidate.document.reset();
}

std::string tooLarge(std::uint64_t sizeBytes) {
    return "has " + std::to_string(sizeBytes) + " bytes; a file is read whole, " +
           std::to_string(documentBytesMax) + " bytes at most";
}

/// False: it changed while it was read.
Result<bool> readContent(FileCandidate &candidate) {
    auto file = PinnedFile::open(candidate.found.path);
    if (!file) {
        return failFrom(file);
    }
    if (file->path() != candidate.found.path) {
        return fail(ErrorCode::FileNotRegular, "a symbolic link; links are not followed");
    }
    auto content = file->readAll(documentBytesMax);
    if (!content) {
        return failFrom(content);
    }
    candidate.content = std::move(*content);
    candidate.identity = file->identity();
    return file->stillTheSame();
}

ItemRecord recordOfBlob(const FoundFile &file, const FoundBlob &blob) {
    ItemRecord record;
    record.place = blob.place;
    record.place.unit = file.unit;
    record.sourceKey = blob.keyHint;
    if (!blob.ciphertext.empty()) {
        record.before = crypto::sha256(blob.ciphertext);
    }
    if (blob.cause != Cause::None) {
        record.state = ItemState::Failed;
        record.cause = blob.cause;
        record.message = blob.message;
    }
    return record;
}

bool isMoved(ItemState state) {
    return state == ItemState::Verified || state == ItemState::Applied;
}

/// The new content, looked at once more: nothing but the edits differs.
Result<Bytes> editedContent(const FileCandidate &candidate) {
    auto edits = candidate.document->edits(candidate.news);
    if (!edits) {
        return failFrom(edits);
    }
    auto content = applyEdits(candidate.content, *edits);
    if (content && !differOnlyInEdits(candidate.content, *content, *edits)) {
        return fail(ErrorCode::Usage, "the new content would differ outside the ciphertexts");
    }
    return content;
}

} // namespace

void FileCandidate::refuse(ItemState state, Cause cause, const std::string &message) {
    for (ItemRecord &record : records) {
        if (record.state == ItemState::Pending || isMoved(record.state)) {
            record.state = state;
            record.cause = cause;
            record.message = message;
            record.after.reset();
        }
    }
    replacement.clear();
}

bool FileCandidate::isComplete() const {
    return document && std::all_of(records.begin(), records.end(), [](const ItemRecord &record) {
               return isMoved(record.state) || record.state == ItemState::Skipped;
           });
}

FileCandidate readCandidate(FoundFile found, const JobSpec &spec) {
    FileCandidate candidate;
    candidate.found = std::move(found);
    if (candidate.found.cause != Cause::None) {
        fault(candidate, ItemState::Failed, candidate.found.cause, candidate.found.message);
        return candidate;
    }
    if (candidate.found.sizeBytes > documentBytesMax) {
        fault(candidate, ItemState::Failed, Cause::BadSyntax, tooLarge(candidate.found.sizeBytes));
        return candidate;
    }
    auto unchanged = readContent(candidate);
    if (unchanged && !*unchanged) {
        unchanged = readContent(candidate);
    }
    if (!unchanged) {
        fault(candidate, ItemState::Failed, causeOfReading(unchanged.error().code), unchanged.error().detail);
        return candidate;
    }
    if (!*unchanged) {
        fault(candidate, ItemState::Conflict, Cause::ChangedMeanwhile, "it changes while it is read");
        return candidate;
    }
    candidate.digest = crypto::sha256(candidate.content);
    auto document = parseDocument(candidate.content, candidate.found.path.filename().string(), spec);
    if (!document) {
        fault(candidate, ItemState::Failed, Cause::BadSyntax, document.error().detail);
        return candidate;
    }
    candidate.document = std::move(*document);
    for (const FoundBlob &blob : candidate.document->blobs()) {
        candidate.records.push_back(recordOfBlob(candidate.found, blob));
    }
    return candidate;
}

void checkReplaceable(FileCandidate &candidate) {
    const auto pending = [](const ItemRecord &record) { return record.state == ItemState::Pending; };
    if (std::none_of(candidate.records.begin(), candidate.records.end(), pending)) {
        return;
    }
    if (candidate.identity.hardLinks > 1) {
        candidate.refuse(ItemState::Failed, Cause::HardLinked,
                         "the file has " + std::to_string(candidate.identity.hardLinks) + " names");
        return;
    }
    if (auto allowed = platform::mayReplace(candidate.found.path); !allowed) {
        candidate.refuse(ItemState::Failed, Cause::ReadOnly, allowed.error().detail);
    }
}

void appendRequests(const FileCandidate &candidate, std::vector<MoveRequest> &requests) {
    for (std::size_t at = 0; at < candidate.records.size(); ++at) {
        if (candidate.records[at].state == ItemState::Pending) {
            const FoundBlob &blob = candidate.document->blobs()[at];
            requests.push_back({blob.ciphertext, blob.context, blob.newContext, blob.keyHint});
        }
    }
}

void takeResults(FileCandidate &candidate, std::vector<MoveResult> &results, std::size_t &next,
                 Timestamp at) {
    for (std::size_t number = 0; number < candidate.records.size(); ++number) {
        ItemRecord &record = candidate.records[number];
        if (record.state != ItemState::Pending) {
            continue;
        }
        MoveResult &result = results[next++];
        const FoundBlob &blob = candidate.document->blobs()[number];
        record = recordOf(record.place, blob.ciphertext, result);
        if (isMoved(result.state)) {
            candidate.news.push_back(
                {blob.index, std::move(result.ciphertext), result.destinationKey, &blob.newContext, at});
        }
    }
    if (candidate.news.empty()) {
        return;
    }
    auto content = editedContent(candidate);
    if (!content) {
        candidate.refuse(ItemState::Failed, Cause::BadSyntax, content.error().detail);
        return;
    }
    candidate.replacement = std::move(*content);
}

} // namespace keyturn::reencrypt
