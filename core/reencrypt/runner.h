// SPDX-License-Identifier: Apache-2.0
// JobRunner: one job from plan to finalise. Its members block and belong to one thread (a worker in the
// window, the main thread on the command line); stop(), setCeiling() and progress() may be called from any
// thread. Follows reliability-security.md section 4 and DESIGN.md section 7. Errors: those of journal, lane
// and mover; a fault of the whole job pauses it first, so that resume() goes on where it stood. Cancelled:
// stopped.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_text.h"
#include "reencrypt/job.h"
#include "reencrypt/journal.h"
#include "reencrypt/lane.h"
#include "reencrypt/mover.h"
#include "reencrypt/plan.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct JobProgress {
    JobState state = JobState::Planned;
    Counters counters;
    std::uint64_t done = 0;  ///< bytes or rows
    std::uint64_t total = 0; ///< 0: not known
    bool inBytes = false;
    double itemsPerSecond = 0; ///< over the last ten seconds
    std::optional<std::chrono::seconds> remaining;
    RateFacts rate;
    std::string at;
};

/// Called on the job's thread, must return fast.
struct JobObserver {
    std::function<void(const JobProgress &)> progress; ///< at most ten times a second, and at the end
    std::function<void(const std::vector<ItemRecord> &)> faults; ///< failed, conflict
};

struct JobParts {
    MoverServices services;
    std::shared_ptr<JobRate> rate;
    std::filesystem::path base; ///< folder of the job file
    /// Where the job names one (source.password-in-keychain): fetched by whoever runs it.
    std::shared_ptr<const SecretText> databasePassword{};
    std::shared_ptr<const Clock> clock = systemClock();
    JobObserver observer;
};

enum class Stop : std::uint8_t {
    AfterBatch, ///< the present hot zone is brought to its end
    Now         ///< calls under way are cancelled; the zone is redone on resume
};

class JobRunner {
public:
    /// Without a journal: plan and preview only.
    JobRunner(JobSpec spec, JobParts parts);
    JobRunner(std::unique_ptr<Journal> journal, JobParts parts);
    ~JobRunner();

    Result<Plan> plan(const CancelToken &cancel);
    /// The first items with what the inspector says of each (the window's live preview).
    Result<std::vector<PreviewItem>> preview(std::uint64_t itemsMax, const CancelToken &cancel);

    /// From any state that can go on: recovers, then works until everything was looked at. A second call
    /// after Done looks for new and left items once more. Paused with Cancelled when stopped.
    Status run();
    Status verify();
    Status undo();
    Status finalise();

    void stop(Stop how);
    void setCeiling(double perSecond);
    JobProgress progress() const;
    const JournalHead &head() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::reencrypt
