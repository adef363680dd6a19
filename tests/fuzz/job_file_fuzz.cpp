// SPDX-License-Identifier: Apache-2.0
// Feeds parseJob() anything: faults have places and words, and a job without faults is written and read back.
#include "base/bytes.h"
#include "reencrypt/job_file.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace keyturn::reencrypt;
    const ParsedJob parsed = parseJob(keyturn::asText(keyturn::ByteView(data, size)));
    for (const JobFileFault &fault : parsed.faults) {
        if (fault.line == 0 || fault.column == 0 || fault.text.empty()) {
            std::abort();
        }
    }
    if (parsed.faults.empty()) {
        const ParsedJob again = parseJob(writeJob(parsed.spec));
        if (!again.faults.empty() || again.spec != parsed.spec) {
            std::abort();
        }
    }
    return 0;
}
