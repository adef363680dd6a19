// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_lane.h"

#include "reencrypt/sql/row_lane_impl.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t zoneRowsMax = 256;
constexpr std::size_t zoneBytesMax = 8 * 1024 * 1024;
constexpr std::size_t triedRows = 10;
constexpr int turnsMax = 3; ///< a row that changes under our hands is tried again so often
/// Passes that end in nothing but conflicts: somebody writes these rows all the time.
constexpr std::uint64_t stuckPassesMax = 10;

ItemRecord conflict(ItemRecord item, std::string message) {
    item.state = ItemState::Conflict;
    item.cause = Cause::ChangedMeanwhile;
    item.message = std::move(message);
    return item;
}

} // namespace

RowLane::RowLane(const LaneParts &parts, BackOff backOff)
    : m_parts(parts)
    , m_backOff(backOff)
    , m_ledger(parts.journal) {}

Status RowLane::ready(const CancelToken &cancel) {
    if (!m_parts.spec->source.passwordInKeychain.empty() && m_parts.databasePassword == nullptr) {
        return fail(ErrorCode::Configuration, "source.password-in-keychain: nobody fetched the password for "
                                              "this job; keyturn-cli job run does.");
    }
    auto wait = m_backOff.first;
    for (int attempt = 1; !m_reach; ++attempt) {
        RowStoreAccess access;
        if (m_parts.databasePassword != nullptr) {
            access.password.emplace();
            access.password->append(m_parts.databasePassword->view());
        }
        auto store = openRowStore(*m_parts.spec, access, m_parts.base);
        if (store) {
            m_reach.emplace(std::move(*store), m_backOff);
            break;
        }
        if (!store.error().retryable || attempt >= m_backOff.attempts) {
            return failFrom(store);
        }
        if (auto waited = waitFor(wait, cancel); !waited) {
            return waited;
        }
        wait = std::min(wait * 2, m_backOff.most);
    }
    if (!m_loaded) {
        if (auto loaded = m_ledger.load(); !loaded) {
            return loaded;
        }
        m_loaded = true;
    }
    return {};
}

void RowLane::tell(const std::vector<ItemRecord> &items) {
    m_faults += faultsIn(items);
    if (m_parts.events != nullptr && !items.empty()) {
        m_parts.events->items(items);
    }
}

void RowLane::at(const std::string &what) {
    if (m_parts.events != nullptr) {
        m_parts.events->at(what);
    }
}

/// At most a hot zone of rows, and of bytes.
Result<std::vector<Row>> RowLane::nextPage(const std::optional<std::string> &after,
                                           const CancelToken &cancel) {
    const std::size_t limit = rowsAtOnce(m_parts.spec->safety, m_faults, zoneRowsMax);
    auto rows = m_reach->ask(cancel, [&](RowStore &store) { return store.page(after, limit); });
    if (!rows) {
        return rows;
    }
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        bytes += (*rows)[i].value.size();
        if (i > 0 && bytes > zoneBytesMax) {
            rows->resize(i);
        }
    }
    return rows;
}

Result<Step> RowLane::endPass() {
    const bool stuck = m_movedThisPass == 0 && m_conflictsThisPass > 0;
    m_passesWithoutProgress = stuck ? m_passesWithoutProgress + 1 : 0;
    m_movedThisPass = 0;
    m_conflictsThisPass = 0;
    m_announced = true;
    if (auto ended = m_ledger.appendPass(); !ended) {
        return failFrom(ended);
    }
    const std::uint64_t wanted = std::max<std::uint64_t>(m_parts.spec->safety.sweeps, 1);
    const bool finished = m_parts.spec->safety.dryRun || m_ledger.cleanPasses() >= wanted ||
                          m_passesWithoutProgress >= stuckPassesMax;
    if (!finished) {
        return Step::More;
    }
    m_ledger.beginAnew();
    m_passesWithoutProgress = 0;
    m_announced = false;
    return Step::Finished;
}

Result<Step> RowLane::step(const CancelToken &cancel) {
    if (auto opened = ready(cancel); !opened) {
        return failFrom(opened);
    }
    if (m_ledger.open()) {
        if (auto recovered = recover(); !recovered) {
            return failFrom(recovered);
        }
    }
    if (!m_announced && m_parts.events != nullptr) {
        m_parts.events->total(m_reach->store().facts().rowsEstimated, false);
    }
    const bool isFirstPass = !m_announced;
    const auto after = m_ledger.cursor();
    at("pass " + std::to_string(m_ledger.pass()) + (after ? ", after " + *after : ""));
    auto rows = nextPage(after, cancel);
    if (!rows) {
        return failFrom(rows);
    }
    if (rows->empty()) {
        return endPass();
    }
    const std::size_t count = rows->size();
    if (auto worked = work(std::move(*rows), cancel); !worked) {
        return failFrom(worked);
    }
    if (m_parts.events != nullptr && isFirstPass) {
        m_parts.events->advanced(count);
    }
    return Step::More;
}

