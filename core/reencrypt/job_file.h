// SPDX-License-Identifier: Apache-2.0
// Job files: JobSpec as YAML and back (FORMAT.md "The job file"). Unknown, repeated and mistyped members are
// errors, all of them reported at once with line and column; so is what checkJob() finds. Pure functions, any
// thread. Errors of readJobFile: those of reading (at most 1 MiB), Usage with every fault in `detail`.
#pragma once

#include "base/result.h"
#include "reencrypt/job.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

struct JobFileFault {
    std::uint32_t line = 0; ///< from 1
    std::uint32_t column = 0;
    std::string member; ///< "safety.in-flight"
    std::string text;   ///< what is wrong and how to mend it
};

/// All faults, in order of lines; none: `spec` is complete.
struct ParsedJob {
    JobSpec spec;
    std::vector<JobFileFault> faults;
};
ParsedJob parseJob(std::string_view yaml);
/// "line 7, column 3: safety.in-flight: must be 1 to 1024" lines.
std::string describe(const std::vector<JobFileFault> &faults);

Result<JobSpec> readJobFile(const std::filesystem::path &file);
/// Members that have their default are left out; parseJob(writeJob(s)).spec == s.
std::string writeJob(const JobSpec &spec);

} // namespace keyturn::reencrypt
