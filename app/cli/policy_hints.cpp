// SPDX-License-Identifier: Apache-2.0
#include "policy_hints.h"

#include "kms/key_policy.h"

namespace keyturn::cli {

std::string policyHints(const kms::AnyRequest &request) {
    const kms::OperationInfo &operation = kms::operationInfo(request.operation());
    const bool putsPolicy = operation.id == kms::OperationId::PutKeyPolicy ||
                            operation.id == kms::OperationId::CreateKey ||
                            operation.id == kms::OperationId::ReplicateKey;
    const kms::Field *field = putsPolicy ? kms::findField(operation.request, "Policy") : nullptr;
    const void *text = field != nullptr ? field->access->get(request.object()) : nullptr;
    if (text == nullptr) {
        return {};
    }
    std::string lines;
    if (const auto policy = kms::KeyPolicy::parse(*static_cast<const std::string *>(text))) {
        for (const std::string &doubt : policy->doubts()) {
            lines += "Hint: " + doubt + "\n";
        }
    }
    return lines;
}

} // namespace keyturn::cli
