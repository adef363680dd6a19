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
    const auto digest = crypto::sha256(asBytes(writeJob(work)));
    return toHex(ByteView(digest).first(16));
}

std::chrono::milliseconds SharedJob::Impl::leaseTime() const {
    const SafetySpec &safety = parts.spec->safety;
    const double seconds =
        safety.rateGiven && safety.perSecond > 0 ? 3.0 * safety.batchItems / safety.perSecond : 0;
    return std::max(parts.leaseTime, std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

void SharedJob::Impl::tell(const std::vector<ItemRecord> &items) const {
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
    auto opened = tables->open(*parts.spec);
    joined = opened.has_value();
    return opened;
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
    const std::size_t limit = std::clamp<std::size_t>(parts.spec->safety.batchItems, 1, 256);
    std::optional<std::string> after = lease.after;
    for (;;) {
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

Status SharedJob::Impl::restore(const std::vector<SharedItem> &items) {
    std::vector<RowChange> changes;
    for (const SharedItem &item : items) {
        if (!item.oldKept) {
            return fail(ErrorCode::Usage, "undo: this job keeps no undo copies, or is finalised.");
        }
        changes.push_back({item.key, *item.newValue, *item.oldKept});
    }
    const auto note = [&](const std::vector<RowResult> &results) -> Status {
        for (std::size_t i = 0; i < results.size(); ++i) {
            ItemRecord record = items[i].record;
            const RowOutcome outcome = results[i].outcome;
            const bool isBack = outcome == RowOutcome::Changed || outcome == RowOutcome::AlreadyNew;
            record.state = isBack ? ItemState::Pending : ItemState::Conflict;
            record.cause = isBack ? Cause::None : Cause::ChangedMeanwhile;
            record.message = isBack ? "restored" : "somebody changed it after the job; it was left alone";
            std::swap(record.before, record.after);
            if (auto noted = tables->writeOutcome({}, record, std::nullopt, false); !noted) {
                return noted;
            }
        }
        return {};
    };
    auto applied = store->applyWithin(changes, {nullptr, note});
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
    std::string after;
    for (;;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while rows were restored");
        }
        auto items = m_impl->tables->moved(after, undoRows);
        if (!items) {
            return failFrom(items);
        }
        if (items->empty()) {
            return m_impl->tables->setState("undone");
        }
        after = items->back().key;
        if (auto restored = m_impl->restore(*items); !restored) {
            return restored;
        }
    }
}

Status SharedJob::finalise() {
    if (auto state = m_impl->tables->setState("finalised"); !state) {
        return state;
    }
    return m_impl->tables->dropOldValues();
}

} // namespace keyturn::reencrypt
