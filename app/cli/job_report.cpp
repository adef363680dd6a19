// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job report: what was asked and done, out of the journal.
#include "base/atomic_file.h"
#include "console.h"
#include "job_open.h"
#include "job_verbs.h"
#include "reencrypt/report.h"

namespace keyturn::cli {
namespace {

using reencrypt::Journal;

Outcome<reencrypt::ReportForm> reportForm(std::string_view name) {
    if (name.empty() || name == "json") {
        return reencrypt::ReportForm::Json;
    }
    if (name == "csv" || name == "html") {
        return name == "csv" ? reencrypt::ReportForm::Csv : reencrypt::ReportForm::Html;
    }
    return usageFailure("--format takes json, csv or html");
}

Outcome<std::monostate> writeReportTo(const std::optional<std::string> &path, Journal &journal,
                                      reencrypt::ReportForm form) {
    if (!path) {
        auto done = reencrypt::writeReport(journal, form, [](std::string_view text) -> Status {
            printOut(text);
            return {};
        });
        return done ? Outcome<std::monostate>(std::monostate()) : failureFrom(done);
    }
    auto file = AtomicFile::open(*path, {.mode = 0600, .mayReplace = true, .keepBackup = false});
    if (!file) {
        return failureFrom(file);
    }
    auto done = reencrypt::writeReport(journal, form,
                                       [&](std::string_view text) { return file->write(asBytes(text)); });
    if (done) {
        done = file->commit();
    }
    return done ? Outcome<std::monostate>(std::monostate()) : failureFrom(done);
}

} // namespace

ExitOutcome reportOn(const JobCall &call, Journal &journal) {
    const auto &options = call.words.options;
    auto form = reportForm(options.value("format"));
    if (!form) {
        return failureFrom(form);
    }
    if (auto written = writeReportTo(options.optional("out"), journal, *form); !written) {
        return failureFrom(written);
    }
    if (options.has("out")) {
        printError("The report is in " + std::string(options.value("out")) + "\n");
    }
    return exitOk;
}

ExitOutcome runJobReport(const JobCall &call) {
    if (auto form = reportForm(call.words.options.value("format")); !form) {
        return failureFrom(form);
    }
    auto job = openJobToRead(call);
    if (!job) {
        return failureFrom(job);
    }
    auto reported = reportOn(call, *job->journal);
    job->journal.reset();
    auto closed = job->services.close();
    return reported && !closed ? failureFrom(closed) : std::move(reported);
}

} // namespace keyturn::cli
