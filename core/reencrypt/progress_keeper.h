// SPDX-License-Identifier: Apache-2.0
// ProgressKeeper: what a lane tells, counted, timed and passed on to whoever watches. Events come on the
// job's thread; progress() may be asked from any. Private to this module.
#pragma once

#include "reencrypt/item_ledger.h"
#include "reencrypt/lane.h"
#include "reencrypt/runner.h"

#include <deque>
#include <mutex>

namespace keyturn::reencrypt {

class ProgressKeeper final : public LaneEvents {
public:
    /// `journal` may be nullptr.
    ProgressKeeper(const JobParts &parts, Journal *journal);

    /// Before an act: what the journal tells by now, counters of this act at 0.
    Status begin();
    void setMover(const BlobMover *mover) { m_mover = mover; }
    /// The last word of an act: always passed on.
    void end();
    void setState(JobState state);

    void items(const std::vector<ItemRecord> &items) override;
    void at(std::string_view where) override;
    void total(std::uint64_t bytesOrRows, bool isBytes) override;
    void advanced(std::uint64_t bytesOrRows) override;

    std::uint64_t faults() const { return m_faults; } ///< told since begin()
    JobProgress progress() const;

private:
    struct Sample {
        std::chrono::steady_clock::time_point at;
        std::uint64_t items = 0;
        std::uint64_t done = 0;
    };
    void changed(bool always = false);
    void measure(std::chrono::steady_clock::time_point now);

    const JobParts &m_parts;
    Journal *m_journal;
    const BlobMover *m_mover = nullptr;
    ItemLedger m_ledger;
    std::deque<Sample> m_samples;
    std::chrono::steady_clock::time_point m_told{};
    std::uint64_t m_itemsTold = 0;
    std::uint64_t m_faults = 0;
    std::uint64_t m_callsBefore = 0;
    std::uint64_t m_throttledSaid = 0; ///< of the rate, which other jobs share
    bool m_isLoaded = false;
    mutable std::mutex m_mutex;
    JobProgress m_progress; ///< guarded
};

} // namespace keyturn::reencrypt
