// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/shared_records.h"

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t itemsAtOnce = 1000;

tl::unexpected<Error> onlyRead() {
    return fail(ErrorCode::Usage, "shared job: its tables are written by its workers alone.");
}

class SharedRecords final : public Journal {
public:
    SharedRecords(SqlConnection &connection, SharedTables &tables, JournalHead head)
        : m_connection(connection)
        , m_tables(tables)
        , m_head(std::move(head)) {}
    ~SharedRecords() override { m_connection.rollback(); }
    SharedRecords(const SharedRecords &) = delete;
    SharedRecords &operator=(const SharedRecords &) = delete;

    const JournalHead &head() const override { return m_head; }
    Status append(std::vector<std::pair<Entry, Bytes>>) override { return onlyRead(); }
    Status appendWithOld(Entry, Bytes, std::vector<Bytes>) override { return onlyRead(); }
    Result<std::vector<std::optional<Bytes>>> oldValues(std::uint64_t) override { return onlyRead(); }
    Status dropOldValues() override { return onlyRead(); }
    Status setState(JobState, std::string) override { return onlyRead(); }
    void count(const Counters &) override {}
    Result<std::optional<JournalRecord>> last(Entry) override { return onlyRead(); }
    std::uint64_t size() const override { return 0; }
    const std::filesystem::path &file() const override { return m_none; }

    Status read(std::uint64_t from,
                const std::function<Result<bool>(const JournalRecord &)> &visit) override {
        std::string after;
        for (std::uint64_t sequence = 1;; ++sequence) {
            auto items = m_tables.after(after, itemsAtOnce);
            if (!items || items->empty()) {
                return items ? Status() : failFrom(items);
            }
            after = items->back().key;
            if (sequence < from) {
                continue;
            }
            std::vector<ItemRecord> records;
            for (SharedItem &item : *items) {
                records.push_back(std::move(item.record));
            }
            JournalRecord record{sequence, Entry::Items, {}};
            appendItems(record.body, records);
            auto more = visit(record);
            if (!more || !*more) {
                return more ? Status() : failFrom(more);
            }
        }
    }

private:
    SqlConnection &m_connection;
    SharedTables &m_tables;
    JournalHead m_head;
    std::filesystem::path m_none;
};

} // namespace

Result<std::unique_ptr<Journal>> openSharedRecords(SqlConnection &connection, SharedTables &tables,
                                                   const JobSpec &spec, const std::string &jobId) {
    if (auto begun = connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun) {
        return failFrom(begun);
    }
    JournalHead head;
    head.jobId = jobId;
    head.spec = spec;
    head.state = jobStateOf(tables.head().state).value_or(JobState::Running);
    head.created = Timestamp(std::chrono::microseconds(tables.head().created));
    head.changed = head.created;
    head.keySource = tables.head().keySource;
    return std::unique_ptr<Journal>(std::make_unique<SharedRecords>(connection, tables, std::move(head)));
}

} // namespace keyturn::reencrypt
