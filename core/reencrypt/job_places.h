// SPDX-License-Identifier: Apache-2.0
// Where jobs keep their state, so that window and terminal find the same journal of the same job file again:
// <state folder>/jobs/<name>-<16 hex digits of its path's SHA-256>/<name>.journal, or a folder that is named.
// A job that begins anew gets a journal beside the old one: <name>.2.journal. And the request, a small file
// beside a journal, by which one process asks another to pause a job. Any thread. Errors: those of files.
#pragma once

#include "base/result.h"
#include "reencrypt/job.h"
#include "reencrypt/runner.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

std::filesystem::path jobsFolder();

struct JobPlace {
    std::filesystem::path folder;
    std::string name; ///< of its files, without ending
};
/// `folder` empty: the usual one of that job file.
JobPlace placeOf(const std::filesystem::path &jobFile, const std::filesystem::path &folder = {});

std::optional<std::filesystem::path> newestJournal(const JobPlace &place);
/// Where the next one would stand; makes the folder (0700) when it is missing.
Result<std::filesystem::path> nextJournal(const JobPlace &place);
/// Those in a folder and in the folders right below it, by name.
std::vector<std::filesystem::path> journalsIn(const std::filesystem::path &folder);

/// Paths that no longer depend on where the job file lies: what a journal keeps.
JobSpec withAbsolutePaths(JobSpec spec, const std::filesystem::path &base);
/// The same work, however fast.
bool isSameWork(const JobSpec &a, const JobSpec &b);
/// The ceiling that counts: what the job asks for; unasked, none in a vault.
double ceilingOf(const JobSpec &spec, bool isVault);

/// Whether a process works on the job now, and what it says of itself.
struct JobHolder {
    bool isHeld = false;
    std::string note;
};
JobHolder holderOf(const std::filesystem::path &journal);

Status requestPause(const std::filesystem::path &journal, Stop how);
/// The request that stands, which is thereby taken away.
std::optional<Stop> takePauseRequest(const std::filesystem::path &journal);

} // namespace keyturn::reencrypt
