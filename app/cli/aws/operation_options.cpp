// SPDX-License-Identifier: Apache-2.0
#include "aws/operation_options.h"

#include "base/text.h"
#include "kms/open_enum.h"
#include "kms/option_name.h"

#include <algorithm>

namespace keyturn::cli::aws {
namespace {

std::string valueNameOf(const kms::Field &field) {
    switch (field.kind) {
    case kms::FieldKind::Blob:
    case kms::FieldKind::SecretBlob:
        return "BASE64|fileb://FILE";
    case kms::FieldKind::Integer:
        return "NUMBER";
    case kms::FieldKind::Enumeration:
    case kms::FieldKind::EnumerationList: {
        std::vector<std::string> names;
        for (const std::string_view name : field.enumeration().names) {
            names.emplace_back(name);
        }
        return join(names, "|");
    }
    case kms::FieldKind::TextList:
        return "TEXT ...";
    case kms::FieldKind::TextMap:
        return "NAME=VALUE,...|JSON";
    case kms::FieldKind::Structure:
        return "MEMBER=VALUE,...|JSON";
    case kms::FieldKind::StructureList:
        return "MEMBER=VALUE,... ...|JSON";
    default:
        return "TEXT";
    }
}

ArgumentSpec optionOf(const kms::Field &field, bool mayRequire) {
    ArgumentSpec spec;
    spec.option = "--" + kms::optionName(field.name);
    spec.destination = std::string(field.name);
    spec.required = field.required && mayRequire;
    spec.valueName = valueNameOf(field);
    switch (field.kind) {
    case kms::FieldKind::TextList:
    case kms::FieldKind::EnumerationList:
    case kms::FieldKind::StructureList:
        spec.arity = Arity::ZeroOrMore;
        break;
    case kms::FieldKind::Boolean:
        spec.arity = Arity::Flag;
        spec.required = false;
        break;
    default:
        break;
    }
    return spec;
}

void addPagingOptions(std::vector<ArgumentSpec> &options) {
    options.push_back({.option = "--starting-token", .valueName = "TOKEN"});
    options.push_back({.option = "--page-size", .integer = true, .valueName = "NUMBER"});
    options.push_back({.option = "--max-items", .integer = true, .valueName = "NUMBER"});
}

bool contains(std::span<const std::string> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// "--generate-cli-skeleton output" does check the arguments.
bool wantsOutputSkeleton(std::span<const std::string> words) {
    const auto at = std::find(words.begin(), words.end(), "--generate-cli-skeleton");
    return at != words.end() && at + 1 != words.end() && *(at + 1) == "output";
}

} // namespace

const kms::OperationInfo *findOperationByCliName(std::string_view name) {
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto &operation = kms::operationInfo(static_cast<kms::OperationId>(i));
        if (kms::optionName(operation.name) == name) {
            return &operation;
        }
    }
    return nullptr;
}

std::vector<std::string> operationCliNames() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        names.push_back(kms::optionName(kms::operationInfo(static_cast<kms::OperationId>(i)).name));
    }
    std::sort(names.begin(), names.end());
    names.emplace_back("help");
    return names;
}

bool isPaged(const kms::OperationInfo &operation) {
    return !operation.paging.items.empty();
}

std::vector<ArgumentSpec> operationOptions(const kms::OperationInfo &operation,
                                           std::span<const std::string> words) {
    const bool mayRequire = !contains(words, "--cli-input-json") && !contains(words, "--cli-input-yaml") &&
                            (!contains(words, "--generate-cli-skeleton") || wantsOutputSkeleton(words));
    std::vector<ArgumentSpec> options;
    for (const kms::Field &field : operation.request) {
        options.push_back(optionOf(field, mayRequire));
        if (field.kind == kms::FieldKind::Boolean) {
            ArgumentSpec negated = options.back();
            negated.option = "--no-" + kms::optionName(field.name);
            negated.constant = "false";
            options.push_back(std::move(negated));
        }
    }
    options.push_back({.option = "--cli-input-json", .valueName = "JSON|file://FILE"});
    options.push_back({.option = "--cli-input-yaml", .valueName = "YAML|file://FILE"});
    if (isPaged(operation)) {
        addPagingOptions(options);
    }
    options.push_back({.option = "--generate-cli-skeleton",
                       .arity = Arity::ZeroOrOne,
                       .choices = {"input", "output", "yaml-input"},
                       .constant = "input",
                       .valueName = "input|output|yaml-input"});
    return options;
}

} // namespace keyturn::cli::aws
