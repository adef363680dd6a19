// SPDX-License-Identifier: Apache-2.0
#include "workspace/read_only_kms.h"

namespace keyturn::workspace {
namespace {

bool isRefused(kms::OperationId id) {
    return kms::operationInfo(id).effect >= kms::Effect::Changes;
}

} // namespace

ReadOnlyKms::ReadOnlyKms(std::shared_ptr<kms::KmsService> inner, std::string reason)
    : m_inner(std::move(inner))
    , m_reason(std::move(reason)) {}

kms::Capabilities ReadOnlyKms::capabilities() const {
    kms::Capabilities capabilities = m_inner->capabilities();
    capabilities.readOnly = true;
    capabilities.readOnlyReason = m_reason;
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto id = static_cast<kms::OperationId>(i);
        if (isRefused(id) && capabilities.of(id).available) {
            capabilities.withdraw(id, m_reason);
        }
    }
    return capabilities;
}

void ReadOnlyKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    if (!isRefused(request.operation())) {
        m_inner->submit(std::move(request), std::move(context), std::move(completion));
        return;
    }
    Error error = clientError(ErrorCode::ReadOnly, m_reason);
    error.operation = kms::operationInfo(request.operation()).name;
    completion(fail(std::move(error)));
}

} // namespace keyturn::workspace
