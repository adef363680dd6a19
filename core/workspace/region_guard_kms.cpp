// SPDX-License-Identifier: Apache-2.0
#include "workspace/region_guard_kms.h"

#include "kms/identifier.h"

namespace keyturn::workspace {
namespace {

/// The first member that names a key of another Region, as a sentence; empty when there is none.
std::string strayKey(const kms::OperationInfo &info, const void *request, const std::string &region) {
    for (const kms::Field &field : info.request) {
        if (field.idForms == kms::IdForm::None || field.kind != kms::FieldKind::Text) {
            continue;
        }
        const auto *text = static_cast<const std::string *>(field.access->get(request));
        if (text == nullptr) {
            continue;
        }
        const kms::KeyIdentifier id = kms::parseKeyIdentifier(*text);
        if (!id.region.empty() && id.region != region) {
            return std::string(field.name) + " names a key in " + id.region + ", and this connection is to " +
                   region + ". Connect to " + id.region + ", or name a key of " + region + ".";
        }
    }
    return {};
}

} // namespace

RegionGuardKms::RegionGuardKms(std::shared_ptr<kms::KmsService> inner, std::string region)
    : m_inner(std::move(inner))
    , m_region(std::move(region)) {}

kms::Capabilities RegionGuardKms::capabilities() const {
    return m_inner->capabilities();
}

void RegionGuardKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    const kms::OperationInfo &info = kms::operationInfo(request.operation());
    std::string stray = strayKey(info, request.object(), m_region);
    if (stray.empty()) {
        m_inner->submit(std::move(request), std::move(context), std::move(completion));
        return;
    }
    Error error = clientError(ErrorCode::OtherRegion, std::move(stray));
    error.operation = info.name;
    completion(fail(std::move(error)));
}

} // namespace keyturn::workspace
