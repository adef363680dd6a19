// SPDX-License-Identifier: Apache-2.0
// A request's way from submit() to the writer.
#include "kms/validation.h"
#include "vault/vault_kms_impl.h"

namespace keyturn::vault {

namespace {

void appendHex(std::string &text, std::uint64_t value, int digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
        text += alphabet[(value >> shift) & 15];
    }
}

void describeFault(Job &job) {
    if (!job.outcome) {
        job.outcome.error().operation = job.operation->name;
        job.outcome.error().requestId = job.context.requestId;
    }
}

} // namespace

/// A UUID in form: 8 random bytes of this run and a count.
std::string VaultKms::Impl::newRequestId() {
    const std::uint64_t count = m_requestCount.fetch_add(1, std::memory_order_relaxed);
    std::uint64_t prefix = 0;
    for (const std::uint8_t byte : m_requestIdPrefix) {
        prefix = prefix << 8 | byte;
    }
    std::string text;
    text.reserve(36);
    appendHex(text, prefix >> 32, 8);
    text += '-';
    appendHex(text, prefix >> 16, 4);
    text += '-';
    appendHex(text, prefix, 4);
    text += '-';
    appendHex(text, count >> 48, 4);
    text += '-';
    appendHex(text, count, 12);
    return text;
}

void VaultKms::Impl::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    auto job = std::make_unique<Job>();
    job->request = std::move(request);
    job->context = std::move(context);
    job->completion = std::move(completion);
    job->operation = &kms::operationInfo(job->request.operation());
    if (job->context.requestId.empty() && m_options.keepLog) {
        job->context.requestId = newRequestId();
    }
    if (!m_gate.enter()) {
        job->outcome = fail(ErrorCode::VaultLocked, "the vault is locked", ErrorOrigin::Vault);
        describeFault(*job);
        job->completion(std::move(job->outcome));
        return;
    }
    if (auto admitted = admit(*job); !admitted) {
        job->outcome = failFrom(admitted);
        describeFault(*job);
        finish(std::move(job));
        return;
    }
    if (std::this_thread::get_id() == m_options.interactiveThread) {
        toPool(std::move(job));
    } else {
        process(std::move(job), false);
    }
}

Status VaultKms::Impl::admit(const Job &job) const {
    if (job.context.cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "cancelled before it began", ErrorOrigin::Vault);
    }
    if (job.context.deadline && m_core.clock->steadyNow() >= *job.context.deadline) {
        return fail(ErrorCode::TimedOut, "the deadline had passed before it began", ErrorOrigin::Vault);
    }
    if (isReadOnly() && groupOf(job.operation->id) != Group::Reading) {
        return fail(ErrorCode::VaultReadOnly, "the vault is open for reading only", ErrorOrigin::Vault);
    }
    return {};
}

void VaultKms::Impl::toPool(JobPointer job) {
    m_pool.post([this, job = std::move(job)]() mutable { process(std::move(job), true); });
}

void VaultKms::Impl::process(JobPointer job, bool onPool) {
    if (!compute(*job, onPool)) {
        toPool(std::move(job));
        return;
    }
    if (!job->needsChange && (isReadOnly() || !m_options.keepLog)) {
        describeFault(*job);
        finish(std::move(job));
        return;
    }
    if (!job->needsChange) {
        fillRecord(m_core, m_options.program, *job);
    }
    m_writer.push(std::move(job));
}

bool VaultKms::Impl::compute(Job &job, bool onPool) {
    job.trace = Trace();
    job.needsChange = false;
    if (auto valid = kms::validateRequest(job.request); !valid) {
        job.outcome = failFrom(valid);
        return true;
    }
    Call call{m_core,    job.request,    job.context, *job.operation, m_core.clock->now(),
              job.trace, m_stop.token(), onPool};
    if (groupOf(job.operation->id) == Group::Changing) {
        prepareChange(call, job);
    } else {
        job.outcome = answer(call);
    }
    return !call.needsPool;
}

void VaultKms::Impl::prepareChange(Call &call, Job &job) {
    if (job.operation->id == kms::OperationId::CreateKey) {
        auto prepared = prepareKey(call, job.request.as<kms::CreateKey>());
        if (!prepared) {
            job.outcome = failFrom(prepared);
            return;
        }
        job.prepared = std::move(*prepared);
    }
    job.needsChange = true;
}

bool VaultKms::Impl::recompute(Job &job) {
    if (!compute(job, false)) {
        return false;
    }
    fillRecord(m_core, m_options.program, job);
    return true;
}

void VaultKms::Impl::recomputeOnPool(JobPointer job) {
    toPool(std::move(job));
}

void VaultKms::Impl::finish(JobPointer job) {
    job->completion(std::move(job->outcome));
    job.reset(); // before the gate: whoever waits there may destroy what the job refers to
    m_gate.leave();
}

} // namespace keyturn::vault
