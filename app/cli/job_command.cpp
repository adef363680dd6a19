// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job: bulk re-encryption, its verbs and its help.
#include "close_matches.h"
#include "console.h"
#include "job_options.h"
#include "job_verbs.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

constexpr std::string_view help =
    "keyturn-cli job VERB [JOB.yaml] [options]\n\n"
    "Moves what a key protects to another key, in bulk: survives a kill at any moment, changes no other "
    "byte,\n"
    "proves what it did. JOB.yaml is a job file; what is said of a job may also be given as options.\n\n"
    "  plan      what the job would do, and whether it may; changes nothing (exit code 1: it may not)\n"
    "  run       does it; a job that was begun goes on, one that is done looks for what is new or left\n"
    "  resume    goes on with a job as it was begun\n"
    "  pause     stops a job that another process runs, after its batch (--now: at once)\n"
    "  status    how far it is, beside a running job too\n"
    "  verify    proves every value once more\n"
    "  undo      puts every original byte back, until finalise\n"
    "  finalise  removes what undo needs\n"
    "  report    what was asked and done, per item, with digests\n"
    "  work      does a share of a job over PostgreSQL that is shared (source.shared), beside any number of "
    "others\n"
    "  list      the jobs of this user\n"
    "  password  keeps a database's password in the OS keychain, for source.password-in-keychain\n\n"
    "The service is named as for kms: --vault FILE --passphrase-file FILE, --profile NAME, or --endpoint-url "
    "URL\n"
    "with AWS credentials; without them the profile that the job names as its service.\n\n"
    "Where a job keeps its state:\n"
    "  --journal DIR                   in DIR; else in Keyturn's state folder, found again by the job file's "
    "path\n"
    "  --journal-key-file FILE         the key of its journal is in FILE (or KEYTURN_JOURNAL_KEY_FILE), for "
    "several\n"
    "                                  machines; else in the vault, or the OS keychain\n"
    "JOB.yaml may also be a journal, or a name or id of `job list`; with --journal DIR it may be left "
    "out.\n\n"
    "Options of one verb:\n"
    "  plan --write FILE [--replace]   keeps what the options say as a job file\n"
    "  run --new                       begins anew; the old journal stays\n"
    "  run --dry-run                   does everything but writing, with a journal of its own\n"
    "  run, resume --rate CALLS        per second at most, for this time\n"
    "  work --lease-seconds N          how long a batch waits for a worker that went away, 1 to 3600; 60\n"
    "  password NAME [--password-file FILE | --remove]   asked for where no file is named\n"
    "  report --format json|csv|html [--out FILE]\n"
    "  --progress bar|json|none        on standard error; a bar where that is a terminal\n"
    "  --output json                   the answer as JSON\n\n"
    "The job in options (plan and run):\n";

constexpr std::string_view exitCodes =
    "\nCtrl+C stops after the present batch, a second time at once; both can go on.\n"
    "Exit codes: 0 every item is done, 3 some failed or are conflicts, 130 stopped by Ctrl+C or pause and "
    "can go "
    "on,\n1 the plan says that the job may not run, 252 bad option or job file, 253 nothing named or no "
    "credentials,\n254 the service answered with an error, 255 anything else; the job says why, and can go "
    "on.\n";

struct Verb {
    std::string_view name;
    ExitOutcome (*run)(const JobCall &);
    bool takesSpec;
    std::vector<ArgumentSpec> own;
};

const std::vector<Verb> &verbs() {
    const ArgumentSpec progress{.option = "--progress"};
    const ArgumentSpec rate{.option = "--rate"};
    const ArgumentSpec dryRun{.option = "--dry-run", .arity = Arity::Flag};
    static const std::vector<Verb> all{
        {"plan",
         runJobPlan,
         true,
         {progress, {.option = "--write"}, {.option = "--replace", .arity = Arity::Flag}}},
        {"run", runJobRun, true, {progress, {.option = "--new", .arity = Arity::Flag}}},
        {"resume", runJobResume, false, {progress, rate}},
        {"pause", runJobPause, false, {{.option = "--now", .arity = Arity::Flag}}},
        {"status", runJobStatus, false, {dryRun}},
        {"verify", runJobVerify, false, {progress, rate}},
        {"undo", runJobUndo, false, {progress}},
        {"finalise", runJobFinalise, false, {progress}},
        {"report", runJobReport, false, {{.option = "--format"}, {.option = "--out"}, dryRun}},
        {"work", runJobWork, true, {progress, {.option = "--lease-seconds"}}},
        {"list", runJobList, false, {}},
        {"password",
         runJobPassword,
         false,
         {{.option = "--password-file"}, {.option = "--remove", .arity = Arity::Flag}}},
    };
    return all;
}

tl::unexpected<Failure> noVerb(const std::string &word) {
    std::vector<std::string> names;
    std::string list;
    for (const Verb &verb : verbs()) {
        names.emplace_back(verb.name);
        list += (list.empty() ? "" : ", ") + std::string(verb.name);
    }
    const auto close = closeMatches(word, names);
    return usageFailure("job takes one of: " + list +
                        (close.empty() ? "" : "\nMaybe you meant: job " + close.front()));
}

/// "job help", "job run help", and --help or -h anywhere, as people try it.
bool asksForHelp(const std::vector<std::string> &words) {
    return words.front() == "help" || words.back() == "help" ||
           std::ranges::any_of(words,
                               [](const std::string &word) { return word == "--help" || word == "-h"; });
}

} // namespace

ExitOutcome runJob(const CommandLine &line, Runtime &runtime) {
    if (line.words.empty()) {
        return noVerb({});
    }
    const std::string &name = line.words.front();
    if (asksForHelp(line.words)) {
        printOut(std::string(help) + optionHelp(jobSpecOptions()) + "\nOptions of every command:\n" +
                 optionHelp(globalOptions()) + std::string(exitCodes));
        return exitOk;
    }
    const auto verb = std::ranges::find_if(verbs(), [&](const Verb &one) { return one.name == name; });
    if (verb == verbs().end()) {
        return noVerb(name);
    }
    std::vector<ArgumentSpec> options{{.option = "--journal"}, {.option = "--journal-key-file"}};
    options.insert(options.end(), verb->own.begin(), verb->own.end());
    if (verb->takesSpec) {
        options.insert(options.end(), jobSpecOptions().begin(), jobSpecOptions().end());
    }
    CommandLine own = line;
    own.words.erase(own.words.begin());
    constexpr std::size_t operandsMax = 10000;
    auto words = parseCommandWords(own, options, verb->takesSpec ? operandsMax : 1);
    if (!words) {
        return failureFrom(words);
    }
    const JobCall call{line, *words, runtime};
    auto shared = runSharedVerb(call, verb->name);
    return shared ? std::move(*shared) : verb->run(call);
}

} // namespace keyturn::cli
