// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job run|resume|verify|undo|finalise: what works on a journal.
#include "console.h"
#include "job_open.h"
#include "job_options.h"
#include "job_progress.h"
#include "job_stop.h"
#include "job_summary.h"
#include "job_verbs.h"
#include "report.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using reencrypt::JobProgress;
using reencrypt::JobRunner;
using reencrypt::JobState;

struct Verb {
    std::string_view name;
    Status (JobRunner::*act)();
};

/// What the person may do next; a sentence a line.
std::string nextSteps(const reencrypt::JournalHead &head, const std::string &words, const Verb &verb) {
    const auto command = [&](std::string_view other) {
        return "keyturn-cli job " + std::string(other) + " " + words;
    };
    if (head.spec.safety.dryRun) {
        return "Nothing was written: this was a dry run.\n";
    }
    if (verb.name == "finalise" || verb.name == "undo") {
        return {};
    }
    if (head.state == JobState::Done) {
        return "Next: " + command("verify") + " proves every value once more; " + command("undo") +
               " takes everything back, until " + command("finalise") + "\n";
    }
    return head.state == JobState::Verified ? "Next: " + command("finalise") + " removes what undo needs\n"
                                            : "";
}

void printSummary(const JobCall &call, const OpenJob &job, const Verb &verb, const JobProgressView &view,
                  const reencrypt::JournalHead &head, const JobProgress &progress) {
    const aws::Value summary = jobSummary(head, progress.counters, *job.choice.journal);
    if (call.line.wantsJson()) {
        aws::Value::Map report = summary.asMap();
        report.emplace_back("NotMoved", causesValue(view));
        return printReport(aws::Value::map(std::move(report)), true);
    }
    printReport(summary, false);
    printOut(causesText(view));
    if (progress.counters.failed + progress.counters.conflicts > view.faultCount()) {
        printOut("\nSome were not moved by an earlier run: keyturn-cli job report " + job.choice.words() +
                 " lists them; keyturn-cli job run tries them again.\n");
    }
    if (const std::string next = nextSteps(head, job.choice.words(), verb); !next.empty()) {
        printOut("\n" + next);
    }
}

/// A job that stopped by itself: why, and how it goes on.
Failure stopped(Error error, const OpenJob &job, const Verb &verb) {
    // A database's own code is no service's answer: our sentence says more.
    if (error.operation.empty() && !isServiceCode(error.code)) {
        error.serviceCode.clear();
    }
    const bool isOfDatabase = error.operation.empty() && error.detail.starts_with("database:");
    Failure failed = isOfDatabase ? toFailure(error) : callFailure(error, job.services.target());
    if (error.code == ErrorCode::SafetyRefused && error.operation.empty()) {
        failed.text = "The job stopped as it was told to. " + error.detail + ".";
        failed.hints.clear();
    }
    failed.hints.push_back("Nothing is lost: keyturn-cli job " +
                           std::string(verb.name == "run" ? "resume" : verb.name) + " " + job.choice.words() +
                           " goes on where it stopped.");
    return failed;
}

std::string stopNote(reencrypt::Stop how, bool bySignal) {
    if (how == reencrypt::Stop::Now) {
        return "Stopping now.";
    }
    return bySignal ? "Stopping after the present batch; Ctrl+C once more stops at once."
                    : "Stopping after the present batch, as another command asked.";
}

ExitOutcome work(const JobCall &call, OpenJob &job, const Verb &verb) {
    auto form = JobProgressView::formNamed(call.words.options.value("progress"));
    if (!form) {
        return failureFrom(form);
    }
    // A ceiling given now holds for this run, whatever the journal says.
    auto spec = withOverrides(job.journal->head().spec, call.words.options);
    if (!spec) {
        return failureFrom(spec);
    }
    JobProgressView view(*form);
    reencrypt::JobParts parts = job.services.parts(*spec, job.journal->head().jobId);
    parts.base = std::filesystem::current_path();
    parts.observer.progress = [&](const JobProgress &progress) { view.show(progress); };
    parts.observer.faults = [&](const std::vector<reencrypt::ItemRecord> &items) { view.faults(items); };
    JobRunner runner(std::move(job.journal), std::move(parts));
    Status done = [&] {
        const StopWatch watch(*job.choice.journal, [&](reencrypt::Stop how, bool bySignal) {
            view.note(stopNote(how, bySignal));
            runner.stop(how);
        });
        return (runner.*verb.act)();
    }();
    const JobProgress progress = runner.progress();
    const bool wasStopped = !done && done.error().code == ErrorCode::Cancelled;
    view.finish(verb.name, progress, done ? "done" : wasStopped ? "stopped" : "failed");
    if (!done && !wasStopped) {
        return tl::unexpected<Failure>(stopped(std::move(done.error()), job, verb));
    }
    printSummary(call, job, verb, view, runner.head(), progress);
    if (wasStopped) {
        view.note("Stopped. keyturn-cli job " + std::string(verb.name == "run" ? "resume" : verb.name) + " " +
                  job.choice.words() + " goes on.");
        return exitInterrupted;
    }
    const bool isRun = verb.act == &JobRunner::run;
    const auto left = isRun ? progress.counters.failed + progress.counters.conflicts : view.faultCount();
    return left > 0 ? exitItemsLeft : exitOk;
}

ExitOutcome workAndClose(const JobCall &call, Outcome<OpenJob> job, const Verb &verb) {
    if (!job) {
        return failureFrom(job);
    }
    auto done = work(call, *job, verb);
    job->journal.reset();
    auto closed = job->services.close();
    if (done && !closed) {
        return failureFrom(closed);
    }
    return done;
}

} // namespace

ExitOutcome runJobRun(const JobCall &call) {
    auto job = openJobToRun(call);
    if (job && !job->isNew) {
        printError("This job was begun before (" + std::string(wireName(job->journal->head().state)) +
                   "); it goes on.\n");
    }
    if (job && job->isNew && job->choice.isShortForm) {
        printError("The job is kept as " + job->choice.jobFile.string() + "; its name is " +
                   job->choice.words() + "\n");
    }
    return workAndClose(call, std::move(job), {"run", &JobRunner::run});
}

ExitOutcome runJobResume(const JobCall &call) {
    return workAndClose(call, openBegunJob(call), {"resume", &JobRunner::run});
}

ExitOutcome runJobVerify(const JobCall &call) {
    return workAndClose(call, openBegunJob(call), {"verify", &JobRunner::verify});
}

ExitOutcome runJobUndo(const JobCall &call) {
    return workAndClose(call, openBegunJob(call), {"undo", &JobRunner::undo});
}

ExitOutcome runJobFinalise(const JobCall &call) {
    return workAndClose(call, openBegunJob(call), {"finalise", &JobRunner::finalise});
}

} // namespace keyturn::cli
