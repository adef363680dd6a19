// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/plan.h"

#include "reencrypt/plan_findings.h"
#include "reencrypt/report_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t faultsShown = 10;

std::string_view wireName(Finding::Weight weight) {
    constexpr std::array<std::string_view, 3> names{"note", "warning", "blocks"};
    return names[static_cast<std::size_t>(weight)];
}

std::string usd(double value) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return withCommas(count) + " " + std::string(count == 1 ? one : many);
}

std::string headText(const Plan &plan, const JobSpec &spec) {
    const Survey &survey = plan.survey;
    const bool rows = isDatabase(spec.source.kind);
    std::string text = "Plan of " + (spec.name.empty() ? std::string("this job") : spec.name) + "\n\n";
    text += "Source:       " + std::string(wireName(spec.source.kind)) + ", " +
            counted(survey.units, rows ? "row" : "file", rows ? "rows" : "files");
    text += survey.bytes > 0 ? ", " + sizeText(survey.bytes) + "\n" : "\n";
    text += "Ciphertexts:  " + withCommas(survey.items) + "\n";
    text += "Destination:  " + spec.destinationKey + "\n";
    text +=
        "Calls:        about " + withCommas(plan.callsEstimated) + ", " + durationText(plan.timeEstimated);
    text += plan.costEstimatedUsd > 0 ? ", " + usd(plan.costEstimatedUsd) + " USD at AWS list price\n" : "\n";
    return text;
}

std::string keysText(const Plan &plan) {
    std::string text;
    for (const Survey::PerKey &key : plan.survey.keys) {
        text += "  " + withCommas(key.items) + "  " + (key.key.empty() ? "key not known offline" : key.key) +
                (key.kind.empty() ? "" : "  (" + key.kind + ")") + "\n";
    }
    return text.empty() ? text : "\nUnder these keys\n" + text;
}

std::string permissionsText(const Plan &plan) {
    std::string text;
    for (const PermissionCheck &check : plan.permissions) {
        text += std::string(check.allowed ? "  allowed   " : "  refused   ") +
                (check.sourceKey.empty() ? "key not known" : check.sourceKey);
        text += check.allowed ? (check.byDryRun ? " (by DryRun)\n" : " (by one call, answer discarded)\n")
                              : ": " + check.message + "\n";
    }
    return text.empty() ? text : "\nPermissions\n" + text;
}

std::string faultsText(const Plan &plan) {
    std::string text;
    for (std::size_t index = 0; index < std::min(faultsShown, plan.survey.faults.size()); ++index) {
        const ItemRecord &fault = plan.survey.faults[index];
        const std::string said(messageBehindPlace(fault));
        text += "  " + whereText(fault.place) + ": " + std::string(sentence(fault.cause)) +
                (said.empty() ? "" : " (" + said + ")") + "\n";
    }
    const std::uint64_t more =
        plan.survey.faultCount - std::min<std::uint64_t>(plan.survey.faultCount, faultsShown);
    text += more > 0 ? "  and " + withCommas(more) + " more\n" : "";
    return text.empty() ? text : "\nCannot be moved as they stand\n" + text;
}

std::string findingsText(const Plan &plan) {
    std::string text;
    for (const Finding &finding : plan.findings) {
        constexpr std::array<std::string_view, 3> marks{"  note      ", "  warning   ", "  BLOCKS    "};
        text += std::string(marks[static_cast<std::size_t>(finding.weight)]) + finding.text + "\n";
    }
    return text.empty() ? text : "\nFindings\n" + text;
}

std::string itemJson(const ItemRecord &item) {
    return JsonObject()
        .text("unit", item.place.unit)
        .text("part", item.place.part)
        .number("line", item.place.line)
        .text("cause", wireName(item.cause))
        .text("message", item.message)
        .whole();
}

/// "name": [a, b]
template <class List, class Form>
std::string listJson(std::string_view name, const List &list, Form form) {
    std::string text = "  " + jsonText(name) + ": [";
    bool first = true;
    for (const auto &each : list) {
        text += (first ? "\n    " : ",\n    ") + form(each);
        first = false;
    }
    return text + (first ? "]" : "\n  ]");
}

} // namespace

bool Plan::mayRun() const {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding &finding) { return finding.weight == Finding::Weight::Blocks; });
}

std::string planText(const Plan &plan, const JobSpec &spec) {
    return headText(plan, spec) + keysText(plan) + permissionsText(plan) + faultsText(plan) +
           findingsText(plan) +
           (plan.mayRun() ? "\nThe job may run.\n" : "\nThe job may not run before that is mended.\n");
}

std::string planJson(const Plan &plan, const JobSpec &spec) {
    const Survey &survey = plan.survey;
    std::string text = "{\n  \"name\": " + jsonText(spec.name);
    text += ",\n  \"mayRun\": " + std::string(plan.mayRun() ? "true" : "false");
    text += ",\n  \"source\": " + jsonText(wireName(spec.source.kind));
    text += ",\n  \"destinationKey\": " + jsonText(spec.destinationKey);
    const auto number = [&](std::string_view name, std::uint64_t value) {
        text += ",\n  " + jsonText(name) + ": " + std::to_string(value);
    };
    number("units", survey.units);
    number("bytes", survey.bytes);
    number("freeBytes", survey.freeBytes);
    number("items", survey.items);
    number("faultCount", survey.faultCount);
    number("callsEstimated", plan.callsEstimated);
    number("secondsEstimated", static_cast<std::uint64_t>(plan.timeEstimated.count()));
    text += ",\n  \"costEstimatedUsd\": " + usd(plan.costEstimatedUsd) + ",\n";
    text += listJson("keys", survey.keys, [](const Survey::PerKey &key) {
        return JsonObject().text("key", key.key).text("kind", key.kind).number("items", key.items).whole();
    });
    text += ",\n" + listJson("permissions", plan.permissions, [](const PermissionCheck &check) {
                return JsonObject()
                    .text("sourceKey", check.sourceKey)
                    .flag("allowed", check.allowed)
                    .flag("byDryRun", check.byDryRun)
                    .text("message", check.message)
                    .whole();
            });
    text += ",\n" + listJson("faults", survey.faults, itemJson);
    text +=
        ",\n" + listJson("findings", plan.findings, [](const Finding &finding) {
            return JsonObject().text("weight", wireName(finding.weight)).text("text", finding.text).whole();
        });
    return text + "\n}\n";
}

} // namespace keyturn::reencrypt
