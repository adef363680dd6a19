// SPDX-License-Identifier: Apache-2.0
// The program under faults and kills: table_lane_act BASE run|undo|finalise BATCH does that with the job over
// BASE/t.jsonl whose journal is BASE/job.ktj. Exit code 0: done; 3: an error, its name on standard error.
#include "unit/reencrypt_records/table_fixture.h"

#include <cstdio>
#include <cstdlib>

using namespace keyturn;
using namespace keyturn::reencrypt;

int main(int argc, char **argv) {
    if (argc != 4) {
        return 2;
    }
    TableFixture job(jsonTableSpec(), std::filesystem::path(argv[1]));
    job.spec.safety.batchItems = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    const auto done = job.act(argv[2]);
    if (!done) {
        std::fprintf(stderr, "%s: %s\n", std::string(errorCodeName(done.error().code)).c_str(),
                     done.error().detail.c_str());
        return 3;
    }
    return 0;
}
