// SPDX-License-Identifier: Apache-2.0
// The program under the fault sweep: journal_act FILE create|append|drop. Exit code 0: done; 3: an error of
// the journal, its name on standard error.
#include "unit/reencrypt/journal_fixture.h"

#include <cstdio>
#include <cstring>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

Status act(const std::filesystem::path &file, const char *what) {
    if (std::strcmp(what, "create") == 0) {
        auto journal = Journal::create(file, journalSpec(), journalKey(), "file", systemClock());
        return journal ? Status{} : Status(failFrom(journal));
    }
    auto journal = Journal::open(file, journalKey(), systemClock());
    if (!journal) {
        return failFrom(journal);
    }
    if (std::strcmp(what, "drop") == 0) {
        return (*journal)->dropOldValues();
    }
    const Bytes large(20'000, 'v');
    auto done = (*journal)->appendWithOld(Entry::Intent, bodyOf("act", {itemOf("1", ItemState::Intent)}),
                                          {large, large});
    return done ? (*journal)->append({{Entry::Applied, bodyOf("act", {itemOf("1", ItemState::Verified)})}})
                : done;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    const auto done = act(argv[1], argv[2]);
    if (!done) {
        std::fprintf(stderr, "%s %s\n", std::string(errorCodeName(done.error().code)).c_str(),
                     done.error().detail.c_str());
        return 3;
    }
    return 0;
}
