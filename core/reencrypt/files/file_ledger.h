// SPDX-License-Identifier: Apache-2.0
// FileLedger: what a journal says about the files of its job: where the walk stands, which zone a kill left
// open, what is done and which undo copies exist. Read from the journal once, then kept up with every record
// appended. Some 60 bytes a file. One thread at a time. Errors: those of the journal, NotAuthentic.
#pragma once

#include "base/result.h"
#include "reencrypt/files/file_zone.h"
#include "reencrypt/journal.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace keyturn::reencrypt {

class FileLedger {
public:
    /// A zone that was brought to its end.
    struct Closed {
        std::uint64_t sequence = 0; ///< of its Intent
        std::uint64_t number = 0;
        std::vector<FileOutcome> outcomes;
        bool undone = false;
        bool final = false;
    };

    explicit FileLedger(Journal &journal);
    Status load();

    const std::optional<FilePosition> &cursor() const { return m_cursor; }
    const std::vector<FilePosition> &redo() const { return m_redo; }
    const std::optional<FileZone> &open() const { return m_open; }
    const std::vector<Closed> &closed() const { return m_closed; }
    std::uint64_t nextZone() const { return m_nextZone; }
    std::uint64_t passes() const { return m_passes; }
    Result<FileZone> zone(const Closed &closed) const;

    /// This job wrote that content there, and left nothing in it for a later pass.
    bool isDone(const std::string &path, const Digest &digest) const;
    /// The zone wrote the content that this job left there last.
    bool isNewest(const std::string &path, std::uint64_t zone) const;
    /// The tag of the next replacement of that file: undo copies of earlier passes keep theirs.
    std::string nextTag(const std::string &path) const;
    /// A replacement that undo or finalise will ask for.
    bool ownsReplacement(const std::filesystem::path &replacement) const;
    const std::string &tag() const { return m_tag; }

    Status appendIntent(FileZone zone);
    Status appendApplied(const AppliedFiles &applied, const std::vector<ItemRecord> &items);
    Status appendLookedAt(const LookedAt &looked, const std::vector<ItemRecord> &items);
    Status appendPass(std::uint64_t files);
    /// `entry`: Verified, Undone or Final.
    Status appendZone(Entry entry, std::uint64_t zone, const std::vector<ItemRecord> &items);

private:
    struct FileState {
        std::uint64_t after = 0; ///< the digest's first bytes; 0 where something is left in it
        std::uint64_t zone = 0;
        std::uint32_t copies = 0; ///< tags that were given out
    };
    Status take(const JournalRecord &record);
    void opened(FileZone zone, std::uint64_t sequence);
    void applied(const AppliedFiles &applied);
    void mark(Entry entry, std::uint64_t zone);
    std::string tagOf(std::uint32_t number) const;

    Journal &m_journal;
    std::string m_tag;
    std::optional<FilePosition> m_cursor;
    std::vector<FilePosition> m_redo;
    std::optional<FileZone> m_open;
    std::uint64_t m_openSequence = 0;
    std::vector<Closed> m_closed;
    std::uint64_t m_nextZone = 1;
    std::uint64_t m_passes = 0;
    std::unordered_map<std::uint64_t, FileState> m_files; ///< by a digest of the path
    std::unordered_set<std::uint64_t> m_replacements;     ///< by the same of the temporary path
};

} // namespace keyturn::reencrypt
