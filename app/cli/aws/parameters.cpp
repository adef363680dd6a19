// SPDX-License-Identifier: Apache-2.0
#include "aws/parameters.h"

#include "aws/paramfile.h"
#include "aws/python_json.h"
#include "aws/shorthand.h"
#include "aws/yaml_input.h"

#include "base/text.h"
#include "kms/option_name.h"

#include <algorithm>

namespace keyturn::cli::aws {
namespace {

using kms::FieldKind;
using Words = std::vector<std::string>;

tl::unexpected<Failure> parameterFailure(std::string_view option, const std::string &message) {
    return usageFailure("Error parsing parameter '" + std::string(option) + "': " + message);
}

Outcome<Value> parsedJson(std::string_view option, const kms::Field &field, std::string_view text) {
    auto value = parsePythonJson(text);
    if (!value) {
        return parameterFailure(option, "Invalid JSON: " + value.error().detail + "\nJSON received: " +
                                            (kms::holdsSecret(field) ? "(hidden)" : std::string(text)));
    }
    return std::move(*value);
}

/// A structure or map given as JSON.
Outcome<Value> parsedJsonObject(std::string_view option, const kms::Field &field, std::string_view text) {
    if (!trimmed(text).starts_with('{')) {
        return parameterFailure(option, "Invalid JSON:\n" +
                                            (kms::holdsSecret(field) ? "(hidden)" : std::string(text)));
    }
    return parsedJson(option, field, text);
}

Outcome<Value> parsedShorthand(std::string_view option, const kms::Field &field, std::string_view text) {
    auto value = parseShorthand(text);
    if (!value && kms::holdsSecret(field)) { // the fault would quote the text
        return parameterFailure(option, "Invalid shorthand; the input is hidden");
    }
    if (!value) {
        return parameterFailure(option, value.error().detail);
    }
    return std::move(*value);
}

bool looksLikeJson(std::string_view text) {
    const std::string_view content = trimmed(text);
    return content.starts_with('{') || content.starts_with('[');
}

Outcome<Value> unpackScalar(const kms::Field &field, std::string_view option, std::string_view text) {
    switch (field.kind) {
    case FieldKind::Integer: {
        const auto number = pythonInteger(text);
        if (!number) {
            return failure(exitGeneral, "invalid literal for int() with base 10: " + pythonRepr(text));
        }
        return Value::integer(*number);
    }
    case FieldKind::TextMap:
    case FieldKind::Structure:
        return looksLikeJson(text) ? parsedJsonObject(option, field, text)
                                   : parsedShorthand(option, field, text);
    default:
        return Value::textLike(kms::holdsSecret(field), text);
    }
}

/// The words of a list option.
Outcome<Value> unpackList(const kms::Field &field, std::string_view option, const Words &words) {
    if (words.size() == 1 && trimmed(words.front()).starts_with('[')) {
        return parsedJson(option, field, words.front());
    }
    const bool structures = field.kind == FieldKind::StructureList;
    const bool json = structures && !words.empty() && looksLikeJson(words.front());
    Value::List items;
    for (const std::string &word : words) {
        auto item = !structures ? Outcome<Value>(Value::text(word))
                    : json      ? parsedJsonObject(option, field, word)
                                : parsedShorthand(option, field, word);
        if (!item) {
            return failureFrom(item);
        }
        items.push_back(std::move(*item));
    }
    return Value::list(std::move(items));
}

/// The content of a file as a value of its option.
Outcome<Value> unpackFile(const kms::Field &field, std::string_view option, const Value &content) {
    if (content.kind() == Value::Kind::Bytes) {
        return content;
    }
    const bool list = field.kind == FieldKind::TextList || field.kind == FieldKind::EnumerationList;
    if (field.kind == FieldKind::StructureList || list) {
        if (looksLikeJson(content.asText())) {
            return parsedJson(option, field, content.asText());
        }
        return list ? parameterFailure(option, "Invalid JSON: a file for a list must hold a JSON array")
                    : parsedShorthand(option, field, content.asText());
    }
    return unpackScalar(field, option, content.asText());
}

Outcome<Value> unpack(const kms::Field &field, std::string_view option, const Words &words) {
    if (field.kind == FieldKind::Boolean) {
        return Value::boolean(words.front() == "true");
    }
    if (words.size() == 1) {
        const auto content = loadParamfile(words.front());
        if (!content) {
            return parameterFailure(option, content.error().detail);
        }
        if (*content) {
            return unpackFile(field, option, **content);
        }
    }
    const bool list = field.kind == FieldKind::TextList || field.kind == FieldKind::EnumerationList ||
                      field.kind == FieldKind::StructureList;
    return list ? unpackList(field, option, words) : unpackScalar(field, option, words.front());
}

/// The members of --cli-input-json or --cli-input-yaml.
Outcome<Value> wholeInput(const std::string &name, const std::string &argument) {
    const auto content = loadParamfile(argument);
    if (!content) {
        return parameterFailure("--" + name, content.error().detail);
    }
    std::string_view text = argument;
    if (*content) {
        text =
            (*content)->kind() == Value::Kind::Bytes ? asText((*content)->asBytes()) : (*content)->asText();
    }
    const bool json = name == "cli-input-json";
    auto value = json ? parsePythonJson(text) : parseYaml(text);
    if (!value) {
        return parameterFailure(name, json ? "Invalid JSON received." : "Invalid YAML received.");
    }
    if (!value->isMap()) {
        return parameterFailure("--" + name,
                                "Invalid type: expecting map, received " + std::string(pythonType(*value)));
    }
    return std::move(*value);
}

} // namespace

Outcome<Value::Map> callParameters(const kms::OperationInfo &operation, const ParsedArguments &arguments) {
    Value::Map parameters;
    for (const kms::Field &field : operation.request) {
        const auto given = arguments.values.find(field.name);
        if (given == arguments.values.end()) {
            continue;
        }
        auto value = unpack(field, "--" + kms::optionName(field.name), given->second);
        if (!value) {
            return failureFrom(value);
        }
        parameters.emplace_back(std::string(field.name), std::move(*value));
    }
    const auto json = arguments.optional("cli-input-json");
    const auto yaml = arguments.optional("cli-input-yaml");
    if (json && yaml) {
        return usageFailure("Only one --cli-input- parameter may be specified.");
    }
    if (json || yaml) {
        const auto members = json ? wholeInput("cli-input-json", *json) : wholeInput("cli-input-yaml", *yaml);
        if (!members) {
            return tl::unexpected<Failure>(members.error());
        }
        for (const auto &[name, value] : members->asMap()) {
            const bool given =
                std::any_of(parameters.begin(), parameters.end(),
                            [&, &key = name](const auto &member) { return member.first == key; });
            if (!given) {
                parameters.emplace_back(name, value);
            }
        }
    }
    return parameters;
}

} // namespace keyturn::cli::aws
