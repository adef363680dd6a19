// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_kms_job.h"

namespace keyturn::vault {

void Job::describeFault() {
    if (!outcome) {
        outcome.error().operation = operation->name;
        outcome.error().requestId = record.requestId;
    }
}

void Job::complete() {
    completion(std::move(outcome));
    completion = kms::Completion();
    request = kms::AnyRequest();
    context = kms::CallContext();
    trace = Trace();
    prepared.reset();
    outcome = kms::AnyReply();
}

JobPointer JobStore::take() {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_shells.empty()) {
            JobPointer job = std::move(m_shells.back());
            m_shells.pop_back();
            return job;
        }
    }
    return std::make_unique<Job>();
}

void JobStore::giveBack(JobPointer job) {
    const std::lock_guard lock(m_mutex);
    if (m_shells.size() < capacity) {
        m_shells.push_back(std::move(job));
    }
}

void JobStore::giveBack(std::vector<JobPointer> &jobs) {
    {
        const std::lock_guard lock(m_mutex);
        for (JobPointer &job : jobs) {
            if (job && m_shells.size() < capacity) {
                m_shells.push_back(std::move(job));
            }
        }
    }
    jobs.clear();
}

} // namespace keyturn::vault
