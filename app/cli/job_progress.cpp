// SPDX-License-Identifier: Apache-2.0
#include "job_progress.h"

#include "aws/python_json.h"
#include "console.h"

#include <algorithm>
#include <cmath>

namespace keyturn::cli {
namespace {

using aws::Value;
using reencrypt::JobProgress;

constexpr std::size_t examplesMax = 5;
constexpr std::size_t barCellsMin = 5;
constexpr std::size_t barCellsMax = 20;

Value number(std::uint64_t value) {
    return Value::integer(static_cast<std::int64_t>(value));
}

std::string grouped(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

/// A bar of what room is left, none where that is too little to tell anything.
std::string bar(double share, std::size_t columns) {
    constexpr std::size_t frame = 3; ///< brackets and the space behind
    if (columns < barCellsMin + frame) {
        return {};
    }
    const std::size_t cells = std::min(columns - frame, barCellsMax);
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(cells));
    return "[" + std::string(filled, '#') + std::string(cells - filled, '.') + "] ";
}

std::string barText(const JobProgress &progress, std::size_t columns) {
    if (progress.done == 0 && progress.itemsPerSecond <= 0) {
        return progress.at.empty() ? "Beginning" : "At " + progress.at; // no share, no rate by now
    }
    const auto &counters = progress.counters;
    std::string text = grouped(counters.done + counters.skipped) + " items  " +
                       grouped(static_cast<std::uint64_t>(std::llround(progress.itemsPerSecond))) + "/s";
    if (progress.remaining) {
        text += "  " + durationText(*progress.remaining) + " left";
    }
    if (counters.failed + counters.conflicts > 0) {
        text += "  " + grouped(counters.failed + counters.conflicts) + " not moved";
    }
    if (progress.rate.backingOff) {
        text += "  throttled: " + grouped(static_cast<std::uint64_t>(progress.rate.presentPerSecond)) + "/s";
    }
    if (progress.total == 0 || progress.done == 0) {
        return text;
    }
    const double share =
        std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
    text = std::to_string(static_cast<int>(share * 100)) + "%  " + text;
    return bar(share, columns - std::min(columns, text.size())) + text;
}

void appendCounters(Value::Map &out, const reencrypt::Counters &counters) {
    out.emplace_back("found", number(counters.found));
    out.emplace_back("done", number(counters.done));
    out.emplace_back("verified", number(counters.verified));
    out.emplace_back("skipped", number(counters.skipped));
    out.emplace_back("conflicts", number(counters.conflicts));
    out.emplace_back("failed", number(counters.failed));
    out.emplace_back("calls", number(counters.calls));
    out.emplace_back("throttled", number(counters.throttled));
}

Value::Map progressEvent(const JobProgress &progress) {
    Value::Map event{{"event", Value::text("progress")},
                     {"state", Value::text(reencrypt::wireName(progress.state))}};
    appendCounters(event, progress.counters);
    event.emplace_back("position", number(progress.done));
    event.emplace_back("total", progress.total > 0 ? number(progress.total) : Value());
    event.emplace_back("unit", Value::text(progress.inBytes ? "bytes" : "rows"));
    event.emplace_back("itemsPerSecond", Value::real(std::round(progress.itemsPerSecond * 10) / 10));
    event.emplace_back("remainingSeconds",
                       progress.remaining ? Value::integer(progress.remaining->count()) : Value());
    event.emplace_back("ceilingPerSecond", Value::real(progress.rate.ceilingPerSecond));
    event.emplace_back("presentPerSecond", Value::real(progress.rate.presentPerSecond));
    event.emplace_back("backingOff", Value::boolean(progress.rate.backingOff));
    event.emplace_back("at", Value::text(progress.at));
    return event;
}

} // namespace

JobProgressView::JobProgressView(Form form)
    : m_form(form) {}

Outcome<JobProgressView::Form> JobProgressView::formNamed(std::string_view name) {
    if (name.empty() || name == "bar") {
        return Form::Bar;
    }
    if (name == "json" || name == "none") {
        return name == "json" ? Form::Json : Form::None;
    }
    return usageFailure("--progress takes bar, json or none");
}

void JobProgressView::print(const Value &event) {
    SecretText text;
    aws::printCompactJson(event, text);
    text.append('\n');
    printError(text.view());
}

void JobProgressView::show(const JobProgress &progress) {
    const std::lock_guard lock(m_mutex);
    if (m_form == Form::Json) {
        print(Value::map(progressEvent(progress)));
    } else if (m_form == Form::Bar) {
        m_line.show(barText(progress, m_line.columns()));
    }
}

void JobProgressView::faults(const std::vector<reencrypt::ItemRecord> &items) {
    const std::lock_guard lock(m_mutex);
    for (const reencrypt::ItemRecord &item : items) {
        Cause &cause = m_causes.at(static_cast<std::size_t>(item.cause));
        ++cause.count;
        if (cause.examples.size() < examplesMax) {
            cause.examples.push_back(itemText(item));
        }
        if (m_form == Form::Json) {
            print(Value::map({{"event", Value::text("item")},
                              {"state", Value::text(reencrypt::wireName(item.state))},
                              {"cause", Value::text(reencrypt::wireName(item.cause))},
                              {"unit", Value::text(item.place.unit)},
                              {"part", Value::text(item.place.part)},
                              {"line", number(item.place.line)},
                              {"message", Value::text(item.message)}}));
        }
    }
}

void JobProgressView::note(std::string_view text) {
    const std::lock_guard lock(m_mutex);
    if (m_form == Form::Json) {
        return print(Value::map({{"event", Value::text("note")}, {"text", Value::text(text)}}));
    }
    m_line.clear();
    printError(std::string(text) + "\n");
}

void JobProgressView::finish(std::string_view verb, const JobProgress &progress, std::string_view outcome) {
    const std::lock_guard lock(m_mutex);
    m_line.clear();
    if (m_form == Form::Json) {
        Value::Map event = progressEvent(progress);
        event.front().second = Value::text("end");
        event.insert(event.begin() + 1, {"verb", Value::text(verb)});
        event.insert(event.begin() + 2, {"outcome", Value::text(outcome)});
        print(Value::map(std::move(event)));
    }
}

std::uint64_t JobProgressView::faultCount() const {
    std::uint64_t count = 0;
    for (const Cause &cause : m_causes) {
        count += cause.count;
    }
    return count;
}

std::string itemText(const reencrypt::ItemRecord &item) {
    const std::string place = reencrypt::whereText(item.place);
    const std::string_view said = reencrypt::messageBehindPlace(item);
    return said.empty() ? place : place + ": " + std::string(said);
}

std::string durationText(std::chrono::seconds time) {
    const auto seconds = std::max<std::int64_t>(time.count(), 0);
    const auto padded = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    if (seconds >= 3600) {
        return std::to_string(seconds / 3600) + " h " + padded(seconds / 60 % 60) + " min";
    }
    if (seconds >= 60) {
        return std::to_string(seconds / 60) + " min " + padded(seconds % 60) + " s";
    }
    return std::to_string(seconds) + " s";
}

} // namespace keyturn::cli
