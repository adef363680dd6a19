// SPDX-License-Identifier: Apache-2.0
// The verbs of "keyturn-cli job", by file: job_plan.cpp, job_run.cpp (run, resume, verify, undo,
// finalise), job_look.cpp (status, list, pause) job_report.cpp, and
// job_work.cpp (work, and those of a shared job). Each prints its answer.
#pragma once

#include "commands.h"

#include <optional>
#include <string_view>

namespace keyturn::reencrypt {
class Journal;
}

namespace keyturn::cli {

struct JobCall {
    const CommandLine &line;
    const CommandWords &words; ///< behind the verb
    Runtime &runtime;
};

ExitOutcome runJobPlan(const JobCall &call);
ExitOutcome runJobRun(const JobCall &call);
ExitOutcome runJobResume(const JobCall &call);
ExitOutcome runJobVerify(const JobCall &call);
ExitOutcome runJobUndo(const JobCall &call);
ExitOutcome runJobFinalise(const JobCall &call);
ExitOutcome runJobStatus(const JobCall &call);
ExitOutcome runJobList(const JobCall &call);
ExitOutcome runJobPause(const JobCall &call);
ExitOutcome runJobReport(const JobCall &call);
/// The report of what is open already, as --format and --out say.
ExitOutcome reportOn(const JobCall &call, reencrypt::Journal &journal);
ExitOutcome runJobPassword(const JobCall &call);
ExitOutcome runJobWork(const JobCall &call);
/// The same verbs where the job is shared by its database; nothing: it is not, or the verb is for both.
std::optional<ExitOutcome> runSharedVerb(const JobCall &call, std::string_view verb);

} // namespace keyturn::cli
