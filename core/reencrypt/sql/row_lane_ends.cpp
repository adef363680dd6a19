// SPDX-License-Identifier: Apache-2.0
// What a lane does besides moving: survey before, verify, undo and finalise after.
#include "reencrypt/sql/row_lane_impl.h"

#include "inspect/inspect.h"
#include "reencrypt/zone_body.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t faultsMax = 1000;
constexpr std::size_t samplesMax = 20;
constexpr std::size_t triesMax = 10;

std::string shapeOf(const std::string &key, const kms::EncryptionContext &context) {
    std::vector<std::string> names;
    for (const auto &[name, value] : context) {
        names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    std::string shape = key;
    for (const std::string &name : names) {
        shape += '\n' + name;
    }
    return shape;
}

void countKey(Survey &survey, const std::string &key, const std::string &kind) {
    for (Survey::PerKey &each : survey.keys) {
        if (each.key == key && each.kind == kind) {
            ++each.items;
            return;
        }
    }
    survey.keys.push_back({key, 1, kind});
}

void addFault(Survey &survey, ItemRecord fault) {
    ++survey.faultCount;
    if (survey.faults.size() < faultsMax) {
        survey.faults.push_back(std::move(fault));
    }
}

std::uint64_t hashOf(const std::string &key) {
    return std::hash<std::string>()(key);
}

} // namespace

void RowLane::surveyRow(Row row, Survey &survey, std::vector<RowChange> &tries, std::uint64_t itemsMax) {
    ++survey.units;
    if (row.isNull) {
        return;
    }
    survey.bytes += row.value.size();
    RowCandidate candidate;
    if (auto fault = lookInto(row, m_parts.spec->finder, candidate.blob)) {
        addFault(survey, failedRow(row, *m_parts.spec, fault->cause, std::move(fault->message)));
        return;
    }
    ++survey.items;
    const auto inspection = inspect::inspect(candidate.blob.ciphertext);
    const std::string key = inspection.sourceKey.empty() && m_parts.spec->sourceKeys.size() == 1
                                ? m_parts.spec->sourceKeys.front()
                                : inspection.sourceKey;
    countKey(survey, key, std::string(inspect::title(inspection.kind)));
    if (tries.size() < triesMax) {
        tries.push_back({row.key, row.value, row.value});
    }
    candidate.row = std::move(row);
    const std::string shape = shapeOf(key, candidate.row.context);
    const bool known =
        itemsMax == 0 && std::any_of(survey.samples.begin(), survey.samples.end(), [&](const auto &each) {
            return shapeOf(each.keyHint, each.context) == shape;
        });
    if (known || survey.samples.size() >= samplesMax) {
        return;
    }
    MoveRequest sample = requestOf(candidate);
    sample.keyHint = key;
    ItemRecord record;
    record.place = placeOf(candidate.row, *m_parts.spec);
    record.before = digestOf(candidate.blob.ciphertext);
    survey.samples.push_back(std::move(sample));
    survey.sampleRecords.push_back(std::move(record));
}

Result<Survey> RowLane::survey(std::uint64_t itemsMax, const CancelToken &cancel) {
    if (auto opened = ready(cancel); !opened) {
        return failFrom(opened);
    }
    Survey survey;
    survey.warnings = m_reach->store().facts().warnings;
    std::vector<RowChange> tries;
    std::optional<std::string> after;
    for (;;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while rows were counted");
        }
        auto rows = nextPage(after, cancel);
        if (!rows) {
            return failFrom(rows);
        }
        if (rows->empty()) {
            break;
        }
        after = rows->back().key;
        at("row " + *after);
        for (Row &row : *rows) {
            surveyRow(std::move(row), survey, tries, itemsMax);
            if (itemsMax > 0 && survey.items + survey.faultCount >= itemsMax) {
                break;
            }
        }
        if (itemsMax > 0 && survey.items + survey.faultCount >= itemsMax) {
            break;
        }
    }
    if (itemsMax > 0) {
        return survey; // a preview takes no lock
    }
    // The same values written and rolled back: rights, triggers and locks show before the run.
    auto tried = m_reach->ask(cancel, [&](RowStore &store) { return store.tryOut(tries); });
    if (!tried && tried.error().retryable) {
        survey.warnings.push_back("The table could not be tried out: " + tried.error().detail);
    } else if (!tried) {
        ItemRecord fault;
        fault.place = {m_parts.spec->source.table, m_parts.spec->finder.blob, 0};
        fault.state = ItemState::Failed;
        fault.cause = tried.error().code == ErrorCode::Usage ? Cause::DoesNotFit : Cause::ReadOnly;
        fault.message = tried.error().detail;
        addFault(survey, std::move(fault));
    }
    return survey;
}

