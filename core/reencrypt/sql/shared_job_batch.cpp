// SPDX-License-Identifier: Apache-2.0
// What a worker does with the rows of its batch, always behind its fence.
#include "reencrypt/sql/shared_job_impl.h"

namespace keyturn::reencrypt {
namespace {

constexpr int turnsMax = 3;

/// What became of a row that was not written.
void judgeOutcome(ItemRecord &record, const RowResult &result, std::string_view whenOther) {
    if (result.outcome == RowOutcome::Gone || result.outcome == RowOutcome::Refused) {
        record.state = ItemState::Failed;
        record.cause = result.outcome == RowOutcome::Gone ? Cause::Missing : Cause::DoesNotFit;
        record.message = result.outcome == RowOutcome::Gone ? "the row is gone" : result.message;
    } else if (result.outcome == RowOutcome::Other) {
        record.state = ItemState::Conflict;
        record.cause = Cause::ChangedMeanwhile;
        record.message = whenOther;
    }
}

} // namespace

/// Intents of a worker that is gone (or of ours, before the connection broke), without the service.
Status SharedJob::Impl::bringToAnEnd(const Lease &lease) {
    auto intents = tables->intents(lease);
    if (!intents || intents->empty()) {
        return intents ? Status() : failFrom(intents);
    }
    std::vector<std::string> keys;
    for (const SharedItem &item : *intents) {
        keys.push_back(item.key);
    }
    auto live = store->read(keys);
    if (!live) {
        return failFrom(live);
    }
    std::vector<RowChange> changes;
    std::vector<ItemRecord> records;
    for (std::size_t i = 0; i < intents->size(); ++i) {
        const SharedItem &item = (*intents)[i];
        const auto &row = (*live)[i];
        const bool isOld = row && !row->isNull && item.newValue && digestOf(row->value) == item.oldValue;
        changes.push_back({item.key, isOld ? row->value : Bytes(), item.newValue.value_or(Bytes())});
        records.push_back(item.record);
        records.back().state = item.proven ? ItemState::Verified : ItemState::Applied;
    }
    const auto note = [&](const std::vector<RowResult> &results) -> Status {
        for (std::size_t i = 0; i < results.size(); ++i) {
            ItemRecord &record = records[i];
            judgeOutcome(record, results[i], "somebody else wrote the row while the worker was interrupted");
            const bool isWritten = results[i].outcome == RowOutcome::Changed;
            if (auto noted = tables->writeOutcome(lease, record, std::nullopt, isWritten); !noted) {
                return noted;
            }
        }
        return {};
    };
    auto applied = store->applyWithin(changes, behindTheFence(lease, note));
    if (!applied) {
        return failFrom(applied);
    }
    rowsMoved += applied->size();
    tell(records);
    return {};
}

/// Without rows that this job moved already or that failed in this run and are what they were.
Result<std::vector<RowCandidate>> SharedJob::Impl::candidatesOf(const Lease &lease, std::vector<Row> rows) {
    std::vector<std::string> keys;
    for (const Row &row : rows) {
        keys.push_back(row.key);
    }
    auto known = tables->known(keys);
    if (!known) {
        return failFrom(known);
    }
    std::vector<Row> fresh;
    for (Row &row : rows) {
        const auto found = known->find(row.key);
        CellBlob blob;
        const bool isKnown = found != known->end() && !row.isNull && row.fault == Cause::None;
        const bool failedBefore = isKnown && found->second.state == "failed" &&
                                  found->second.run == tables->run() &&
                                  found->second.oldValue == digestOf(row.value);
        bool isDone = false;
        if (isKnown && !lookInto(row, parts.spec->finder, blob)) {
            const Digest live = digestOf(blob.ciphertext);
            const auto &under =
                found->second.state == "skipped" ? found->second.record.before : found->second.after;
            isDone = under && *under == live;
        }
        if (!failedBefore && !isDone) {
            fresh.push_back(std::move(row));
        }
    }
    JudgedRows judged = judge(std::move(fresh), *parts.spec, ledger);
    if (!judged.items.empty()) {
        auto noted = fenced(lease, [&]() -> Status {
            for (const ItemRecord &item : judged.items) {
                if (auto each = tables->writeOutcome(lease, item, std::nullopt, false); !each) {
                    return each;
                }
            }
            return {};
        });
        if (!noted) {
            return failFrom(noted);
        }
        tell(judged.items);
    }
    return std::move(judged.candidates);
}

Status SharedJob::Impl::announce(const Lease &lease, const std::vector<RowCandidate> &candidates,
                                 const std::vector<ItemRecord> &others, const ValueDigests &values) {
    return fenced(lease, [&]() -> Status {
        for (const ItemRecord &item : others) {
            if (auto noted = tables->writeOutcome(lease, item, values.at(item.place.unit), false); !noted) {
                return noted;
            }
        }
        for (const RowCandidate &candidate : candidates) {
            SharedItem item;
            item.key = candidate.row.key;
            item.record = candidate.item;
            item.oldValue = digestOf(candidate.row.value);
            item.newValue = candidate.to;
            item.proven = candidate.item.state == ItemState::Verified;
            const auto old =
                parts.spec->safety.backup ? std::optional<Bytes>(candidate.row.value) : std::nullopt;
            if (auto written = tables->writeIntent(lease, item, old); !written) {
                return written;
            }
        }
        return {};
    });
}

Result<std::vector<Row>> SharedJob::Impl::write(const Lease &lease, std::vector<RowCandidate> &candidates,
                                                bool isLast) {
    std::vector<Row> again;
    std::vector<ItemRecord> told;
    const auto note = [&](const std::vector<RowResult> &results) -> Status {
        again.clear();
        told.clear();
        for (std::size_t i = 0; i < results.size(); ++i) {
            ItemRecord record = candidates[i].item;
            const RowResult &result = results[i];
            judgeOutcome(record, result, "somebody else wrote the row");
            if (result.outcome == RowOutcome::Other && !isLast && !result.now->isNull) {
                again.push_back(*result.now);
            }
            if (auto noted = tables->writeOutcome(lease, record, digestOf(candidates[i].row.value),
                                                  result.outcome == RowOutcome::Changed);
                !noted) {
                return noted;
            }
            told.push_back(std::move(record));
        }
        return {};
    };
    auto applied = store->applyWithin(changesOf(candidates), behindTheFence(lease, note));
    if (!applied) {
        return failFrom(applied);
    }
    rowsMoved += applied->size();
    tell(told);
    return again;
}

Status SharedJob::Impl::workRows(const Lease &lease, std::vector<Row> rows, const CancelToken &cancel) {
    for (int turned = 1; !rows.empty(); ++turned) {
        auto candidates = candidatesOf(lease, std::move(rows));
        rows.clear();
        if (!candidates || candidates->empty()) {
            return candidates ? Status() : failFrom(candidates);
        }
        auto results = parts.mover->move(requestsOf(*candidates), cancel);
        serviceFailed = !results.has_value(); // its own retries are over
        if (!results) {
            return failFrom(results);
        }
        ValueDigests values;
        for (const RowCandidate &candidate : *candidates) {
            values[candidate.row.key] = digestOf(candidate.row.value);
        }
        const auto others = take(*candidates, std::move(*results), *parts.spec, store->facts(), ledger);
        if (auto announced = announce(lease, *candidates, others, values); !announced) {
            return announced;
        }
        tell(others);
        auto changed = write(lease, *candidates, turned >= turnsMax);
        if (!changed) {
            return failFrom(changed);
        }
        rows = std::move(*changed);
    }
    return {};
}

} // namespace keyturn::reencrypt
