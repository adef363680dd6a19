// SPDX-License-Identifier: Apache-2.0
// RowLane: the class behind makeRowLane(). Private to this folder. The job's thread.
#pragma once

#include "reencrypt/sql/row_lane.h"
#include "reencrypt/sql/row_ledger.h"
#include "reencrypt/sql/row_page.h"
#include "reencrypt/sql/row_reach.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace keyturn::reencrypt {

class RowLane final : public Lane {
public:
    RowLane(const LaneParts &parts, BackOff backOff);

    Result<Survey> survey(std::uint64_t itemsMax, const CancelToken &cancel) override;
    Status recover() override;
    Result<Step> step(const CancelToken &cancel) override;
    Status verify(const CancelToken &cancel) override;
    Status undo(const CancelToken &cancel) override;
    Status finalise() override;

private:
    /// Opens database and ledger, once. A database that is starting is waited for.
    Status ready(const CancelToken &cancel);
    Result<std::vector<Row>> nextPage(const std::optional<std::string> &after, const CancelToken &cancel);
    Result<Step> endPass();
    Status work(std::vector<Row> rows, const CancelToken &cancel);
    Status rehearse(std::vector<RowCandidate> candidates, std::vector<ItemRecord> items,
                    const std::string &cursor, const CancelToken &cancel);
    /// Moves, journals and writes; gives back the rows that somebody changed meanwhile.
    Result<std::vector<Row>> turn(std::vector<RowCandidate> candidates, std::vector<ItemRecord> &items,
                                  bool isLast, const std::string &cursor, const CancelToken &cancel);
    Result<std::vector<Row>> settle(std::vector<RowCandidate> &candidates, std::vector<ItemRecord> &items,
                                    bool isLast, const CancelToken &cancel);
    Status tryFirst(const std::vector<RowCandidate> &candidates, const CancelToken &cancel);

    Result<std::vector<RowChange>> halfDone(const RowZone &zone, std::vector<ItemRecord> &items);
    Status mapZones();
    Result<std::optional<ItemRecord>> movedItem(const std::string &key, const Digest &ciphertext);
    Status proveRows(std::vector<Row> rows, const CancelToken &cancel);
    Result<std::vector<ItemRecord>> restoreZone(std::size_t zone, std::unordered_set<std::uint64_t> &seen,
                                                const CancelToken &cancel);

    /// Rows of zones that an earlier undo, cut off, brought back already.
    Result<std::unordered_set<std::uint64_t>> broughtBack() const;

    void surveyRow(Row row, Survey &survey, std::vector<RowChange> &tries, std::uint64_t itemsMax);
    void tell(const std::vector<ItemRecord> &items);
    void at(const std::string &what);

    LaneParts m_parts;
    BackOff m_backOff;
    std::optional<RowReach> m_reach;
    RowLedger m_ledger;
    std::unordered_map<std::uint64_t, std::uint32_t> m_zoneOfRow;
    std::optional<std::pair<std::uint32_t, RowZone>> m_zoneAtHand;
    bool m_loaded = false;
    bool m_tried = false;
    bool m_announced = false;
    std::uint64_t m_faults = 0; ///< that were told
    std::uint64_t m_passesWithoutProgress = 0;
    std::uint64_t m_movedThisPass = 0;
    std::uint64_t m_conflictsThisPass = 0;
};

} // namespace keyturn::reencrypt
