// SPDX-License-Identifier: Apache-2.0
// A job from run to finalise: which act follows which, and what stops one.
#include "reencrypt/runner_impl.h"

#include "kms/error_text.h"

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view stoppedByPerson = "stopped by a person";

std::string numbered(std::uint64_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

/// One line for lists: what happened, and the service's own word for it.
std::string reasonOf(const Error &error) {
    if (error.code == ErrorCode::Cancelled) {
        return std::string(stoppedByPerson);
    }
    const std::string title = kms::describe(error).title;
    const std::string &said = error.serviceMessage.empty() ? error.detail : error.serviceMessage;
    return said.empty() ? title : title + ": " + said;
}

Status refuse(std::string why) {
    return fail(ErrorCode::Usage, std::move(why));
}

} // namespace

JobRunner::Impl::Impl(JobSpec spec, std::unique_ptr<Journal> journal, JobParts parts)
    : m_spec(std::move(spec))
    , m_journal(std::move(journal))
    , m_parts(std::move(parts))
    , m_progress(m_parts, m_journal.get()) {
    m_noHead.spec = m_spec;
    if (m_journal) {
        m_parts.services.jobId = m_journal->head().jobId;
    }
}

Result<JobRunner::Impl::Bench> JobRunner::Impl::bench(LaneEvents *events) {
    if (auto good = checkJob(m_spec); !good) {
        return failFrom(good);
    }
    Bench bench;
    bench.mover = makeMover(m_parts.services, m_spec, m_parts.rate);
    auto lane = makeLane({&m_spec, m_parts.base, m_journal.get(), bench.mover.get(), events, m_parts.clock,
                          m_parts.databasePassword.get()});
    if (!lane) {
        return failFrom(lane);
    }
    bench.lane = std::move(*lane);
    return bench;
}

CancelToken JobRunner::Impl::begin(bool hasBatches) {
    const std::lock_guard lock(m_mutex);
    m_hasBatches = hasBatches;
    m_cancel.emplace();
    if (m_stopNow || (m_stopAfterBatch && !hasBatches)) { // asked for just before
        m_cancel->cancel();
    }
    return m_cancel->token();
}

void JobRunner::Impl::end() {
    m_progress.end();
    const std::lock_guard lock(m_mutex);
    m_cancel.reset();
    m_stopNow = false;
    m_stopAfterBatch = false;
}

Status JobRunner::Impl::setState(JobState state, std::string reason) {
    auto set = m_journal->setState(state, std::move(reason));
    if (set) {
        m_progress.setState(state);
    }
    return set;
}

Status JobRunner::Impl::run() {
    const JobState before = m_journal->head().state;
    if (before == JobState::Finalised || before == JobState::Undone) {
        return refuse("the job is " + std::string(wireName(before)) +
                      " and at its end; begin a new one from its job file");
    }
    if (auto begun = m_progress.begin(); !begun) {
        return begun;
    }
    auto made = bench(&m_progress);
    if (!made) {
        return failFrom(made); // nothing was touched: the state stays
    }
    if (auto set = setState(JobState::Running, {}); !set) {
        return set;
    }
    m_progress.setMover(made->mover.get());
    const CancelToken cancel = begin(true);
    Status done = work(*made->lane, cancel);
    done = done ? setState(JobState::Done, {}) : pause(std::move(done.error()));
    end();
    return done;
}

Status JobRunner::Impl::work(Lane &lane, const CancelToken &cancel) {
    if (auto recovered = lane.recover(); !recovered) {
        return recovered;
    }
    for (;;) {
        if (auto reason = reasonToStop()) {
            return fail(std::move(*reason));
        }
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, std::string(stoppedByPerson));
        }
        auto step = lane.step(cancel);
        if (!step) {
            return failFrom(step);
        }
        if (*step == Step::Finished) {
            return {};
        }
    }
}

std::optional<Error> JobRunner::Impl::reasonToStop() const {
    if (m_stopAfterBatch) {
        return clientError(ErrorCode::Cancelled, std::string(stoppedByPerson));
    }
    const std::uint64_t limit = m_spec.safety.stopAfterFailures;
    if (limit > 0 && m_progress.faults() >= limit) {
        return clientError(
            ErrorCode::SafetyRefused,
            "safety.stop-after-failures: " + numbered(m_progress.faults(), "item was", "items were") +
                " not moved. Look at the causes, then resume");
    }
    return std::nullopt;
}

/// Keeps the first error: what stopped the job says more than what a full disk made of the note about it.
Status JobRunner::Impl::pause(Error error) {
    (void)setState(JobState::Paused, reasonOf(error)).has_value();
    return fail(std::move(error));
}

Status JobRunner::Impl::act(const std::function<Status(Lane &, const CancelToken &)> &what) {
    if (auto begun = m_progress.begin(); !begun) {
        return begun;
    }
    auto made = bench(&m_progress);
    if (!made) {
        return failFrom(made);
    }
    m_progress.setMover(made->mover.get());
    const CancelToken cancel = begin(false);
    Status done = what(*made->lane, cancel);
    end();
    return done;
}