Status RowLane::work(std::vector<Row> rows, const CancelToken &cancel) {
    const std::string cursor = rows.back().key;
    const std::size_t count = rows.size();
    for (int turned = 1; !rows.empty(); ++turned) {
        JudgedRows judged = judge(std::move(rows), *m_parts.spec, m_ledger);
        rows.clear();
        std::vector<ItemRecord> items = std::move(judged.items);
        if (judged.candidates.empty()) {
            if (!items.empty()) {
                if (auto looked = m_ledger.appendLooked(items, cursor); !looked) {
                    return looked;
                }
            }
            tell(items);
            break;
        }
        auto results = m_parts.mover->move(requestsOf(judged.candidates), cancel);
        if (!results) {
            return failFrom(results);
        }
        auto others =
            take(judged.candidates, std::move(*results), *m_parts.spec, m_reach->store().facts(), m_ledger);
        items.insert(items.end(), others.begin(), others.end());
        if (m_parts.spec->safety.dryRun) {
            if (auto tried = rehearse(std::move(judged.candidates), std::move(items), cursor, cancel);
                !tried) {
                return tried;
            }
            break;
        }
        auto changed = turn(std::move(judged.candidates), items, turned >= turnsMax, cursor, cancel);
        if (!changed) {
            return failFrom(changed);
        }
        tell(items);
        rows = std::move(*changed);
    }
    m_ledger.passBy(count, cursor);
    return {};
}

/// Everything but writing: what the table says to the new values, rolled back.
Status RowLane::rehearse(std::vector<RowCandidate> candidates, std::vector<ItemRecord> items,
                         const std::string &cursor, const CancelToken &cancel) {
    auto tried = tryFirst(candidates, cancel);
    if (!tried && tried.error().code != ErrorCode::Usage) {
        return tried;
    }
    for (RowCandidate &candidate : candidates) {
        candidate.item.state = ItemState::Pending;
        candidate.item.message = tried ? "would be moved" : "would be moved; " + tried.error().detail;
        items.push_back(std::move(candidate.item));
    }
    if (auto looked = m_ledger.appendLooked(items, cursor); !looked) {
        return looked;
    }
    tell(items);
    return {};
}

/// Before the first row of a run is written: may we, and does the table take it?
Status RowLane::tryFirst(const std::vector<RowCandidate> &candidates, const CancelToken &cancel) {
    if (m_tried || candidates.empty()) {
        return {};
    }
    std::vector<RowChange> changes = changesOf(candidates);
    changes.resize(std::min(changes.size(), triedRows));
    auto tried = m_reach->ask(cancel, [&](RowStore &store) { return store.tryOut(changes); });
    m_tried = tried.has_value();
    return tried;
}

Result<std::vector<Row>> RowLane::turn(std::vector<RowCandidate> candidates, std::vector<ItemRecord> &items,
                                       bool isLast, const std::string &cursor, const CancelToken &cancel) {
    if (candidates.empty()) {
        if (auto looked = m_ledger.appendLooked(items, cursor); !looked) {
            return failFrom(looked);
        }
        return std::vector<Row>();
    }
    // A row that is refused is that row's own fault, found below; what stops all of them is found here.
    if (auto tried = tryFirst(candidates, cancel); !tried && tried.error().code != ErrorCode::Usage) {
        return failFrom(tried);
    }
    std::vector<Bytes> olds;
    if (m_parts.spec->safety.backup) {
        for (const RowCandidate &candidate : candidates) {
            olds.push_back(candidate.row.value);
        }
    }
    if (auto announced =
            m_ledger.appendIntent(zoneOf(candidates), std::move(olds), m_parts.spec->safety.backup);
        !announced) {
        return failFrom(announced);
    }
    const std::size_t count = candidates.size();
    auto changed = settle(candidates, items, isLast, cancel);
    if (!changed) {
        return changed;
    }
    if (auto applied = m_ledger.appendApplied(items, count, cursor); !applied) {
        return failFrom(applied);
    }
    return changed;
}

