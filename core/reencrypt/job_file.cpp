// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job_file.h"

#include "base/atomic_file.h"

#include <algorithm>

namespace keyturn::reencrypt {

namespace {
constexpr std::size_t jobFileBytesMax = 1024 * 1024;
}

std::string describe(const std::vector<JobFileFault> &faults) {
    std::string text;
    for (const JobFileFault &fault : faults) {
        text += text.empty() ? "" : "\n";
        text += "line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column) + ": ";
        text += fault.member.empty() ? "" : fault.member + ": ";
        text += fault.text;
    }
    return text;
}

Result<JobSpec> readJobFile(const std::filesystem::path &file) {
    auto bytes = readFile(file, jobFileBytesMax);
    if (!bytes) {
        return failFrom(bytes);
    }
    ParsedJob parsed = parseJob(asText(*bytes));
    if (!parsed.faults.empty()) {
        return fail(ErrorCode::Usage,
                    file.string() + " is no job that could run:\n" + describe(parsed.faults));
    }
    if (parsed.spec.name.empty()) {
        parsed.spec.name = file.stem().string();
    }
    return std::move(parsed.spec);
}

} // namespace keyturn::reencrypt
