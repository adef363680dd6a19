// SPDX-License-Identifier: Apache-2.0
// LogStore: the pages of a log in a table of the owner's database. Appends inside the owner's transaction.
// Thread rule: that of the Database. Owner: a vault or a history, which outlives it with database, chain and
// sealer. Errors: those of Database, Chain and PageSealer; VaultDamaged names the page.
#pragma once

#include "base/progress.h"
#include "chainlog/chain.h"
#include "sqlite/database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::chainlog {

/// Where a sealed page stands; the sealer binds the page to it.
struct PagePlace {
    std::uint64_t page = 0;
    std::uint64_t version = 0;
    std::uint32_t epoch = 0;
};

/// Seals pages for their place; the owner's keys are behind it.
class PageSealer {
public:
    virtual ~PageSealer() = default;
    virtual std::uint32_t epoch() const = 0;
    virtual Result<Bytes> sealPage(const PagePlace &place, ByteView clear) const = 0;
    /// Errors: NotAuthentic.
    virtual Result<Bytes> openPage(const PagePlace &place, ByteView sealed) const = 0;
};

using RecordVisitor = std::function<Status(const StoredRecord &)>;

class LogStore {
public:
    static constexpr std::string_view createTableSql =
        "CREATE TABLE log_pages(page INTEGER PRIMARY KEY, version INTEGER NOT NULL, epoch INTEGER NOT NULL, "
        "sealed BLOB NOT NULL)";

    static Result<LogStore> open(sqlite::Database &database, const Chain &chain, const PageSealer &sealer);

    /// One sealed page. `version` is the owner's number of the commit this belongs to. A failure leaves
    /// `state` as it was; the owner then rolls its transaction back.
    Status append(LogState &state, std::span<const Record> records, std::uint64_t version);

    /// The newest `limit` records before sequence number `before` (0: from the end), newest first.
    Result<std::vector<StoredRecord>> newest(const LogState &state, std::size_t limit,
                                             std::uint64_t before = 0);
    /// All records in order. Checks the chain on the way and at the end that it ends as `state` says; a
    /// visitor that has seen records must disregard them when this fails.
    Status forEach(const LogState &state, const RecordVisitor &visit, const Progress &progress = {});
    /// The state that the log had when this page was its last; the page itself is checked, not those before.
    Result<LogState> endOfPage(std::uint64_t page);
    /// Every page checked against this log's chain, and made anew of the same records for `next`, whose pages
    /// stand in the same database. `state` is checked, and then is that of the new chain.
    Status rebuildFor(LogStore &next, LogState &state, std::uint64_t version, const Progress &progress = {});

    /// The whole chain checked; findings in words, each with its place, none when it holds. Goes on behind
    /// what is broken. Without a state: all pages that there are, and nothing is said about where the log
    /// ought to end.
    Result<std::vector<std::string>> verify(const std::optional<LogState> &state,
                                            const Progress &progress = {});

private:
    LogStore(const Chain &chain, const PageSealer &sealer)
        : m_chain(&chain)
        , m_sealer(&sealer) {}
    Result<Bytes> openPage(std::uint64_t page);
    Result<std::vector<StoredRecord>> recordsOf(std::uint64_t page);

    const Chain *m_chain;
    const PageSealer *m_sealer;
    /// True: the page continues what is reached, which moves on. False: `findings` says what is wrong with
    /// it.
    Result<bool> verifyPage(std::uint64_t page, LogState &reached, bool &known,
                            std::vector<std::string> &findings);
    Status writePage(sqlite::Statement &statement, std::uint64_t page, std::uint64_t version,
                     ByteView clear) const;

    sqlite::Statement m_insert;
    sqlite::Statement m_replace;
    sqlite::Statement m_select;
    sqlite::Statement m_beyond;
};

} // namespace keyturn::chainlog
