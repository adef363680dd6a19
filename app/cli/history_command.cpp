// SPDX-License-Identifier: Apache-2.0
// keyturn-cli history list|verify|export|context: what was done through Keyturn on any profile.
#include "base/atomic_file.h"
#include "base/encoding.h"
#include "chainlog/json_lines.h"
#include "commands.h"
#include "console.h"
#include "history/reader.h"
#include "output.h"
#include "report.h"
#include "workspace/history_reading.h"

#include <deque>

namespace keyturn::cli {
namespace {

using aws::Value;
using history::HistoryEntry;

constexpr std::string_view help =
    "keyturn-cli history list [FILTERS] [--newest N]\n"
    "keyturn-cli history export [FILTERS] [--file FILE]\n"
    "keyturn-cli history verify\n"
    "keyturn-cli history context [clear|hashed]\n\n"
    "Every call made through Keyturn on a profile or an endpoint; a call that changes or destroys is sent "
    "only "
    "when its\n"
    "intent is recorded. (Calls on a vault named by --vault alone stand in its own log: keyturn-cli vault "
    "log.)\n\n"
    "Filters: --profile NAME, --operation NAME, --key TEXT (part of a key id, ARN or alias), --since TIME, "
    "--until TIME\n"
    "(ISO 8601), --outcome NAME, --program cli|console, --job ID, --changes (only what changes or "
    "destroys),\n"
    "--open (only intents without an outcome: what may have been done without anybody being told).\n"
    "list prints lines, or what --output and --query ask for; export prints JSON Lines with the chain's "
    "hashes.\n"
    "verify checks the whole chain: exit code 1 when anything was altered; it says what seals the chain and "
    "what it does\n"
    "not prove. context says whether encryption contexts are recorded in the clear or as a keyed hash (as at "
    "first).\n\nOptions of every command:\n";

const std::vector<ArgumentSpec> &filterOptions() {
    static const std::vector<ArgumentSpec> options{
        {.option = "--operation"},
        {.option = "--key"},
        {.option = "--since"},
        {.option = "--until"},
        {.option = "--outcome"},
        {.option = "--program"},
        {.option = "--job"},
        {.option = "--changes", .arity = Arity::Flag},
        {.option = "--open", .arity = Arity::Flag},
        {.option = "--newest", .integer = true},
        {.option = "--file"},
    };
    return options;
}

Outcome<std::optional<Timestamp>> timeOption(const ParsedArguments &options, const std::string &name) {
    if (!options.has(name)) {
        return std::optional<Timestamp>();
    }
    const auto time = parseIso8601(options.value(name));
    if (!time) {
        return usageFailure("--" + name + " takes a time such as 2026-11-22T04:17:00Z");
    }
    return std::optional(*time);
}

Outcome<history::HistoryFilter> filterOf(const CommandLine &line, const ParsedArguments &options) {
    history::HistoryFilter filter;
    auto since = timeOption(options, "since");
    auto until = timeOption(options, "until");
    if (!since || !until) {
        return since ? failureFrom(until) : failureFrom(since);
    }
    filter.since = *since;
    filter.until = *until;
    filter.profile = line.globals.value("profile");
    filter.operation = options.value("operation");
    filter.key = options.value("key");
    filter.outcome = options.value("outcome");
    filter.program = options.value("program");
    filter.job = options.value("job");
    filter.changesOnly = options.has("changes");
    filter.openOnly = options.has("open");
    return filter;
}

/// The history that is there, with its key; nothing where there is none yet.
Outcome<std::unique_ptr<chainlog::LogFile>> openHistory(Runtime &runtime) {
    const auto place = workspace::defaultHistoryPlace();
    if (!std::filesystem::exists(place.file)) {
        return std::unique_ptr<chainlog::LogFile>();
    }
    std::optional<Result<history::HistoryKey>> key;
    workspace::obtainHistoryKey(place, workspace::journalKeychain(runtime.keychain()),
                                [&](Result<history::HistoryKey> answer) { key.emplace(std::move(answer)); });
    auto opened = *key ? chainlog::LogFile::open(place.file, (*key)->key.view(), true)
                       : Result<std::unique_ptr<chainlog::LogFile>>(failFrom(*key));
    if (!opened && opened.error().code == ErrorCode::VaultDamaged) {
        return failure(exitFailed, "The history is damaged: " + opened.error().detail);
    }
    return opened ? Outcome<std::unique_ptr<chainlog::LogFile>>(std::move(*opened)) : failureFrom(opened);
}

/// What was visited before the damage still holds, and was printed.
ExitOutcome ended(Status read) {
    if (!read && read.error().code == ErrorCode::VaultDamaged) {
        return failure(exitFailed, "The history is damaged behind what is shown: " + read.error().detail +
                                       "\nkeyturn-cli history verify says more.");
    }
    return read ? ExitOutcome(exitOk) : failureFrom(read);
}

Value described(const history::StoredEntry &stored) {
    const HistoryEntry &entry = stored.entry;
    const auto optional = [](const std::string &text) { return text.empty() ? Value() : Value::text(text); };
    return Value::map({{"Sequence", Value::integer(static_cast<std::int64_t>(stored.sequence))},
                       {"Time", Value::text(formatIso8601(entry.time))},
                       {"Profile", optional(entry.profile)},
                       {"Operation", Value::text(entry.operation)},
                       {"Stage", Value::text(std::string(history::stageName(entry.stage)))},
                       {"Outcome", Value::text(entry.outcome)},
                       {"Calls", Value::integer(static_cast<std::int64_t>(entry.calls))},
                       {"KeyId", optional(entry.key)},
                       {"KeyMaterialId", optional(entry.material)},
                       {"DestinationKeyId", optional(entry.destinationKey)},
                       {"DestinationKeyMaterialId", optional(entry.destinationMaterial)},
                       {"Detail", optional(entry.detail)},
                       {"DryRun", Value::boolean(entry.dryRun)},
                       {"Program", Value::text(entry.program)},
                       {"JobId", optional(entry.jobId)},
                       {"RequestId", optional(entry.requestId)},
                       {"CallId", optional(entry.callId)},
                       {"ContextDigest", optional(toHex(entry.contextDigest))},
                       {"EncryptionContext", optional(entry.context)}});
}

/// One line for people; "-" where there is nothing.
std::string lineOf(const HistoryEntry &entry) {
    std::string text = formatIso8601(entry.time) + "  " + (entry.profile.empty() ? "-" : entry.profile) +
                       "  " + entry.operation + "  " + (entry.outcome == "Intent" ? "intent" : entry.outcome);
    text += entry.calls > 1 ? "  " + std::to_string(entry.calls) + " calls" : "";
    text += entry.key.empty() ? "" : "  " + entry.key;
    text += entry.destinationKey.empty() ? "" : " -> " + entry.destinationKey;
    text += entry.detail.empty() ? "" : "  " + entry.detail;
    text += entry.dryRun ? "  (dry run)" : "";
    text += entry.jobId.empty() ? "" : "  job " + entry.jobId;
    return text + "\n";
}

Outcome<OutputForm> formOf(const CommandLine &line) {
    OutputForm form;
    form.title = "History";
    form.colour = line.globals.value("color");
    form.format = outputFormatFromName(line.globals.value("output")).value_or(OutputFormat::Json);
    if (const auto expression = line.globals.optional("query")) {
        auto query = aws::jmespath::Query::compile(*expression);
        if (!query) {
            return usageFailure("Bad value for --query " + *expression + ": " + query.error().detail);
        }
        form.query = std::move(*query);
    }
    return form;
}

ExitOutcome list(const CommandLine &line, Runtime &runtime) {
    auto words = parseCommandWords(line, filterOptions(), 0);
    auto filter = words ? filterOf(line, words->options) : failureFrom(words);
    auto form = filter ? formOf(line) : failureFrom(filter);
    auto log = form ? openHistory(runtime) : failureFrom(form);
    if (!log) {
        return failureFrom(log);
    }
    const auto newest = pythonInteger(words->options.value("newest")).value_or(0);
    std::deque<history::StoredEntry> shown;
    Status read;
    if (*log) {
        read = readHistory(**log, *filter, [&](const history::StoredEntry &entry, const auto &) -> Status {
            shown.push_back(entry);
            if (newest > 0 && shown.size() > static_cast<std::size_t>(newest)) {
                shown.pop_front();
            }
            return {};
        });
    }
    if (line.globals.has("output") || line.globals.has("query")) {
        Value::List entries;
        for (const history::StoredEntry &entry : shown) {
            entries.push_back(described(entry));
        }
        if (auto printed = printValue(Value::map({{"Entries", Value::list(std::move(entries))}}), *form);
            !printed) {
            return failureFrom(printed);
        }
    } else {
        for (const history::StoredEntry &entry : shown) {
            printOut(lineOf(entry.entry));
        }
    }
    return ended(std::move(read));
}

ExitOutcome exportLines(const CommandLine &line, Runtime &runtime) {
    auto words = parseCommandWords(line, filterOptions(), 0);
    auto filter = words ? filterOf(line, words->options) : failureFrom(words);
    auto log = filter ? openHistory(runtime) : failureFrom(filter);
    if (!log) {
        return failureFrom(log);
    }
    std::optional<AtomicFile> file;
    if (const auto name = words->options.optional("file")) {
        auto opened = AtomicFile::open(*name, {.mode = 0600, .mayReplace = false, .keepBackup = false});
        if (!opened) {
            return failureFrom(opened);
        }
        file.emplace(std::move(*opened));
    }
    Status read;
    if (*log) {
        read = readHistory(**log, *filter,
                           [&](const history::StoredEntry &, const chainlog::StoredRecord &record) -> Status {
                               std::string text;
                               chainlog::appendJsonLine(record, text);
                               if (file) {
                                   return file->write(asBytes(text));
                               }
                               printOut(text);
                               return {};
                           });
    }
    if (read && file) {
        read = file->commit();
    }
    return ended(std::move(read));
}

Value sentences(const std::vector<std::string> &texts) {
    Value::List items;
    for (const std::string &text : texts) {
        items.push_back(Value::text(text));
    }
    return Value::list(std::move(items));
}

ExitOutcome verify(const CommandLine &line, Runtime &runtime) {
    if (auto words = parseCommandWords(line, {}, 0); !words) {
        return failureFrom(words);
    }
    const auto place = workspace::defaultHistoryPlace();
    auto log = openHistory(runtime);
    if (!log) {
        return failureFrom(log);
    }
    if (!*log) {
        return failure(
            exitFailed,
            "There is no history at " + place.file.string() +
                ". It begins with the first call on a profile; if there were any, it was removed.");
    }
    auto report = (*log)->verify();
    if (!report) {
        return failureFrom(report);
    }
    const chainlog::LogFileHead &head = (*log)->head();
    printReport(Value::map({{"History", Value::text(place.file.string())},
                            {"Intact", Value::boolean(report->findings.empty())},
                            {"Records", Value::integer(static_cast<std::int64_t>(report->records))},
                            {"SizeInBytes", Value::integer(static_cast<std::int64_t>(report->sizeBytes))},
                            {"Id", Value::text(toHex(head.id))},
                            {"Began", Value::text(formatIso8601(head.created))},
                            {"LastHash", Value::text(toHex(report->head))},
                            {"SealedBy", Value::text(sealedBy(place, head.keySource))},
                            {"Findings", sentences(report->findings)},
                            {"Notes", sentences(report->notes)},
                            {"NotProven", sentences(workspace::notProvenByHistory())}}),
                line.wantsJson());
    return report->findings.empty() ? exitOk : exitFailed;
}

ExitOutcome context(const CommandLine &line) {
    auto words = parseCommandWords(line, {}, 1);
    if (!words) {
        return failureFrom(words);
    }
    const auto place = workspace::defaultHistoryPlace();
    if (!words->operands.empty()) {
        const std::string &wish = words->operands.front();
        if (wish != "clear" && wish != "hashed") {
            return usageFailure("history context takes clear or hashed");
        }
        if (auto set = workspace::setContextInTheClear(place, wish == "clear"); !set) {
            return failureFrom(set);
        }
    }
    printReport(Value::map({{"EncryptionContexts",
                             Value::text(workspace::contextInTheClear(place) ? "clear" : "hashed")}}),
                line.wantsJson());
    return exitOk;
}

} // namespace

ExitOutcome runHistory(const CommandLine &line, Runtime &runtime) {
    CommandLine rest = line;
    const std::string verb = rest.words.empty() ? "help" : rest.words.front();
    if (!rest.words.empty()) {
        rest.words.erase(rest.words.begin());
    }
    if (verb == "list") {
        return list(rest, runtime);
    }
    if (const std::string_view output = line.globals.value("output");
        !output.empty() && output != "json" && output != "text") {
        return usageFailure("--output " + std::string(output) + " is for history list; history " + verb +
                            " prints text or json");
    }
    if (verb == "export") {
        return exportLines(rest, runtime);
    }
    if (verb == "verify") {
        return verify(rest, runtime);
    }
    if (verb == "context") {
        return context(rest);
    }
    if (verb == "help") {
        printOut(std::string(help) + optionHelp(globalOptions()));
        return exitOk;
    }
    return usageFailure("There is no command \"history " + verb + "\".\n\n" +
                        std::string(help.substr(0, help.find("\n\n"))));
}

} // namespace keyturn::cli
