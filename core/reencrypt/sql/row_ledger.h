// SPDX-License-Identifier: Apache-2.0
// RowLedger: what a journal says about the rows of its job: the zone that a kill left open, where the pass
// stands, how many passes in a row found nothing, and which ciphertexts are known to be under the destination
// key, so that sweeps cost no call for them. 8 bytes a ciphertext, at most digestsMax of them: beyond that
// sweeps ask the service. One thread at a time. Errors: those of the journal, NotAuthentic.
#pragma once

#include "base/result.h"
#include "reencrypt/journal.h"
#include "reencrypt/sql/row_zone.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace keyturn::reencrypt {

class RowLedger {
public:
    static constexpr std::size_t digestsMax = 4'000'000;

    struct ZoneFact {
        std::uint64_t sequence = 0; ///< of its Intent
        std::uint64_t number = 0;
        bool undone = false;
    };

    explicit RowLedger(Journal *journal) ///< nullptr: a plan, nothing is kept
        : m_journal(journal) {}
    Status load();

    const std::optional<RowZone> &open() const { return m_open; }
    const std::vector<ZoneFact> &zones() const { return m_zones; }
    Result<RowZone> zone(const ZoneFact &fact) const;

    std::uint64_t pass() const { return m_pass; } ///< from 1
    std::optional<std::string> cursor() const;
    std::uint64_t cleanPasses() const { return m_clean; }
    /// The run is over: the next one looks at everything again, also at what failed.
    void beginAnew();

    bool isDone(const Digest &ciphertext) const;
    /// It failed in this run, and is what it was: not asked about again.
    bool hasFailed(std::string_view key, const Digest &value) const;
    void noteFailure(std::string_view key, const Digest &value);

    Status appendIntent(RowZone zone, std::vector<Bytes> olds, bool keepOlds);
    Status appendApplied(const std::vector<ItemRecord> &items, std::uint64_t moved,
                         const std::string &cursor);
    Status appendLooked(const std::vector<ItemRecord> &items, const std::string &cursor);
    /// The cursor alone, without a record: pages that hold nothing new.
    void passBy(std::size_t rows, const std::string &cursor);
    Status appendPass();
    Status appendUndone(std::size_t zone, const std::vector<ItemRecord> &items);
    std::uint64_t nextZone() const { return m_nextZone; }

private:
    Status take(const JournalRecord &record);
    Status takeState(ByteView body);
    void takeIntent(RowZone zone, std::uint64_t sequence);
    void takeMarked(const AppliedZone &applied);
    void takePass(const EndedPass &ended);
    void noteItems(const std::vector<ItemRecord> &items);

    Journal *m_journal;
    std::optional<RowZone> m_open;
    std::vector<ZoneFact> m_zones;
    std::unordered_set<std::uint64_t> m_done;
    std::unordered_map<std::uint64_t, std::uint64_t> m_failed; ///< key to value
    std::string m_cursor;
    std::uint64_t m_pass = 1;
    std::uint64_t m_rows = 0;
    std::uint64_t m_moved = 0;
    std::uint64_t m_clean = 0;
    std::uint64_t m_nextZone = 1;
};

} // namespace keyturn::reencrypt