Result<std::vector<Row>> RowLane::settle(std::vector<RowCandidate> &candidates,
                                         std::vector<ItemRecord> &items, bool isLast,
                                         const CancelToken &cancel) {
    const auto changes = changesOf(candidates);
    auto results = m_reach->ask(cancel, [&](RowStore &store) { return store.apply(changes); });
    if (!results) {
        return failFrom(results);
    }
    std::vector<Row> again;
    for (std::size_t i = 0; i < results->size(); ++i) {
        RowResult &result = (*results)[i];
        ItemRecord &item = candidates[i].item;
        switch (result.outcome) {
        case RowOutcome::Changed:
        case RowOutcome::AlreadyNew:
            ++m_movedThisPass;
            items.push_back(std::move(item));
            break;
        case RowOutcome::Other:
            if (!isLast && !result.now->isNull) {
                again.push_back(std::move(*result.now));
                break;
            }
            ++m_conflictsThisPass;
            items.push_back(conflict(std::move(item), "somebody else wrote the row again and again"));
            break;
        case RowOutcome::Gone:
            item = failedRow(candidates[i].row, *m_parts.spec, Cause::Missing, "the row is gone");
            items.push_back(std::move(item));
            break;
        case RowOutcome::Refused:
            m_ledger.noteFailure(candidates[i].row.key, digestOf(candidates[i].row.value));
            items.push_back(
                failedRow(candidates[i].row, *m_parts.spec, Cause::DoesNotFit, std::move(result.message)));
            break;
        }
    }
    return again;
}

Result<std::vector<RowChange>> RowLane::halfDone(const RowZone &zone, std::vector<ItemRecord> &items) {
    std::vector<std::string> keys;
    for (const ZoneRow &row : zone.rows) {
        keys.push_back(row.key);
    }
    auto live = m_reach->ask({}, [&](RowStore &store) { return store.read(keys); });
    if (!live) {
        return failFrom(live);
    }
    std::vector<RowChange> changes;
    items = zone.items;
    for (std::size_t i = 0; i < zone.rows.size(); ++i) {
        const auto &row = (*live)[i];
        ItemRecord &item = items[i];
        item.state = zone.rows[i].proven;
        if (!row) {
            item.state = ItemState::Failed;
            item.cause = Cause::Missing;
            item.message = "the row is gone";
        } else if (!row->isNull && digestOf(row->value) == zone.rows[i].old) {
            changes.push_back({zone.rows[i].key, row->value, zone.rows[i].to});
        } else if (row->isNull || row->value != zone.rows[i].to) {
            item = conflict(std::move(item), "somebody else wrote the row while the job was interrupted");
        }
    }
    return changes;
}

Status RowLane::recover() {
    if (auto opened = ready({}); !opened) {
        return opened;
    }
    if (!m_ledger.open()) {
        return {};
    }
    const RowZone zone = *m_ledger.open();
    std::vector<ItemRecord> items;
    auto changes = halfDone(zone, items);
    if (!changes) {
        return failFrom(changes);
    }
    auto results = m_reach->ask({}, [&](RowStore &store) { return store.apply(*changes); });
    if (!results) {
        return failFrom(results);
    }
    for (std::size_t i = 0; i < results->size(); ++i) {
        const RowResult &result = (*results)[i];
        const auto at = std::find_if(zone.rows.begin(), zone.rows.end(),
                                     [&](const ZoneRow &row) { return row.key == (*changes)[i].key; });
        ItemRecord &item = items[static_cast<std::size_t>(at - zone.rows.begin())];
        if (result.outcome == RowOutcome::Refused || result.outcome == RowOutcome::Gone) {
            item.state = ItemState::Failed;
            item.cause = result.outcome == RowOutcome::Gone ? Cause::Missing : Cause::DoesNotFit;
            item.message = result.message;
        } else if (result.outcome == RowOutcome::Other) {
            item = conflict(std::move(item), "somebody else wrote the row while the job was interrupted");
        }
    }
    // The page's other rows are looked at again: the cursor stays where it was.
    if (auto applied =
            m_ledger.appendApplied(items, zone.rows.size(), m_ledger.cursor().value_or(std::string()));
        !applied) {
        return applied;
    }
    tell(items);
    return {};
}

Result<std::unique_ptr<Lane>> makeRowLane(const LaneParts &parts) {
    return makeRowLane(parts, BackOff());
}

Result<std::unique_ptr<Lane>> makeRowLane(const LaneParts &parts, BackOff backOff) {
    return std::unique_ptr<Lane>(std::make_unique<RowLane>(parts, backOff));
}

} // namespace keyturn::reencrypt
