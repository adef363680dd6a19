// SPDX-License-Identifier: Apache-2.0
// What follows the work on a shared job: every row proven once more.
#include "reencrypt/sql/shared_job_impl.h"
#include "reencrypt/sql/shared_records.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

/// The item of a row whose ciphertext proved, as far as this job knows where it came from.
void becomeProven(SharedItem &item, ItemRecord proven, const Digest &live) {
    const bool isOurs = item.record.after == live;
    if (!isOurs) {
        proven.before.reset();
        proven.after = live;
        item.record = std::move(proven);
    }
    item.record.state = ItemState::Verified;
    item.record.cause = Cause::None;
    item.record.message.clear();
    item.record.serviceCode.clear();
}

} // namespace

Status SharedJob::Impl::noteProven(const std::vector<SharedItem> &items) {
    SqlConnection &connection = store->connection();
    if (auto begun = connection.begin(); !begun) {
        return begun;
    }
    Status done = tables->holdStill();
    for (std::size_t i = 0; done && i < items.size(); ++i) {
        done = tables->write(items[i]);
    }
    if (done) {
        done = connection.commit();
    }
    if (!done) {
        connection.rollback();
    }
    return done;
}

Status SharedJob::Impl::prove(std::vector<Row> rows, const CancelToken &cancel) {
    std::vector<std::string> keys;
    for (const Row &row : rows) {
        keys.push_back(row.key);
    }
    auto found = tables->known(keys);
    if (!found) {
        return failFrom(found);
    }
    known = std::move(*found);
    const auto itemFor = [&](const std::string &key, ItemRecord record) {
        const auto at = known.find(key);
        SharedItem item = at != known.end() ? at->second : itemOf({tables->head().pass, 0, 0, {}, {}}, {});
        item.key = key;
        if (at == known.end() || record.state == ItemState::Failed) {
            item.record = std::move(record);
        }
        return item;
    };
    std::vector<RowCandidate> candidates;
    std::vector<SharedItem> items;
    for (Row &row : rows) {
        RowCandidate candidate;
        if (row.isNull) {
            continue;
        }
        if (auto fault = lookInto(row, parts.spec->finder, candidate.blob)) {
            items.push_back(
                itemFor(row.key, failedRow(row, *parts.spec, fault->cause, std::move(fault->message))));
            continue;
        }
        candidate.row = std::move(row);
        candidate.row.context = candidate.row.newContext;
        candidates.push_back(std::move(candidate));
    }
    auto results = parts.mover->prove(requestsOf(candidates), cancel);
    if (!results) {
        return failFrom(results);
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const RowCandidate &candidate = candidates[i];
        ItemRecord record =
            recordOf(placeOf(candidate.row, *parts.spec), candidate.blob.ciphertext, (*results)[i]);
        items.push_back(itemFor(candidate.row.key, record));
        if (record.state != ItemState::Failed) {
            becomeProven(items.back(), std::move(record), digestOf(candidate.blob.ciphertext));
        }
    }
    std::vector<ItemRecord> told;
    for (const SharedItem &item : items) {
        told.push_back(item.record);
        unproven += item.record.state == ItemState::Failed ? 1 : 0;
    }
    auto noted = noteProven(items);
    if (noted) {
        tell(told);
    }
    return noted;
}

Status SharedJob::verify(const CancelToken &cancel) {
    if (auto met = m_impl->meet(false); !met) {
        return met;
    }
    const std::string state = m_impl->tables->head().state;
    if (state == "undone") {
        return fail(ErrorCode::Usage, "this shared job is undone: there is nothing of it to verify.");
    }
    m_impl->unproven = 0;
    const std::size_t limit = std::clamp<std::size_t>(m_impl->parts.spec->safety.batchItems, 1, 256);
    std::optional<std::string> after;
    for (;;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while rows were verified");
        }
        auto rows = m_impl->store->page(after, limit);
        if (!rows) {
            return failFrom(rows);
        }
        if (rows->empty()) {
            break;
        }
        after = rows->back().key;
        const std::size_t count = rows->size();
        if (auto proven = m_impl->prove(std::move(*rows), cancel); !proven) {
            return proven;
        }
        if (m_impl->parts.events != nullptr) {
            m_impl->parts.events->advanced(count);
        }
    }
    const bool isProven = state != "finalised" && m_impl->unproven == 0;
    return isProven ? m_impl->tables->setState("verified") : Status();
}

Result<std::unique_ptr<Journal>> SharedJob::records() {
    if (auto met = m_impl->meet(false); !met) {
        return failFrom(met);
    }
    return openSharedRecords(m_impl->store->connection(), *m_impl->tables, *m_impl->parts.spec,
                             sharedJobId(*m_impl->parts.spec));
}

} // namespace keyturn::reencrypt
