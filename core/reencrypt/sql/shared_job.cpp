// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/shared_job.h"

#include "base/encoding.h"
#include "base/platform/identity.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "reencrypt/job_file.h"
#include "reencrypt/sql/shared_job_impl.h"

#include <QtCore/QString>
#include <QtCore/QSysInfo>

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t undoRows = 256;
constexpr std::size_t rowsAtOnceMax = 256;
constexpr int keyAttempts = 3;

/// Stands in the row, as far as this job knows, so that undo takes it back.
bool wasMoved(const SharedItem &item) {
    const ItemState state = item.record.state;
    const bool isProvenWrong = state == ItemState::Failed && item.writes > 0 &&
                               item.record.cause != Cause::Missing && item.record.cause != Cause::DoesNotFit;
    return item.newValue && (state == ItemState::Applied || state == ItemState::Verified ||
                             state == ItemState::Intent || isProvenWrong);
}

/// Says to the loop: this batch is another worker's by now. Never leaves this file.
Error otherHolder() {
    return clientError(ErrorCode::Conflict, "shared job: another worker holds the batch by now.");
}

bool isOtherHolder(const Error &error) {
    return error.code == ErrorCode::Conflict && error.serviceCode.empty();
}

Result<std::string> makeOwner() {
    Bytes random(6);
    if (auto filled = crypto::fillRandom(random); !filled) {
        return failFrom(filled);
    }
    return QSysInfo::machineHostName().toStdString() + ":" + std::to_string(platform::processId()) + ":" +
           toHex(random);
}

} // namespace

std::string sharedJobId(const JobSpec &spec) {
    JobSpec work = spec; // how fast and how careful may differ from worker to worker
    work.safety = SafetySpec();
    work.name.clear();
    work.reason.clear();
    work.service.clear();
    work.source.passwordInKeychain.clear(); // each machine has its own way to it
    const auto digest = crypto::sha256(asBytes(writeJob(work)));
    return toHex(ByteView(digest).first(16));
}

