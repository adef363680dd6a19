// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job plan: what a job would do and whether it may; --write keeps the short form as a job file.
#include "base/atomic_file.h"
#include "base/cancel.h"
#include "console.h"
#include "job_choice.h"
#include "job_progress.h"
#include "job_services.h"
#include "job_stop.h"
#include "job_verbs.h"
#include "reencrypt/job_file.h"

namespace keyturn::cli {
namespace {

Outcome<std::monostate> writeJobFile(const reencrypt::JobSpec &spec, const ParsedArguments &options) {
    const std::filesystem::path file = std::string(options.value("write"));
    auto written =
        writeFileAtomically(file, asBytes(reencrypt::writeJob(spec)),
                            {.mode = 0600, .mayReplace = options.has("replace"), .keepBackup = false});
    if (!written && written.error().code == ErrorCode::FileExists) {
        return failure(exitGeneral, file.string() + " is there already; --replace writes over it");
    }
    if (!written) {
        return failureFrom(written);
    }
    printError("The job is written to " + file.string() + "\n");
    return std::monostate();
}

Outcome<reencrypt::Plan> plan(const JobChoice &choice, JobServices &services, JobProgressView &view) {
    CancelSource cancel;
    reencrypt::JobParts parts = services.parts(*choice.spec, {});
    parts.base = std::filesystem::current_path();
    parts.observer.progress = [&](const reencrypt::JobProgress &progress) { view.show(progress); };
    reencrypt::JobRunner runner(*choice.spec, std::move(parts));
    const StopWatch watch({}, [&](reencrypt::Stop, bool) { cancel.cancel(); });
    auto planned = runner.plan(cancel.token());
    view.finish("plan", runner.progress(), planned ? "done" : "failed");
    if (!planned) {
        return tl::unexpected<Failure>(callFailure(std::move(planned.error()), services.target()));
    }
    return std::move(*planned);
}

} // namespace

ExitOutcome runJobPlan(const JobCall &call) {
    auto choice = chooseJob(call.words);
    if (!choice) {
        return failureFrom(choice);
    }
    if (call.words.options.has("write")) {
        if (auto written = writeJobFile(*choice->spec, call.words.options); !written) {
            return failureFrom(written);
        }
    }
    auto form = JobProgressView::formNamed(call.words.options.value("progress"));
    if (!form) {
        return failureFrom(form);
    }
    JobProgressView view(*form);
    auto services = JobServices::open(*choice->spec, call.line, call.runtime);
    if (!services) {
        return failureFrom(services);
    }
    auto planned = plan(*choice, *services, view);
    auto closed = services->close();
    if (!planned || !closed) {
        const bool interrupted =
            !planned && planned.error().error && planned.error().error->code == ErrorCode::Cancelled;
        return interrupted ? ExitOutcome(exitInterrupted)
               : planned   ? failureFrom(closed)
                           : failureFrom(planned);
    }
    const bool json = call.line.wantsJson();
    std::string text = json ? planJson(*planned, *choice->spec) : planText(*planned, *choice->spec);
    printOut(text.ends_with('\n') ? text : text + "\n");
    return planned->mayRun() ? exitOk : exitFailed;
}

} // namespace keyturn::cli
