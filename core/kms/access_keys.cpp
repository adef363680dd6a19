// SPDX-License-Identifier: Apache-2.0
#include "kms/access_keys.h"

#include "base/text.h"
#include "kms/identifier.h"
#include "kms/request_keys.h"

#include <algorithm>

namespace keyturn::kms {

namespace {

constexpr std::size_t maxNameBytes = 64;
constexpr std::size_t maxArnBytes = 2048;

bool isArnCharacter(char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\';
}

/// IAM's own rule for user names, so that a name can stand in an ARN.
bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@_-").find(c) != std::string_view::npos;
}

tl::unexpected<Error> usage(std::string text) {
    return fail(ErrorCode::Usage, std::move(text));
}

Status checkOperations(std::vector<std::string> &names) {
    if (names.empty()) {
        return usage("allow: names no operation; such an access key could do nothing");
    }
    for (const std::string &name : names) {
        if (findOperation(name) == nullptr) {
            return usage("allow: names something that is no operation of KMS, as \"Decrypt\" is one");
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return {};
}

} // namespace

std::string AccessKey::permissionText() const {
    return operations ? join(*operations, ", ") : "every operation";
}

AccessKeyEntry::AccessKeyEntry(AccessKey accessKey, SecretBytes secretKey)
    : facts(std::move(accessKey))
    , secret(std::move(secretKey)) {
    if (!facts.operations) {
        m_allowed.set();
        return;
    }
    for (const std::string &name : *facts.operations) {
        if (const OperationInfo *operation = findOperation(name)) {
            m_allowed.set(static_cast<std::size_t>(operation->id));
        }
    }
}

std::optional<Timestamp> AccessKeyEntry::usedAt() const {
    const Timestamp used = m_usedAt.load(std::memory_order_relaxed);
    return used == Timestamp() ? facts.lastUsed : std::optional(used);
}

const std::string *resourceNamed(const AnyRequest &request) {
    const auto &permissions = operationInfo(request.operation()).permissions;
    return permissions.empty() ? nullptr : keyNamed(request, permissions.front().side);
}

void AccessKeyStore::refuse(AnyRequest request, CallContext context, Completion completion) {
    const OperationInfo &operation = operationInfo(request.operation());
    const std::string *key = resourceNamed(request);
    const bool isArn = key != nullptr && parseKeyIdentifier(*key).isArn();
    Error error =
        accessDenied(context.principal.arn, operation, isArn ? std::string_view(*key) : std::string_view());
    error.requestId = context.requestId;
    completion(fail(std::move(error)));
}

Result<NewAccessKey> checkedWish(NewAccessKey wish, std::string_view accountId, std::string_view region) {
    if (wish.name.size() > maxNameBytes ||
        !std::all_of(wish.name.begin(), wish.name.end(), isNameCharacter)) {
        return usage("name: at most 64 letters, digits and + = , . @ _ -");
    }
    if (wish.principalArn.empty()) {
        const std::string account =
            "arn:" + std::string(partitionOfRegion(region)) + ":iam::" + std::string(accountId) + ":";
        wish.principalArn = wish.name.empty() ? account + "root" : account + "user/" + wish.name;
    }
    const bool isArn = wish.principalArn.starts_with("arn:") && wish.principalArn.size() <= maxArnBytes &&
                       std::all_of(wish.principalArn.begin(), wish.principalArn.end(), isArnCharacter);
    if (!isArn) {
        return usage("principal ARN: begins with \"arn:\" and has no blanks, as "
                     "arn:aws:iam::111122223333:user/app");
    }
    if (wish.operations) {
        if (auto checked = checkOperations(*wish.operations); !checked) {
            return failFrom(checked);
        }
    }
    return wish;
}

Error accessDenied(std::string_view principalArn, const OperationInfo &operation, std::string_view resource,
                   std::string_view action, DenialReason reason) {
    std::string wanted(action);
    if (wanted.empty()) {
        wanted = operation.permissions.empty() ? "kms:" + std::string(operation.name)
                                               : std::string(operation.permissions.front().action);
    }
    std::string message = "User: ";
    message.append(principalArn).append(" is not authorized to perform: ").append(wanted);
    message.append(" on resource: ").append(resource.empty() ? std::string_view("*") : resource);
    switch (reason) {
    case DenialReason::NoIdentityPolicy:
        message.append(" because no identity-based policy allows the ").append(wanted).append(" action");
        break;
    case DenialReason::NoResourcePolicy:
        message.append(" because no resource-based policy allows the ").append(wanted).append(" action");
        break;
    case DenialReason::ExplicitDenial:
        message.append(" with an explicit deny in a resource-based policy");
        break;
    }
    Error error = serviceError(ErrorCode::AccessDenied, std::move(message), ErrorOrigin::Service);
    error.operation = operation.name;
    return error;
}

} // namespace keyturn::kms
