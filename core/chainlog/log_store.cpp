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
        {&LogStore::m_replace, "UPDATE log_pages SET version=?2, epoch=?3, sealed=?4 WHERE page=?1"},
        {&LogStore::m_select, "SELECT version, epoch, sealed FROM log_pages WHERE page=?1"},
        {&LogStore::m_beyond, "SELECT count(*), max(page) FROM log_pages WHERE page<1 OR page>?1"}};
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
    if (auto written = writePage(m_insert, after.pages, version, *clear); !written) {
        return written;
    }
    state = after;
    return {};
}

Status LogStore::writePage(sqlite::Statement &statement, std::uint64_t page, std::uint64_t version,
                           ByteView clear) const {
    const PagePlace place{page, version, m_sealer->epoch()};
    auto sealed = m_sealer->sealPage(place, clear);
    if (!sealed) {
        return failFrom(sealed);
    }
    const sqlite::StatementRun ending(statement);
    Status bound = statement.bind(1, static_cast<std::int64_t>(place.page));
    bound = bound ? statement.bind(2, static_cast<std::int64_t>(version)) : bound;
    bound = bound ? statement.bind(3, static_cast<std::int64_t>(place.epoch)) : bound;
    bound = bound ? statement.bind(4, *sealed) : bound;
    return bound ? statement.run() : bound;
}

Status LogStore::rebuildFor(LogStore &next, LogState &state, std::uint64_t version,
                            const Progress &progress) {
    LogState reached;
    LogState rebuilt;
    while (reached.pages < state.pages) {
        auto clear = openPage(reached.pages + 1);
        auto stored = clear ? m_chain->readPage(reached, *clear) : failFrom(clear);
        if (!stored) {
            return failFrom(stored);
        }
        std::vector<Record> records;
        records.reserve(stored->size());
        for (StoredRecord &one : *stored) {
            records.push_back(std::move(one.record));
        }
        auto page = next.m_chain->buildPage(rebuilt, records);
        auto written =
            page ? next.writePage(next.m_replace, rebuilt.pages, version, *page) : Status(failFrom(page));
        if (!written) {
            return written;
        }
        if (progress) {
            progress({reached.records, state.records, "log"});
        }
    }
    if (reached != state) {
        return damagedPage(reached.pages, "the log does not end where the vault's root says");
    }
    state = rebuilt;
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

Result<LogState> LogStore::endOfPage(std::uint64_t page) {
    auto records = recordsOf(page);
    return records ? Result<LogState>(LogState{page, records->back().sequence, records->back().hash})
                   : failFrom(records);
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

Result<bool> LogStore::verifyPage(std::uint64_t page, LogState &reached, bool &known,
                                  std::vector<std::string> &findings) {
    const auto finding = [&](const Error &error) -> Result<bool> {
        if (!isFinding(error)) {
            return fail(error);
        }
        const std::string place = "log page " + std::to_string(page);
        findings.push_back((error.detail.starts_with(place) ? std::string() : place + ": ") + error.detail +
                           " (behind record " + std::to_string(reached.records) + ")");
        return false;
    };
    auto clear = openPage(page);
    if (!clear) {
        known = false;
        return finding(clear.error());
    }
    Result<bool> sound = true;
    if (known) {
        auto records = m_chain->readPage(reached, *clear);
        if (records) {
            return true;
        }
        sound = finding(records.error());
    }
    // Behind a break: from where the page itself says that it goes on.
    auto start = Chain::claimedStart(page, *clear);
    auto records = start ? m_chain->readPage(*start, *clear) : failFrom(start);
    if (sound && *sound && !records) {
        sound = finding(records.error());
    }
    known = records.has_value();
    if (known) {
        reached = *start;
    }
    return sound;
}

Result<std::vector<std::string>> LogStore::verify(const std::optional<LogState> &state,
                                                  const Progress &progress) {
    std::vector<std::string> findings;
    const auto beyond = [this](std::uint64_t page) -> Result<std::pair<std::uint64_t, std::uint64_t>> {
        const sqlite::StatementRun ending(m_beyond);
        auto bound = m_beyond.bind(1, static_cast<std::int64_t>(page));
        auto row = bound ? m_beyond.step() : failFrom(bound);
        return row ? Result<std::pair<std::uint64_t, std::uint64_t>>(
                         std::pair(static_cast<std::uint64_t>(m_beyond.integer(0)),
                                   static_cast<std::uint64_t>(m_beyond.integer(1))))
                   : failFrom(row);
    };
    auto there = beyond(0);
    if (!there && isFinding(there.error())) {
        findings.push_back("the log's pages cannot be listed: " + there.error().detail);
        return findings;
    }
    if (!there) {
        return failFrom(there);
    }
    const std::uint64_t pages = state ? state->pages : there->second;
    LogState reached;
    bool known = true;
    for (std::uint64_t page = 1; page <= pages; ++page) {
        if (auto sound = verifyPage(page, reached, known, findings); !sound) {
            return failFrom(sound);
        }
        if (progress) {
            progress({reached.records, state ? state->records : 0, "log"});
        }
        if (!known && page > there->second) {
            findings.push_back("log pages " + std::to_string(page) + " to " + std::to_string(pages) +
                               " are missing");
            break;
        }
    }
    if (state && known && reached != *state) {
        findings.push_back("the log ends at record " + std::to_string(reached.records) +
                           ", and not where the vault's root says: at record " +
                           std::to_string(state->records));
    }
    auto more = beyond(pages);
    if (!more) {
        return isFinding(more.error()) ? Result<std::vector<std::string>>(std::move(findings))
                                       : failFrom(more);
    }
    if (more->first > 0) {
        findings.push_back(std::to_string(more->first) + " pages stand outside of the log's " +
                           std::to_string(pages));
    }
    return findings;
}

} // namespace keyturn::chainlog