std::chrono::milliseconds SharedJob::Impl::leaseTime() const {
    const SafetySpec &safety = parts.spec->safety;
    const double seconds =
        safety.rateGiven && safety.perSecond > 0 ? 3.0 * safety.batchItems / safety.perSecond : 0;
    return std::max(parts.leaseTime, std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

void SharedJob::Impl::tell(const std::vector<ItemRecord> &items) {
    faults += faultsIn(items);
    if (parts.events != nullptr && !items.empty()) {
        parts.events->items(items);
    }
}

Status SharedJob::Impl::connect() {
    RowStoreAccess access;
    if (parts.databasePassword != nullptr) {
        access.password.emplace();
        access.password->append(parts.databasePassword->view());
    }
    auto opened = SqlRowStore::open(*parts.spec, access, {});
    if (!opened) {
        return failFrom(opened);
    }
    store = std::move(*opened);
    tables.emplace(store->connection(), sharedJobId(*parts.spec), parts.owner);
    return {};
}

Status SharedJob::Impl::join() {
    if (joined) {
        return {};
    }
    auto opened = meet(true);
    joined = opened.has_value();
    return opened;
}

Status SharedJob::Impl::meet(bool toWork) {
    if (!parts.key) {
        return fail(ErrorCode::Configuration, "shared job: its key is needed.");
    }
    for (int attempt = 1;; ++attempt) {
        auto source = tables->keySource();
        if (!source) {
            return failFrom(source);
        }
        if (!*source && !toWork) {
            return fail(ErrorCode::Usage, "this shared job has not begun: keyturn-cli job work begins it.");
        }
        auto key = parts.key(source->value_or(std::string())); // may ask a person: outside any transaction
        if (!key) {
            return failFrom(key);
        }
        auto met = toWork ? tables->open(*parts.spec, *key) : tables->look(*key);
        // Another worker was faster, and made its own key.
        if (met || met.error().code != ErrorCode::Conflict || attempt >= keyAttempts) {
            return met;
        }
    }
}

Status SharedJob::Impl::checkFence(const Lease &lease) {
    auto held = tables->hold(lease, leaseTime());
    if (!held) {
        return failFrom(held);
    }
    return *held ? Status() : fail(otherHolder());
}

Status SharedJob::Impl::fenced(const Lease &lease, const std::function<Status()> &act) {
    SqlConnection &connection = store->connection();
    if (auto begun = connection.begin(); !begun) {
        return begun;
    }
    Status done = checkFence(lease);
    if (done) {
        done = act();
    }
    if (done) {
        done = connection.commit();
    }
    if (!done) {
        connection.rollback();
    }
    return done;
}

SqlRowStore::Within
SharedJob::Impl::behindTheFence(const Lease &lease,
                                std::function<Status(const std::vector<RowResult> &)> last) {
    return {[this, lease] { return checkFence(lease); }, std::move(last)};
}

Status SharedJob::Impl::workBatch(const Lease &lease, const CancelToken &cancel) {
    rowsSeen = 0;
    rowsMoved = 0;
    if (auto ended = bringToAnEnd(lease); !ended) {
        return ended;
    }
    const SafetySpec &safety = parts.spec->safety;
    std::optional<std::string> after = lease.after;
    for (;;) {
        if (safety.stopAfterFailures > 0 && faults >= safety.stopAfterFailures) {
            return fail(ErrorCode::SafetyRefused, "safety.stop-after-failures: " + std::to_string(faults) +
                                                      " items were not moved by this worker. Look at the "
                                                      "causes, then let it work again");
        }
        const std::size_t limit = rowsAtOnce(safety, faults, rowsAtOnceMax);
        auto rows = store->range(after, lease.last, limit);
        if (!rows) {
            return failFrom(rows);
        }
        if (rows->empty()) {
            break;
        }
        after = rows->back().key;
        rowsSeen += rows->size();
        const std::size_t count = rows->size();
        if (auto worked = workRows(lease, std::move(*rows), cancel); !worked) {
            return worked;
        }
        if (parts.events != nullptr) {
            parts.events->advanced(count);
        }
    }
    return tables->finish(lease, rowsSeen, rowsMoved);
}

Result<bool> SharedJob::Impl::turn(const CancelToken &cancel) {
    if (cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "stopped between two batches");
    }
    if (auto met = join(); !met) {
        return failFrom(met);
    }
    const SafetySpec &safety = parts.spec->safety;
    const std::size_t batch = std::clamp<std::size_t>(safety.batchItems, 1, 256);
    bool isOver = false;
    auto lease = tables->take(
        leaseTime(), std::max<std::uint64_t>(safety.sweeps, 1), [&] { return store->boundaries(batch); },
        isOver);
    if (!lease) {
        return failFrom(lease);
    }
    if (isOver) {
        return false;
    }
    if (!*lease) { // others hold what is left of this pass
        if (auto waited = waitFor(parts.pollTime, cancel); !waited) {
            return failFrom(waited);
        }
        return true;
    }
    if (parts.events != nullptr) {
        parts.events->at("pass " + std::to_string((*lease)->pass) + ", batch " +
                         std::to_string((*lease)->batch));
    }
    auto worked = workBatch(**lease, cancel);
    if (!worked && !isOtherHolder(worked.error())) {
        return failFrom(worked);
    }
    return true;
}

Status SharedJob::Impl::restore(std::vector<SharedItem> items) {
    std::erase_if(items, [](const SharedItem &item) { return !wasMoved(item); });
    std::vector<RowChange> changes;
    for (const SharedItem &item : items) {
        if (!item.oldKept) {
            return fail(ErrorCode::Usage, "undo: this job keeps no undo copies, or is finalised.");
        }
        changes.push_back({item.key, *item.newValue, *item.oldKept});
    }
    const auto still = [this]() -> Status { return tables->holdStill(); };
    const auto note = [&](const std::vector<RowResult> &results) -> Status {
        for (std::size_t i = 0; i < results.size(); ++i) {
            SharedItem item = items[i];
            ItemRecord &record = item.record;
            const RowOutcome outcome = results[i].outcome;
            const bool isBack = outcome == RowOutcome::Changed || outcome == RowOutcome::AlreadyNew;
            record.state = isBack ? ItemState::Pending : ItemState::Conflict;
            record.cause = isBack ? Cause::None : Cause::ChangedMeanwhile;
            record.message = isBack ? "restored" : "somebody changed it after the job; it was left alone";
            std::swap(record.before, record.after);
            if (auto noted = tables->writeOutcome(item); !noted) {
                return noted;
            }
        }
        return {};
    };
    auto applied = store->applyWithin(changes, {still, note});
    return applied ? Status() : failFrom(applied);
}

SharedJob::SharedJob(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

SharedJob::~SharedJob() = default;

Result<std::unique_ptr<SharedJob>> SharedJob::open(SharedJobParts parts) {
    if (parts.spec->source.kind != SourceKind::PostgreSql) {
        return fail(ErrorCode::Configuration, "source.shared: only a PostgreSQL job can be shared.");
    }
    if (parts.owner.empty()) {
        auto owner = makeOwner();
        if (!owner) {
            return failFrom(owner);
        }
        parts.owner = std::move(*owner);
    }
    auto impl = std::make_unique<Impl>(std::move(parts));
    if (auto connected = impl->connect(); !connected) {
        return failFrom(connected);
    }
    return std::unique_ptr<SharedJob>(new SharedJob(std::move(impl)));
}

Status SharedJob::work(const CancelToken &cancel) {
    auto wait = m_impl->parts.backOff.first;
    m_impl->joined = false;
    m_impl->serviceFailed = false;
    m_impl->faults = 0;
    m_impl->ledger.beginAnew();
    for (int attempt = 1;;) {
        auto more = m_impl->turn(cancel);
        if (more && !*more) {
            return {};
        }
        if (more) {
            attempt = 1;
            wait = m_impl->parts.backOff.first;
            continue;
        }
        if (m_impl->serviceFailed || !more.error().retryable || ++attempt > m_impl->parts.backOff.attempts) {
            return failFrom(more);
        }
        if (auto waited = waitFor(wait, cancel); !waited) {
            return waited;
        }
        wait = std::min(wait * 2, m_impl->parts.backOff.most);
        if (more.error().code == ErrorCode::ConnectionFailed) {
            if (auto connected = m_impl->store->reconnect(); !connected && !connected.error().retryable) {
                return connected;
            }
        }
    }
}

Result<SharedStatus> SharedJob::status() {
    return m_impl->tables->status();
}

Status SharedJob::undo(const CancelToken &cancel) {
    if (auto met = m_impl->meet(false); !met) {
        return met;
    }
    if (auto stopped = m_impl->tables->stopWorkers(); !stopped) {
        return stopped;
    }
    std::string after;
    for (;;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while rows were restored");
        }
        auto items = m_impl->tables->after(after, undoRows);
        if (!items) {
            return failFrom(items);
        }
        if (items->empty()) {
            return {};
        }
        after = items->back().key;
        if (auto restored = m_impl->restore(std::move(*items)); !restored) {
            return restored;
        }
    }
}

Status SharedJob::finalise() {
    if (auto met = m_impl->meet(false); !met) {
        return met;
    }
    return m_impl->tables->finalise();
}

} // namespace keyturn::reencrypt
