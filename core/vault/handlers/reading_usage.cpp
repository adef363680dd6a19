// SPDX-License-Identifier: Apache-2.0
// GetKeyLastUsage.
#include "vault/handlers/reading.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

Result<kms::GetKeyLastUsage::Reply> getKeyLastUsage(Call &call,
                                                    const kms::GetKeyLastUsage::Request &request) {
    const auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    kms::GetKeyLastUsage::Reply reply;
    reply.keyId = (*key)->arn;
    reply.keyCreationDate = (*key)->created;
    reply.trackingStartDate = (*key)->created; // the log is as old as the vault
    if (auto use = call.core.usage.find((*key)->rowId)) {
        auto &data = reply.keyLastUsage.emplace();
        data.operation = use->operation;
        data.timestamp = use->time;
        data.kmsRequestId = std::move(use->requestId);
    }
    return reply;
}

} // namespace keyturn::vault
