// SPDX-License-Identifier: Apache-2.0
#include "chainlog/log_store.h"

#include <algorithm>

namespace keyturn::chainlog {

namespace {

tl::unexpected<Error> damagedPage(std::uint64_t page, std::string_view what) {
    return fail(ErrorCode::VaultDamaged, "log page " + std::to_string(page) + ": " + std::string(what));
}

/// True where a failure is about what stands in the log, and not about reading it.
bool isFinding(const Error &error) {
    return error.code == ErrorCode::VaultDamaged;
}

} // namespace

Result<LogStore> LogStore::open(sqlite::Database &database, const Chain &chain, const PageSealer &sealer) {
    LogStore store(chain, sealer);
    const std::pair<sqlite::Statement LogStore::*, std::string_view> statements[] = {
        {&LogStore::m_insert, "INSERT INTO log_pages(page, version, epoch, sealed) VALUES(?1, ?2, ?3, ?4)"},
        {&LogStore::m_select, "SELECT version, epoch, sealed FROM log_pages WHERE page=?1"},
        {&LogStore::m_count, "SELECT count(*) FROM log_pages"}};
    for (const auto &[member, sql] : statements) {
        auto prepared = database.prepare(sql);
        if (!prepared) {
            return failFrom(prepared);
        }
        store.*member = std::move(*prepared);
    }
    return store;
}

Status LogStore::append(LogState &state, std::span<const Record> records, std::uint64_t version) {
    LogState after = state;
    auto clear = m_chain->buildPage(after, records);
    if (!clear) {
        return failFrom(clear);
    }
    const PagePlace place{after.pages, version, m_sealer->epoch()};
    auto sealed = m_sealer->sealPage(place, *clear);
    if (!sealed) {
        return failFrom(sealed);
    }
    const sqlite::StatementRun ending(m_insert);
    Status bound = m_insert.bind(1, static_cast<std::int64_t>(place.page));
    bound = bound ? m_insert.bind(2, static_cast<std::int64_t>(version)) : bound;
    bound = bound ? m_insert.bind(3, static_cast<std::int64_t>(place.epoch)) : bound;
    bound = bound ? m_insert.bind(4, *sealed) : bound;
    if (auto written = bound ? m_insert.run() : bound; !written) {
        return written;
    }
    state = after;
    return {};
}

Result<Bytes> LogStore::openPage(std::uint64_t page) {
    const sqlite::StatementRun ending(m_select);
    if (auto bound = m_select.bind(1, static_cast<std::int64_t>(page)); !bound) {
        return failFrom(bound);
    }
    auto row = m_select.step();
    if (!row) {
        return failFrom(row);
    }
    if (!*row) {
        return damagedPage(page, "missing");
    }
    const PagePlace place{page, static_cast<std::uint64_t>(m_select.integer(0)),
                          static_cast<std::uint32_t>(m_select.integer(1))};
    if (m_select.integer(1) != m_sealer->epoch() || !m_select.isBlob(2)) {
        return damagedPage(page, "wrong form");
    }
    auto clear = m_sealer->openPage(place, m_select.blob(2));
    if (!clear && clear.error().code == ErrorCode::NotAuthentic) {
        return damagedPage(page, "altered, or of another place");
    }
    return clear;
}

Result<std::vector<StoredRecord>> LogStore::recordsOf(std::uint64_t page) {
    auto clear = openPage(page);
    if (!clear) {
        return failFrom(clear);
    }
    auto start = Chain::claimedStart(page, *clear);
    return start ? m_chain->readPage(*start, *clear) : failFrom(start);
}

Result<std::vector<StoredRecord>> LogStore::newest(const LogState &state, std::size_t limit,
                                                   std::uint64_t before) {
    std::vector<StoredRecord> found;
    for (std::uint64_t page = state.pages; page > 0 && found.size() < limit; --page) {
        auto records = recordsOf(page);
        if (!records) {
            return failFrom(records);
        }
        if (page == state.pages && records->back().hash != state.head) {
            return damagedPage(page, "is not the end of this log");
        }
        for (auto record = records->rbegin(); record != records->rend() && found.size() < limit; ++record) {
            if (before == 0 || record->sequence < before) {
                found.push_back(std::move(*record));
            }
        }
    }
    return found;
}

Status LogStore::forEach(const LogState &state, const RecordVisitor &visit, const Progress &progress) {
    LogState reached;
    while (reached.pages < state.pages) {
        auto clear = openPage(reached.pages + 1);
        auto records = clear ? m_chain->readPage(reached, *clear) : failFrom(clear);
        if (!records) {
            return failFrom(records);
        }
        for (const StoredRecord &record : *records) {
            if (auto visited = visit(record); !visited) {
                return visited;
            }
        }
        if (progress) {
            progress({reached.records, state.records, "log"});
        }
    }
    if (reached != state) {
        return damagedPage(reached.pages, "the log does not end where the vault's root says");
    }
    return {};
}

Result<std::vector<std::string>> LogStore::verify(const LogState &state, const Progress &progress) {
    std::vector<std::string> findings;
    auto walked = forEach(
        state, [](const StoredRecord &) { return Status{}; }, progress);
    if (!walked) {
        if (!isFinding(walked.error())) {
            return failFrom(walked);
        }
        findings.push_back(walked.error().detail);
    }
    const sqlite::StatementRun ending(m_count);
    auto row = m_count.step();
    if (!row) {
        return failFrom(row);
    }
    const auto pages = static_cast<std::uint64_t>(m_count.integer(0));
    if (pages != state.pages) {
        findings.push_back("the log has " + std::to_string(pages) + " pages instead of " +
                           std::to_string(state.pages));
    }
    return findings;
}

} // namespace keyturn::chainlog
