// SPDX-License-Identifier: Apache-2.0
// The options of "keyturn-cli job" that say what a job file says: the short form of run and plan. One table;
// what is given becomes the text of a job file and is read as one, so that both follow the same rules.
// Failures: 252, naming options.
#pragma once

#include "argument_parser.h"
#include "reencrypt/job.h"

#include <string>
#include <vector>

namespace keyturn::cli {

/// Of the short form; those of journal, key file and progress are not among them.
const std::vector<ArgumentSpec> &jobSpecOptions();
/// An option that names a source is among those given.
bool namesJobSource(const ParsedArguments &options);
/// Options of the short form that cannot stand beside a job file.
std::vector<std::string> optionsOfTheFile(const ParsedArguments &options);

/// Paths are absolute. `morePaths`: words behind the options, sources too.
Outcome<reencrypt::JobSpec> jobOfOptions(const ParsedArguments &options,
                                         const std::vector<std::string> &morePaths);
/// What may be said anew beside a job file: --dry-run, --rate, --in-flight.
Outcome<reencrypt::JobSpec> withOverrides(reencrypt::JobSpec spec, const ParsedArguments &options);

} // namespace keyturn::cli
