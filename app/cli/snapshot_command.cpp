// SPDX-License-Identifier: Apache-2.0
// keyturn-cli snapshot take|list|open: an account's inventory, sealed, for work without a network.
#include "snapshot_command.h"

#include "base/platform/file.h"
#include "commands.h"
#include "console.h"
#include "progress_line.h"
#include "report.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/snapshot_kms.h"
#include "snapshot/take.h"
#include "workspace/offline_copy.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;

constexpr std::string_view extension = ".ktsnap";
constexpr std::string_view help =
    "keyturn-cli snapshot take [--file FILE]\n"
    "keyturn-cli snapshot list\n"
    "keyturn-cli snapshot open NAME|FILE\n\n"
    "take asks the named profile or endpoint for its keys, aliases, tags, states, rotation and, as far as it "
    "may, "
    "policies\n"
    "and grants, and keeps the answers in a sealed file with the service's own time; what could not be had "
    "is "
    "noted with\n"
    "its reason. list names the copies that Keyturn keeps, open checks one and says what it holds. With "
    "--snapshot NAME\n"
    "the kms command's lists and descriptions answer from it, with no network; everything else says that it "
    "needs the\n"
    "service.\n\nOptions of every command:\n";

/// Of the file's source, or of a new one.
Outcome<workspace::JournalKey> snapshotKey(const std::string &source, Runtime &runtime) {
    workspace::JournalKeyWish wish;
    wish.source = source;
    wish.subject = "The snapshot";
    std::optional<Result<workspace::JournalKey>> answer;
    workspace::obtainJournalKey(std::move(wish), workspace::journalKeychain(runtime.keychain()),
                                [&](Result<workspace::JournalKey> key) { answer.emplace(std::move(key)); });
    return *answer ? Outcome<workspace::JournalKey>(std::move(**answer)) : failureFrom(*answer);
}

Outcome<snapshot::Snapshot> openFile(const std::filesystem::path &file, Runtime &runtime) {
    auto source = snapshot::snapshotKeySource(file);
    auto key = source ? snapshotKey(*source, runtime) : failureFrom(source);
    if (!key) {
        return failureFrom(key);
    }
    auto read = snapshot::readSnapshot(file, key->key.view());
    if (!read && read.error().code == ErrorCode::VaultDamaged) {
        return failure(exitFailed, "The snapshot is damaged: " + read.error().detail);
    }
    return read ? Outcome<snapshot::Snapshot>(std::move(*read)) : failureFrom(read);
}

std::size_t itemCount(const snapshot::Snapshot &taken, std::string_view operation) {
    const snapshot::SnapshotPart *part = taken.find(operation);
    return part == nullptr ? 0 : part->items.size();
}

Value describe(const std::filesystem::path &file, const snapshot::Snapshot &taken) {
    Value::List missing;
    for (const auto &sum : missingParts(taken)) {
        missing.push_back(Value::map({{"Operation", Value::text(sum.operation)},
                                      {"Keys", Value::integer(static_cast<std::int64_t>(sum.keys))},
                                      {"Why", Value::text(sum.why)}}));
    }
    const auto &facts = taken.facts;
    return Value::map(
        {{"Snapshot", Value::text(file.string())},
         {"Taken", Value::text(formatIso8601(facts.began))},
         {"Ended", Value::text(formatIso8601(facts.ended))},
         {"Clock", Value::text(facts.serviceTime ? "the service's" : "this machine's")},
         {"Profile", Value::text(facts.profile)},
         {"Endpoint", Value::text(facts.endpoint)},
         {"Region", Value::text(facts.region)},
         {"Keys", Value::integer(static_cast<std::int64_t>(itemCount(taken, "ListKeys")))},
         {"Aliases", Value::integer(static_cast<std::int64_t>(itemCount(taken, "ListAliases")))},
         {"Missing", Value::list(std::move(missing))}});
}

snapshot::SnapshotWish wishOf(const Target &target, const OpenTarget &open) {
    snapshot::SnapshotWish wish;
    wish.facts.program = "cli";
    wish.facts.endpoint = target.kind == Target::Kind::Vault ? target.vaultFile.string() : target.endpointUrl;
    wish.facts.profile = target.profile.name.empty() ? wish.facts.endpoint : target.profile.name;
    wish.facts.region = target.region;
    wish.clockOffset = open.clockOffset;
    return wish;
}

