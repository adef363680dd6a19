// SPDX-License-Identifier: Apache-2.0
// JobRunner::Impl. Private to this module.
#pragma once

#include "reencrypt/progress_keeper.h"
#include "reencrypt/runner.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace keyturn::reencrypt {

struct JobRunner::Impl {
    Impl(JobSpec spec, std::unique_ptr<Journal> journal, JobParts parts);

    /// What one act works with: made anew for each, so that nothing of a failed one is left.
    struct Bench {
        std::unique_ptr<BlobMover> mover;
        std::unique_ptr<Lane> lane;
    };
    Result<Bench> bench(LaneEvents *events);

    // run
    Status run();
    Status work(Lane &lane, const CancelToken &cancel);
    Status pause(Error error);
    std::optional<Error> reasonToStop() const;
    // what follows it
    Status verify();
    Status undo();
    Status finalise();
    Status mayVerify() const;
    Status mayUndo() const;
    Status mayFinalise() const;
    Status setState(JobState state, std::string reason);
    /// An act that leaves the state alone when it fails.
    Status act(const std::function<Status(Lane &, const CancelToken &)> &what);

    /// `hasBatches` false: a gentle stop is one at once.
    CancelToken begin(bool hasBatches);
    void end();

    const JobSpec m_spec;
    const std::unique_ptr<Journal> m_journal;
    JobParts m_parts;
    JournalHead m_noHead; ///< of a runner that only plans
    ProgressKeeper m_progress;

    std::mutex m_mutex; ///< guards what follows
    std::optional<CancelSource> m_cancel;
    std::atomic<bool> m_stopAfterBatch = false;
    bool m_stopNow = false;
    bool m_hasBatches = true;
};

} // namespace keyturn::reencrypt
