// SPDX-License-Identifier: Apache-2.0
// keyturn-cli vault log: the vault's own log, shown, exported, verified.
#include "aws/python_json.h"
#include "console.h"
#include "progress_line.h"
#include "report.h"
#include "target.h"
#include "vault_command.h"
#include "workspace/vault_care.h"

#include "base/atomic_file.h"

namespace keyturn::cli {
namespace {

using aws::Value;

/// A line of the export for people; "-" where there is nothing.
std::string lineOf(std::string_view line) {
    const auto record = aws::parsePythonJson(line);
    if (!record) {
        return std::string(line);
    }
    std::string text;
    for (const char *member : {"time", "actor", "action", "outcome", "keyId", "note"}) {
        const Value *value = record->find(member);
        const std::string word(value != nullptr && value->isText() ? value->asText() : "");
        text += "  " + (word.empty() ? "-" : word);
    }
    while (text.ends_with("  -")) {
        text.resize(text.size() - 3);
    }
    SecretText number;
    if (const Value *sequence = record->find("seq")) {
        aws::printCompactJson(*sequence, number);
    }
    return std::string(number.view()) + text + "\n";
}

Status exportTo(const std::string &name, workspace::OpenVault &vault, std::size_t newest) {
    auto file = AtomicFile::open(name, {.mode = 0600, .mayReplace = false, .keepBackup = false});
    if (!file) {
        return failFrom(file);
    }
    Status written;
    auto done = vault.exportLog(newest, [&](std::string_view record) {
        written = written ? file->write(asBytes(record)) : std::move(written);
    });
    done = done ? std::move(written) : std::move(done);
    return done ? file->commit() : std::move(done);
}

ExitOutcome show(const CommandLine &line, Runtime &runtime, const CommandWords &words, bool lines) {
    const auto newest = pythonInteger(words.options.value("newest")).value_or(0);
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(newest, 0));
    auto vault = openNamed(line, runtime, workspace::OpenMode::ReadOnly);
    if (!vault) {
        return failureFrom(vault);
    }
    Status done;
    if (const auto file = words.options.optional("file")) {
        done = exportTo(*file, **vault, count);
    } else {
        done = (*vault)->exportLog(count, [lines](std::string_view record) {
            printOut(lines ? lineOf(record) : std::string(record));
        });
    }
    return done ? finished(**vault) : failureFrom(done);
}

Value sentences(const std::vector<std::string> &texts) {
    Value::List items;
    for (const std::string &text : texts) {
        items.push_back(Value::text(text));
    }
    return Value::list(std::move(items));
}

ExitOutcome verify(const CommandLine &line, Runtime &runtime) {
    auto file = namedVault(line);
    auto vault = file ? vaultToOpen(*file, workspace::OpenMode::ReadOnly, line, runtime) : failureFrom(file);
    if (!vault) {
        return failureFrom(vault);
    }
    ProgressLine progress;
    auto report = workspace::verifyVaultLog(
        std::move(*vault),
        [&](const ProgressReport &at) {
            progress.show("Verifying: record " + std::to_string(at.done) + " of " + std::to_string(at.total));
        },
        CancelToken());
    progress.clear();
    if (!report) {
        return failureFrom(report);
    }
    printReport(Value::map({{"Vault", Value::text(file->string())},
                            {"Intact", Value::boolean(report->findings.empty())},
                            {"Records", Value::integer(static_cast<std::int64_t>(report->records))},
                            {"Pages", Value::integer(static_cast<std::int64_t>(report->pages))},
                            {"LastHash", Value::text(report->lastHash)},
                            {"SealedBy", Value::text(report->sealedBy)},
                            {"Findings", sentences(report->findings)},
                            {"NotProven", sentences(report->notProven)}}),
                line.wantsJson());
    return report->findings.empty() ? exitOk : exitFailed;
}

} // namespace

ExitOutcome runVaultLog(const CommandLine &line, Runtime &runtime) {
    static const std::vector<ArgumentSpec> options{{.option = "--newest", .integer = true},
                                                   {.option = "--file"}};
    auto words = parseCommandWords(line, options, 1);
    if (!words) {
        return failureFrom(words);
    }
    const std::string act = words->operands.empty() ? "export" : words->operands.front();
    if (act == "verify" && !words->options.has("newest") && !words->options.has("file")) {
        return verify(line, runtime);
    }
    if (act == "export" || (act == "list" && !words->options.has("file"))) {
        return show(line, runtime, *words, act == "list");
    }
    return usageFailure(
        "vault log takes list, export [--file FILE] or verify; --newest N is for list and export; "
        "without a word it exports to standard output");
}

} // namespace keyturn::cli