/// Which zone moved which row last, for the records that verify writes.
Status RowLane::mapZones() {
    m_zoneOfRow.clear();
    for (std::size_t at = 0; at < m_ledger.zones().size(); ++at) {
        auto zone = m_ledger.zone(m_ledger.zones()[at]);
        if (!zone) {
            return failFrom(zone);
        }
        for (const ZoneRow &row : zone->rows) {
            m_zoneOfRow[hashOf(row.key)] = static_cast<std::uint32_t>(at);
        }
    }
    return {};
}

/// What the journal says of the move that made this ciphertext; nothing: this job did not make it.
Result<std::optional<ItemRecord>> RowLane::movedItem(const std::string &key, const Digest &ciphertext) {
    const auto found = m_zoneOfRow.find(hashOf(key));
    if (found == m_zoneOfRow.end()) {
        return std::optional<ItemRecord>();
    }
    if (!m_zoneAtHand || m_zoneAtHand->first != found->second) {
        auto zone = m_ledger.zone(m_ledger.zones()[found->second]);
        if (!zone) {
            return failFrom(zone);
        }
        m_zoneAtHand.emplace(found->second, std::move(*zone));
    }
    for (const ItemRecord &item : m_zoneAtHand->second.items) {
        if (item.place.unit == key && item.after == ciphertext) {
            return std::optional<ItemRecord>(item);
        }
    }
    return std::optional<ItemRecord>();
}

Status RowLane::proveRows(std::vector<Row> rows, const CancelToken &cancel) {
    std::vector<RowCandidate> candidates;
    std::vector<ItemRecord> items;
    std::vector<ItemRecord> failed;
    for (Row &row : rows) {
        RowCandidate candidate;
        if (row.isNull) {
            continue;
        }
        if (auto fault = lookInto(row, m_parts.spec->finder, candidate.blob)) {
            failed.push_back(failedRow(row, *m_parts.spec, fault->cause, std::move(fault->message)));
            continue;
        }
        candidate.row = std::move(row);
        candidate.row.context = candidate.row.newContext;
        candidates.push_back(std::move(candidate));
    }
    auto results = m_parts.mover->prove(requestsOf(candidates), cancel);
    if (!results) {
        return failFrom(results);
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const MoveResult &result = (*results)[i];
        ItemRecord item =
            recordOf(placeOf(candidates[i].row, *m_parts.spec), candidates[i].blob.ciphertext, result);
        if (result.state == ItemState::Failed) {
            failed.push_back(std::move(item));
            continue;
        }
        auto moved = movedItem(candidates[i].row.key, digestOf(candidates[i].blob.ciphertext));
        if (!moved) {
            return failFrom(moved);
        }
        item.before.reset();
        item.after = digestOf(candidates[i].blob.ciphertext);
        items.push_back(*moved ? std::move(**moved) : std::move(item));
        items.back().state = ItemState::Verified;
    }
    items.insert(items.end(), failed.begin(), failed.end());
    if (!items.empty()) {
        if (auto noted = m_parts.journal->append({{Entry::Verified, zoneBody(0, items)}}); !noted) {
            return noted;
        }
    }
    tell(items);
    return {};
}

Status RowLane::verify(const CancelToken &cancel) {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    if (auto mapped = mapZones(); !mapped) {
        return mapped;
    }
    if (m_parts.events != nullptr) {
        m_parts.events->total(m_reach->store().facts().rowsEstimated, false);
    }
    std::optional<std::string> after;
    for (;;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while rows were verified");
        }
        auto rows = nextPage(after, cancel);
        if (!rows) {
            return failFrom(rows);
        }
        if (rows->empty()) {
            return {};
        }
        after = rows->back().key;
        const std::size_t count = rows->size();
        if (auto proven = proveRows(std::move(*rows), cancel); !proven) {
            return proven;
        }
        if (m_parts.events != nullptr) {
            m_parts.events->advanced(count);
        }
    }
}

