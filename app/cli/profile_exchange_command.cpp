// SPDX-License-Identifier: Apache-2.0
// keyturn-cli profile import|export: the AWS files, and files for other people. No secret is copied.
#include "base/atomic_file.h"
#include "console.h"
#include "profile_options.h"
#include "profile_verbs.h"
#include "report.h"
#include "workspace/profile_exchange.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;
using workspace::ImportPreview;
using workspace::ImportRow;

Value textsValue(const std::vector<std::string> &texts) {
    Value::List items;
    for (const std::string &text : texts) {
        items.push_back(Value::text(text));
    }
    return Value::list(std::move(items));
}

Value rowValue(const ImportRow &row) {
    return Value::map({{"Name", Value::text(row.profile.name)},
                       {"From", Value::text(row.from)},
                       {"State", Value::text(row.alreadyThere ? "there already" : "new")},
                       {"Region", Value::text(row.profile.region)},
                       {"Environment", Value::text(workspace::wireName(row.profile.environment))},
                       {"Safety", Value::text(workspace::wireName(row.profile.safety))},
                       {"Warnings", textsValue(row.warnings)}});
}

Outcome<ImportPreview> previewOf(const std::string &from, const workspace::ProfileStore &store) {
    auto preview =
        from == "aws" ? workspace::previewAwsImport(store) : workspace::previewSharedFile(from, store);
    if (!preview) {
        return failureFrom(preview);
    }
    return std::move(*preview);
}

/// Only the rows that --names asks for; a name that is not there is a fault.
Outcome<std::vector<ImportRow>> chosenRows(ImportPreview &preview, const ParsedArguments &options) {
    const auto names = options.values.find("names");
    if (names == options.values.end()) {
        return std::move(preview.rows);
    }
    std::vector<ImportRow> rows;
    for (const std::string &name : names->second) {
        const auto found = std::ranges::find_if(
            preview.rows, [&](const ImportRow &row) { return row.profile.name == name; });
        if (found == preview.rows.end()) {
            return usageFailure("There is no profile \"" + name + "\" to import");
        }
        rows.push_back(*found);
    }
    return rows;
}

} // namespace

ExitOutcome importProfiles(const CommandLine &line) {
    static const std::vector<ArgumentSpec> options{
        {.option = "--preview", .arity = Arity::Flag},
        {.option = "--names", .arity = Arity::ZeroOrMore},
    };
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("profile import needs to know from where: aws, or a file that was exported");
    }
    auto store = profileStore();
    if (!store) {
        return failureFrom(store);
    }
    auto preview = previewOf(words->operands.front(), *store);
    if (!preview) {
        return failureFrom(preview);
    }
    auto rows = chosenRows(*preview, words->options);
    if (!rows) {
        return failureFrom(rows);
    }
    const bool look = words->options.has("preview");
    if (!look) {
        auto imported = workspace::importProfiles(*store, *rows);
        if (!imported) {
            return failureFrom(imported);
        }
    }
    Value::List items;
    for (const ImportRow &row : *rows) {
        items.push_back(rowValue(row));
    }
    printReport(Value::map({{"Imported", Value::boolean(!look)},
                            {"Profiles", Value::list(std::move(items))},
                            {"Warnings", textsValue(preview->warnings)}}),
                line.wantsJson());
    return exitOk;
}

ExitOutcome exportProfiles(const CommandLine &line) {
    static const std::vector<ArgumentSpec> options{
        {.option = "--to"},
        {.option = "--names", .arity = Arity::ZeroOrMore},
    };
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    auto store = profileStore();
    if (!store) {
        return failureFrom(store);
    }
    std::vector<std::string> names = words->operands;
    if (const auto more = words->options.values.find("names"); more != words->options.values.end()) {
        names.insert(names.end(), more->second.begin(), more->second.end());
    }
    std::vector<workspace::Profile> profiles;
    for (const std::string &name : names) {
        const workspace::Profile *found = store->find(name);
        if (found == nullptr) {
            return failure(exitGeneral, "The config profile (" + name + ") could not be found");
        }
        profiles.push_back(*found);
    }
    if (names.empty()) {
        profiles = store->profiles();
    }
    const std::string text = workspace::exportProfiles(profiles);
    const auto file = words->options.optional("to");
    if (!file) {
        printOut(text);
        return exitOk;
    }
    auto written = writeFileAtomically(*file, asBytes(text), {.mode = 0644, .mayReplace = false});
    return written ? ExitOutcome(exitOk) : failureFrom(written);
}

} // namespace keyturn::cli
