// SPDX-License-Identifier: Apache-2.0
// What the log says about a request: who, what, which key and material, outcome
// (reliability-security.md 3.7).
#include "vault/writer.h"

namespace keyturn::vault {

namespace {

std::string actorOf(const kms::CallContext &context, const std::string &program) {
    if (!context.principal.accessKeyId.empty()) {
        return context.principal.accessKeyId;
    }
    if (!context.jobId.empty()) {
        return context.jobId;
    }
    return context.principal.program.empty() ? program : context.principal.program;
}

/// The second key of a ReEncrypt.
std::string destinationNote(const Trace &trace) {
    std::string note = "to " + trace.keys[1]->uuid;
    if (trace.materials[1]) {
        note += " material " + trace.materials[1]->externalId;
    }
    return note;
}

} // namespace

chainlog::Record makeRecord(const Clock &clock, std::string actor, std::string_view action) {
    chainlog::Record record;
    record.time = clock.now();
    record.monotonicMicroseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(clock.steadyNow().time_since_epoch()).count());
    record.actor = std::move(actor);
    record.action = action;
    record.outcome = "Success";
    return record;
}

void fillRecord(const VaultCore &core, const std::string &program, Job &job) {
    const Trace &trace = job.trace;
    job.record = makeRecord(*core.clock, actorOf(job.context, program), job.operation->name);
    job.record.requestId = job.context.requestId;
    if (!job.outcome) {
        job.record.outcome = errorCodeName(job.outcome.error().code);
        job.outcome.error().operation = job.operation->name;
        job.outcome.error().requestId = job.context.requestId;
    }
    if (trace.keyCount > 0) {
        job.record.keyId = trace.keys[0]->uuid;
        if (trace.materials[0]) {
            job.record.materialId = trace.materials[0]->externalId;
        }
    }
    if (trace.keyCount > 1) {
        job.record.note = destinationNote(trace);
    }
    if (!trace.context.empty()) {
        const LookupKey digest = core.rowKeys->contextDigest(trace.context);
        job.record.contextDigest.assign(digest.begin(), digest.end());
    }
}

} // namespace keyturn::vault
