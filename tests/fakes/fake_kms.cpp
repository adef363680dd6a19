// SPDX-License-Identifier: Apache-2.0
#include "fakes/fake_kms.h"

#include "fakes/fake_kms_store.h"
#include "kms/validation.h"

#include <algorithm>

namespace keyturn::test {

using kms::AnyReply;
using kms::AnyRequest;
using kms::OperationId;

namespace {

/// What is listed after the last operation that dispatch() knows.
constexpr OperationId lastHandled = OperationId::GetPublicKey;
constexpr const char *absence = "This operation is not implemented by the fake service.";

template <class Op, class Store>
Result<AnyReply> run(Store &store, const AnyRequest &request) {
    auto reply = store.handle(request.as<Op>());
    if (!reply) {
        return failFrom(reply);
    }
    return AnyReply::of<Op>(std::move(*reply));
}

template <class Store>
Result<AnyReply> dispatch(Store &store, const AnyRequest &request) {
    switch (request.operation()) {
    case OperationId::CreateKey:
        return run<kms::CreateKey>(store, request);
    case OperationId::DescribeKey:
        return run<kms::DescribeKey>(store, request);
    case OperationId::ListKeys:
        return run<kms::ListKeys>(store, request);
    case OperationId::ListAliases:
        return run<kms::ListAliases>(store, request);
    case OperationId::CreateAlias:
        return run<kms::CreateAlias>(store, request);
    case OperationId::UpdateAlias:
        return run<kms::UpdateAlias>(store, request);
    case OperationId::DeleteAlias:
        return run<kms::DeleteAlias>(store, request);
    case OperationId::EnableKey:
        return run<kms::EnableKey>(store, request);
    case OperationId::DisableKey:
        return run<kms::DisableKey>(store, request);
    case OperationId::ScheduleKeyDeletion:
        return run<kms::ScheduleKeyDeletion>(store, request);
    case OperationId::CancelKeyDeletion:
        return run<kms::CancelKeyDeletion>(store, request);
    case OperationId::RotateKeyOnDemand:
        return run<kms::RotateKeyOnDemand>(store, request);
    case OperationId::EnableKeyRotation:
        return run<kms::EnableKeyRotation>(store, request);
    case OperationId::DisableKeyRotation:
        return run<kms::DisableKeyRotation>(store, request);
    case OperationId::GetKeyRotationStatus:
        return run<kms::GetKeyRotationStatus>(store, request);
    case OperationId::ListKeyRotations:
        return run<kms::ListKeyRotations>(store, request);
    case OperationId::UpdateKeyDescription:
        return run<kms::UpdateKeyDescription>(store, request);
    case OperationId::TagResource:
        return run<kms::TagResource>(store, request);
    case OperationId::UntagResource:
        return run<kms::UntagResource>(store, request);
    case OperationId::ListResourceTags:
        return run<kms::ListResourceTags>(store, request);
    case OperationId::Encrypt:
        return run<kms::Encrypt>(store, request);
    case OperationId::Decrypt:
        return run<kms::Decrypt>(store, request);
    case OperationId::ReEncrypt:
        return run<kms::ReEncrypt>(store, request);
    case OperationId::GenerateDataKey:
        return run<kms::GenerateDataKey>(store, request);
    case OperationId::GenerateDataKeyWithoutPlaintext:
        return run<kms::GenerateDataKeyWithoutPlaintext>(store, request);
    case OperationId::GenerateRandom:
        return run<kms::GenerateRandom>(store, request);
    case OperationId::GetPublicKey:
        return run<kms::GetPublicKey>(store, request);
    default:
        return refuse(ErrorCode::UnsupportedOperation, absence);
    }
}

} // namespace

FakeKms::FakeKms(FakeKmsOptions options)
    : m_store(std::make_unique<Store>(std::move(options))) {
    m_capabilities.backend = "fake";
    m_capabilities.region = m_store->options().region;
    m_capabilities.accountId = m_store->options().accountId;
    m_capabilities.keySpecs = {"SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "HMAC_256"};
    for (auto id = static_cast<std::size_t>(lastHandled) + 1; id < kms::operationCount; ++id) {
        m_capabilities.withdraw(static_cast<OperationId>(id), absence);
    }
}

FakeKms::~FakeKms() {
    answerHeld();
}

kms::Capabilities FakeKms::capabilities() const {
    const std::lock_guard lock(m_mutex);
    return m_capabilities;
}

Result<AnyReply> FakeKms::work(const AnyRequest &request) {
    const OperationId operation = request.operation();
    m_calls.push_back(operation);
    if (auto failures = m_failures.find(operation);
        failures != m_failures.end() && !failures->second.empty()) {
        Error error = std::move(failures->second.front());
        failures->second.pop_front();
        return fail(std::move(error));
    }
    if (const auto &availability = m_capabilities.of(operation); !availability.available) {
        return refuse(ErrorCode::UnsupportedOperation, availability.reason);
    }
    if (auto valid = kms::validateRequest(request); !valid) {
        return failFrom(valid);
    }
    m_store->settle();
    m_store->beginOperation(operation);
    return dispatch(*m_store, request);
}

void FakeKms::submit(AnyRequest request, kms::CallContext context, kms::Completion completion) {
    const auto &info = kms::operationInfo(request.operation());
    Result<AnyReply> reply = fail(ErrorCode::Cancelled, "stopped before it began");
    {
        const std::lock_guard lock(m_mutex);
        if (!context.cancel.isCancelled()) {
            reply = work(request);
        }
        if (!reply) {
            reply.error().operation = std::string(info.name);
        }
        if (m_holding) {
            // std::function wants copyable; each is run once.
            const auto answer = std::make_shared<kms::Completion>(std::move(completion));
            const auto held = std::make_shared<Result<AnyReply>>(std::move(reply));
            m_held.push_back([answer, held] { (*answer)(std::move(*held)); });
            return;
        }
    }
    completion(std::move(reply));
}

std::string FakeKms::addKey(const std::string &alias, const std::string &description) {
    const std::lock_guard lock(m_mutex);
    const auto created = m_store->handle(kms::CreateKey::Request{.description = description});
    const std::string id = *created->keyMetadata->keyId;
    if (!alias.empty()) {
        m_store->handle(kms::CreateAlias::Request{.aliasName = alias, .targetKeyId = id}).value();
    }
    return id;
}

void FakeKms::withdraw(OperationId operation, std::string reason) {
    const std::lock_guard lock(m_mutex);
    m_capabilities.withdraw(operation, std::move(reason));
}

void FakeKms::failNext(OperationId operation, Error error) {
    const std::lock_guard lock(m_mutex);
    m_failures[operation].push_back(std::move(error));
}

void FakeKms::holdAnswers(bool hold) {
    const std::lock_guard lock(m_mutex);
    m_holding = hold;
}

std::size_t FakeKms::heldAnswers() const {
    const std::lock_guard lock(m_mutex);
    return m_held.size();
}

bool FakeKms::answerNext() {
    std::function<void()> answer;
    {
        const std::lock_guard lock(m_mutex);
        if (m_held.empty()) {
            return false;
        }
        answer = std::move(m_held.front());
        m_held.pop_front();
    }
    answer();
    return true;
}

void FakeKms::answerHeld() {
    holdAnswers(false);
    while (answerNext()) {
    }
}

std::vector<OperationId> FakeKms::calls() const {
    const std::lock_guard lock(m_mutex);
    return m_calls;
}

} // namespace keyturn::test
