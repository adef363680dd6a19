// SPDX-License-Identifier: Apache-2.0
// Reports for programs: one JSON object, and CSV with one line for each item.
#include "base/clock.h"
#include "reencrypt/job_file.h"
#include "reencrypt/report_parts.h"
#include "reencrypt/report_text.h"

namespace keyturn::reencrypt {
namespace {

std::string countersJson(const Counters &counters) {
    std::string text = "{";
    const auto add = [&](std::string_view name, std::uint64_t value) {
        text += (text.size() > 1 ? ", " : "") + jsonText(name) + ": " + std::to_string(value);
    };
    add("found", counters.found);
    add("done", counters.done);
    add("verified", counters.verified);
    add("skipped", counters.skipped);
    add("conflicts", counters.conflicts);
    add("failed", counters.failed);
    return text + "}";
}

std::string itemJson(const ItemRecord &item) {
    std::string text = "{";
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) {
            text += (text.size() > 1 ? ", " : "") + jsonText(name) + ": " + jsonText(value);
        }
    };
    add("unit", item.place.unit);
    add("part", item.place.part);
    if (item.place.line != 0) {
        text += ", \"line\": " + std::to_string(item.place.line);
    }
    add("state", wireName(item.state));
    if (item.cause != Cause::None) {
        add("cause", wireName(item.cause));
    }
    add("message", item.message);
    add("serviceCode", item.serviceCode);
    add("before", hexOf(item.before));
    add("after", hexOf(item.after));
    add("sourceKey", item.sourceKey);
    add("destinationKey", item.destinationKey);
    add("sourceMaterial", item.sourceMaterial);
    add("destinationMaterial", item.destinationMaterial);
    add("requestId", item.requestId);
    return text + "}";
}

void addHead(const JournalHead &head, ReportWriter &out) {
    out.add("{\n\"keyturnJobReport\": 1,\n\"job\": {\"id\": " + jsonText(head.jobId) +
            ", \"name\": " + jsonText(head.spec.name) + ", \"state\": " + jsonText(wireName(head.state)) +
            ", \"reason\": " + jsonText(head.reason) +
            ", \"created\": " + jsonText(formatIso8601(head.created)) + ", \"changed\": " +
            jsonText(formatIso8601(head.changed)) + ", \"journalKey\": " + jsonText(head.keySource) + "},\n");
    out.add("\"asked\": " + jsonText(writeJob(head.spec)) + ",\n");
}

void addSummary(const ReportSummary &summary, ReportWriter &out) {
    out.add("\"counts\": " + countersJson(summary.counters) +
            ",\n\"calls\": " + std::to_string(summary.counters.calls) +
            ",\n\"throttled\": " + std::to_string(summary.counters.throttled) + ",\n\"sourceKeys\": [");
    const char *separator = "\n";
    for (const auto &[key, counters] : summary.bySourceKey) {
        out.add(separator);
        out.add("{\"key\": " + jsonText(key) + ", \"counts\": " + countersJson(counters) + "}");
        separator = ",\n";
    }
    out.add("],\n\"destinationKeys\": [");
    separator = "\n";
    for (const auto &[key, count] : summary.byDestinationKey) {
        out.add(separator);
        out.add("{\"key\": " + jsonText(key) + ", \"items\": " + std::to_string(count) + "}");
        separator = ",\n";
    }
    out.add("],\n\"causes\": [");
    separator = "\n";
    for (const auto &[cause, count] : summary.byCause) {
        out.add(separator);
        out.add("{\"cause\": " + jsonText(wireName(cause)) + ", \"items\": " + std::to_string(count) +
                ", \"explanation\": " + jsonText(sentence(cause)) + "}");
        separator = ",\n";
    }
    out.add("],\n\"notes\": [");
    separator = "\n";
    for (const std::string &note : summary.notes) {
        out.add(separator);
        out.add(jsonText(note));
        separator = ",\n";
    }
    out.add("],\n");
}

} // namespace

Status writeJsonReport(const ReportSource &source, ReportWriter &out) {
    addHead(source.journal.head(), out);
    addSummary(source.summary, out);
    out.add("\"items\": [");
    const char *separator = "\n";
    auto visited = source.items.visit(source.journal, [&](const ItemRecord &item) -> Result<bool> {
        out.add(separator);
        out.add(itemJson(item));
        separator = ",\n";
        return out.status() ? Result<bool>(true) : fail(out.status().error());
    });
    if (!visited) {
        return visited;
    }
    out.add("],\n");
    auto digest = out.seal();
    return digest ? out.finish("\"sha256\": \"" + *digest + "\"}\n") : failFrom(digest);
}

Status writeCsvReport(const ReportSource &source, ReportWriter &out) {
    const Counters &counters = source.summary.counters;
    const JournalHead &head = source.journal.head();
    std::string totals = "# job " + head.jobId + ", " + std::string(wireName(head.state));
    const auto add = [&](std::string_view name, std::uint64_t value) {
        totals += ", " + std::string(name) + " " + std::to_string(value);
    };
    add("found", counters.found);
    add("done", counters.done);
    add("verified", counters.verified);
    add("skipped", counters.skipped);
    add("conflicts", counters.conflicts);
    add("failed", counters.failed);
    add("calls", counters.calls);
    add("throttled", counters.throttled);
    out.add(totals + "\r\n");
    out.add("unit,part,line,state,cause,message,service_code,sha256_before,sha256_after,source_key,"
            "destination_key,source_material,destination_material,request_id\r\n");
    auto visited = source.items.visit(source.journal, [&](const ItemRecord &item) -> Result<bool> {
        std::string line = csvCell(item.place.unit) + "," + csvCell(item.place.part) + "," +
                           (item.place.line == 0 ? std::string() : std::to_string(item.place.line));
        const std::string before = hexOf(item.before);
        const std::string after = hexOf(item.after);
        const std::string_view cause = item.cause == Cause::None ? std::string_view() : wireName(item.cause);
        for (const std::string_view cell :
             {wireName(item.state), cause, std::string_view(item.message), std::string_view(item.serviceCode),
              std::string_view(before), std::string_view(after), std::string_view(item.sourceKey),
              std::string_view(item.destinationKey), std::string_view(item.sourceMaterial),
              std::string_view(item.destinationMaterial), std::string_view(item.requestId)}) {
            line += "," + csvCell(cell);
        }
        out.add(line + "\r\n");
        return out.status() ? Result<bool>(true) : fail(out.status().error());
    });
    if (!visited) {
        return visited;
    }
    auto digest = out.seal();
    return digest ? out.finish("# sha256 " + *digest + "\r\n") : failFrom(digest);
}

} // namespace keyturn::reencrypt
