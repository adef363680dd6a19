// SPDX-License-Identifier: Apache-2.0
// A job opened to be worked on: its services, and its journal made or opened. Owner: the command. One thread.
// Failures: those of job_choice.h and job_services.h, of the journal, and 252 for a job file that was changed
// under a job that has begun.
#pragma once

#include "job_choice.h"
#include "job_services.h"
#include "job_verbs.h"
#include "reencrypt/journal.h"

#include <memory>

namespace keyturn::cli {

struct OpenJob {
    JobChoice choice;
    JobServices services;
    std::unique_ptr<reencrypt::Journal> journal;
    bool isNew = false;
};

/// For run: the job's journal, or a new one where there is none, where the last is finalised or undone, or
/// with --new.
Outcome<OpenJob> openJobToRun(const JobCall &call);
/// For the verbs on a job that was begun.
Outcome<OpenJob> openBegunJob(const JobCall &call);
/// To read its journal alone: no service is needed, unless the journal's key is in a vault.
Outcome<OpenJob> openJobToRead(const JobCall &call);

} // namespace keyturn::cli