ExitOutcome take(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{{.option = "--file"}};
    auto words = parseCommandWords(line, options, 0);
    auto target = words ? findTarget(line) : failureFrom(words);
    auto open = target ? openTarget(*target, line, runtime) : failureFrom(target);
    if (!open) {
        return failureFrom(open);
    }
    ProgressLine progress;
    auto wish = wishOf(*target, *open);
    wish.progress = [&](const ProgressReport &report) {
        progress.show(std::to_string(report.done) + " of " + std::to_string(report.total) + " answers");
    };
    auto taken = snapshot::takeSnapshot(*open->service, wish);
    progress.clear();
    if (!taken) {
        return tl::unexpected<Failure>(callFailure(std::move(taken.error()), *target));
    }
    auto key = snapshotKey({}, runtime);
    if (!key) {
        return failureFrom(key);
    }
    const std::filesystem::path file =
        words->options.has("file")
            ? std::filesystem::path(std::string(words->options.value("file")))
            : workspace::offlineCopiesFolder() / workspace::offlineCopyName(taken->facts);
    if (!words->options.has("file")) {
        if (auto folder = platform::createPrivateDirectory(workspace::offlineCopiesFolder()); !folder) {
            return failureFrom(folder);
        }
    }
    if (auto written = snapshot::writeSnapshot(file, *taken, key->key.view(), key->source); !written) {
        return failureFrom(written);
    }
    printReport(describe(file, *taken), line.wantsJson());
    open->service.reset();
    if (open->vault) {
        auto locked = open->vault->lock();
        return locked ? ExitOutcome(exitOk) : failureFrom(locked);
    }
    return exitOk;
}

ExitOutcome list(const CommandLine &line, Runtime &runtime) {
    if (auto words = parseCommandWords(line, {}, 0); !words) {
        return failureFrom(words);
    }
    std::vector<std::filesystem::path> files;
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator(workspace::offlineCopiesFolder(), none)) {
        if (entry.path().extension() == extension) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    Value::List copies;
    int exit = exitOk;
    for (const auto &file : files) {
        const auto taken = openFile(file, runtime);
        if (!taken) {
            copies.push_back(Value::map(
                {{"Name", Value::text(file.stem().string())}, {"Fault", Value::text(taken.error().text)}}));
            exit = exitFailed;
            continue;
        }
        copies.push_back(
            Value::map({{"Name", Value::text(file.stem().string())},
                        {"Profile", Value::text(taken->facts.profile)},
                        {"Taken", Value::text(formatIso8601(taken->facts.began))},
                        {"Clock", Value::text(taken->facts.serviceTime ? "the service's" : "this machine's")},
                        {"Keys", Value::integer(static_cast<std::int64_t>(itemCount(*taken, "ListKeys")))}}));
    }
    printReport(Value::map({{"Snapshots", Value::list(std::move(copies))}}), line.wantsJson());
    return exit;
}

ExitOutcome open(const CommandLine &line, Runtime &runtime) {
    auto words = parseCommandWords(line, {}, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("snapshot open needs a name, as \"snapshot list\" shows it, or a file");
    }
    auto file = snapshotFile(words->operands.front());
    auto taken = file ? openFile(*file, runtime) : failureFrom(file);
    if (!taken) {
        return failureFrom(taken);
    }
    printReport(describe(*file, *taken), line.wantsJson());
    printError("keyturn-cli --snapshot " + words->operands.front() +
               " kms list-keys (or another list or description) answers from it.\n");
    return exitOk;
}

} // namespace

Outcome<std::filesystem::path> snapshotFile(const std::string &named) {
    const std::filesystem::path kept = workspace::offlineCopiesFolder() / (named + std::string(extension));
    for (const std::filesystem::path &file : {std::filesystem::path(named), kept}) {
        if (std::filesystem::exists(file)) {
            return file;
        }
    }
    return failure(exitConfiguration, "There is no snapshot " + named +
                                          ". \"keyturn-cli snapshot list\" names those that are kept.");
}

Outcome<OpenTarget> openSnapshotTarget(const Target &target, Runtime &runtime) {
    auto taken = openFile(target.snapshotFile, runtime);
    if (!taken) {
        return failureFrom(taken);
    }
    OpenTarget open;
    open.service = std::make_shared<snapshot::SnapshotKms>(std::move(*taken));
    return open;
}

ExitOutcome runSnapshot(const CommandLine &line, Runtime &runtime) {
    CommandLine rest = line;
    const std::string verb = rest.words.empty() ? "help" : rest.words.front();
    if (!rest.words.empty()) {
        rest.words.erase(rest.words.begin());
    }
    if (verb == "take") {
        return take(rest, runtime);
    }
    if (verb == "list") {
        return list(rest, runtime);
    }
    if (verb == "open") {
        return open(rest, runtime);
    }
    if (verb == "help") {
        printOut(std::string(help) + optionHelp(globalOptions()));
        return exitOk;
    }
    return usageFailure("There is no command \"snapshot " + verb + "\".\n\n" +
                        std::string(help.substr(0, help.find("\n\n"))));
}

} // namespace keyturn::cli
