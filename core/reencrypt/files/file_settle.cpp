// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/file_settle.h"

#include "base/platform/file.h"
#include "base/platform/replacement_file.h"
#include "crypto/sha256.h"
#include "reencrypt/documents/document.h"

#include <filesystem>
#include <optional>

namespace keyturn::reencrypt {
namespace {

using platform::PinnedFile;
using platform::ReplacementFile;

/// Twice the largest document: new ciphertexts are longer than old ones.
constexpr std::size_t contentBytesMax = 2 * documentBytesMax;

struct Live {
    platform::FileIdentity identity;
    Digest digest{};
};

/// What stands under the live name; nothing: no file does. A link that stands there now is somebody else's.
Result<std::optional<Live>> liveOf(const ZoneFile &file) {
    auto pinned = PinnedFile::open(file.path);
    if (!pinned) {
        const ErrorCode code = pinned.error().code;
        if (code == ErrorCode::FileNotFound) {
            return std::optional<Live>();
        }
        if (code == ErrorCode::FileNotRegular) {
            return std::optional(Live());
        }
        return failFrom(pinned);
    }
    if (pinned->path() != file.path || pinned->identity().sizeBytes > contentBytesMax) {
        return std::optional(Live());
    }
    auto content = pinned->readAll(contentBytesMax);
    if (!content) {
        return failFrom(content);
    }
    return std::optional(Live{pinned->identity(), crypto::sha256(*content)});
}

/// The file under the temporary name, if there is one that can be read.
std::optional<ReplacementFile> beside(const ZoneFile &file) {
    auto opened = ReplacementFile::reopen(file.path, file.tag);
    return opened ? std::optional(std::move(*opened)) : std::nullopt;
}

bool holds(ReplacementFile &file, const Digest &digest) {
    const auto content = file.readBack(contentBytesMax);
    return content && crypto::sha256(*content) == digest;
}

Status discardIfNew(const ZoneFile &file) {
    auto copy = beside(file);
    return copy && holds(*copy, file.after) ? copy->discard() : Status();
}

bool isOfOneFile(ErrorCode code) {
    return code == ErrorCode::PermissionDenied || code == ErrorCode::ReadOnly;
}

Result<Settled> exchanged(const ZoneFile &file, const Live &live, bool justWritten) {
    auto replacement = beside(file);
    if (!replacement || (!justWritten && !holds(*replacement, file.after))) {
        if (replacement) {
            if (auto gone = replacement->discard(); !gone) {
                return failFrom(gone);
            }
        }
        return Settled{FileOutcome::Redo, "its new content did not outlive a crash; it is made again"};
    }
    auto done = replacement->exchange(live.identity);
    if (!done && isOfOneFile(done.error().code)) {
        if (auto gone = replacement->discard(); !gone) {
            return failFrom(gone);
        }
        return Settled{FileOutcome::Refused, done.error().detail};
    }
    if (!done) {
        return failFrom(done);
    }
    if (*done == ReplacementFile::Exchange::Done) {
        return Settled{};
    }
    if (auto gone = replacement->discard(); !gone) {
        return failFrom(gone);
    }
    return Settled{FileOutcome::Changed, "somebody changed it while the job ran"};
}

} // namespace

Result<Settled> settle(const ZoneFile &file, bool justWritten) {
    auto live = liveOf(file);
    if (!live) {
        return failFrom(live);
    }
    if (!live->has_value()) {
        return Settled{FileOutcome::Missing, "it is gone; its new content is kept beside its place as " +
                                                 ReplacementFile::nameFor(file.path, file.tag)};
    }
    if ((*live)->digest == file.after) {
        (void)beside(file); // ends an exchange that a kill cut off half way
        return Settled{};
    }
    if ((*live)->digest == file.before) {
        return exchanged(file, **live, justWritten);
    }
    // The replacement is of no use now. The old file, where a kill came behind the exchange, is kept.
    if (auto gone = discardIfNew(file); !gone) {
        return failFrom(gone);
    }
    return Settled{FileOutcome::Changed, "somebody changed it while the job ran"};
}

Result<Restored> restore(const ZoneFile &file) {
    auto live = liveOf(file);
    if (!live) {
        return failFrom(live);
    }
    if (!live->has_value()) {
        return Restored::Missing;
    }
    if ((*live)->digest == file.before) {
        return Restored::Yes;
    }
    if ((*live)->digest != file.after) {
        return Restored::Other;
    }
    auto copy = beside(file);
    if (!copy || !holds(*copy, file.before)) {
        return Restored::NoCopy;
    }
    auto done = copy->exchange((*live)->identity);
    if (!done) {
        return failFrom(done);
    }
    return *done == ReplacementFile::Exchange::Done ? Restored::Yes : Restored::Other;
}

Status discardNew(const ZoneFile &file) {
    return discardIfNew(file);
}

Result<CopyRemoved> removeCopy(const ZoneFile &file) {
    auto copy = beside(file);
    if (!copy) {
        return CopyRemoved::Yes;
    }
    if (!holds(*copy, file.before) && !holds(*copy, file.after)) {
        return CopyRemoved::Changed;
    }
    if (auto gone = copy->discard(); !gone) {
        return failFrom(gone);
    }
    return CopyRemoved::Yes;
}

std::vector<ItemRecord> itemsAfter(const ZoneFile &file, const Settled &settled, bool proven) {
    std::vector<ItemRecord> items = file.items;
    for (ItemRecord &item : items) {
        item.message = settled.message;
        switch (settled.outcome) {
        case FileOutcome::Applied:
            item.state = proven ? ItemState::Verified : ItemState::Applied;
            continue;
        case FileOutcome::Changed:
            item.state = ItemState::Conflict;
            item.cause = Cause::ChangedMeanwhile;
            item.after.reset();
            break;
        case FileOutcome::Missing:
            item.state = ItemState::Failed;
            item.cause = Cause::Missing;
            break;
        case FileOutcome::Refused:
            item.state = ItemState::Failed;
            item.cause = Cause::ReadOnly;
            item.after.reset();
            break;
        case FileOutcome::Redo:
            item.state = ItemState::Pending;
            break;
        }
    }
    return items;
}

void ChangedFolders::add(const ZoneFile &file) {
    m_folders.insert(std::filesystem::path(file.path).parent_path().string());
}

Status ChangedFolders::sync() {
    for (const std::string &folder : m_folders) {
        // A folder that is gone took its files along: nothing is left to make durable.
        if (auto synced = platform::syncDirectory(folder);
            !synced && synced.error().code != ErrorCode::FileNotFound) {
            return synced;
        }
    }
    m_folders.clear();
    return {};
}

} // namespace keyturn::reencrypt
