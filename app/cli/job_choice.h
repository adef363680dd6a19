// SPDX-License-Identifier: Apache-2.0
// Which job a command means: a job file, the short form, a journal, a name of `job list`, or the only job in
// the folder that --journal names. Reads job files and journals' heads; opens nothing. Failures: 252 (no job
// named, a job file with faults), 255 (no journal there).
#pragma once

#include "command_line.h"
#include "reencrypt/job.h"
#include "reencrypt/job_places.h"
#include "reencrypt/journal.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::cli {

struct JobChoice {
    std::filesystem::path jobFile; ///< empty: the short form, or a journal alone
    bool isShortForm = false;
    std::optional<reencrypt::JobSpec> spec;       ///< paths absolute
    reencrypt::JobPlace place;                    ///< where its journals are
    std::optional<std::filesystem::path> journal; ///< the newest one there is

    /// What to write behind "keyturn-cli job VERB" to mean this job.
    std::string words() const;
    std::string journalOption; ///< " --journal DIR", where one was given
};

/// For plan and run: the job must be said in full.
Outcome<JobChoice> chooseJob(const CommandWords &words);
/// For the other commands: a journal must be there.
Outcome<JobChoice> chooseBegunJob(const CommandWords &words);

/// The folders that `list` and names are looked for in.
std::filesystem::path folderOfJobs(const ParsedArguments &options);

} // namespace keyturn::cli