Result<std::vector<ItemRecord>> RowLane::restoreZone(std::size_t at, std::unordered_set<std::uint64_t> &seen,
                                                     const CancelToken &cancel) {
    const RowLedger::ZoneFact &fact = m_ledger.zones()[at];
    auto zone = m_ledger.zone(fact);
    auto olds = m_parts.journal->oldValues(fact.sequence);
    if (!zone || !olds) {
        return !zone ? failFrom(zone) : failFrom(olds);
    }
    if (olds->size() != zone->rows.size()) {
        return fail(ErrorCode::Usage, "undo: this job keeps no undo copies (safety.backup is off).");
    }
    std::vector<RowChange> changes;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < zone->rows.size(); ++i) {
        if (!(*olds)[i]) {
            return fail(ErrorCode::Usage, "undo: the job is finalised; its undo copies are gone.");
        }
        if (!seen.insert(hashOf(zone->rows[i].key)).second) {
            continue; // a later zone has this row too, and brought back what stood there between the two
        }
        changes.push_back({zone->rows[i].key, zone->rows[i].to, *(*olds)[i]});
        places.push_back(i);
    }
    auto results = m_reach->ask(cancel, [&](RowStore &store) { return store.apply(changes); });
    if (!results) {
        return failFrom(results);
    }
    std::vector<ItemRecord> items;
    for (std::size_t i = 0; i < results->size(); ++i) {
        ItemRecord item = zone->items[places[i]];
        std::swap(item.before, item.after);
        item.cause = Cause::None;
        item.state = ItemState::Pending;
        item.message = "restored";
        const RowOutcome outcome = (*results)[i].outcome;
        if (outcome == RowOutcome::Gone || outcome == RowOutcome::Refused) {
            item.state = ItemState::Failed;
            item.cause = outcome == RowOutcome::Gone ? Cause::Missing : Cause::DoesNotFit;
            item.message = outcome == RowOutcome::Gone ? "the row is gone" : (*results)[i].message;
        } else if (outcome == RowOutcome::Other) {
            item.state = ItemState::Conflict;
            item.cause = Cause::ChangedMeanwhile;
            item.message = "somebody changed it after the job; it was left alone";
        }
        items.push_back(std::move(item));
    }
    return items;
}

Result<std::unordered_set<std::uint64_t>> RowLane::broughtBack() const {
    std::unordered_set<std::uint64_t> keys;
    for (const RowLedger::ZoneFact &fact : m_ledger.zones()) {
        if (!fact.undone) {
            continue;
        }
        auto zone = m_ledger.zone(fact);
        if (!zone) {
            return failFrom(zone);
        }
        for (const ZoneRow &row : zone->rows) {
            keys.insert(hashOf(row.key));
        }
    }
    return keys;
}

Status RowLane::undo(const CancelToken &cancel) {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    if (m_parts.events != nullptr) {
        m_parts.events->total(m_ledger.zones().size(), false);
    }
    auto seen = broughtBack();
    if (!seen) {
        return failFrom(seen);
    }
    for (std::size_t at = m_ledger.zones().size(); at-- > 0;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while rows were restored");
        }
        if (m_ledger.zones()[at].undone) {
            continue;
        }
        auto items = restoreZone(at, *seen, cancel);
        if (!items) {
            return failFrom(items);
        }
        if (auto noted = m_ledger.appendUndone(at, *items); !noted) {
            return noted;
        }
        tell(*items);
        if (m_parts.events != nullptr) {
            m_parts.events->advanced(1);
        }
    }
    return {};
}

Status RowLane::finalise() {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    if (auto noted = m_parts.journal->append({{Entry::Final, zoneBody(0, {})}}); !noted) {
        return noted;
    }
    return m_parts.journal->dropOldValues();
}

} // namespace keyturn::reencrypt
