// SPDX-License-Identifier: Apache-2.0
// A request's way from submit() to the writer.
#include "kms/validation.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/grants.h"
#include "vault/vault_kms_impl.h"

namespace keyturn::vault {

namespace {

void appendHex(std::string &text, std::uint64_t value, int digits) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
        text += alphabet[(value >> shift) & 15];
    }
}

/// What a call to a locked vault gets.
Error refusal(const kms::AnyRequest &request, const kms::CallContext &context) {
    Error error = clientError(ErrorCode::VaultLocked, "the vault is locked", ErrorOrigin::Vault);
    error.operation = kms::operationInfo(request.operation()).name;
    error.requestId = context.requestId;
    return error;
}

} // namespace

/// A UUID in form: 8 random bytes of this run and a count. A job takes its counts by the block: all threads
/// share the one counter.
void VaultKms::Impl::makeRequestId(Job &job) {
    constexpr std::uint64_t block = 256;
    if (job.requestCount % block == 0) {
        job.requestCount = m_requestCount.fetch_add(block, std::memory_order_relaxed);
    }
    const std::uint64_t count = job.requestCount++;
    std::string &id = job.record.requestId;
    std::uint64_t prefix = 0;
    for (const std::uint8_t byte : m_requestIdPrefix) {
        prefix = prefix << 8 | byte;
    }
    id.clear();
    id.reserve(36);
    appendHex(id, prefix >> 32, 8);
    id += '-';
    appendHex(id, prefix >> 16, 4);
    id += '-';
    appendHex(id, prefix, 4);
    id += '-';
    appendHex(id, count >> 48, 4);
    id += '-';
    appendHex(id, count, 12);
}

void VaultKms::Impl::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    if (!m_gate.enter()) {
        completion(fail(refusal(request, context)));
        return;
    }
    JobPointer job = m_jobs.take();
    job->request = std::move(request);
    job->context = std::move(context);
    job->completion = std::move(completion);
    job->operation = &kms::operationInfo(job->request.operation());
    job->core = job->context.region.empty() ? m_own : m_regions.find(job->context.region);
    if (job->context.requestId.empty()) {
        makeRequestId(*job);
    } else {
        job->record.requestId = job->context.requestId;
    }
    if (auto admitted = admit(*job); !admitted) {
        job->outcome = failFrom(admitted);
        job->describeFault();
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
    if (job.context.deadline && m_options.clock->steadyNow() >= *job.context.deadline) {
        return fail(ErrorCode::TimedOut, "the deadline had passed before it began", ErrorOrigin::Vault);
    }
    if (job.core == nullptr) {
        return validationFault("Region is not one of the partition " + m_own->names.partition +
                               ", which this vault is of.");
    }
    const Group group = groupOf(job.operation->id);
    if (isReadOnly() && group != Group::Reading && group != Group::Absent) {
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
        job->describeFault();
        finish(std::move(job));
        return;
    }
    if (!job->needsChange) {
        fillRecord(*job->core, m_options.program, *job);
    }
    m_writer.push(std::move(job));
}

bool VaultKms::Impl::compute(Job &job, bool onPool) {
    job.trace = Trace();
    job.needsChange = false;
    const Group group = groupOf(job.operation->id);
    // What a vault does not have, it refuses whatever the request says.
    if (auto valid = group == Group::Absent ? Status() : kms::validateRequest(job.request); !valid) {
        job.outcome = failFrom(valid);
        return true;
    }
    Call call{*job.core, job.request, job.context, *job.operation, m_options.clock->now(),
              job.trace, m_stopping,  onPool};
    if (const auto tokens = grantsOfTokens(call); !tokens) {
        job.outcome = tl::unexpected<Error>(tokens.error());
    } else if (auto permitted = checkPermission(call, m_accessKeys); !permitted) {
        job.outcome = failFrom(permitted);
    } else if (group == Group::Changing) {
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
    if (job.operation->id == kms::OperationId::ImportKeyMaterial) {
        auto prepared = prepareImport(call, job.request.as<kms::ImportKeyMaterial>());
        if (!prepared) {
            job.outcome = failFrom(prepared);
            return;
        }
        job.import = std::move(*prepared);
    }
    job.needsChange = true;
}

bool VaultKms::Impl::recompute(Job &job) {
    if (!compute(job, false)) {
        return false;
    }
    fillRecord(*job.core, m_options.program, job);
    return true;
}

void VaultKms::Impl::recomputeOnPool(JobPointer job) {
    toPool(std::move(job));
}

void VaultKms::Impl::finish(JobPointer job) {
    job->complete();
    m_jobs.giveBack(std::move(job));
    m_gate.leave(); // last: whoever waits there may destroy everything
}

void VaultKms::Impl::finish(std::vector<JobPointer> &batch) {
    std::uint64_t count = 0;
    for (const JobPointer &job : batch) {
        if (job) {
            job->complete();
            ++count;
        }
    }
    m_jobs.giveBack(batch);
    m_gate.leave(count);
}

} // namespace keyturn::vault
