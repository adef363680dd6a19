// SPDX-License-Identifier: Apache-2.0
// writeJob(): the members in the order of FORMAT.md, those that have their default left out.
#include "reencrypt/job_file.h"
#include "reencrypt/job_yaml.h"

#include <charconv>

namespace keyturn::reencrypt {
namespace {

void writeContext(std::string &out, std::string_view name, const ContextSpec &context) {
    YamlSection pairs(out, name);
    for (const auto &[key, value] : context.pairs) {
        pairs.line(yamlScalar(key), yamlScalar(value.text()));
    }
    YamlSection(out).text(std::string(name) + "-from", context.from);
}

void writeSource(std::string &out, const SourceSpec &source) {
    const SourceSpec usual;
    YamlSection section(out, "source");
    section.line("kind", std::string(wireName(source.kind)));
    section.texts("paths", source.paths);
    section.texts("include", source.include);
    section.texts("exclude", source.exclude);
    section.text("connection", source.connection);
    section.text("password-in-keychain", source.passwordInKeychain);
    section.text("table", source.table);
    section.texts("key", source.keyColumns);
    section.text("where", source.where);
    section.boolean("header", source.csvHeader, usual.csvHeader);
    section.text("delimiter", std::string(1, source.delimiter), std::string(1, usual.delimiter));
    section.boolean("shared", source.shared, usual.shared);
}

void writeFinder(std::string &out, const FinderSpec &finder) {
    YamlSection section(out, "find");
    section.text("blob", finder.blob);
    section.text("json-pointer", finder.jsonPointer);
    if (finder.encoding) {
        section.line("encoding", std::string(wireName(*finder.encoding)));
    }
    section.text("id", finder.id);
    if (finder.newPrefix) {
        section.line("new-prefix", yamlScalar(*finder.newPrefix));
    }
}

void writeSafety(std::string &out, const SafetySpec &safety) {
    const SafetySpec usual;
    YamlSection section(out, "safety");
    section.boolean("dry-run", safety.dryRun, usual.dryRun);
    section.boolean("backup", safety.backup, usual.backup);
    section.number("batch", safety.batchItems, usual.batchItems);
    section.number("in-flight", safety.inFlight, usual.inFlight);
    if (safety.rateGiven || safety.perSecond != usual.perSecond) {
        char digits[64];
        const auto written =
            std::to_chars(digits, digits + sizeof digits, safety.perSecond, std::chars_format::fixed);
        section.line("rate", std::string(digits, written.ptr));
    }
    section.number("stop-after-failures", safety.stopAfterFailures, usual.stopAfterFailures);
    section.number("sweeps", safety.sweeps, usual.sweeps);
    section.number("lock-timeout-ms", safety.lockTimeout.count(), usual.lockTimeout.count());
    section.number("statement-timeout-ms", safety.statementTimeout.count(), usual.statementTimeout.count());
}

} // namespace

std::string writeJob(const JobSpec &spec) {
    const JobSpec usual;
    std::string out;
    YamlSection job(out);
    job.line("keyturn-job", std::to_string(spec.version));
    job.text("name", spec.name);
    job.text("reason", spec.reason);
    job.text("service", spec.service);
    writeSource(out, spec.source);
    writeFinder(out, spec.finder);
    writeContext(out, "context", spec.context);
    if (spec.destinationContext) {
        if (spec.destinationContext->empty()) {
            out += "\ndestination-context: {}\n";
        }
        writeContext(out, "destination-context", *spec.destinationContext);
    }
    out += "\n";
    job.texts("source-keys", spec.sourceKeys);
    job.text("destination-key", spec.destinationKey);
    job.text("source-algorithm", spec.sourceAlgorithm);
    job.text("destination-algorithm", spec.destinationAlgorithm);
    writeSafety(out, spec.safety);
    out += "\n";
    if (spec.verification != usual.verification) {
        job.line("verify", std::string(wireName(spec.verification)));
    }
    job.boolean("allow-client-plaintext", spec.allowClientPlaintext, usual.allowClientPlaintext);
    job.text("destination-service", spec.destinationService);
    while (out.ends_with("\n\n")) {
        out.pop_back();
    }
    return out;
}

} // namespace keyturn::reencrypt
