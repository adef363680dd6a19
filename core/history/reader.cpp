// SPDX-License-Identifier: Apache-2.0
#include "history/reader.h"

#include "kms/operation.h"

#include <unordered_set>

namespace keyturn::history {
namespace {

bool is(const std::string &wanted, const std::string &value) {
    return wanted.empty() || wanted == value;
}

bool changes(const std::string &operation) {
    const kms::OperationInfo *info = kms::findOperation(operation);
    return info != nullptr && info->effect >= kms::Effect::Changes;
}

/// Intents that nothing came of. A job's intent is answered by its first sum.
Result<std::unordered_set<std::string>> openCalls(chainlog::LogFile &log) {
    std::unordered_set<std::string> open;
    auto walked = log.forEach([&](const chainlog::StoredRecord &stored) -> Status {
        auto entry = toEntry(stored.record);
        if (!entry) {
            return failFrom(entry);
        }
        if (entry->stage == Stage::Intent) {
            open.insert(entry->callId);
        } else if (!entry->callId.empty()) {
            open.erase(entry->callId);
        }
        return {};
    });
    return walked ? Result<std::unordered_set<std::string>>(std::move(open)) : failFrom(walked);
}

} // namespace

bool matches(const HistoryFilter &filter, const HistoryEntry &entry) {
    if ((filter.since && entry.time < *filter.since) || (filter.until && entry.time >= *filter.until)) {
        return false;
    }
    if (!is(filter.profile, entry.profile) || !is(filter.operation, entry.operation) ||
        !is(filter.program, entry.program) || !is(filter.job, entry.jobId) ||
        !is(filter.outcome, entry.outcome)) {
        return false;
    }
    if (filter.changesOnly && !changes(entry.operation)) {
        return false;
    }
    if (filter.openOnly && entry.stage != Stage::Intent) {
        return false;
    }
    const auto holds = [&](const std::string &text) { return text.find(filter.key) != std::string::npos; };
    return filter.key.empty() || holds(entry.key) || holds(entry.destinationKey) || holds(entry.detail);
}

Status readHistory(chainlog::LogFile &log, const HistoryFilter &filter, const EntryVisitor &visit) {
    std::unordered_set<std::string> open;
    if (filter.openOnly) {
        auto found = openCalls(log);
        if (!found) {
            return failFrom(found);
        }
        open = std::move(*found);
    }
    return log.forEach([&](const chainlog::StoredRecord &stored) -> Status {
        auto entry = toEntry(stored.record);
        if (!entry) {
            return failFrom(entry);
        }
        if (!matches(filter, *entry) || (filter.openOnly && !open.contains(entry->callId))) {
            return {};
        }
        return visit({stored.sequence, stored.hash, std::move(*entry)}, stored);
    });
}

} // namespace keyturn::history
