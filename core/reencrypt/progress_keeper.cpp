// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/progress_keeper.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

using namespace std::chrono_literals;

constexpr auto window = 10s;
constexpr auto tellEvery = 100ms;
constexpr auto sampleEvery = 250ms;

} // namespace

ProgressKeeper::ProgressKeeper(const JobParts &parts, Journal *journal)
    : m_parts(parts)
    , m_journal(journal) {
    if (journal != nullptr) {
        m_progress.state = journal->head().state;
        m_progress.counters = journal->head().counters;
    }
}

Status ProgressKeeper::begin() {
    Counters counters;
    if (m_journal != nullptr && !m_isLoaded) {
        if (auto loaded = m_ledger.load(*m_journal, counters); !loaded) {
            return loaded;
        }
        counters.calls = m_journal->head().counters.calls;
        counters.throttled = m_journal->head().counters.throttled;
        m_isLoaded = true;
    } else {
        counters = progress().counters;
    }
    m_callsBefore = counters.calls;
    m_throttledSaid = m_parts.rate ? m_parts.rate->facts().throttled : 0;
    m_faults = 0;
    m_itemsTold = 0;
    m_samples.clear();
    const std::lock_guard lock(m_mutex);
    const JobState state = m_progress.state;
    m_progress = {};
    m_progress.state = state;
    m_progress.counters = counters;
    return {};
}

void ProgressKeeper::setState(JobState state) {
    {
        const std::lock_guard lock(m_mutex);
        m_progress.state = state;
    }
    changed(true);
}

void ProgressKeeper::end() {
    m_mover = nullptr;
    changed(true);
}

void ProgressKeeper::items(const std::vector<ItemRecord> &items) {
    std::vector<ItemRecord> faults;
    Counters counters;
    {
        const std::lock_guard lock(m_mutex);
        counters = m_progress.counters;
    }
    for (const ItemRecord &item : items) {
        m_ledger.note(item, counters);
        if (item.state == ItemState::Failed || item.state == ItemState::Conflict) {
            faults.push_back(item);
        }
    }
    counters.calls = m_callsBefore + (m_mover != nullptr ? m_mover->calls() : 0);
    if (m_parts.rate) {
        const std::uint64_t throttled = m_parts.rate->facts().throttled;
        counters.throttled += throttled - m_throttledSaid;
        m_throttledSaid = throttled;
    }
    m_faults += faults.size();
    m_itemsTold += items.size();
    {
        const std::lock_guard lock(m_mutex);
        m_progress.counters = counters;
    }
    if (m_journal != nullptr) {
        m_journal->count(counters);
    }
    if (!faults.empty() && m_parts.observer.faults) {
        m_parts.observer.faults(faults);
    }
    changed();
}

void ProgressKeeper::at(std::string_view where) {
    {
        const std::lock_guard lock(m_mutex);
        m_progress.at = where;
    }
    changed();
}

void ProgressKeeper::total(std::uint64_t bytesOrRows, bool isBytes) {
    {
        const std::lock_guard lock(m_mutex);
        m_progress.total = bytesOrRows;
        m_progress.inBytes = isBytes;
        m_progress.done = 0;
    }
    m_samples.clear();
    changed();
}

void ProgressKeeper::advanced(std::uint64_t bytesOrRows) {
    {
        const std::lock_guard lock(m_mutex);
        m_progress.done += bytesOrRows;
    }
    changed();
}

/// Items per second over the last ten seconds, and by the same time what is left.
void ProgressKeeper::measure(std::chrono::steady_clock::time_point now) {
    const std::lock_guard lock(m_mutex);
    if (m_samples.empty() || now - m_samples.back().at >= sampleEvery) {
        m_samples.push_back({now, m_itemsTold, m_progress.done});
    }
    while (m_samples.size() > 2 && now - m_samples[1].at >= window) {
        m_samples.pop_front();
    }
    const Sample &first = m_samples.front();
    const double seconds = std::chrono::duration<double>(now - first.at).count();
    m_progress.remaining.reset();
    if (seconds <= 0) {
        return;
    }
    m_progress.itemsPerSecond = static_cast<double>(m_itemsTold - first.items) / seconds;
    const double donePerSecond =
        static_cast<double>(m_progress.done - std::min(first.done, m_progress.done)) / seconds;
    if (m_progress.total > m_progress.done && donePerSecond > 0) {
        const double left = static_cast<double>(m_progress.total - m_progress.done) / donePerSecond;
        m_progress.remaining = std::chrono::seconds(static_cast<std::int64_t>(std::min(left, 1e9)));
    }
}

void ProgressKeeper::changed(bool always) {
    const auto now = m_parts.clock->steadyNow();
    measure(now);
    if (!m_parts.observer.progress || (!always && now - m_told < tellEvery)) {
        return;
    }
    m_told = now;
    m_parts.observer.progress(progress());
}

JobProgress ProgressKeeper::progress() const {
    JobProgress progress;
    {
        const std::lock_guard lock(m_mutex);
        progress = m_progress;
    }
    if (m_parts.rate) {
        progress.rate = m_parts.rate->facts();
    }
    return progress;
}

} // namespace keyturn::reencrypt
