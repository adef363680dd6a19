// SPDX-License-Identifier: Apache-2.0
// What the log says about a request: who, what, which key and material, outcome
// (reliability-security.md 3.7).
#include "vault/writer.h"

namespace keyturn::vault {

namespace {

const std::string &actorOf(const kms::CallContext &context, const std::string &program) {
    if (!context.principal.accessKeyId.empty()) {
        return context.principal.accessKeyId;
    }
    if (!context.jobId.empty()) {
        return context.jobId;
    }
    return context.principal.program.empty() ? program : context.principal.program;
}

/// KeyState::logName(), in memory that is there already.
void appendLogName(const KeyState &key, std::string &text) {
    if (!key.region.empty()) {
        text.append(key.region).append("/");
    }
    text.append(key.uuid);
}

/// The second key of a ReEncrypt, and of what is done in two Regions.
void noteDestination(const Trace &trace, std::string &note) {
    note.append("to ");
    appendLogName(*trace.keys[1], note);
    if (trace.materials[1]) {
        note.append(" material ").append(trace.materials[1]->externalId);
    }
}

void stamp(chainlog::Record &record, const Clock &clock, std::string_view actor, std::string_view action) {
    record.time = clock.now();
    record.monotonicMicroseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(clock.steadyNow().time_since_epoch()).count());
    record.actor = actor;
    record.action = action;
    record.outcome = "Success";
}

} // namespace

chainlog::Record makeRecord(const Clock &clock, std::string actor, std::string_view action) {
    chainlog::Record record;
    stamp(record, clock, actor, action);
    return record;
}

void fillRecord(const VaultCore &core, const std::string &program, Job &job) {
    const Trace &trace = job.trace;
    chainlog::Record &record = job.record; // used before: every member is set, its memory kept
    stamp(record, *core.clock, actorOf(job.context, program), job.operation->name);
    record.keyId.clear();
    record.materialId.clear();
    record.note.clear();
    record.contextDigest.clear();
    if (!job.outcome) {
        record.outcome = errorCodeName(job.outcome.error().code);
        job.describeFault();
    }
    if (trace.keyCount > 0) {
        appendLogName(*trace.keys[0], record.keyId);
        if (trace.materials[0]) {
            record.materialId = trace.materials[0]->externalId;
        }
    }
    if (trace.keyCount > 1) {
        noteDestination(trace, record.note);
    }
    if (!trace.context.empty()) {
        const LookupKey digest = core.rowKeys->contextDigest(trace.context);
        record.contextDigest.assign(digest.begin(), digest.end());
    }
}

} // namespace keyturn::vault
