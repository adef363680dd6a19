// SPDX-License-Identifier: Apache-2.0
// The program under faults and kills: file_lane_act BASE run|undo|finalise|verify [link]
// does that with the job over BASE/files whose journal is BASE/state/job.ktj. Exit code 0: done; 3: an error,
// its name on standard error. `link`: as on a file system without RENAME_EXCHANGE.
#include "unit/reencrypt_files/file_scene.h"

#include <dlfcn.h>
#include <stdio.h>

#include <cerrno>
#include <cstring>

using namespace keyturn;
using namespace keyturn::reencrypt::test;

namespace {
bool noExchange = false;
}

extern "C" int renameat2(int from, const char *fromName, int to, const char *toName,
                         unsigned flags) noexcept {
    using Call = int (*)(int, const char *, int, const char *, unsigned);
    static const auto real = reinterpret_cast<Call>(dlsym(RTLD_NEXT, "renameat2"));
    if (noExchange) {
        errno = EINVAL;
        return -1;
    }
    return real(from, fromName, to, toName, flags);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    noExchange = argc > 3 && std::strcmp(argv[3], "link") == 0;
    FileRun run;
    run.base = argv[1];
    run.spec.safety.batchItems = 4;
    const auto done = run(argv[2]);
    if (!done) {
        std::fprintf(stderr, "%s: %s\n", std::string(errorCodeName(done.error().code)).c_str(),
                     done.error().detail.c_str());
        return 3;
    }
    return 0;
}
