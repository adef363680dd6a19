// SPDX-License-Identifier: Apache-2.0
// RegionGuardKms: refuses a request that names a key by an ARN of another Region than the connection's,
// before any call. It reads every member that takes a key identifier, for every operation, from the field
// tables. ARNs without a Region (other services than AWS) pass. Any thread. Errors: OtherRegion, naming
// member, both Regions and the fix.
#pragma once

#include "kms/service.h"

#include <memory>
#include <string>

namespace keyturn::workspace {

class RegionGuardKms final : public kms::KmsService {
public:
    RegionGuardKms(std::shared_ptr<kms::KmsService> inner, std::string region);

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

private:
    std::shared_ptr<kms::KmsService> m_inner;
    std::string m_region;
};

} // namespace keyturn::workspace
