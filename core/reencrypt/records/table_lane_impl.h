// SPDX-License-Identifier: Apache-2.0
// TableLane: the members of the lane of tables; running in table_lane.cpp, going back and clearing up in
// table_undo.cpp, looking without changing in table_survey.cpp. Private to records/.
#pragma once

#include "reencrypt/files/file_set.h"
#include "reencrypt/lane.h"
#include "reencrypt/records/table_entries.h"
#include "reencrypt/records/table_work.h"

#include <memory>
#include <optional>
#include <vector>

namespace keyturn::reencrypt {

class TableLane final : public Lane {
public:
    explicit TableLane(const LaneParts &parts);

    Result<Survey> survey(std::uint64_t itemsMax, const CancelToken &cancel) override;
    Status recover() override;
    Result<Step> step(const CancelToken &cancel) override;
    Status verify(const CancelToken &cancel) override;
    Status undo(const CancelToken &cancel) override;
    Status finalise() override;

private:
    Status beginWalk();
    Result<bool> beginFile(const FoundFile &file);
    Result<std::vector<bool>> movedBefore(const std::string &unit);
    Status endFile(const CancelToken &cancel);
    Status endWalk();
    Status dropOrphans();

    Status settle(TableGeneration &generation);
    Status applied(TableGeneration &generation, platform::ReplacementFile &copy);
    std::optional<platform::ReplacementFile> replacementOf(const TableGeneration &generation) const;
    Status dropReplacement(const TableGeneration &generation);
    FoundFile fileOf(const TableGeneration &generation) const;

    /// The file ends without a change: its items that were thought done are told anew.
    Status giveUp(const TableMark &mark, const std::vector<std::uint64_t> &checkpoints, TableEnd end,
                  const TableFault &fault, std::uint64_t failed);
    /// Appends the items of these records that were done in another state; how many there were.
    Result<std::uint64_t> retell(const TableMark &mark, const std::vector<std::uint64_t> &sequences,
                                 ItemState state, const TableFault &fault);
    Status note(Entry entry, Bytes head, const std::vector<ItemRecord> &items);

    Status undoOne(TableGeneration &generation);
    Status undoExchanged(TableGeneration &generation);
    Status markUndone(TableGeneration &generation);
    Status cannotUndo(TableGeneration &generation, Cause cause, std::string message);

    Status verifyFile(const FoundFile &file, const CancelToken &cancel);

    LaneParts m_parts;
    FileSet m_files;
    TableHistory m_history;
    bool m_walking = false;
    std::unique_ptr<TableWork> m_work;
};

/// SHA-256 of what a pinned file or a replacement holds.
Result<Digest> digestOf(platform::PinnedFile &file);
Result<Digest> digestOf(platform::ReplacementFile &file);

} // namespace keyturn::reencrypt
