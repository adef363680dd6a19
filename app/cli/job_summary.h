// SPDX-License-Identifier: Apache-2.0
// How a job stands, for people and scripts: one shape for run, resume, status and list.
#pragma once

#include "aws/value.h"
#include "job_progress.h"
#include "reencrypt/journal.h"

#include <filesystem>
#include <string>

namespace keyturn::cli {

/// "Job", "Name", "State", counts, "Journal"; with `counters` of a running job in place of the head's.
aws::Value jobSummary(const reencrypt::JournalHead &head, const reencrypt::Counters &counters,
                      const std::filesystem::path &journal);
/// What was not moved during a command, by cause, with the sentence that says what to do.
std::string causesText(const JobProgressView &view);
aws::Value causesValue(const JobProgressView &view);

} // namespace keyturn::cli
