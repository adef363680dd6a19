// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job status|list|pause: what looks at a job, beside one that runs too.
#include "console.h"
#include "job_choice.h"
#include "job_summary.h"
#include "job_verbs.h"
#include "report.h"

#include <chrono>
#include <thread>

namespace keyturn::cli {
namespace {

using aws::Value;
using reencrypt::JobState;
using reencrypt::Journal;

constexpr std::chrono::seconds longestPauseWait{60};

Outcome<reencrypt::JournalHead> headOf(const std::filesystem::path &journal) {
    auto head = Journal::peek(journal);
    return head ? Outcome<reencrypt::JournalHead>(std::move(*head)) : failureFrom(head);
}

/// The head does not know of a kill: a job that is running and held by nobody was cut off.
std::string activity(const reencrypt::JournalHead &head, const reencrypt::JobHolder &holder) {
    if (holder.isHeld) {
        return holder.note.empty() ? "worked on by another process" : "worked on by " + holder.note;
    }
    return head.state == JobState::Running ? "interrupted; keyturn-cli job resume goes on"
                                           : "nobody works on it";
}

Value statusOf(const reencrypt::JournalHead &head, const std::filesystem::path &journal) {
    const reencrypt::JobHolder holder = reencrypt::holderOf(journal);
    Value::Map report = jobSummary(head, head.counters, journal).asMap();
    report.insert(report.begin() + 3, {"Active", Value::boolean(holder.isHeld)});
    report.insert(report.begin() + 4, {"Activity", Value::text(activity(head, holder))});
    return Value::map(std::move(report));
}

std::string listLine(const Value &job) {
    const auto text = [&](std::string_view name) { return std::string(job.find(name)->asText()); };
    const auto count = [&](std::string_view name) { return std::to_string(job.find(name)->asInteger()); };
    std::string name = text("Name");
    name.resize(std::max<std::size_t>(name.size() + 2, 30), ' ');
    std::string state = text("State") + (job.find("Active")->asBoolean() ? ", at work" : "");
    state.resize(std::max<std::size_t>(state.size() + 2, 20), ' ');
    return text("Job").substr(0, 8) + "  " + name + state + count("Done") + " of " + count("Found") +
           " done, " + count("Skipped") + " skipped, " + count("Failed") + " failed, " + count("Conflicts") +
           " conflicts  " + text("Changed") + "\n";
}

/// Until the process that works on it has let go, or the patience is over.
bool waitUntilFree(const std::filesystem::path &journal, std::chrono::seconds patience) {
    constexpr std::chrono::milliseconds step{50};
    for (std::chrono::milliseconds waited{0}; waited < patience; waited += step) {
        if (!reencrypt::holderOf(journal).isHeld) {
            return true;
        }
        std::this_thread::sleep_for(step);
    }
    return !reencrypt::holderOf(journal).isHeld;
}

} // namespace

ExitOutcome runJobStatus(const JobCall &call) {
    auto choice = chooseBegunJob(call.words);
    if (!choice) {
        return failureFrom(choice);
    }
    auto head = headOf(*choice->journal);
    if (!head) {
        return failureFrom(head);
    }
    printReport(statusOf(*head, *choice->journal), call.line.wantsJson());
    return exitOk;
}

ExitOutcome runJobList(const JobCall &call) {
    if (!call.words.operands.empty()) {
        return usageFailure("job list takes no job; --journal DIR lists another folder");
    }
    Value::List jobs;
    std::string text;
    for (const auto &journal : reencrypt::journalsIn(folderOfJobs(call.words.options))) {
        const auto head = Journal::peek(journal);
        if (!head) {
            printError("Warning: " + journal.string() + " is left out: " + head.error().detail + "\n");
            continue;
        }
        jobs.push_back(statusOf(*head, journal));
        text += listLine(jobs.back());
    }
    if (call.line.wantsJson()) {
        printReport(Value::map({{"Jobs", Value::list(std::move(jobs))}}), true);
    } else {
        printOut(text.empty() ? "There are no jobs.\n" : text);
    }
    return exitOk;
}

ExitOutcome runJobPause(const JobCall &call) {
    auto choice = chooseBegunJob(call.words);
    if (!choice) {
        return failureFrom(choice);
    }
    const std::filesystem::path &journal = *choice->journal;
    if (!reencrypt::holderOf(journal).isHeld) {
        auto head = headOf(journal);
        if (!head) {
            return failureFrom(head);
        }
        printReport(statusOf(*head, journal), call.line.wantsJson());
        printError("Nobody works on this job; there is nothing to pause.\n");
        return exitOk;
    }
    const auto how = call.words.options.has("now") ? reencrypt::Stop::Now : reencrypt::Stop::AfterBatch;
    if (auto asked = reencrypt::requestPause(journal, how); !asked) {
        return failureFrom(asked);
    }
    const auto patience = pythonInteger(call.line.globals.value("wait"));
    if (!waitUntilFree(journal, patience ? std::chrono::seconds(*patience) : longestPauseWait)) {
        return failure(exitGeneral,
                       "The pause was asked for, but the job still works; --now stops it at once, "
                       "--wait SECONDS waits longer.");
    }
    auto head = headOf(journal);
    if (!head) {
        return failureFrom(head);
    }
    printReport(statusOf(*head, journal), call.line.wantsJson());
    return exitOk;
}

} // namespace keyturn::cli
