// SPDX-License-Identifier: Apache-2.0
// FakeKms: an honest KMS in memory for tests of what stands on KmsService. It keeps the semantics of AWS KMS
// (states, contexts, identifiers, limits, messages) and proves it by the contract suite; it protects nothing:
// its symmetric ciphertext is a readable container. RSA keys are real ones. Thread rule: any thread; an
// answer comes before submit() returns, unless answers are held. Owner: the test.
#pragma once

#include "base/clock.h"
#include "kms/service.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace keyturn::test {

struct FakeKmsOptions {
    std::string region = "eu-central-1";
    std::string accountId = "111122223333";
    std::string partition = "aws";
    std::shared_ptr<const Clock> clock = systemClock();
    std::string seed = "fake"; ///< two fakes of one seed name their keys alike
};

class FakeKms final : public kms::KmsService {
public:
    explicit FakeKms(FakeKmsOptions options = {});
    ~FakeKms() override;

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

    /// An enabled symmetric key, with an alias when one is given ("alias/..."). Its id.
    std::string addKey(const std::string &alias = {}, const std::string &description = {});
    /// Makes an operation absent, with a reason, as backends do.
    void withdraw(kms::OperationId operation, std::string reason);
    /// The next call of the operation fails with this, once.
    void failNext(kms::OperationId operation, Error error);
    /// Answers wait until answerHeld() or answerNext(); the work itself is done when it is submitted.
    void holdAnswers(bool hold);
    std::size_t heldAnswers() const;
    bool answerNext(); ///< false: none is held
    void answerHeld(); ///< and no longer holds
    /// What arrived, in order.
    std::vector<kms::OperationId> calls() const;

private:
    class Store;
    Result<kms::AnyReply> work(const kms::AnyRequest &request);

    mutable std::mutex m_mutex;
    std::unique_ptr<Store> m_store;
    kms::Capabilities m_capabilities;
    std::map<kms::OperationId, std::deque<Error>> m_failures;
    std::deque<std::function<void()>> m_held;
    bool m_holding = false;
    std::vector<kms::OperationId> m_calls;
};

} // namespace keyturn::test
