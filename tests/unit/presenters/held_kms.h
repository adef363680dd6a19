// SPDX-License-Identifier: Apache-2.0
// HeldKms: any KmsService, whose answers a test can hold back and whose next call it can make fail; it can
// look at requests, and answer itself what the service lacks. Any thread. Owner: the test.
#pragma once

#include "kms/service.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace keyturn::test {

class HeldKms final : public kms::KmsService {
public:
    explicit HeldKms(std::shared_ptr<kms::KmsService> inner)
        : m_inner(std::move(inner)) {}

    /// Sees each request, before it is worked on.
    std::function<void(const kms::AnyRequest &request)> seen;
    using Answer = std::function<Result<kms::AnyReply>(const kms::AnyRequest &request)>;
    /// Answers an operation in the service's place, which then counts as available. Call it before the
    /// session opens.
    void answerBy(kms::OperationId operation, Answer answer) { m_answers[operation] = std::move(answer); }
    /// Answers some requests of an operation that the service has; nothing: the service does.
    using MaybeAnswer = std::function<std::optional<kms::AnyReply>(const kms::AnyRequest &request)>;
    void answerUnlessServed(kms::OperationId operation, MaybeAnswer answer) {
        m_maybe[operation] = std::move(answer);
    }

    kms::Capabilities capabilities() const override {
        kms::Capabilities capabilities = m_inner->capabilities();
        for (const auto &[operation, answer] : m_answers) {
            capabilities.operations[static_cast<std::size_t>(operation)] = {};
        }
        return capabilities;
    }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        const std::lock_guard lock(m_mutex);
        m_calls.push_back(request.operation());
        if (const auto failing = m_failures.find(request.operation()); failing != m_failures.end()) {
            Error error = failing->second;
            m_failures.erase(failing);
            return completion(tl::unexpected<Error>(std::move(error)));
        }
        if (seen) {
            seen(request);
        }
        if (const auto own = m_answers.find(request.operation()); own != m_answers.end()) {
            return take(request.operation(), std::move(completion), own->second(request));
        }
        if (const auto own = m_maybe.find(request.operation()); own != m_maybe.end()) {
            if (auto reply = own->second(request)) {
                return take(request.operation(), std::move(completion), std::move(*reply));
            }
        }
        m_inner->submit(std::move(request), std::move(context),
                        [this, operation = m_calls.back(),
                         completion = std::move(completion)](Result<kms::AnyReply> reply) mutable {
                            take(operation, std::move(completion), std::move(reply));
                        });
    }

    void failNext(kms::OperationId operation, Error error) {
        const std::lock_guard lock(m_mutex);
        m_failures.insert_or_assign(operation, std::move(error));
    }
    void holdAnswers() {
        const std::lock_guard lock(m_heldMutex);
        m_holding = true;
    }
    /// Lets so many answers of an operation pass, then holds all: however slow who waits for it is.
    void holdAfter(kms::OperationId operation, int answers) {
        const std::lock_guard lock(m_heldMutex);
        m_counted = operation;
        m_answersLeft = answers;
    }
    /// Lets go what is held, and holds no longer.
    void answerHeld() {
        std::vector<Held> held;
        {
            const std::lock_guard lock(m_heldMutex);
            m_holding = false;
            m_counted.reset();
            held.swap(m_held);
        }
        for (Held &each : held) {
            each.completion(std::move(each.reply));
        }
    }
    std::vector<kms::OperationId> calls() const {
        const std::lock_guard lock(m_mutex);
        return m_calls;
    }

private:
    struct Held {
        kms::Completion completion;
        Result<kms::AnyReply> reply;
    };
    void take(kms::OperationId operation, kms::Completion completion, Result<kms::AnyReply> reply) {
        {
            const std::lock_guard lock(m_heldMutex);
            m_holding = m_holding || (operation == m_counted && m_answersLeft-- <= 0);
            if (m_holding) {
                m_held.push_back({std::move(completion), std::move(reply)});
                return;
            }
        }
        completion(std::move(reply));
    }

    std::shared_ptr<kms::KmsService> m_inner;
    mutable std::mutex m_mutex;
    std::mutex m_heldMutex;
    std::map<kms::OperationId, Error> m_failures;
    std::map<kms::OperationId, Answer> m_answers;
    std::map<kms::OperationId, MaybeAnswer> m_maybe;
    std::vector<kms::OperationId> m_calls;
    std::vector<Held> m_held;
    bool m_holding = false;
    std::optional<kms::OperationId> m_counted;
    int m_answersLeft = 0;
};

} // namespace keyturn::test
