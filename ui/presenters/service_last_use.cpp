// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/service_last_use.h"

#include "kms/call.h"
#include "kms/operations/get_key_last_usage.h"

namespace keyturn::ui {

Result<reencrypt::LastUse> lastUseByService(kms::KmsService &service, const std::string &key,
                                            const CancelToken &cancel) {
    reencrypt::LastUse use;
    if (!service.capabilities().of(kms::OperationId::GetKeyLastUsage).available) {
        use.whyNot = "the service has no GetKeyLastUsage";
        return use;
    }
    kms::CallContext context;
    context.cancel = cancel;
    auto reply = kms::callAndWait<kms::GetKeyLastUsage>(service, {key}, std::move(context));
    if (!reply) {
        const ErrorCode code = reply.error().code;
        if (code == ErrorCode::AccessDenied || code == ErrorCode::UnsupportedOperation ||
            code == ErrorCode::UnknownOperation) {
            use.whyNot = code == ErrorCode::AccessDenied ? "kms:GetKeyLastUsage is not permitted"
                                                         : "the service has no GetKeyLastUsage";
            return use;
        }
        return failFrom(reply);
    }
    use.reported = true;
    if (reply->keyLastUsage) {
        use.at = reply->keyLastUsage->timestamp;
        use.operation = reply->keyLastUsage->operation ? reply->keyLastUsage->operation->text() : "";
    }
    return use;
}

} // namespace keyturn::ui
