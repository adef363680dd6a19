// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job work, and the verbs of a job that is shared by its database: any number of workers, on any
// machines, and what stands there.
#include "aws/value.h"
#include "console.h"
#include "job_choice.h"
#include "job_options.h"
#include "job_progress.h"
#include "job_services.h"
#include "job_stop.h"
#include "job_verbs.h"
#include "reencrypt/job_file.h"
#include "reencrypt/journal.h"
#include "reencrypt/sql/shared_job.h"
#include "report.h"

namespace keyturn::cli {
namespace {

using aws::Value;
using reencrypt::SharedJob;

/// What one worker does, for its own bar.
class WorkerEvents final : public reencrypt::LaneEvents {
public:
    explicit WorkerEvents(JobProgressView &view)
        : m_view(view) {
        m_progress.state = reencrypt::JobState::Running;
    }

    void items(const std::vector<reencrypt::ItemRecord> &items) override {
        std::vector<reencrypt::ItemRecord> faults;
        for (const reencrypt::ItemRecord &item : items) {
            reencrypt::countItem(m_progress.counters, item);
            const bool isFault =
                item.state == reencrypt::ItemState::Failed || item.state == reencrypt::ItemState::Conflict;
            if (isFault) {
                faults.push_back(item);
            }
        }
        m_view.faults(faults);
        show();
    }
    void at(std::string_view where) override { m_progress.at = where; }
    void total(std::uint64_t bytesOrRows, bool) override { m_progress.total = bytesOrRows; }
    void advanced(std::uint64_t bytesOrRows) override {
        m_progress.done += bytesOrRows;
        show();
    }
    const reencrypt::JobProgress &progress() const { return m_progress; }

private:
    void show() {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - m_begun;
        const auto items = m_progress.counters.done + m_progress.counters.skipped;
        m_progress.itemsPerSecond = taken.count() > 0 ? static_cast<double>(items) / taken.count() : 0;
        if (std::chrono::steady_clock::now() - m_shown < std::chrono::milliseconds(100)) {
            return;
        }
        m_shown = std::chrono::steady_clock::now();
        m_view.show(m_progress);
    }
    JobProgressView &m_view;
    reencrypt::JobProgress m_progress;
    std::chrono::steady_clock::time_point m_begun = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point m_shown{};
};

Value number(std::uint64_t value) {
    return Value::integer(static_cast<std::int64_t>(value));
}

Value statusValue(const reencrypt::JobSpec &spec, const reencrypt::SharedStatus &status) {
    Value::Map report{{"Job", Value::text(reencrypt::sharedJobId(spec))},
                      {"Name", Value::text(spec.name)},
                      {"State", Value::text(status.state)},
                      {"Pass", number(status.pass)},
                      {"Batches", number(status.batches)},
                      {"BatchesDone", number(status.batchesDone)},
                      {"BatchesHeld", number(status.batchesHeld)},
                      {"Writes", number(status.writes)}};
    Value::List workers;
    for (const std::string &worker : status.workers) {
        workers.push_back(Value::text(worker));
    }
    report.emplace_back("Workers", Value::list(std::move(workers)));
    Value::List items;
    for (const auto &[state, count] : status.items) {
        items.push_back(Value::map({{"State", Value::text(state)}, {"Count", number(count)}}));
    }
    report.emplace_back("Items", Value::list(std::move(items)));
    return Value::map(std::move(report));
}

bool leftItems(const reencrypt::SharedStatus &status) {
    for (const char *state : {"failed", "conflict"}) {
        const auto found = status.items.find(state);
        if (found != status.items.end() && found->second > 0) {
            return true;
        }
    }
    return false;
}

/// Everything that a verb of a shared job needs; the mover is there where the service is.
struct Bench {
    std::shared_ptr<std::optional<JobServices>> services = std::make_shared<std::optional<JobServices>>();
    std::unique_ptr<reencrypt::BlobMover> mover;
    std::shared_ptr<const SecretText> password;
    std::unique_ptr<SharedJob> job;
};

/// The key that all workers have, as a journal's is found; a vault is opened for it only where it is there.
reencrypt::SharedKeySource keyOf(const JobCall &call, const reencrypt::JobSpec &spec,
                                 std::shared_ptr<std::optional<JobServices>> services) {
    return [&call, &spec, services](const std::string &source) -> Result<reencrypt::SharedKey> {
        const auto refused = [](const Failure &failed) {
            return failed.error ? fail(*failed.error) : fail(ErrorCode::Configuration, failed.text);
        };
        if (!*services && source.starts_with("vault ")) {
            auto opened = JobServices::open(spec, call.line, call.runtime);
            if (!opened) {
                return refused(opened.error());
            }
            services->emplace(std::move(*opened));
        }
        JobServices none = JobServices::none();
        auto key = (*services ? **services : none).journalKey(source, call.words.options, call.runtime);
        if (!key) {
            return refused(key.error());
        }
        return reencrypt::SharedKey{std::move(key->key), std::move(key->source)};
    };
}

Outcome<Bench> benchOf(const JobCall &call, const reencrypt::JobSpec &spec, bool withService,
                       reencrypt::LaneEvents *events) {
    Bench bench;
    call.runtime.needApplication();
    if (withService) {
        auto services = JobServices::open(spec, call.line, call.runtime);
        if (!services) {
            return failureFrom(services);
        }
        bench.services->emplace(std::move(*services));
        reencrypt::JobParts parts = (*bench.services)->parts(spec, reencrypt::sharedJobId(spec));
        bench.mover = reencrypt::makeMover(std::move(parts.services), spec, std::move(parts.rate));
    }
    reencrypt::SharedJobParts parts;
    parts.spec = &spec;
    parts.mover = bench.mover.get();
    parts.events = events;
    auto password = databasePassword(spec, call.runtime);
    if (!password) {
        return failureFrom(password);
    }
    bench.password = std::move(*password);
    parts.databasePassword = bench.password.get();
    parts.key = keyOf(call, spec, bench.services);
    if (call.words.options.has("lease-seconds")) {
        const auto seconds = pythonInteger(call.words.options.value("lease-seconds"));
        if (!seconds || *seconds < 1 || *seconds > 3600) {
            return usageFailure("--lease-seconds takes 1 to 3600");
        }
        parts.leaseTime = std::chrono::seconds(*seconds);
    }
    auto job = SharedJob::open(std::move(parts));
    if (!job) {
        return failureFrom(job);
    }
    bench.job = std::move(*job);
    return bench;
}

Outcome<std::monostate> closeServices(Bench &bench) {
    return *bench.services ? (*bench.services)->close() : Outcome<std::monostate>(std::monostate());
}

ExitOutcome report(const JobCall &call, const reencrypt::JobSpec &spec) {
    auto bench = benchOf(call, spec, false, nullptr);
    if (!bench) {
        return failureFrom(bench);
    }
    auto records = bench->job->records();
    auto reported = records ? reportOn(call, **records) : ExitOutcome(failureFrom(records));
    records = std::unique_ptr<reencrypt::Journal>();
    bench->job.reset();
    auto closed = closeServices(*bench);
    return reported && !closed ? failureFrom(closed) : std::move(reported);
}

ExitOutcome finish(const JobCall &call, const reencrypt::JobSpec &spec, Bench &bench, Status done) {
    const bool wasStopped = !done && done.error().code == ErrorCode::Cancelled;
    auto status = bench.job->status();
    bench.job.reset();
    bench.mover.reset();
    auto closed = closeServices(bench);
    if (!done && !wasStopped) {
        return failureFrom(done);
    }
    if (!status) {
        return failureFrom(status);
    }
    printReport(statusValue(spec, *status), call.line.wantsJson());
    if (!closed) {
        return failureFrom(closed);
    }
    return wasStopped ? exitInterrupted : leftItems(*status) ? exitItemsLeft : exitOk;
}

ExitOutcome act(const JobCall &call, const reencrypt::JobSpec &spec, std::string_view verb) {
    auto form = JobProgressView::formNamed(call.words.options.value("progress"));
    if (!form) {
        return failureFrom(form);
    }
    JobProgressView view(*form);
    WorkerEvents events(view);
    auto bench = benchOf(call, spec, verb == "work" || verb == "undo" || verb == "verify", &events);
    if (!bench) {
        return failureFrom(bench);
    }
    CancelSource cancel;
    Status done = [&]() -> Status {
        const StopWatch watch({}, [&](reencrypt::Stop, bool) {
            view.note("Stopping; the batch at hand stays in order for any worker.");
            cancel.cancel();
        });
        return verb == "work"       ? bench->job->work(cancel.token())
               : verb == "verify"   ? bench->job->verify(cancel.token())
               : verb == "undo"     ? bench->job->undo(cancel.token())
               : verb == "finalise" ? bench->job->finalise()
                                    : Status();
    }();
    view.finish(verb, events.progress(), done ? "done" : "stopped");
    return finish(call, spec, *bench, std::move(done));
}

} // namespace

ExitOutcome runJobWork(const JobCall &call) {
    auto choice = chooseJob(call.words);
    if (!choice) {
        return failureFrom(choice);
    }
    if (!choice->spec->source.shared) {
        return usageFailure(
            "This job is not shared: keyturn-cli job run does it. A job over PostgreSQL is shared "
            "with source.shared: true (--shared).");
    }
    return act(call, *choice->spec, "work");
}

std::optional<ExitOutcome> runSharedVerb(const JobCall &call, std::string_view verb) {
    std::optional<reencrypt::JobSpec> spec;
    if (call.words.operands.size() == 1) {
        if (auto read = reencrypt::readJobFile(call.words.operands.front())) {
            spec = std::move(*read);
        }
    }
    const bool isShared = (spec && spec->source.shared) || call.words.options.has("shared");
    if (!isShared || verb == "work" || verb == "plan" || verb == "list" || verb == "password") {
        return std::nullopt;
    }
    if (spec && (verb == "status" || verb == "verify" || verb == "undo" || verb == "finalise")) {
        return act(call, *spec, verb);
    }
    if (spec && verb == "report") {
        return report(call, *spec);
    }
    return ExitOutcome(
        usageFailure("This job is shared by its database: keyturn-cli job work does it, in as many "
                     "processes as you like; status, verify, report, undo and finalise are for it too, " +
                     std::string(verb) + " is not."));
}

} // namespace keyturn::cli
