// SPDX-License-Identifier: Apache-2.0
// WatchedKms: any service, with its calls counted by operation, and faults where a test wants them: before
// the call (it never got there), behind it (it was carried out and the answer was lost or changed). Any
// thread; the hooks run under its mutex.
#pragma once

#include "kms/service.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace keyturn::test {

class WatchedKms final : public kms::KmsService {
public:
    explicit WatchedKms(std::shared_ptr<kms::KmsService> inner)
        : m_inner(std::move(inner)) {}

    /// `call` counts from 1 over all operations. An error: the call does not reach the service.
    std::function<std::optional<Error>(int call, const kms::AnyRequest &request)> before;
    /// May change or replace the answer.
    std::function<void(int call, kms::OperationId operation, Result<kms::AnyReply> &answer)> after;

    kms::Capabilities capabilities() const override { return m_inner->capabilities(); }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        const kms::OperationId operation = request.operation();
        std::optional<Error> fault;
        int call = 0;
        {
            const std::lock_guard lock(m_mutex);
            ++m_counts[static_cast<std::size_t>(operation)];
            call = ++m_calls;
            m_underWay = m_underWay + 1;
            m_most = std::max(m_most, m_underWay);
            fault = before ? before(call, request) : std::nullopt;
        }
        if (fault) {
            answer(call, operation, fail(std::move(*fault)), completion);
            return;
        }
        m_inner->submit(
            std::move(request), std::move(context),
            [this, call, operation, completion = std::move(completion)](Result<kms::AnyReply> reply) mutable {
                answer(call, operation, std::move(reply), completion);
            });
    }

    int count(kms::OperationId operation) const {
        const std::lock_guard lock(m_mutex);
        return m_counts[static_cast<std::size_t>(operation)];
    }
    int calls() const {
        const std::lock_guard lock(m_mutex);
        return m_calls;
    }
    int mostInFlight() const {
        const std::lock_guard lock(m_mutex);
        return m_most;
    }
    void forget() {
        const std::lock_guard lock(m_mutex);
        m_counts = {};
        m_calls = 0;
        m_most = 0;
    }

private:
    void answer(int call, kms::OperationId operation, Result<kms::AnyReply> reply,
                kms::Completion &completion) {
        {
            const std::lock_guard lock(m_mutex);
            --m_underWay;
            if (after) {
                after(call, operation, reply);
            }
        }
        completion(std::move(reply));
    }

    const std::shared_ptr<kms::KmsService> m_inner;
    mutable std::mutex m_mutex;
    std::array<int, kms::operationCount> m_counts{};
    int m_calls = 0;
    int m_underWay = 0;
    int m_most = 0;
};

} // namespace keyturn::test
