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
    std::vector<ItemRecord> told;
    for (std::size_t i = 0; i < intents->size(); ++i) {
        const SharedItem &item = (*intents)[i];
        const auto &row = (*live)[i];
        const bool isOld = row && !row->isNull && item.newValue && item.oldValue == digestOf(row->value);
        changes.push_back({item.key, isOld ? row->value : Bytes(), item.newValue.value_or(Bytes())});
        records.push_back(item.record);
        records.back().state = item.proven ? ItemState::Verified : ItemState::Applied;
    }
    const auto note = [&](const std::vector<RowResult> &results) -> Status {
        for (std::size_t i = 0; i < results.size(); ++i) {
            SharedItem item = (*intents)[i];
            item.record = records[i];
            judgeOutcome(item.record, results[i],
                         "somebody else wrote the row while the worker was interrupted");
            item.writes += results[i].outcome == RowOutcome::Changed ? 1 : 0;
            if (auto noted = tables->writeOutcome(item); !noted) {
                return noted;
            }
            told.push_back(std::move(item.record));
        }
        return {};
    };
    auto applied = store->applyWithin(changes, behindTheFence(lease, note));
    if (!applied) {
        return failFrom(applied);
    }
    rowsMoved += applied->size();
    tell(told);
    return {};
}

SharedItem SharedJob::Impl::itemOf(const Lease &lease, ItemRecord record) const {
    SharedItem item;
    item.key = record.place.unit;
    item.pass = lease.pass;
    item.batch = lease.batch;
    item.run = tables->head().run;
    item.record = std::move(record);
    item.writes = writesOf(item.key);
    return item;
}

std::uint64_t SharedJob::Impl::writesOf(const std::string &key) const {
    const auto found = known.find(key);
    return found != known.end() ? found->second.writes : 0;
}

/// This job moved it already, or it failed in this run and is what it was.
bool SharedJob::Impl::isSettled(const Row &row) const {
    const auto found = known.find(row.key);
    if (found == known.end() || row.isNull || row.fault != Cause::None) {
        return false;
    }
    const SharedItem &item = found->second;
    const ItemRecord &record = item.record;
    if (record.state == ItemState::Failed && item.run == tables->head().run &&
        item.oldValue == digestOf(row.value)) {
        return true;
    }
    CellBlob blob;
    if (lookInto(row, parts.spec->finder, blob)) {
        return false;
    }
    const auto &under = record.state == ItemState::Skipped ? record.before : record.after;
    return under == digestOf(blob.ciphertext);
}

/// Without rows that this job moved already or that failed in this run and are what they were.
Result<std::vector<RowCandidate>> SharedJob::Impl::candidatesOf(const Lease &lease, std::vector<Row> rows) {
    std::vector<std::string> keys;
    for (const Row &row : rows) {
        keys.push_back(row.key);
    }
    auto found = tables->known(keys);
    if (!found) {
        return failFrom(found);
    }
    known = std::move(*found);
    std::vector<Row> fresh;
    ValueDigests values;
    for (Row &row : rows) {
        if (!isSettled(row)) {
            values[row.key] = digestOf(row.value);
            fresh.push_back(std::move(row));
        }
    }
    JudgedRows judged = judge(std::move(fresh), *parts.spec, ledger);
    if (!judged.items.empty()) {
        auto noted = fenced(lease, [&]() -> Status {
            for (const ItemRecord &item : judged.items) {
                SharedItem faulty = itemOf(lease, item);
                faulty.oldValue = values.at(item.place.unit);
                if (auto each = tables->write(faulty); !each) {
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
            SharedItem other = itemOf(lease, item);
            other.oldValue = values.at(item.place.unit);
            if (auto noted = tables->write(other); !noted) {
                return noted;
            }
        }
        announced.clear();
        for (const RowCandidate &candidate : candidates) {
            SharedItem item = itemOf(lease, candidate.item);
            item.record.state = ItemState::Intent;
            item.oldValue = values.at(candidate.row.key);
            item.newValue = candidate.to;
            item.proven = candidate.item.state == ItemState::Verified;
            if (parts.spec->safety.backup) {
                item.oldKept = candidate.row.value;
            }
            if (auto written = tables->write(item); !written) {
                return written;
            }
            announced.push_back(std::move(item));
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
            SharedItem item = announced[i];
            item.record = candidates[i].item;
            const RowResult &result = results[i];
            judgeOutcome(item.record, result, "somebody else wrote the row");
            item.writes += result.outcome == RowOutcome::Changed ? 1 : 0;
            if (result.outcome == RowOutcome::Other && !isLast && !result.now->isNull) {
                again.push_back(*result.now);
            }
            if (auto noted = tables->writeOutcome(item); !noted) {
                return noted;
            }
            told.push_back(std::move(item.record));
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
        if (auto done = announce(lease, *candidates, others, values); !done) {
            return done;
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
