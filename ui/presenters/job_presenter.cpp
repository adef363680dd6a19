// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/job_presenter.h"

#include "base/atomic_file.h"
#include "kms/call.h"
#include "reencrypt/report.h"
#include "ui/models/key_words.h"
#include "workspace/worker.h"

#include <QLocale>

#include <algorithm>

namespace keyturn::ui {

/// What both threads know: the runner lives on the worker, stop and ceiling come from the GUI.
struct JobPresenter::Shared {
    std::mutex mutex;
    std::unique_ptr<reencrypt::JobRunner> runner;
    std::optional<double> ceiling; ///< asked for during this act

    void with(const std::function<void(reencrypt::JobRunner &)> &act) {
        const std::lock_guard lock(mutex);
        if (runner) {
            act(*runner);
        }
    }
    void replace(std::unique_ptr<reencrypt::JobRunner> next) {
        const std::lock_guard lock(mutex);
        runner = std::move(next);
        if (runner && ceiling) { // asked for while the journal was read
            runner->setCeiling(*ceiling);
        }
    }
    void setCeiling(std::optional<double> perSecond) {
        const std::lock_guard lock(mutex);
        ceiling = perSecond;
        if (runner && ceiling) {
            runner->setCeiling(*ceiling);
        }
    }
};

JobPresenter::JobPresenter(Parts parts, QObject *parent)
    : QObject(parent)
    , m_parts(std::move(parts))
    , m_shared(std::make_shared<Shared>())
    , m_worker(std::make_unique<workspace::Worker>()) {}

JobPresenter::~JobPresenter() {
    m_cancel.cancel();
    m_shared->with([](reencrypt::JobRunner &runner) { runner.stop(reencrypt::Stop::Now); });
    m_worker.reset();
}

void JobPresenter::begin(Act act, Work work) {
    m_act = act;
    m_stopsAsked = 0;
    m_cancel = CancelSource();
    m_shared->setCeiling(std::nullopt); // the job's own counts, until another is asked for
    Q_EMIT busyChanged();
    m_worker->run([this, act, work = std::move(work), shared = m_shared, round = ++m_round,
                   cancel = m_cancel.token(), delivery = kms::Delivery(this)] {
        Status status = work(*shared, cancel);
        shared->replace(nullptr); // lets go of the journal
        delivery.post([this, act, round, status = std::move(status)] { end(act, round, status); });
    });
}

void JobPresenter::end(Act act, std::uint64_t round, const Status &status) {
    if (round != m_round) {
        return; // a newer preview took its place
    }
    m_act = Act::None;
    m_stopsAsked = 0;
    Q_EMIT busyChanged();
    Q_EMIT ended(act, status);
}

void JobPresenter::preview(reencrypt::JobSpec spec) {
    if (m_act != Act::None && m_act != Act::Preview) {
        return;
    }
    m_cancel.cancel();
    begin(Act::Preview,
          [this, spec = std::move(spec), delivery = kms::Delivery(this),
           round = m_round + 1](Shared &, const CancelToken &cancel) -> Status {
              reencrypt::JobRunner runner(spec, m_parts.jobParts(spec));
              auto items = runner.preview(previewItems, cancel);
              if (!items) {
                  return failFrom(items);
              }
              delivery.post([this, round, items = std::move(*items)]() mutable {
                  if (round == m_round) {
                      m_preview = std::move(items);
                      Q_EMIT previewChanged();
                  }
              });
              return {};
          });
}

void JobPresenter::plan(reencrypt::JobSpec spec) {
    if (isBusy()) {
        return;
    }
    m_plan.reset();
    m_spec = spec;
    begin(Act::Plan,
          [this, spec = std::move(spec), watching = observer(),
           delivery = kms::Delivery(this)](Shared &, const CancelToken &cancel) -> Status {
              reencrypt::JobParts parts = m_parts.jobParts(spec);
              parts.observer = watching;
              reencrypt::JobRunner runner(spec, std::move(parts));
              auto plan = runner.plan(cancel);
              if (!plan) {
                  return failFrom(plan);
              }
              delivery.post([this, plan = std::move(*plan)]() mutable {
                  m_plan = std::move(plan);
                  Q_EMIT planChanged();
              });
              return {};
          });
}

/// On the worker.
Status JobPresenter::withRunner(Shared &shared, const reencrypt::JobSpec &spec,
                                reencrypt::JobObserver watching, const CancelToken &cancel,
                                Status (reencrypt::JobRunner::*member)()) {
    auto journal = m_parts.journal(spec);
    if (!journal) {
        return failFrom(journal);
    }
    reencrypt::JobParts parts = m_parts.jobParts(spec);
    parts.observer = std::move(watching);
    shared.replace(std::make_unique<reencrypt::JobRunner>(std::move(*journal), std::move(parts)));
    if (cancel.isCancelled()) { // asked for while the journal was read
        return fail(clientError(ErrorCode::Cancelled, {}));
    }
    return ((*shared.runner).*member)();
}

void JobPresenter::load() {
    if (isBusy()) {
        return;
    }
    m_faults.clear();
    m_faultCount = 0;
    begin(Act::Load,
          [this, spec = m_spec, watching = observer()](Shared &, const CancelToken &cancel) -> Status {
              auto journal = m_parts.journal(spec);
              if (!journal) {
                  return failFrom(journal);
              }
              reencrypt::JobProgress now;
              now.state = (*journal)->head().state;
              now.counters = (*journal)->head().counters;
              watching.progress(now);
              std::vector<reencrypt::ItemRecord> faults;
              auto read =
                  reencrypt::visitItems(**journal, [&](const reencrypt::ItemRecord &item) -> Result<bool> {
                      if (item.state == reencrypt::ItemState::Failed ||
                          item.state == reencrypt::ItemState::Conflict) {
                          faults.push_back(item);
                      }
                      return faults.size() < faultsMost && !cancel.isCancelled();
                  });
              if (!faults.empty()) {
                  watching.faults(faults);
              }
              return read;
          });
}

void JobPresenter::run(reencrypt::JobSpec spec) {
    if (isBusy()) {
        return;
    }
    m_spec = std::move(spec);
    m_faults.clear();
    m_faultCount = 0;
    onJob(Act::Run, &reencrypt::JobRunner::run);
}

void JobPresenter::onJob(Act act, Status (reencrypt::JobRunner::*member)()) {
    if (isBusy()) {
        return;
    }
    begin(act,
          [this, member, spec = m_spec, watching = observer()](Shared &shared, const CancelToken &cancel) {
              return withRunner(shared, spec, watching, cancel, member);
          });
}

void JobPresenter::verify() {
    onJob(Act::Verify, &reencrypt::JobRunner::verify);
}

void JobPresenter::undo() {
    onJob(Act::Undo, &reencrypt::JobRunner::undo);
}

void JobPresenter::finalise() {
    onJob(Act::Finalise, &reencrypt::JobRunner::finalise);
}

void JobPresenter::report(const std::filesystem::path &file) {
    if (isBusy()) {
        return;
    }
    begin(Act::Report, [this, file, spec = m_spec](Shared &, const CancelToken &) -> Status {
        auto journal = m_parts.journal(spec);
        if (!journal) {
            return failFrom(journal);
        }
        auto target = AtomicFile::open(file);
        if (!target) {
            return failFrom(target);
        }
        const auto ending = file.extension();
        const auto form = ending == ".json"  ? reencrypt::ReportForm::Json
                          : ending == ".csv" ? reencrypt::ReportForm::Csv
                                             : reencrypt::ReportForm::Html;
        auto written = reencrypt::writeReport(
            **journal, form, [&target](std::string_view text) { return target->write(asBytes(text)); });
        return written ? target->commit() : written;
    });
}

void JobPresenter::stop() {
    if (!isBusy()) {
        return;
    }
    ++m_stopsAsked;
    m_cancel.cancel();
    const auto how =
        m_act == Act::Run && m_stopsAsked == 1 ? reencrypt::Stop::AfterBatch : reencrypt::Stop::Now;
    m_shared->with([how](reencrypt::JobRunner &runner) { runner.stop(how); });
    Q_EMIT busyChanged();
}

void JobPresenter::setCeiling(double perSecond) {
    m_shared->setCeiling(perSecond);
}

reencrypt::JobObserver JobPresenter::observer() {
    reencrypt::JobObserver watching;
    watching.progress = [this, delivery = kms::Delivery(this)](const reencrypt::JobProgress &progress) {
        delivery.post([this, progress] { takeProgress(progress); });
    };
    watching.faults = [this,
                       delivery = kms::Delivery(this)](const std::vector<reencrypt::ItemRecord> &faults) {
        delivery.post([this, faults]() mutable { takeFaults(std::move(faults)); });
    };
    return watching;
}

void JobPresenter::takeProgress(const reencrypt::JobProgress &progress) {
    m_progress = progress;
    Q_EMIT progressChanged();
}

void JobPresenter::takeFaults(std::vector<reencrypt::ItemRecord> faults) {
    m_faultCount += faults.size();
    const std::size_t first = m_faults.size();
    const std::size_t room = faultsMost - first;
    const auto end = faults.begin() + static_cast<std::ptrdiff_t>(std::min(room, faults.size()));
    std::move(faults.begin(), end, std::back_inserter(m_faults));
    Q_EMIT faultsArrived(first);
}

namespace {

QString duration(std::chrono::seconds time) {
    const auto count = time.count();
    if (count < 60) {
        return JobPresenter::tr("%1 s").arg(count);
    }
    if (count < 3600) {
        return JobPresenter::tr("%1 min").arg((count + 30) / 60);
    }
    return JobPresenter::tr("%1 h %2 min").arg(count / 3600).arg(count % 3600 / 60);
}

QString perSecond(double rate) {
    return JobPresenter::tr("%1/s").arg(QLocale().toString(rate, 'f', rate < 10 ? 1 : 0));
}

} // namespace

QString JobPresenter::progressText() const {
    const reencrypt::JobProgress &now = m_progress;
    const QLocale locale;
    QStringList parts;
    const bool hasPlace = now.total > 0 && now.done > 0; // a table's is known from its first checkpoint on
    if (hasPlace && now.inBytes) {
        parts << tr("%1 of %2")
                     .arg(locale.formattedDataSize(static_cast<qint64>(now.done)),
                          locale.formattedDataSize(static_cast<qint64>(now.total)));
    } else if (hasPlace) {
        parts << tr("%1 of %2")
                     .arg(locale.toString(static_cast<qulonglong>(now.done)),
                          locale.toString(static_cast<qulonglong>(now.total)));
    }
    if (now.itemsPerSecond > 0) {
        parts << perSecond(now.itemsPerSecond);
    }
    if (now.remaining && isBusy()) {
        parts << tr("%1 left").arg(duration(*now.remaining));
    }
    return parts.join(QStringLiteral(" · "));
}

QString JobPresenter::rateText() const {
    const reencrypt::RateFacts &rate = m_progress.rate;
    if (rate.throttled == 0) {
        return {};
    }
    QString text = counted(qint64(rate.throttled), tr("Throttled once"), tr("Throttled %1 times"));
    if (rate.backingOff) {
        text += QStringLiteral(" · ") + perSecond(rate.presentPerSecond);
        if (rate.ceilingPerSecond > 0) {
            text += tr(" of %1").arg(perSecond(rate.ceilingPerSecond));
        }
    }
    return text;
}

} // namespace keyturn::ui
