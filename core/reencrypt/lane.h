// SPDX-License-Identifier: Apache-2.0
// Lane: how one family of sources is worked: files and documents (files/file_lane.h), tables of records
// (records/table_lane.h), database columns (sql/row_lane.h). A lane owns what it journals (the bodies of its
// records, FORMAT.md) and how it applies; the runner owns order, state, stopping and events. All members run
// on the job's thread. After any of them was cut off by a kill, recover() brings every intent to an end and
// the others may simply be called again. Errors of members stop the job (it pauses with that reason); what
// concerns one item is an ItemRecord.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_text.h"
#include "reencrypt/job.h"
#include "reencrypt/journal.h"
#include "reencrypt/mover.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// What lanes tell while they work; called on the job's thread.
class LaneEvents {
public:
    virtual ~LaneEvents() = default;
    virtual void items(const std::vector<ItemRecord> &items) = 0;
    /// What is being read or written, for people ("users.csv", "page after [41233]").
    virtual void at(std::string_view where) = 0;
    virtual void total(std::uint64_t bytesOrRows, bool isBytes) = 0;
    virtual void advanced(std::uint64_t bytesOrRows) = 0;
};

struct LaneParts {
    const JobSpec *spec = nullptr;
    std::filesystem::path base; ///< that relative paths of the job start from
    Journal *journal = nullptr; ///< nullptr while planning
    BlobMover *mover = nullptr;
    LaneEvents *events = nullptr;
    std::shared_ptr<const Clock> clock;
    const SecretText *databasePassword = nullptr; ///< of the caller; nothing: the driver's own ways
};

/// What a plan counts (planner.h puts it together).
struct Survey {
    struct PerKey {
        std::string key; ///< as named by document, blob or job; empty: not known offline
        std::uint64_t items = 0;
        std::string kind; ///< inspector's word: "AWS KMS ciphertext", ...
    };
    std::vector<PerKey> keys;
    std::uint64_t items = 0;
    std::uint64_t units = 0; ///< files, rows
    std::uint64_t bytes = 0;
    std::uint64_t largestFileBytes = 0;
    std::uint64_t freeBytes = 0; ///< where the temporary files go
    std::vector<ItemRecord>
        faults; ///< what could not be moved as it stands; at most 1,000, then counted only
    std::uint64_t faultCount = 0;
    std::vector<std::string> warnings;
    /// At most 20: one per key and context shape for rehearsing; with `itemsMax` the first ones, for
    /// previews.
    std::vector<MoveRequest> samples;
    std::vector<ItemRecord> sampleRecords; ///< of each of them
};

enum class Step : std::uint8_t { More, Finished };

class Lane {
public:
    virtual ~Lane() = default;
    /// Looks at everything, changes nothing. `itemsMax`: stop there (previews); 0: all.
    virtual Result<Survey> survey(std::uint64_t itemsMax, const CancelToken &cancel) = 0;
    /// Ends what a kill left half done, without a call to the service.
    virtual Status recover() = 0;
    /// One hot zone or checkpoint. Dry run: everything but writing.
    virtual Result<Step> step(const CancelToken &cancel) = 0;
    /// A whole second pass (V3): every live value is proven; appends Entry::Verified.
    virtual Status verify(const CancelToken &cancel) = 0;
    /// Restores every original byte, newest first; what changed meanwhile is a conflict and left alone.
    virtual Status undo(const CancelToken &cancel) = 0;
    /// Removes the undo copies.
    virtual Status finalise() = 0;
};

Result<std::unique_ptr<Lane>> makeLane(const LaneParts &parts);

} // namespace keyturn::reencrypt
