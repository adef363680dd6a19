// SPDX-License-Identifier: Apache-2.0
#include "remote/request_facts.h"

#include "kms/identifier.h"
#include "kms/open_enum.h"
#include "kms/structures.h"

#include <algorithm>

namespace keyturn::remote {

namespace {

constexpr std::size_t maxGrantTokens = 10;

bool namesKeyOrAlias(const kms::Field &field) {
    return field.kind == kms::FieldKind::Text &&
           (field.idForms != kms::IdForm::None || field.name == "KeyId" || field.name == "AliasName");
}

/// From the older member where the newer one is missing.
void copySpec(std::span<const kms::Field> fields, void *object) {
    const kms::Field *newer = kms::findField(fields, "KeySpec");
    const kms::Field *older = kms::findField(fields, "CustomerMasterKeySpec");
    if (newer == nullptr || older == nullptr || newer->kind != kms::FieldKind::Enumeration ||
        older->kind != kms::FieldKind::Enumeration || newer->access->get(object) != nullptr) {
        return;
    }
    if (const void *spec = older->access->get(object)) {
        const std::string_view text = static_cast<const kms::OpenEnum *>(spec)->text(older->enumeration());
        static_cast<kms::OpenEnum *>(newer->access->make(object))->setText(newer->enumeration(), text);
    }
}

} // namespace

std::vector<std::string> namesIn(std::span<const kms::Field> fields, const void *object) {
    std::vector<std::string> names;
    for (const kms::Field &field : fields) {
        const void *value = field.access->get(object);
        if (value == nullptr) {
            continue;
        }
        if (namesKeyOrAlias(field)) {
            names.push_back(kms::parseKeyIdentifier(*static_cast<const std::string *>(value)).resource);
        } else if (field.kind == kms::FieldKind::Structure && field.structure().name == "KeyMetadata") {
            if (const std::string *id = textOf(field.structure().fields, value, "KeyId")) {
                names.push_back(kms::parseKeyIdentifier(*id).resource);
            }
        }
    }
    return names;
}

const std::string *textOf(std::span<const kms::Field> fields, const void *object, std::string_view name) {
    const kms::Field *field = kms::findField(fields, name);
    const bool text = field != nullptr && field->kind == kms::FieldKind::Text;
    return text ? static_cast<const std::string *>(field->access->get(object)) : nullptr;
}

bool isDryRun(const kms::AnyRequest &request) {
    const kms::Field *field = kms::findField(kms::operationInfo(request.operation()).request, "DryRun");
    const void *value = field != nullptr ? field->access->get(request.object()) : nullptr;
    return value != nullptr && *static_cast<const bool *>(value);
}

bool changesSomething(const kms::OperationInfo &operation) {
    return operation.effect >= kms::Effect::Changes;
}

void addGrantTokens(kms::AnyRequest &request, const std::vector<std::string> &tokens) {
    const kms::Field *field = kms::findField(kms::operationInfo(request.operation()).request, "GrantTokens");
    if (tokens.empty() || field == nullptr || field->kind != kms::FieldKind::TextList) {
        return;
    }
    auto &list = *static_cast<std::vector<std::string> *>(field->access->make(request.object()));
    for (const std::string &token : tokens) {
        if (list.size() < maxGrantTokens && std::find(list.begin(), list.end(), token) == list.end()) {
            list.push_back(token);
        }
    }
}

void fillMissingMembers(const kms::OperationInfo &operation, kms::AnyReply &reply) {
    copySpec(operation.reply, reply.object());
    for (const kms::Field &field : operation.reply) {
        if (field.kind != kms::FieldKind::Structure || field.structure().name != "KeyMetadata" ||
            field.access->get(reply.object()) == nullptr) {
            continue;
        }
        auto *metadata = static_cast<kms::KeyMetadata *>(field.access->make(reply.object()));
        copySpec(field.structure().fields, metadata);
        if (!metadata->awsAccountId && metadata->arn) {
            std::string account = kms::parseKeyIdentifier(*metadata->arn).accountId;
            if (!account.empty()) {
                metadata->awsAccountId = std::move(account);
            }
        }
    }
}

} // namespace keyturn::remote
