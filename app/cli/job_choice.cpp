// SPDX-License-Identifier: Apache-2.0
#include "job_choice.h"

#include "base/encoding.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "job_options.h"
#include "reencrypt/job_file.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

namespace fs = std::filesystem;
using reencrypt::JobSpec;

constexpr std::string_view nothingNamed =
    "No job is named. Name a job file (JOB.yaml), or a source and its blobs: --jsonl FILE --blob /POINTER "
    "--destination-key-id KEY. keyturn-cli job help lists the options.";

constexpr std::string_view dryRunEnding = ".dry-run";

fs::path journalFolder(const ParsedArguments &options) {
    const auto given = options.optional("journal");
    return given ? fs::absolute(*given).lexically_normal() : fs::path();
}

std::string journalWords(const ParsedArguments &options) {
    return options.has("journal") ? " --journal " + std::string(options.value("journal")) : std::string();
}

/// A job without a file is called after what it does: the same words mean the same job again.
std::string nameOf(JobSpec spec) {
    const JobSpec usual;
    spec.safety.perSecond = usual.safety.perSecond;
    spec.safety.rateGiven = false;
    spec.safety.inFlight = usual.safety.inFlight;
    spec.safety.dryRun = false;
    const auto digest = crypto::sha256(asBytes(writeJob(spec)));
    return std::string(wireName(spec.source.kind)) + "-" + toHex(ByteView(digest).first(6));
}

/// A dry run has journals of its own: it moves nothing, and must not stand for the job.
void settleJournal(JobChoice &choice, bool dryRun) {
    choice.place.name += dryRun ? dryRunEnding : "";
    choice.journal = newestJournal(choice.place);
}

Outcome<JobChoice> ofShortForm(const CommandWords &words) {
    auto spec = jobOfOptions(words.options, words.operands);
    if (!spec) {
        return failureFrom(spec);
    }
    JobChoice choice;
    choice.isShortForm = true;
    choice.journalOption = journalWords(words.options);
    const std::string name = nameOf(*spec);
    if (spec->name.empty()) {
        spec->name = name;
    }
    const fs::path folder = journalFolder(words.options);
    choice.place = {folder.empty() ? reencrypt::jobsFolder() / name : folder, name};
    choice.jobFile = choice.place.folder / (name + ".yaml");
    choice.spec = std::move(*spec);
    settleJournal(choice, choice.spec->safety.dryRun);
    return choice;
}

bool isJournal(const fs::path &path) {
    return path.extension() == ".journal";
}

/// "users.dry-run.2" is a journal of "users.dry-run".
std::string baseName(const fs::path &journal) {
    std::string stem = journal.stem().string();
    const auto dot = stem.find_last_of('.');
    const bool numbered = dot != std::string::npos && dot + 1 < stem.size() &&
                          stem.find_first_not_of("0123456789", dot + 1) == std::string::npos;
    return numbered ? stem.substr(0, dot) : stem;
}

JobChoice ofJournal(const fs::path &journal) {
    JobChoice choice;
    choice.journal = journal;
    choice.place = {journal.parent_path(), baseName(journal)};
    return choice;
}

/// A name as `job list` shows it, or the first digits of a job's id.
std::optional<fs::path> journalNamed(const std::string &name, const fs::path &folder) {
    constexpr std::size_t leastDigits = 6;
    std::optional<fs::path> found;
    for (const fs::path &journal : reencrypt::journalsIn(folder)) {
        const auto head = reencrypt::Journal::peek(journal);
        const bool byId = head && name.size() >= leastDigits && head->jobId.starts_with(name);
        if (byId || journal.stem() == name || (head && head->spec.name == name)) {
            found = journal;
        }
    }
    return found;
}

