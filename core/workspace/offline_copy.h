// SPDX-License-Identifier: Apache-2.0
// Offline copies: snapshots of an account as a window and the command line keep them: in a folder of their
// own, sealed with a key from where journals' keys come from (journal_keys.h), each opened with a key of its
// own source only. Plain functions; those that read, take or write block and are not for a GUI thread; keys
// follow the keychain's thread rule. Owner: whoever called. Errors: those of snapshot/snapshot_file.h,
// snapshot/take.h, journal_keys.h and of files.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "kms/service.h"
#include "snapshot/snapshot.h"
#include "workspace/journal_keys.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::workspace {

/// "snapshots" in the data folder.
std::filesystem::path offlineCopiesFolder();
/// "prod-2026-11-22T041700Z.ktsnap"
std::string offlineCopyName(const snapshot::SnapshotFacts &facts);

/// A file as its name tells, before anything is opened: nothing of it is proven.
struct KeptCopy {
    std::filesystem::path file;
    std::string profile;            ///< or the whole name, where it was given by a person
    std::optional<Timestamp> taken; ///< as far as the name tells
};
/// Newest first. A folder that is not there holds none.
std::vector<KeptCopy> keptCopies(const std::filesystem::path &folder);

/// What is missing from a copy, and why; for people.
struct MissingPart {
    std::string operation;
    std::string why;
    std::size_t keys = 0; ///< 0: of the account
    bool operator==(const MissingPart &) const = default;
};

struct OfflineCopyFacts {
    std::filesystem::path file;
    std::string profile;
    std::string endpoint;
    std::string region;
    Timestamp taken{};
    bool serviceTime = false; ///< by the service's clock; else by this machine's
    std::size_t keys = 0;
    std::size_t aliases = 0;
    std::vector<MissingPart> missing;
};

/// Where its key is kept, as the file says before it is proven.
Result<std::string> offlineCopyKeySource(const std::filesystem::path &file);
/// Of the file's source; an empty source: of a new copy. `done` is called once.
void obtainOfflineCopyKey(const std::string &source, std::shared_ptr<JournalKeychain> keychain,
                          UniqueFunction<void(Result<JournalKey>)> done);

struct OfflineCopy {
    OfflineCopyFacts facts;
    std::shared_ptr<kms::KmsService> service; ///< answers from it
};
Result<OfflineCopy> readOfflineCopy(const std::filesystem::path &file, ByteView key);

struct OfflineCopyWish {
    snapshot::SnapshotFacts facts; ///< profile, endpoint, region, program
    std::filesystem::path folder;
    std::function<std::optional<std::chrono::seconds>()> clockOffset;
    CancelToken cancel;
    Progress progress;
};
/// Takes one and writes it into the folder, under its own name.
Result<OfflineCopyFacts> takeOfflineCopy(kms::KmsService &service, const OfflineCopyWish &wish,
                                         const JournalKey &key);

/// Everything in it as one JSON document of mode 0600.
Status exportOfflineCopy(const std::filesystem::path &copy, ByteView key, const std::filesystem::path &file);

} // namespace keyturn::workspace
