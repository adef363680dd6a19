// SPDX-License-Identifier: Apache-2.0
#include "job_open.h"

#include "base/atomic_file.h"
#include "reencrypt/job_file.h"

namespace keyturn::cli {
namespace {

using reencrypt::JobState;
using reencrypt::Journal;
using JournalOutcome = Outcome<std::unique_ptr<Journal>>;

Failure journalFailure(Error error, const JobChoice &choice) {
    const ErrorCode code = error.code;
    Failure failed = toFailure(std::move(error));
    if (code == ErrorCode::VaultInUse) {
        failed.text = "Another process works on this job: " + failed.error->detail;
        failed.hints = {"keyturn-cli job status " + choice.words() +
                        " shows how far it is; keyturn-cli job pause " + choice.words() +
                        " stops it after its batch."};
    }
    return failed;
}

/// What the short form says is kept as a job file beside its journal, so that the other verbs can name it.
Outcome<std::monostate> keepShortForm(const JobChoice &choice) {
    std::error_code ignored;
    if (!choice.isShortForm || std::filesystem::exists(choice.jobFile, ignored)) {
        return std::monostate();
    }
    auto written = writeFileAtomically(choice.jobFile, asBytes(reencrypt::writeJob(*choice.spec)), {});
    return written ? Outcome<std::monostate>(std::monostate()) : failureFrom(written);
}

JournalOutcome createJournal(const JobChoice &choice, JobServices &services, const JobCall &call) {
    auto key = services.journalKey({}, call.words.options, call.runtime);
    if (!key) {
        return failureFrom(key);
    }
    auto file = nextJournal(choice.place);
    if (!file) {
        return failureFrom(file);
    }
    if (auto kept = keepShortForm(choice); !kept) {
        return failureFrom(kept);
    }
    auto journal = Journal::create(*file, *choice.spec, key->key, key->source, systemClock());
    return journal ? JournalOutcome(std::move(*journal))
                   : tl::unexpected<Failure>(journalFailure(std::move(journal.error()), choice));
}

JournalOutcome openJournal(const JobChoice &choice, JobServices &services, const JobCall &call,
                           const std::string &keySource) {
    auto key = services.journalKey(keySource, call.words.options, call.runtime);
    if (!key) {
        return failureFrom(key);
    }
    auto journal = Journal::open(*choice.journal, key->key, systemClock());
    return journal ? JournalOutcome(std::move(*journal))
                   : tl::unexpected<Failure>(journalFailure(std::move(journal.error()), choice));
}

Outcome<OpenJob> complete(JobChoice choice, JobServices services, JournalOutcome journal, bool isNew) {
    if (!journal) {
        auto locked = services.close();
        return locked ? failureFrom(journal) : failureFrom(locked);
    }
    choice.journal = (*journal)->file();
    return OpenJob{std::move(choice), std::move(services), std::move(*journal), isNew};
}

Outcome<OpenJob> begin(JobChoice choice, const JobCall &call) {
    auto services = JobServices::open(*choice.spec, call.line, call.runtime);
    if (!services) {
        return failureFrom(services);
    }
    auto journal = createJournal(choice, *services, call);
    return complete(std::move(choice), std::move(*services), std::move(journal), true);
}

Outcome<OpenJob> goOn(JobChoice choice, const JobCall &call, bool worksOnIt = true) {
    auto head = Journal::peek(*choice.journal);
    if (!head) {
        return tl::unexpected<Failure>(journalFailure(std::move(head.error()), choice));
    }
    const bool needsService = worksOnIt || head->keySource.starts_with("vault ");
    auto services = needsService ? JobServices::open(head->spec, call.line, call.runtime)
                                 : Outcome<JobServices>(JobServices::none());
    if (!services) {
        return failureFrom(services);
    }
    auto journal = openJournal(choice, *services, call, head->keySource);
    return complete(std::move(choice), std::move(*services), std::move(journal), false);
}

/// A dry run leaves nothing that could go on; the next one begins anew.
void removeDryRun(JobChoice &choice) {
    if (choice.journal && choice.spec->safety.dryRun && !reencrypt::holderOf(*choice.journal).isHeld) {
        std::error_code ignored;
        for (const char *ending : {"", "-wal", "-shm"}) {
            std::filesystem::remove(choice.journal->string() + ending, ignored);
        }
        choice.journal.reset();
    }
}

/// Whether it may have changed anything.
Result<bool> hasBegun(Journal &journal) {
    const auto &head = journal.head();
    const bool through = head.state == JobState::Done || head.state == JobState::Verified;
    if (through && head.counters.done == 0) {
        return false;
    }
    using reencrypt::Entry;
    for (const Entry entry : {Entry::Intent, Entry::Applied, Entry::Checkpoint}) {
        auto last = journal.last(entry);
        if (!last) {
            return failFrom(last);
        }
        if (*last) {
            return true;
        }
    }
    return false;
}

/// The job file says something else than the journal: a job that changed nothing yet gives way, any other
/// does not.
Outcome<OpenJob> insteadOf(OpenJob old, JobChoice choice, const JobCall &call) {
    const auto state = old.journal->head().state;
    auto begun = hasBegun(*old.journal);
    old.journal.reset();
    auto closed = old.services.close();
    if (!begun) {
        return failureFrom(begun);
    }
    if (!closed) {
        return failureFrom(closed);
    }
    if (!*begun) {
        return begin(std::move(choice), call);
    }
    const std::string words = choice.words();
    return failure(exitUsage, "The job file was changed since its job began, and that job is " +
                                  std::string(wireName(state)) +
                                  ". Go on with it as it was (keyturn-cli job resume " + words +
                                  "), undo or finalise it, or begin anew with what the file says now: "
                                  "keyturn-cli job run " +
                                  words + " --new");
}

} // namespace

Outcome<OpenJob> openJobToRun(const JobCall &call) {
    auto choice = chooseJob(call.words);
    if (!choice) {
        return failureFrom(choice);
    }
    removeDryRun(*choice);
    if (!choice->journal || call.words.options.has("new")) {
        return begin(std::move(*choice), call);
    }
    auto head = Journal::peek(*choice->journal);
    if (!head) {
        return tl::unexpected<Failure>(journalFailure(std::move(head.error()), *choice));
    }
    if (head->state == JobState::Finalised || head->state == JobState::Undone) {
        return begin(std::move(*choice), call);
    }
    auto open = goOn(*choice, call);
    if (!open || isSameWork(open->journal->head().spec, *choice->spec)) {
        return open;
    }
    return insteadOf(std::move(*open), std::move(*choice), call);
}

Outcome<OpenJob> openBegunJob(const JobCall &call) {
    auto choice = chooseBegunJob(call.words);
    return choice ? goOn(std::move(*choice), call) : failureFrom(choice);
}

Outcome<OpenJob> openJobToRead(const JobCall &call) {
    auto choice = chooseBegunJob(call.words);
    return choice ? goOn(std::move(*choice), call, false) : failureFrom(choice);
}

} // namespace keyturn::cli
