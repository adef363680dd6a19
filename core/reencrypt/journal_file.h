// SPDX-License-Identifier: Apache-2.0
// FileJournal: the one implementation of Journal. Private to this module.
#pragma once

#include "base/platform/lock_file.h"
#include "reencrypt/journal.h"
#include "reencrypt/journal_chain.h"
#include "sqlite/database.h"

#include <map>
#include <optional>

namespace keyturn::reencrypt {

inline constexpr std::int64_t journalApplicationId = 0x4B544A31;
inline constexpr std::int64_t journalFormat = 1;

class FileJournal final : public Journal {
public:
    FileJournal(std::filesystem::path file, base::platform::LockFile lock, sqlite::Database database,
                std::shared_ptr<const Clock> clock);

    /// Checks everything and takes over what it says.
    Status load(const SecretBytes &key);

    const JournalHead &head() const override { return m_head; }
    Status append(std::vector<std::pair<Entry, Bytes>> records) override;
    Status appendWithOld(Entry entry, Bytes body, std::vector<Bytes> oldValues) override;
    Result<std::vector<std::optional<Bytes>>> oldValues(std::uint64_t sequence) override;
    Status dropOldValues() override;
    Status setState(JobState state, std::string reason) override;
    void count(const Counters &counters) override { m_head.counters = counters; }
    Status read(std::uint64_t from, const std::function<Result<bool>(const JournalRecord &)> &visit) override;
    Result<std::optional<JournalRecord>> last(Entry entry) override;
    std::uint64_t size() const override { return m_size; }
    const std::filesystem::path &file() const override { return m_file; }

private:
    struct NewRecord {
        Entry entry;
        Bytes body;
        std::vector<Bytes> oldValues;
    };
    struct Written; ///< what becomes ours when the transaction stands

    Status write(std::vector<NewRecord> records, JobState state, const std::string &reason,
                 bool dropsOldValues = false);
    Status writeRecord(const NewRecord &record, Written &written);
    Status writeHead(const Written &written);
    Status prepare();

    Status loadJob(const SecretBytes &key);
    Status loadRecords();
    Status loadHead();
    Status checkOldValues();
    Status loadCreated(ByteView body);

    std::filesystem::path m_file;
    base::platform::LockFile m_lock;
    sqlite::Database m_database;
    std::shared_ptr<const Clock> m_clock;
    std::optional<JournalChain> m_chain;
    JournalHead m_head;
    std::uint64_t m_size = 0;
    Mac m_lastMac{};
    std::map<Entry, std::uint64_t> m_lastOf;
    std::uint64_t m_droppedBefore = 0; ///< old values of records up to this one are gone
    std::uint64_t m_oldValueCount = 0; ///< rows that must be there
    sqlite::Statement m_insertRecord;
    sqlite::Statement m_insertOld;
    sqlite::Statement m_updateHead;
};

/// The file of a new journal: tables, the record Created, the head.
Result<Bytes> newJournalImage(const JobSpec &spec, const SecretBytes &key, const std::string &keySource,
                              const Clock &clock);
/// Body of the record that says that the old values are gone.
Bytes droppedBody();
Bytes createdBody(Timestamp created, const JobSpec &spec);
/// The job and when it was made. Errors: NotAuthentic.
Status readCreated(ByteView body, JournalHead &head);
Status checkSchema(sqlite::Database &database);

} // namespace keyturn::reencrypt