Outcome<JobChoice> ofOnlyJob(const ParsedArguments &options) {
    if (!options.has("journal")) {
        return usageFailure(std::string(nothingNamed));
    }
    const fs::path folder = folderOfJobs(options);
    std::vector<JobChoice> jobs;
    for (const fs::path &journal : reencrypt::journalsIn(folder)) {
        JobChoice one = ofJournal(journal);
        const bool dryRun = one.place.name.ends_with(dryRunEnding);
        const bool known = std::ranges::any_of(jobs, [&](const JobChoice &other) {
            return other.place.folder == one.place.folder && other.place.name == one.place.name;
        });
        if (dryRun == options.has("dry-run") && !known) {
            one.journal = newestJournal(one.place);
            jobs.push_back(std::move(one));
        }
    }
    if (jobs.size() != 1) {
        return usageFailure(jobs.empty()
                                ? "There is no job in " + folder.string()
                                : "There are several jobs in " + folder.string() +
                                      "; name one (keyturn-cli job list --journal " + folder.string() + ")");
    }
    return std::move(jobs.front());
}

} // namespace

fs::path folderOfJobs(const ParsedArguments &options) {
    const fs::path given = journalFolder(options);
    return given.empty() ? reencrypt::jobsFolder() : given;
}

std::string JobChoice::words() const {
    if (isShortForm) {
        return place.name.substr(0, place.name.find(dryRunEnding)) + journalOption;
    }
    return (jobFile.empty() && journal ? journal->string() : jobFile.string()) + journalOption;
}

Outcome<JobChoice> chooseJob(const CommandWords &words) {
    if (namesJobSource(words.options)) {
        return ofShortForm(words);
    }
    if (words.operands.size() != 1) {
        return usageFailure(words.operands.empty() ? std::string(nothingNamed)
                                                   : std::string("Name one job file, not several"));
    }
    if (const auto misplaced = optionsOfTheFile(words.options); !misplaced.empty()) {
        return usageFailure(join(misplaced, ", ") +
                            ": beside a job file these are said in the file (keyturn-cli job help)");
    }
    JobChoice choice;
    choice.jobFile = words.operands.front();
    choice.journalOption = journalWords(words.options);
    auto read = reencrypt::readJobFile(choice.jobFile);
    if (!read) {
        return failureFrom(read);
    }
    auto spec = withOverrides(std::move(*read), words.options);
    if (!spec) {
        return failureFrom(spec);
    }
    choice.place = reencrypt::placeOf(choice.jobFile, journalFolder(words.options));
    choice.spec = reencrypt::withAbsolutePaths(std::move(*spec), fs::absolute(choice.jobFile).parent_path());
    settleJournal(choice, choice.spec->safety.dryRun);
    return choice;
}

Outcome<JobChoice> chooseBegunJob(const CommandWords &words) {
    if (words.operands.empty()) {
        return ofOnlyJob(words.options);
    }
    const std::string &name = words.operands.front();
    std::error_code ignored;
    if (isJournal(name) && fs::exists(name, ignored)) {
        return ofJournal(fs::absolute(name));
    }
    JobChoice choice;
    choice.jobFile = name;
    choice.journalOption = journalWords(words.options);
    choice.place = reencrypt::placeOf(name, journalFolder(words.options));
    auto read = reencrypt::readJobFile(name);
    bool dryRun = words.options.has("dry-run");
    if (read) {
        dryRun = dryRun || read->safety.dryRun;
        choice.spec = reencrypt::withAbsolutePaths(std::move(*read), fs::absolute(name).parent_path());
    }
    // The short form keeps its job file beside its journals.
    if (const fs::path folder = fs::absolute(name).parent_path();
        !words.options.has("journal") && reencrypt::newestJournal({folder, choice.place.name})) {
        choice.place.folder = folder;
    }
    settleJournal(choice, dryRun);
    if (choice.journal) {
        return choice;
    }
    if (const auto found = journalNamed(name, folderOfJobs(words.options))) {
        return ofJournal(*found);
    }
    if (!read && read.error().code != ErrorCode::FileNotFound) {
        return failureFrom(read);
    }
    return failure(exitGeneral, read ? "No job was begun with " + name + " here (looked in " +
                                           choice.place.folder.string() + "). keyturn-cli job run begins it."
                                     : "There is no job file and no job of the name " + name +
                                           ". keyturn-cli job list shows those that were begun.");
}

} // namespace keyturn::cli
