// SPDX-License-Identifier: Apache-2.0
// What a bulk job works with, each with a clock beside it: the mover (the service), the store (the database)
// and the journal. One thread.
#pragma once

#include "reencrypt/journal.h"
#include "reencrypt/mover.h"
#include "reencrypt/sql/row_store.h"

#include <chrono>
#include <utility>

namespace keyturn::bench {

/// Seconds spent in calls.
class Clocked {
public:
    template <class Call>
    auto operator()(Call call) {
        const auto begun = std::chrono::steady_clock::now();
        auto result = call();
        m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        return result;
    }
    double seconds() const { return m_seconds; }

private:
    double m_seconds = 0;
};

class TimedMover final : public reencrypt::BlobMover {
public:
    TimedMover(std::unique_ptr<BlobMover> inner, Clocked &clock)
        : m_inner(std::move(inner))
        , m_clock(clock) {}

    using Moved = Result<std::vector<reencrypt::MoveResult>>;
    Moved move(std::vector<reencrypt::MoveRequest> requests, const CancelToken &cancel) override {
        return m_clock([&] { return m_inner->move(std::move(requests), cancel); });
    }
    Moved prove(std::vector<reencrypt::MoveRequest> requests, const CancelToken &cancel) override {
        return m_clock([&] { return m_inner->prove(std::move(requests), cancel); });
    }
    Moved rehearse(std::vector<reencrypt::MoveRequest> requests, const CancelToken &cancel) override {
        return m_clock([&] { return m_inner->rehearse(std::move(requests), cancel); });
    }
    std::uint64_t calls() const override { return m_inner->calls(); }

private:
    std::unique_ptr<BlobMover> m_inner;
    Clocked &m_clock;
};

class TimedJournal final : public reencrypt::Journal {
public:
    TimedJournal(std::unique_ptr<Journal> inner, Clocked &clock)
        : m_inner(std::move(inner))
        , m_clock(clock) {}

    const reencrypt::JournalHead &head() const override { return m_inner->head(); }
    Status append(std::vector<std::pair<reencrypt::Entry, Bytes>> records) override {
        return m_clock([&] { return m_inner->append(std::move(records)); });
    }
    Status appendWithOld(reencrypt::Entry entry, Bytes body, std::vector<Bytes> oldValues) override {
        return m_clock([&] { return m_inner->appendWithOld(entry, std::move(body), std::move(oldValues)); });
    }
    Result<std::vector<std::optional<Bytes>>> oldValues(std::uint64_t sequence) override {
        return m_clock([&] { return m_inner->oldValues(sequence); });
    }
    Status dropOldValues() override { return m_inner->dropOldValues(); }
    Status setState(reencrypt::JobState state, std::string reason) override {
        return m_clock([&] { return m_inner->setState(state, std::move(reason)); });
    }
    void count(const reencrypt::Counters &counters) override { m_inner->count(counters); }
    Status read(std::uint64_t from,
                const std::function<Result<bool>(const reencrypt::JournalRecord &)> &visit) override {
        return m_clock([&] { return m_inner->read(from, visit); });
    }
    Result<std::optional<reencrypt::JournalRecord>> last(reencrypt::Entry entry) override {
        return m_clock([&] { return m_inner->last(entry); });
    }
    std::uint64_t size() const override { return m_inner->size(); }
    const std::filesystem::path &file() const override { return m_inner->file(); }

private:
    std::unique_ptr<Journal> m_inner;
    Clocked &m_clock;
};

class TimedStore final : public reencrypt::RowStore {
public:
    TimedStore(std::unique_ptr<RowStore> inner, Clocked &clock)
        : m_inner(std::move(inner))
        , m_clock(clock) {}

    using Rows = Result<std::vector<reencrypt::Row>>;
    const reencrypt::ColumnFacts &facts() const override { return m_inner->facts(); }
    Rows page(const std::optional<std::string> &after, std::size_t limit) override {
        return m_clock([&] { return m_inner->page(after, limit); });
    }
    Rows range(const std::optional<std::string> &after, const std::optional<std::string> &last,
               std::size_t limit) override {
        return m_clock([&] { return m_inner->range(after, last, limit); });
    }
    Result<std::vector<std::optional<reencrypt::Row>>> read(const std::vector<std::string> &keys) override {
        return m_clock([&] { return m_inner->read(keys); });
    }
    Result<std::vector<reencrypt::RowResult>>
    apply(const std::vector<reencrypt::RowChange> &changes) override {
        return m_clock([&] { return m_inner->apply(changes); });
    }
    Status tryOut(const std::vector<reencrypt::RowChange> &changes) override {
        return m_clock([&] { return m_inner->tryOut(changes); });
    }
    Status reconnect() override {
        return m_clock([&] { return m_inner->reconnect(); });
    }

private:
    std::unique_ptr<RowStore> m_inner;
    Clocked &m_clock;
};

} // namespace keyturn::bench
