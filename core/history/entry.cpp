// SPDX-License-Identifier: Apache-2.0
#include "history/entry.h"

#include "base/encoding.h"
#include "base/text.h"

#include <array>
#include <charconv>
#include <utility>

namespace keyturn::history {
namespace {

constexpr std::size_t longTextBytes = 2048; ///< keys, details
constexpr std::size_t contextBytes = 6000;

std::string fitting(std::string_view text, std::size_t maxBytes) {
    if (text.size() > maxBytes) {
        return "(" + std::to_string(text.size()) + " bytes, too long)";
    }
    return isValidUtf8(text) ? std::string(text) : std::string("(not UTF-8)");
}

void appendLine(std::string_view name, std::string_view value, std::string &note) {
    if (value.empty()) {
        return;
    }
    note.append(name).append("=");
    for (const char c : value) {
        if (c == '\\') {
            note += "\\\\";
        } else if (c == '\n') {
            note += "\\n";
        } else {
            note += c;
        }
    }
    note += '\n';
}

std::string unescaped(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\' && i + 1 < value.size()) {
            ++i;
            text += value[i] == 'n' ? '\n' : value[i];
        } else {
            text += value[i];
        }
    }
    return text;
}

constexpr std::array<std::string_view, 4> stageNames{"call", "intent", "outcome", "sum"};

tl::unexpected<Error> wrongForm(std::string_view what) {
    return fail(ErrorCode::VaultDamaged, "history record: " + std::string(what));
}

Status readLine(std::string_view name, const std::string &value, HistoryEntry &entry) {
    constexpr std::array<std::pair<std::string_view, std::string HistoryEntry::*>, 7> texts{
        {{"call", &HistoryEntry::callId},
         {"profile", &HistoryEntry::profile},
         {"job", &HistoryEntry::jobId},
         {"to", &HistoryEntry::destinationKey},
         {"toMaterial", &HistoryEntry::destinationMaterial},
         {"detail", &HistoryEntry::detail},
         {"context", &HistoryEntry::context}}};
    for (const auto &[known, member] : texts) {
        if (known == name) {
            entry.*member = value;
            return {};
        }
    }
    if (name == "stage") {
        for (std::size_t i = 0; i < stageNames.size(); ++i) {
            if (stageNames[i] == value) {
                entry.stage = static_cast<Stage>(i);
                return {};
            }
        }
        return wrongForm("unknown stage");
    }
    if (name == "calls") {
        const auto read = std::from_chars(value.data(), value.data() + value.size(), entry.calls);
        return read.ec == std::errc() ? Status{} : Status(wrongForm("number of calls"));
    }
    if (name == "toContext") {
        auto digest = fromHex(value);
        if (!digest) {
            return wrongForm("digest");
        }
        entry.destinationContextDigest = std::move(*digest);
    }
    entry.dryRun = entry.dryRun || name == "dryRun";
    return {}; // other names: of a later version
}

} // namespace

std::string_view stageName(Stage stage) {
    return stageNames[static_cast<std::size_t>(stage)];
}

chainlog::Record toRecord(const HistoryEntry &entry) {
    constexpr std::size_t shortTextBytes = 256;
    chainlog::Record record;
    record.time = entry.time;
    record.monotonicMicroseconds = entry.monotonicMicroseconds;
    record.actor = fitting(entry.program, shortTextBytes);
    record.action = fitting(entry.operation, shortTextBytes);
    record.keyId = fitting(entry.key, longTextBytes);
    record.materialId = fitting(entry.material, shortTextBytes);
    record.outcome = fitting(entry.outcome, shortTextBytes);
    record.requestId = fitting(entry.requestId, shortTextBytes);
    record.contextDigest = entry.contextDigest;
    std::string &note = record.note;
    if (entry.stage != Stage::Call) {
        appendLine("stage", stageName(entry.stage), note);
    }
    appendLine("call", fitting(entry.callId, shortTextBytes), note);
    appendLine("profile", fitting(entry.profile, shortTextBytes), note);
    appendLine("job", fitting(entry.jobId, shortTextBytes), note);
    appendLine("calls", entry.calls == 1 ? std::string() : std::to_string(entry.calls), note);
    appendLine("to", fitting(entry.destinationKey, longTextBytes), note);
    appendLine("toMaterial", fitting(entry.destinationMaterial, shortTextBytes), note);
    appendLine("toContext", toHex(entry.destinationContextDigest), note);
    appendLine("dryRun", entry.dryRun ? "yes" : "", note);
    appendLine("detail", fitting(entry.detail, longTextBytes), note);
    appendLine("context", fitting(entry.context, contextBytes), note);
    return record;
}

Result<HistoryEntry> toEntry(const chainlog::Record &record) {
    HistoryEntry entry;
    entry.time = record.time;
    entry.monotonicMicroseconds = record.monotonicMicroseconds;
    entry.program = record.actor;
    entry.operation = record.action;
    entry.key = record.keyId;
    entry.material = record.materialId;
    entry.outcome = record.outcome;
    entry.requestId = record.requestId;
    entry.contextDigest = record.contextDigest;
    for (const std::string_view line : split(record.note, '\n')) {
        const std::size_t equals = line.find('=');
        if (line.empty()) {
            continue;
        }
        if (equals == std::string_view::npos) {
            return wrongForm("a note line without =");
        }
        if (auto read = readLine(line.substr(0, equals), unescaped(line.substr(equals + 1)), entry); !read) {
            return failFrom(read);
        }
    }
    return entry;
}

} // namespace keyturn::history
