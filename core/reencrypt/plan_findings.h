// SPDX-License-Identifier: Apache-2.0
// What a plan says besides its counts: estimates, and what to think of before the job runs. Pure. Private to
// this module.
#pragma once

#include "reencrypt/plan.h"
#include "reencrypt/runner.h"

namespace keyturn::reencrypt {

/// Calls, time and cost. `secondsPerCall`: as rehearsing measured; 0: nothing was called.
void estimate(Plan &plan, const JobSpec &spec, const JobParts &parts, double secondsPerCall);
void addFindings(Plan &plan, const JobSpec &spec, const JobParts &parts);
/// "1,234,567"
std::string withCommas(std::uint64_t number);
/// "12 bytes", "3.4 MiB"
std::string sizeText(std::uint64_t bytes);
/// "2 h 5 min", "40 s", "less than a second"
std::string durationText(std::chrono::seconds time);

} // namespace keyturn::reencrypt
