// SPDX-License-Identifier: Apache-2.0
// FileLane: see file_lane.h. Private to its sources: file_lane.cpp (looking and moving), file_lane_ends.cpp
// (recovery, verification, undo, the end of undo), file_survey.cpp.
#pragma once

#include "reencrypt/files/file_candidate.h"
#include "reencrypt/files/file_ledger.h"
#include "reencrypt/files/file_settle.h"
#include "reencrypt/lane.h"

#include <memory>
#include <optional>
#include <vector>

namespace keyturn::reencrypt {

class FileLane final : public Lane {
public:
    explicit FileLane(const LaneParts &parts);
    Result<Survey> survey(std::uint64_t itemsMax, const CancelToken &cancel) override;
    Status recover() override;
    Result<Step> step(const CancelToken &cancel) override;
    Status verify(const CancelToken &cancel) override;
    Status undo(const CancelToken &cancel) override;
    Status finalise() override;

private:
    struct Gathered {
        std::vector<FileCandidate> files;
        std::optional<FilePosition> cursor;
        std::uint64_t bytes = 0;
        std::uint64_t filesSeen = 0;
        bool isEnd = false;
        bool redone = false;
    };

    Status load();
    void announce();
    Result<Gathered> gather(const CancelToken &cancel);
    void look(FoundFile found, Gathered &gathered);
    Status move(Gathered &gathered, const CancelToken &cancel);
    Result<std::vector<ItemRecord>> write(Gathered &gathered);
    Result<std::vector<ItemRecord>> close(const FileZone &zone, bool justWritten);
    Status dropCopies(const FileZone &zone);
    Status sweep();
    void tell(const std::vector<ItemRecord> &items) const;

    struct Proof;
    void collectProof(const ZoneFile &file, Proof &proof) const;
    Status proveZone(const FileLedger::Closed &closed, const FileZone &zone, const CancelToken &cancel);
    Result<std::vector<ItemRecord>> restoreZone(const FileZone &zone,
                                                const std::vector<FileOutcome> &outcomes);

    LaneParts m_parts;
    FileSet m_files;
    std::optional<FileLedger> m_ledger; ///< after load()
    bool m_announced = false;
    std::uint64_t m_filesSeen = 0; ///< in this pass, by this process
};

} // namespace keyturn::reencrypt
