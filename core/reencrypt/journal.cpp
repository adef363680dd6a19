// SPDX-License-Identifier: Apache-2.0
// Appending to and reading from an open journal.
#include "crypto/sha256.h"
#include "reencrypt/journal_file.h"
#include "sqlite/transaction.h"

#include <algorithm>
#include <array>

namespace keyturn::reencrypt {

struct FileJournal::Written {
    ChainHead head;
    Mac lastMac{};
    std::map<Entry, std::uint64_t> lastOf;
    std::uint64_t oldValues = 0;
};

FileJournal::FileJournal(std::filesystem::path file, base::platform::LockFile lock, sqlite::Database database,
                         std::shared_ptr<const Clock> clock)
    : m_file(std::move(file))
    , m_lock(std::move(lock))
    , m_database(std::move(database))
    , m_clock(std::move(clock)) {}

Status FileJournal::prepare() {
    constexpr std::array<std::string_view, 3> texts{
        "INSERT INTO record (sequence, entry, body, olds, mac) VALUES (?1, ?2, ?3, ?4, ?5)",
        "INSERT INTO old_value (record, place, value) VALUES (?1, ?2, ?3)",
        "UPDATE head SET sequence = ?1, state = ?2, reason = ?3, changed = ?4, counters = ?5, mac = ?6"};
    const std::array<sqlite::Statement *, 3> kept{&m_insertRecord, &m_insertOld, &m_updateHead};
    for (std::size_t index = 0; index < texts.size(); ++index) {
        auto statement = m_database.prepare(texts[index]);
        if (!statement) {
            return failFrom(statement);
        }
        *kept[index] = std::move(*statement);
    }
    return {};
}

Status FileJournal::append(std::vector<std::pair<Entry, Bytes>> records) {
    std::vector<NewRecord> news;
    news.reserve(records.size());
    for (auto &[entry, body] : records) {
        news.push_back({entry, std::move(body), {}});
    }
    return write(std::move(news), m_head.state, m_head.reason);
}

Status FileJournal::appendWithOld(Entry entry, Bytes body, std::vector<Bytes> oldValues) {
    std::vector<NewRecord> news;
    news.push_back({entry, std::move(body), std::move(oldValues)});
    return write(std::move(news), m_head.state, m_head.reason);
}

Status FileJournal::setState(JobState state, std::string reason) {
    Bytes body{static_cast<std::uint8_t>(state)};
    const ByteView text = asBytes(reason);
    body.insert(body.end(), text.begin(), text.end());
    std::vector<NewRecord> news;
    news.push_back({Entry::State, std::move(body), {}});
    return write(std::move(news), state, reason);
}

Status FileJournal::write(std::vector<NewRecord> records, JobState state, const std::string &reason,
                          bool dropsOldValues) {
    auto transaction = sqlite::Transaction::begin(m_database);
    if (!transaction) {
        return failFrom(transaction);
    }
    Written written{{m_size, state, reason, m_clock->now().time_since_epoch().count(), m_head.counters},
                    m_lastMac,
                    m_lastOf,
                    dropsOldValues ? 0 : m_oldValueCount};
    if (dropsOldValues) {
        if (auto dropped = m_database.execute("DELETE FROM old_value"); !dropped) {
            return dropped;
        }
    }
    for (const NewRecord &record : records) {
        if (auto done = writeRecord(record, written); !done) {
            return done;
        }
    }
    if (auto done = writeHead(written); !done) {
        return done;
    }
    if (auto committed = transaction->commit(); !committed) {
        return committed;
    }
    m_size = written.head.sequence;
    m_lastMac = written.lastMac;
    m_lastOf = std::move(written.lastOf);
    m_oldValueCount = written.oldValues;
    m_droppedBefore = dropsOldValues ? m_size : m_droppedBefore;
    m_head.state = state;
    m_head.reason = reason;
    m_head.changed = Timestamp(std::chrono::microseconds(written.head.changed));
    return {};
}

Status FileJournal::writeRecord(const NewRecord &record, Written &written) {
    const std::uint64_t sequence = ++written.head.sequence;
    Bytes olds;
    for (std::size_t place = 0; place < record.oldValues.size(); ++place) {
        const Bytes &value = record.oldValues[place];
        const auto digest = crypto::sha256(value);
        olds.insert(olds.end(), digest.begin(), digest.end());
        const sqlite::StatementRun run(m_insertOld);
        auto done = m_insertOld.bind(1, static_cast<std::int64_t>(sequence));
        done = done ? m_insertOld.bind(2, static_cast<std::int64_t>(place)) : done;
        done = done ? m_insertOld.bind(3, ByteView(value)) : done;
        done = done ? m_insertOld.run() : done;
        if (!done) {
            return done;
        }
        ++written.oldValues;
    }
    written.lastMac = m_chain->record(sequence, record.entry, written.lastMac, record.body, olds);
    written.lastOf[record.entry] = sequence;
    const sqlite::StatementRun run(m_insertRecord);
    auto done = m_insertRecord.bind(1, static_cast<std::int64_t>(sequence));
    done = done ? m_insertRecord.bind(2, static_cast<std::int64_t>(record.entry)) : done;
    done = done ? m_insertRecord.bind(3, ByteView(record.body)) : done;
    done = done ? m_insertRecord.bind(4, ByteView(olds)) : done;
    done = done ? m_insertRecord.bind(5, ByteView(written.lastMac)) : done;
    return done ? m_insertRecord.run() : done;
}

Status FileJournal::writeHead(const Written &written) {
    const Bytes counters = countersBytes(written.head.counters);
    const Mac mac = m_chain->head(written.head);
    const sqlite::StatementRun run(m_updateHead);
    auto done = m_updateHead.bind(1, static_cast<std::int64_t>(written.head.sequence));
    done = done ? m_updateHead.bind(2, static_cast<std::int64_t>(written.head.state)) : done;
    done = done ? m_updateHead.bindText(3, written.head.reason) : done;
    done = done ? m_updateHead.bind(4, written.head.changed) : done;
    done = done ? m_updateHead.bind(5, ByteView(counters)) : done;
    done = done ? m_updateHead.bind(6, ByteView(mac)) : done;
    return done ? m_updateHead.run() : done;
}

Status FileJournal::read(std::uint64_t from,
                         const std::function<Result<bool>(const JournalRecord &)> &visit) {
    // Bounded: records that the visitor appends are not visited.
    auto statement = m_database.prepare(
        "SELECT sequence, entry, body, olds, mac FROM record WHERE sequence BETWEEN ?1 AND ?2 "
        "ORDER BY sequence");
    if (!statement) {
        return failFrom(statement);
    }
    const std::uint64_t first = std::max<std::uint64_t>(from, 1);
    const std::uint64_t before = first - 1;
    auto bound = statement->bind(1, static_cast<std::int64_t>(std::max<std::uint64_t>(before, 1)));
    bound = bound ? statement->bind(2, static_cast<std::int64_t>(m_size)) : bound;
    if (!bound) {
        return bound;
    }
    std::optional<Mac> previous = before == 0 ? std::optional(Mac{}) : std::nullopt;
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            return {};
        }
        Mac mac{};
        const ByteView stored = statement->blob(4);
        std::copy_n(stored.begin(), std::min(stored.size(), mac.size()), mac.begin());
        JournalRecord record{
            static_cast<std::uint64_t>(statement->integer(0)), static_cast<Entry>(statement->integer(1)), {}};
        if (!previous) {
            previous = mac; // the record before the first that was asked for
            continue;
        }
        record.body = toBytes(statement->blob(2));
        const Mac expected =
            m_chain->record(record.sequence, record.entry, *previous, record.body, statement->blob(3));
        if (!equalConstantTime(expected, mac)) {
            return fail(ErrorCode::NotAuthentic, "record " + std::to_string(record.sequence) +
                                                     " of the journal was changed while the job ran");
        }
        previous = mac;
        auto more = visit(record);
        if (!more) {
            return failFrom(more);
        }
        if (!*more) {
            return {};
        }
    }
}

