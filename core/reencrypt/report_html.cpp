// SPDX-License-Identifier: Apache-2.0
// Reports for people: one page that needs nothing else, no script, good on screen and on paper.
#include "base/clock.h"
#include "reencrypt/job_file.h"
#include "reencrypt/plan_findings.h"
#include "reencrypt/report_html_style.h"
#include "reencrypt/report_parts.h"
#include "reencrypt/report_text.h"

#include <array>

namespace keyturn::reencrypt {
namespace {

/// A page of more rows than these cannot be opened; CSV and JSON have them all.
constexpr std::uint64_t rowsMax = 5000;
constexpr std::size_t digestShown = 16;

std::string element(std::string_view tag, std::string_view classes, std::string_view text) {
    return "<" + std::string(tag) + (classes.empty() ? "" : " class=\"" + std::string(classes) + "\"") + ">" +
           htmlText(text) + "</" + std::string(tag) + ">";
}

std::string cell(std::string_view text) {
    return element("td", {}, text);
}

std::string idCell(std::string_view text) {
    return element("td", "id", text);
}

/// A wire name: one word, however narrow its column.
std::string wordCell(std::string_view text) {
    return element("td", "word", text);
}

std::string keyCell(const std::string &key, std::string_view otherwise) {
    return key.empty() ? element("td", "none", otherwise) : idCell(key);
}

std::string numberCell(std::uint64_t number) {
    return element("td", "n", withCommas(number));
}

std::string table(std::initializer_list<std::string_view> columns) {
    std::string text = "<div class=\"scroll\"><table><thead><tr>";
    for (const std::string_view column : columns) {
        const bool isNumber = column.starts_with('#');
        text += element("th", isNumber ? "n" : "", isNumber ? column.substr(1) : column);
    }
    return text + "</tr></thead><tbody>\n";
}

constexpr std::string_view tableEnd = "</tbody></table></div>\n";

std::string_view toneOf(JobState state, const Counters &counters) {
    switch (state) {
    case JobState::Done:
    case JobState::Verified:
    case JobState::Finalised:
        return counters.failed + counters.conflicts == 0 ? "good" : "attention";
    case JobState::Planned:
    case JobState::Running:
    case JobState::Undone:
        return "muted";
    case JobState::Paused:
        break;
    }
    return "attention";
}

std::string_view words(JobState state) {
    constexpr std::array<std::string_view, 7> all{
        "Not begun yet", "Running, or interrupted", "Paused",
        "Done",          "Done and verified",       "Finalised: the old ciphertexts are gone",
        "Undone"};
    return all[static_cast<std::size_t>(state)];
}

/// The state, and what its colour means.
std::string outcome(JobState state, const Counters &counters) {
    const std::uint64_t left = counters.failed + counters.conflicts;
    std::string text(words(state));
    if (left > 0 && state != JobState::Undone) {
        text += left == 1 ? ", 1 item not moved" : ", " + withCommas(left) + " items not moved";
    }
    return text;
}

std::string digestCell(const std::optional<Digest> &digest) {
    return element("td", "id hash", hexOf(digest).substr(0, digestShown));
}

void addHead(const ReportSource &source, ReportWriter &out) {
    const JournalHead &head = source.journal.head();
    const std::string title = head.spec.name.empty() ? "Re-encryption job" : head.spec.name;
    out.add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'\">");
    out.add(element("title", {}, title + " - Keyturn report") + "<style>" + std::string(reportStyle) +
            "</style></head>\n<body><main>\n");
    out.add("<p class=\"muted\">Keyturn re-encryption report</p>" + element("h1", {}, title) + "\n");
    out.add("<p>" + element("span", "state " + std::string(toneOf(head.state, source.summary.counters)),
                            outcome(head.state, source.summary.counters)));
    out.add((head.reason.empty() ? std::string() : ": " + htmlText(head.reason)) + "</p>\n");
    out.add("<p class=\"muted\">Begun " + htmlText(formatIso8601(head.created)) + ", last changed " +
            htmlText(formatIso8601(head.changed)) + ". Job <code>" + head.jobId + "</code></p>\n");
}

void addTiles(const Counters &counters, ReportWriter &out) {
    const auto tile = [&](std::string_view name, std::uint64_t value, std::string_view tone) {
        out.add("<div class=\"tile\">" + element("b", value == 0 ? "muted" : tone, withCommas(value)) +
                htmlText(name) + "</div>");
    };
    out.add("<div class=\"tiles\">");
    tile("found", counters.found, "");
    tile("moved", counters.done, "good");
    tile("proven", counters.verified, "good");
    tile("there already", counters.skipped, "");
    tile("changed meanwhile", counters.conflicts, "attention");
    tile("not moved", counters.failed, "danger");
    tile("calls", counters.calls, "");
    tile("throttled", counters.throttled, "attention");
    out.add("</div>\n");
}

void addKeys(const ReportSummary &summary, ReportWriter &out) {
    if (!summary.bySourceKey.empty()) {
        out.add("<h2>By source key</h2>" +
                table({"Key", "#Found", "#Moved", "#There already", "#Changed meanwhile", "#Not moved"}));
        for (const auto &[key, counters] : summary.bySourceKey) {
            out.add("<tr>" + keyCell(key, "not known") + numberCell(counters.found) +
                    numberCell(counters.done) + numberCell(counters.skipped) +
                    numberCell(counters.conflicts) + numberCell(counters.failed) + "</tr>\n");
        }
        out.add(tableEnd);
    }
    if (!summary.byDestinationKey.empty()) {
        out.add("<h2>Now under</h2>" + table({"Key", "#Items"}));
        for (const auto &[key, count] : summary.byDestinationKey) {
            out.add("<tr>" + keyCell(key, "not named by the service") + numberCell(count) + "</tr>\n");
        }
        out.add(tableEnd);
    }
}

Status addFailures(const ReportSource &source, ReportWriter &out) {
    if (source.summary.byCause.empty()) {
        return {};
    }
    out.add("<h2>Why items were not moved</h2>" + table({"Cause", "#Items", "What it means"}));
    for (const auto &[cause, count] : source.summary.byCause) {
        out.add("<tr>" + wordCell(wireName(cause)) + numberCell(count) + cell(sentence(cause)) + "</tr>\n");
    }
    out.add(tableEnd);
    out.add("<h2>Each of them</h2>" + table({"Item", "Outcome", "Cause", "What was said", "Request id"}));
    auto visited = source.items.visit(source.journal, [&](const ItemRecord &item) -> Result<bool> {
        if (item.cause != Cause::None) {
            const std::string said = item.serviceCode +
                                     (item.serviceCode.empty() || item.message.empty() ? "" : ": ") +
                                     std::string(messageBehindPlace(item));
            out.add("<tr>" + idCell(whereText(item.place)) + wordCell(wireName(item.state)) +
                    wordCell(wireName(item.cause)) + cell(said) + idCell(item.requestId) + "</tr>\n");
        }
        return out.status() ? Result<bool>(true) : fail(out.status().error());
    });
    out.add(tableEnd);
    return visited;
}

Status addItems(const ReportSource &source, ReportWriter &out) {
    const std::uint64_t all = source.summary.counters.found;
    out.add("<h2>Items</h2>");
    out.add("<p class=\"muted\">SHA-256 of the ciphertexts before and after, their first 16 digits; the CSV "
            "and JSON reports have them whole.");
    out.add(all > rowsMax ? " The first " + withCommas(rowsMax) + " of " + withCommas(all) + " items.</p>\n"
                          : "</p>\n");
    out.add(table({"Item", "Outcome", "Before", "After", "Request id"}));
    std::uint64_t rows = 0;
    auto visited = source.items.visit(source.journal, [&](const ItemRecord &item) -> Result<bool> {
        out.add("<tr>" + idCell(whereText(item.place)) + wordCell(wireName(item.state)) +
                digestCell(item.before) + digestCell(item.after) + idCell(item.requestId) + "</tr>\n");
        return out.status() ? Result<bool>(++rows < rowsMax) : fail(out.status().error());
    });
    out.add(tableEnd);
    return visited;
}

} // namespace

Status writeHtmlReport(const ReportSource &source, ReportWriter &out) {
    addHead(source, out);
    for (const std::string &note : source.summary.notes) {
        out.add(element("p", "note", note) + "\n");
    }
    addTiles(source.summary.counters, out);
    addKeys(source.summary, out);
    if (auto added = addFailures(source, out); !added) {
        return added;
    }
    if (auto added = addItems(source, out); !added) {
        return added;
    }
    out.add("<h2>What was asked</h2>" + element("pre", {}, writeJob(source.journal.head().spec)) + "\n");
    out.add("<footer class=\"muted\"><p>Holds no plaintext and no ciphertext. The next line closes the file: "
            "it is the SHA-256 of every byte before that line.</p>\n");
    auto digest = out.seal();
    return digest ? out.finish("<p>sha256 <code>" + *digest + "</code></p></footer></main></body></html>\n")
                  : failFrom(digest);
}

} // namespace keyturn::reencrypt
