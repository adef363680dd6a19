// SPDX-License-Identifier: Apache-2.0
// Reports for programs: one JSON object, and CSV with one line for each item.
#include "base/clock.h"
#include "reencrypt/job_file.h"
#include "reencrypt/report_parts.h"
#include "reencrypt/report_text.h"

namespace keyturn::reencrypt {
namespace {

/// In the order in which every form of the report names them.
template <class Add>
void eachCount(const Counters &counters, Add add) {
    add("found", counters.found);
    add("done", counters.done);
    add("verified", counters.verified);
    add("skipped", counters.skipped);
    add("conflicts", counters.conflicts);
    add("failed", counters.failed);
}

std::string countersJson(const Counters &counters) {
    JsonObject object;
    eachCount(counters, [&](std::string_view name, std::uint64_t value) { object.number(name, value); });
    return object.whole();
}

std::string itemJson(const ItemRecord &item) {
    JsonObject object;
    object.textUnlessEmpty("unit", item.place.unit).textUnlessEmpty("part", item.place.part);
    if (item.place.line != 0) {
        object.number("line", item.place.line);
    }
    object.text("state", wireName(item.state));
    if (item.cause != Cause::None) {
        object.text("cause", wireName(item.cause));
    }
    return object.textUnlessEmpty("message", item.message)
        .textUnlessEmpty("serviceCode", item.serviceCode)
        .textUnlessEmpty("before", hexOf(item.before))
        .textUnlessEmpty("after", hexOf(item.after))
        .textUnlessEmpty("sourceKey", item.sourceKey)
        .textUnlessEmpty("destinationKey", item.destinationKey)
        .textUnlessEmpty("sourceMaterial", item.sourceMaterial)
        .textUnlessEmpty("destinationMaterial", item.destinationMaterial)
        .textUnlessEmpty("requestId", item.requestId)
        .whole();
}

void addHead(const JournalHead &head, ReportWriter &out) {
    JsonObject job;
    job.text("id", head.jobId)
        .text("name", head.spec.name)
        .text("state", wireName(head.state))
        .text("reason", head.reason)
        .text("created", formatIso8601(head.created))
        .text("changed", formatIso8601(head.changed))
        .text("journalKey", head.keySource);
    out.add("{\n\"keyturnJobReport\": 1,\n\"job\": " + job.whole() + ",\n");
    out.add("\"asked\": " + jsonText(writeJob(head.spec)) + ",\n");
}

/// "name": [..], an element a line, and the comma after it.
template <class List, class Form>
void addList(std::string_view name, const List &list, ReportWriter &out, Form form) {
    out.add(jsonText(name) + ": [");
    const char *separator = "\n";
    for (const auto &each : list) {
        out.add(separator);
        out.add(form(each));
        separator = ",\n";
    }
    out.add("],\n");
}

void addSummary(const ReportSummary &summary, ReportWriter &out) {
    out.add("\"counts\": " + countersJson(summary.counters) +
            ",\n\"calls\": " + std::to_string(summary.counters.calls) +
            ",\n\"throttled\": " + std::to_string(summary.counters.throttled) + ",\n");
    addList("sourceKeys", summary.bySourceKey, out, [](const auto &each) {
        return JsonObject().text("key", each.first).json("counts", countersJson(each.second)).whole();
    });
    addList("destinationKeys", summary.byDestinationKey, out, [](const auto &each) {
        return JsonObject().text("key", each.first).number("items", each.second).whole();
    });
    addList("causes", summary.byCause, out, [](const auto &each) {
        return JsonObject()
            .text("cause", wireName(each.first))
            .number("items", each.second)
            .text("explanation", sentence(each.first))
            .whole();
    });
    addList("notes", summary.notes, out, [](const std::string &note) { return jsonText(note); });
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
    eachCount(counters, add);
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
