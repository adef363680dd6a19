// SPDX-License-Identifier: Apache-2.0
#include "job_summary.h"

namespace keyturn::cli {
namespace {

using aws::Value;

Value number(std::uint64_t value) {
    return Value::integer(static_cast<std::int64_t>(value));
}

} // namespace

Value jobSummary(const reencrypt::JournalHead &head, const reencrypt::Counters &counters,
                 const std::filesystem::path &journal) {
    Value::Map report{{"Job", Value::text(head.jobId)},
                      {"Name", Value::text(head.spec.name)},
                      {"State", Value::text(reencrypt::wireName(head.state))}};
    if (!head.reason.empty()) {
        report.emplace_back("Reason", Value::text(head.reason));
    }
    const std::pair<const char *, std::uint64_t> counts[] = {
        {"Found", counters.found},     {"Done", counters.done},          {"Verified", counters.verified},
        {"Skipped", counters.skipped}, {"Failed", counters.failed},      {"Conflicts", counters.conflicts},
        {"Calls", counters.calls},     {"Throttled", counters.throttled}};
    for (const auto &[name, count] : counts) {
        report.emplace_back(name, number(count));
    }
    report.emplace_back("DryRun", Value::boolean(head.spec.safety.dryRun));
    report.emplace_back("Source", Value::text(reencrypt::wireName(head.spec.source.kind)));
    report.emplace_back("DestinationKey", Value::text(head.spec.destinationKey));
    report.emplace_back("Created", Value::text(formatIso8601(head.created)));
    report.emplace_back("Changed", Value::text(formatIso8601(head.changed)));
    report.emplace_back("KeySource", Value::text(head.keySource));
    report.emplace_back("Journal", Value::text(journal.string()));
    return Value::map(std::move(report));
}

std::string causesText(const JobProgressView &view) {
    std::string text;
    for (std::size_t i = 0; i < view.causes().size(); ++i) {
        const JobProgressView::Cause &cause = view.causes()[i];
        if (cause.count == 0) {
            continue;
        }
        const auto which = static_cast<reencrypt::Cause>(i);
        text += "\n" + std::to_string(cause.count) + " " + std::string(reencrypt::wireName(which)) + ": " +
                std::string(reencrypt::sentence(which)) + "\n";
        for (const std::string &example : cause.examples) {
            text += "    " + example + "\n";
        }
        if (cause.count > cause.examples.size()) {
            text += "    ... keyturn-cli job report lists them all\n";
        }
    }
    return text.empty() ? text : "\nNot moved:\n" + text;
}

Value causesValue(const JobProgressView &view) {
    Value::List list;
    for (std::size_t i = 0; i < view.causes().size(); ++i) {
        const JobProgressView::Cause &cause = view.causes()[i];
        if (cause.count == 0) {
            continue;
        }
        Value::List examples;
        for (const std::string &example : cause.examples) {
            examples.push_back(Value::text(example));
        }
        list.push_back(
            Value::map({{"Cause", Value::text(reencrypt::wireName(static_cast<reencrypt::Cause>(i)))},
                        {"Count", number(cause.count)},
                        {"Examples", Value::list(std::move(examples))}}));
    }
    return Value::list(std::move(list));
}

} // namespace keyturn::cli
