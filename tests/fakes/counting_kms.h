// SPDX-License-Identifier: Apache-2.0
// CountingKms: answers everything with an empty reply and counts the calls that reached it. Any thread.
#pragma once

#include "kms/service.h"

#include <atomic>

namespace keyturn {

class CountingKms final : public kms::KmsService {
public:
    kms::Capabilities capabilities() const override { return {}; }
    void submit(kms::AnyRequest request, kms::CallContext, kms::Completion completion) override {
        ++m_calls;
        completion(kms::operationInfo(request.operation()).makeReply());
    }
    int calls() const { return m_calls; }

private:
    std::atomic<int> m_calls = 0;
};

} // namespace keyturn
