// SPDX-License-Identifier: Apache-2.0
// The functions of the query language, with the type rules and messages of the Python implementation.
#include "aws/jmespath/evaluate.h"
#include "aws/jmespath/function_bodies.h"

#include <algorithm>

namespace keyturn::cli::aws::jmespath {
namespace {

using Function = Value (*)(const Arguments &);

struct Signature {
    std::string_view name;
    std::vector<std::vector<std::string_view>> types; ///< of each argument; none: any
    bool variadic;
    Function function;
};

void checkItems(std::string_view function, const Value &list, const std::vector<std::string_view> &types) {
    std::vector<std::string_view> allowed;
    for (const std::string_view type : types) {
        if (const auto dash = type.find('-'); dash != std::string_view::npos) {
            allowed.push_back(type.substr(dash + 1));
        }
    }
    if (allowed.empty() || list.asList().empty()) {
        return;
    }
    std::string_view required = allowed.front();
    if (allowed.size() > 1) {
        const std::string_view first = jmespathType(pythonTypeName({list.asList().front(), nullptr}));
        if (std::find(allowed.begin(), allowed.end(), first) == allowed.end()) {
            const Argument item{list.asList().front(), nullptr};
            typeFault(function, item, pythonTypeName(item), types);
        }
        required = first;
    }
    for (const Value &value : list.asList()) {
        const Argument item{value, nullptr};
        if (jmespathType(pythonTypeName(item)) != required) {
            typeFault(function, item, pythonTypeName(item), types);
        }
    }
}

void checkArgument(std::string_view function, const Argument &actual,
                   const std::vector<std::string_view> &types) {
    const std::string_view received = jmespathType(pythonTypeName(actual));
    const bool allowed = std::any_of(types.begin(), types.end(), [&](std::string_view type) {
        return type.substr(0, type.find('-')) == received;
    });
    if (!allowed) {
        typeFault(function, actual, received, types);
    }
    if (actual.value.isList()) {
        checkItems(function, actual.value, types);
    }
}

const std::vector<Signature> &signatures() {
    static const std::vector<Signature> all = {
        {"abs", {{"number"}}, false, functions::absolute},
        {"avg", {{"array-number"}}, false, functions::average},
        {"ceil", {{"number"}}, false, functions::ceiling},
        {"contains", {{"array", "string"}, {}}, false, functions::contains},
        {"ends_with", {{"string"}, {"string"}}, false, functions::endsWith},
        {"floor", {{"number"}}, false, functions::floored},
        {"join", {{"string"}, {"array-string"}}, false, functions::joined},
        {"keys", {{"object"}}, false, functions::keys},
        {"length", {{"string", "array", "object"}}, false, functions::length},
        {"map", {{"expref"}, {"array"}}, false, functions::mapped},
        {"max", {{"array-number", "array-string"}}, false, functions::maximum},
        {"max_by", {{"array"}, {"expref"}}, false, functions::maximumBy},
        {"merge", {{"object"}}, true, functions::merged},
        {"min", {{"array-number", "array-string"}}, false, functions::minimum},
        {"min_by", {{"array"}, {"expref"}}, false, functions::minimumBy},
        {"not_null", {{}}, true, functions::notNull},
        {"reverse", {{"array", "string"}}, false, functions::reversed},
        {"sort", {{"array-string", "array-number"}}, false, functions::sorted},
        {"sort_by", {{"array"}, {"expref"}}, false, functions::sortedBy},
        {"starts_with", {{"string"}, {"string"}}, false, functions::startsWith},
        {"sum", {{"array-number"}}, false, functions::summed},
        {"to_array", {{}}, false, functions::toArray},
        {"to_number", {{}}, false, functions::toNumber},
        {"to_string", {{}}, false, functions::toText},
        {"type", {{}}, false, functions::typeOf},
        {"values", {{"object"}}, false, functions::values},
    };
    return all;
}

void checkCount(const Signature &signature, std::size_t count) {
    const std::size_t expected = signature.types.size();
    if (signature.variadic ? count >= expected : count == expected) {
        return;
    }
    throw SearchFault{std::string(signature.variadic ? "Expected at least " : "Expected ") +
                      std::to_string(expected) + (expected == 1 ? " argument" : " arguments") +
                      " for function " + std::string(signature.name) + "(), received " +
                      std::to_string(count)};
}

} // namespace

std::string_view pythonTypeName(const Argument &argument) {
    if (argument.expression != nullptr) {
        return "_Expression";
    }
    const std::string_view type = pythonType(argument.value); // "<class 'str'>"
    return type.substr(8, type.size() - 10);
}

Value callFunction(const std::string &name, const std::vector<Argument> &arguments) {
    for (const Signature &signature : signatures()) {
        if (signature.name != name) {
            continue;
        }
        checkCount(signature, arguments.size());
        for (std::size_t i = 0; i < signature.types.size(); ++i) {
            if (!signature.types[i].empty()) {
                checkArgument(name, arguments[i], signature.types[i]);
            } else if (arguments[i].expression != nullptr) {
                throw SearchFault{"an expression reference (&) is no argument of " + name + "()"};
            }
        }
        return signature.function(arguments);
    }
    throw SearchFault{"Unknown function: " + name + "()"};
}

} // namespace keyturn::cli::aws::jmespath