Status JobRunner::Impl::mayVerify() const {
    switch (m_journal->head().state) {
    case JobState::Done:
    case JobState::Verified:
    case JobState::Finalised:
        break;
    case JobState::Planned:
    case JobState::Running:
    case JobState::Paused:
        return refuse("the job has not looked at everything yet; resume it, then verify");
    case JobState::Undone:
        return refuse("the job was undone; there is nothing to verify");
    }
    return m_spec.safety.dryRun ? refuse("a dry run wrote nothing that could be verified") : Status{};
}

Status JobRunner::Impl::verify() {
    if (auto may = mayVerify(); !may) {
        return may;
    }
    return act([this](Lane &lane, const CancelToken &cancel) -> Status {
        if (auto verified = lane.verify(cancel); !verified) {
            return verified;
        }
        if (m_journal->head().state == JobState::Finalised) {
            return {};
        }
        const std::uint64_t faults = m_progress.faults();
        return faults == 0 ? setState(JobState::Verified, {})
                           : setState(JobState::Done, numbered(faults, "item", "items") +
                                                          " could not be proven in the second pass");
    });
}

Status JobRunner::Impl::mayUndo() const {
    switch (m_journal->head().state) {
    case JobState::Planned:
        return refuse("the job has written nothing yet; there is nothing to undo");
    case JobState::Finalised:
        return refuse("the job is finalised: its undo copies are gone");
    case JobState::Running:
    case JobState::Paused:
    case JobState::Done:
    case JobState::Verified:
    case JobState::Undone:
        break;
    }
    if (m_spec.safety.dryRun) {
        return refuse("a dry run wrote nothing that could be undone");
    }
    return m_spec.safety.backup ? Status{} : refuse("the job kept no undo copies (safety.backup: false)");
}

Status JobRunner::Impl::undo() {
    if (auto may = mayUndo(); !may || m_journal->head().state == JobState::Undone) {
        return may;
    }
    return act([this](Lane &lane, const CancelToken &cancel) -> Status {
        auto undone = lane.undo(cancel);
        if (undone) {
            return setState(JobState::Undone, {});
        }
        Error error = std::move(undone.error());
        (void)setState(JobState::Paused, "undo has not ended (" + reasonOf(error) + "); undo again")
            .has_value();
        return fail(std::move(error));
    });
}

/// The old ciphertexts go only when the new ones are proven: each as it was written, or all in a second pass.
Status JobRunner::Impl::mayFinalise() const {
    const bool eachWasProven = m_parts.services.isVault || m_spec.verification != Verification::Reply;
    switch (m_journal->head().state) {
    case JobState::Verified:
    case JobState::Finalised:
        break;
    case JobState::Done:
        if (!eachWasProven) {
            return refuse("verify first: the job has checked replies only (verify: reply), so nothing proves "
                          "yet that the new ciphertexts can be read");
        }
        break;
    case JobState::Planned:
    case JobState::Running:
    case JobState::Paused:
        return refuse("the job has not looked at everything yet; resume it before its undo copies go");
    case JobState::Undone:
        return refuse("the job was undone; there is nothing to finalise");
    }
    return m_spec.safety.dryRun ? refuse("a dry run has nothing to finalise") : Status{};
}

Status JobRunner::Impl::finalise() {
    if (auto may = mayFinalise(); !may || m_journal->head().state == JobState::Finalised) {
        return may;
    }
    return act([this](Lane &lane, const CancelToken &) -> Status {
        auto finalised = lane.finalise();
        return finalised ? setState(JobState::Finalised, {}) : finalised;
    });
}

JobRunner::JobRunner(JobSpec spec, JobParts parts)
    : m_impl(std::make_unique<Impl>(std::move(spec), nullptr, std::move(parts))) {}

JobRunner::JobRunner(std::unique_ptr<Journal> journal, JobParts parts) {
    JobSpec spec = journal->head().spec;
    m_impl = std::make_unique<Impl>(std::move(spec), std::move(journal), std::move(parts));
}

JobRunner::~JobRunner() = default;

Status JobRunner::run() {
    return m_impl->run();
}

Status JobRunner::verify() {
    return m_impl->verify();
}

Status JobRunner::undo() {
    return m_impl->undo();
}

Status JobRunner::finalise() {
    return m_impl->finalise();
}

void JobRunner::stop(Stop how) {
    std::optional<CancelSource> cancel;
    {
        const std::lock_guard lock(m_impl->m_mutex);
        m_impl->m_stopAfterBatch = true;
        m_impl->m_stopNow = m_impl->m_stopNow || how == Stop::Now;
        if (how == Stop::Now || !m_impl->m_hasBatches) {
            cancel = m_impl->m_cancel;
        }
    }
    if (cancel) {
        cancel->cancel();
    }
}

void JobRunner::setCeiling(double perSecond) {
    if (m_impl->m_parts.rate) {
        m_impl->m_parts.rate->setCeiling(perSecond);
    }
}

JobProgress JobRunner::progress() const {
    return m_impl->m_progress.progress();
}

const JournalHead &JobRunner::head() const {
    return m_impl->m_journal ? m_impl->m_journal->head() : m_impl->m_noHead;
}

} // namespace keyturn::reencrypt