Result<std::optional<JournalRecord>> FileJournal::last(Entry entry) {
    const auto found = m_lastOf.find(entry);
    if (found == m_lastOf.end()) {
        return std::optional<JournalRecord>();
    }
    std::optional<JournalRecord> record;
    auto done = read(found->second, [&](const JournalRecord &each) -> Result<bool> {
        record = each;
        return false;
    });
    if (!done) {
        return failFrom(done);
    }
    return record;
}

Result<std::vector<std::optional<Bytes>>> FileJournal::oldValues(std::uint64_t sequence) {
    auto statement = m_database.prepare("SELECT r.olds, o.place, o.value FROM record r LEFT JOIN old_value o "
                                        "ON o.record = r.sequence WHERE r.sequence = ?1 ORDER BY o.place");
    if (!statement) {
        return failFrom(statement);
    }
    if (auto bound = statement->bind(1, static_cast<std::int64_t>(sequence)); !bound) {
        return failFrom(bound);
    }
    std::vector<std::optional<Bytes>> values;
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            return values;
        }
        const ByteView olds = statement->blob(0);
        constexpr std::size_t digestSize = std::tuple_size_v<Digest>;
        values.resize(olds.size() / digestSize);
        if (!statement->isInteger(1)) {
            continue; // dropped
        }
        const auto place = static_cast<std::size_t>(statement->integer(1));
        const ByteView value = statement->blob(2);
        if (place >= values.size() ||
            !equalConstantTime(crypto::sha256(value), olds.subspan(place * digestSize, digestSize))) {
            return fail(ErrorCode::NotAuthentic,
                        "an old value of record " + std::to_string(sequence) + " of the journal was changed");
        }
        values[place] = toBytes(value);
    }
}

Status FileJournal::dropOldValues() {
    if (m_oldValueCount > 0) {
        std::vector<NewRecord> news;
        news.push_back({Entry::Final, droppedBody(), {}});
        if (auto written = write(std::move(news), m_head.state, m_head.reason, true); !written) {
            return written;
        }
    }
    // secure_delete has overwritten them in the file; the log before it goes now. Repeated after a kill.
    if (auto emptied = m_database.checkpoint(); !emptied) {
        return emptied;
    }
    return m_database.vacuum();
}

} // namespace keyturn::reencrypt
