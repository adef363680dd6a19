// SPDX-License-Identifier: Apache-2.0
// What opening checks: the key, every record in order, the head, every old value.
#include "base/encoding.h"
#include "base/platform/file.h"
#include "crypto/sha256.h"
#include "reencrypt/journal_file.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t digestSize = std::tuple_size_v<Digest>;

tl::unexpected<Error> tampered(const std::string &what) {
    return fail(ErrorCode::NotAuthentic, what + ". The journal was changed by somebody else, or belongs to "
                                                "another job; nothing was touched");
}

tl::unexpected<Error> tampered(std::uint64_t sequence) {
    return tampered("record " + std::to_string(sequence) + " of the journal does not prove");
}

Result<Mac> macOf(ByteView stored) {
    Mac mac{};
    if (stored.size() != mac.size()) {
        return tampered("a proof in the journal has the wrong size");
    }
    std::copy(stored.begin(), stored.end(), mac.begin());
    return mac;
}

/// The first row of a query, or what is wrong.
Status firstRow(sqlite::Statement &statement, const std::string &what) {
    auto row = statement.step();
    if (!row) {
        return failFrom(row);
    }
    return *row ? Status{} : Status(tampered(what + " is missing"));
}

} // namespace

Status FileJournal::load(const SecretBytes &key) {
    auto done = loadJob(key);
    done = done ? loadRecords() : done;
    done = done ? loadHead() : done;
    done = done ? checkOldValues() : done;
    if (!done) {
        return done;
    }
    // A network file system has no shared memory, which the write-ahead log needs.
    const bool onNetwork = base::platform::isNetworkFileSystem(m_file.parent_path());
    done = m_database.setJournal(onNetwork ? sqlite::Journal::DeleteExtra : sqlite::Journal::Wal);
    return done ? prepare() : done;
}

Status FileJournal::loadJob(const SecretBytes &key) {
    auto statement = m_database.prepare("SELECT id, format, key_source, key_check FROM job");
    if (!statement) {
        return failFrom(statement);
    }
    if (auto row = firstRow(*statement, "the journal's job"); !row) {
        return row;
    }
    JobId id{};
    const ByteView stored = statement->blob(0);
    if (stored.size() != id.size()) {
        return tampered("the journal's job has no id");
    }
    std::copy(stored.begin(), stored.end(), id.begin());
    m_chain.emplace(key.view(), id);
    m_head.jobId = toHex(id);
    m_head.keySource = statement->text(2);
    const auto format = static_cast<std::uint64_t>(statement->integer(1));
    if (!equalConstantTime(m_chain->keyCheck(format, m_head.keySource), statement->blob(3))) {
        return fail(ErrorCode::NotAuthentic, "this is not the journal's key (the journal names " +
                                                 m_head.keySource +
                                                 "), or the journal was changed. Nothing was touched.");
    }
    return {};
}

Status FileJournal::loadRecords() {
    auto statement =
        m_database.prepare("SELECT sequence, entry, body, olds, mac FROM record ORDER BY sequence");
    if (!statement) {
        return failFrom(statement);
    }
    const Bytes dropped = droppedBody();
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            break;
        }
        const auto sequence = static_cast<std::uint64_t>(statement->integer(0));
        const auto entry = static_cast<Entry>(statement->integer(1));
        const ByteView body = statement->blob(2);
        const ByteView olds = statement->blob(3);
        auto mac = macOf(statement->blob(4));
        if (!mac) {
            return failFrom(mac);
        }
        if (sequence != ++m_size || olds.size() % digestSize != 0 ||
            statement->integer(1) != static_cast<std::uint8_t>(entry) ||
            !equalConstantTime(m_chain->record(sequence, entry, m_lastMac, body, olds), *mac)) {
            return tampered(m_size);
        }
        if (entry == Entry::Created) {
            if (auto read = readCreated(body, m_head); !read) {
                return read;
            }
        }
        m_lastMac = *mac;
        m_lastOf[entry] = sequence;
        m_oldValueCount += olds.size() / digestSize;
        if (entry == Entry::Final && std::equal(body.begin(), body.end(), dropped.begin(), dropped.end())) {
            m_oldValueCount = 0;
            m_droppedBefore = sequence;
        }
    }
    return m_lastOf.contains(Entry::Created) ? Status{} : Status(tampered("the journal's job is missing"));
}

Status FileJournal::loadHead() {
    auto statement = m_database.prepare("SELECT sequence, state, reason, changed, counters, mac FROM head");
    if (!statement) {
        return failFrom(statement);
    }
    if (auto row = firstRow(*statement, "the journal's head"); !row) {
        return row;
    }
    auto mac = macOf(statement->blob(5));
    const auto counters = countersOf(statement->blob(4));
    const std::int64_t state = statement->integer(1);
    if (!mac || !counters || state < 0 || state > static_cast<std::int64_t>(JobState::Undone)) {
        return tampered("the journal's head does not prove");
    }
    const ChainHead head{static_cast<std::uint64_t>(statement->integer(0)), static_cast<JobState>(state),
                         std::string(statement->text(2)), statement->integer(3), *counters};
    if (!equalConstantTime(m_chain->head(head), *mac)) {
        return tampered("the journal's head does not prove");
    }
    if (head.sequence != m_size) {
        return tampered("the journal ends at record " + std::to_string(m_size) + ", its head names " +
                        std::to_string(head.sequence));
    }
    m_head.state = head.state;
    m_head.reason = head.reason;
    m_head.changed = Timestamp(std::chrono::microseconds(head.changed));
    m_head.counters = head.counters;
    return {};
}

Status FileJournal::checkOldValues() {
    auto statement =
        m_database.prepare("SELECT o.record, o.place, o.value, r.olds FROM old_value o LEFT JOIN "
                           "record r ON r.sequence = o.record ORDER BY o.record, o.place");
    if (!statement) {
        return failFrom(statement);
    }
    std::uint64_t seen = 0;
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            break;
        }
        const auto record = static_cast<std::uint64_t>(statement->integer(0));
        const auto place = static_cast<std::size_t>(statement->integer(1));
        const ByteView olds = statement->blob(3);
        if (record <= m_droppedBefore || place >= olds.size() / digestSize ||
            !equalConstantTime(crypto::sha256(statement->blob(2)),
                               olds.subspan(place * digestSize, digestSize))) {
            return tampered("an old value of record " + std::to_string(record) +
                            " of the journal does not prove");
        }
        ++seen;
    }
    return seen == m_oldValueCount ? Status{} : Status(tampered("old values of the journal are missing"));
}

} // namespace keyturn::reencrypt
