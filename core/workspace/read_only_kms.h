// SPDX-License-Identifier: Apache-2.0
// ReadOnlyKms: refuses every operation whose effect is to change or destroy, before it reaches the service it
// wraps. The gate is here, in the core, and not in buttons. Any thread. Errors: ReadOnly, with the reason.
#pragma once

#include "kms/service.h"

#include <memory>
#include <string>

namespace keyturn::workspace {

class ReadOnlyKms final : public kms::KmsService {
public:
    /// `reason` is a sentence: "The profile \"Production\" is read-only."
    ReadOnlyKms(std::shared_ptr<kms::KmsService> inner, std::string reason);

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

private:
    std::shared_ptr<kms::KmsService> m_inner;
    std::string m_reason;
};

} // namespace keyturn::workspace
