// SPDX-License-Identifier: Apache-2.0
#include "aws/jmespath/function_bodies.h"

#include "aws/jmespath/lexer.h"
#include "aws/python_json.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace keyturn::cli::aws::jmespath {
namespace {

std::string listText(const std::vector<std::string_view> &types) {
    std::vector<std::string> quoted;
    for (const std::string_view type : types) {
        quoted.push_back("'" + std::string(type) + "'");
    }
    return "[" + join(quoted, ", ") + "]";
}

bool isSecret(const Arguments &arguments) {
    return std::any_of(arguments.begin(), arguments.end(),
                       [](const Argument &argument) { return argument.value.isSecret(); });
}

bool lessThan(const Value &a, const Value &b) {
    if (a.isText() && b.isText()) {
        return a.asText() < b.asText();
    }
    return a.isNumber() && b.isNumber() && a.asNumber() < b.asNumber();
}

Value rounded(double value) {
    constexpr double limit = 9.2e18;
    return std::fabs(value) < limit ? Value::integer(static_cast<std::int64_t>(value)) : Value::real(value);
}

Value sumOf(const Value::List &items) {
    std::int64_t whole = 0;
    double real = 0;
    bool isReal = false;
    for (const Value &item : items) {
        isReal = isReal || item.kind() == Value::Kind::Real;
        whole += item.kind() == Value::Kind::Integer ? item.asInteger() : 0;
        real += item.asNumber();
    }
    return isReal ? Value::real(real) : Value::integer(whole);
}

/// The keys of sort_by and its kin; each must be of one of the types.
std::vector<Value> keysOf(std::string_view function, const Arguments &a,
                          const std::vector<std::string_view> &types) {
    std::vector<Value> result;
    for (const Value &item : a[0].value.asList()) {
        const Argument key{evaluate(*a[1].expression, item), nullptr};
        const std::string_view type = jmespathType(pythonTypeName(key));
        if (std::find(types.begin(), types.end(), type) == types.end()) {
            typeFault(function, key, type, types);
        }
        result.push_back(key.value);
    }
    return result;
}

Value extremeBy(std::string_view function, const Arguments &a, bool wantsGreatest) {
    const auto &items = a[0].value.asList();
    const auto keyValues = keysOf(function, a, {"number", "string"});
    std::size_t best = 0;
    for (std::size_t i = 1; i < items.size(); ++i) {
        if (keyValues[i].isText() != keyValues[best].isText()) {
            throw SearchFault{std::string(function) + "() cannot compare texts with numbers"};
        }
        if (wantsGreatest ? lessThan(keyValues[best], keyValues[i])
                          : lessThan(keyValues[i], keyValues[best])) {
            best = i;
        }
    }
    return items.empty() ? Value() : items[best];
}

} // namespace

std::string_view jmespathType(std::string_view pythonName) {
    if (pythonName == "bool") {
        return "boolean";
    }
    if (pythonName == "list") {
        return "array";
    }
    if (pythonName == "dict") {
        return "object";
    }
    if (pythonName == "NoneType") {
        return "null";
    }
    if (pythonName == "str") {
        return "string";
    }
    if (pythonName == "_Expression") {
        return "expref";
    }
    return "number";
}

void typeFault(std::string_view function, const Argument &actual, std::string_view received,
               const std::vector<std::string_view> &types) {
    const std::string shown = actual.expression != nullptr ? "(an expression)" : pythonText(actual.value);
    throw SearchFault{"In function " + std::string(function) + "(), invalid type for value: " + shown +
                      ", expected one of: " + listText(types) + ", received: \"" + std::string(received) +
                      "\""};
}

namespace functions {

Value absolute(const Arguments &a) {
    const Value &x = a[0].value;
    return x.kind() == Value::Kind::Integer ? Value::integer(std::abs(x.asInteger()))
                                            : Value::real(std::fabs(x.asReal()));
}
Value average(const Arguments &a) {
    const auto &items = a[0].value.asList();
    return items.empty() ? Value() : Value::real(sumOf(items).asNumber() / static_cast<double>(items.size()));
}
Value ceiling(const Arguments &a) {
    return a[0].value.kind() == Value::Kind::Integer ? a[0].value : rounded(std::ceil(a[0].value.asReal()));
}
Value floored(const Arguments &a) {
    return a[0].value.kind() == Value::Kind::Integer ? a[0].value : rounded(std::floor(a[0].value.asReal()));
}
Value contains(const Arguments &a) {
    const Value &subject = a[0].value;
    const Value &search = a[1].value;
    if (subject.isList()) {
        const auto &items = subject.asList();
        return Value::boolean(std::find(items.begin(), items.end(), search) != items.end());
    }
    if (!search.isText()) {
        throw SearchFault{"'in <string>' requires string as left operand, not " +
                          std::string(pythonTypeName(a[1]))};
    }
    return Value::boolean(subject.asText().find(search.asText()) != std::string_view::npos);
}
Value endsWith(const Arguments &a) {
    return Value::boolean(a[0].value.asText().ends_with(a[1].value.asText()));
}
Value startsWith(const Arguments &a) {
    return Value::boolean(a[0].value.asText().starts_with(a[1].value.asText()));
}
Value joined(const Arguments &a) {
    SecretText text;
    bool secret = isSecret(a);
    bool first = true;
    for (const Value &item : a[1].value.asList()) {
        text.append(first ? std::string_view() : a[0].value.asText());
        text.append(item.asText());
        secret = secret || item.isSecret();
        first = false;
    }
    return Value::textLike(secret, text.view());
}
Value keys(const Arguments &a) {
    Value::List names;
    for (const auto &[name, value] : a[0].value.asMap()) {
        names.push_back(Value::text(name));
    }
    return Value::list(std::move(names));
}
Value values(const Arguments &a) {
    Value::List items;
    for (const auto &[name, value] : a[0].value.asMap()) {
        items.push_back(value);
    }
    return Value::list(std::move(items));
}
Value length(const Arguments &a) {
    const Value &x = a[0].value;
    const std::size_t count = x.isList()  ? x.asList().size()
                              : x.isMap() ? x.asMap().size()
                                          : codePointCount(x.asText());
    return Value::integer(static_cast<std::int64_t>(count));
}
Value mapped(const Arguments &a) {
    Value::List items;
    for (const Value &item : a[1].value.asList()) {
        items.push_back(evaluate(*a[0].expression, item));
    }
    return Value::list(std::move(items));
}
Value maximum(const Arguments &a) {
    const auto &items = a[0].value.asList();
    return items.empty() ? Value() : *std::max_element(items.begin(), items.end(), lessThan);
}
Value minimum(const Arguments &a) {
    const auto &items = a[0].value.asList();
    return items.empty() ? Value() : *std::min_element(items.begin(), items.end(), lessThan);
}
Value merged(const Arguments &a) {
    Value::Map members;
    for (const Argument &argument : a) {
        if (!argument.value.isMap()) {
            throw SearchFault{"merge() takes objects only"};
        }
        for (const auto &[name, value] : argument.value.asMap()) {
            set(members, name, value);
        }
    }
    return Value::map(std::move(members));
}
Value notNull(const Arguments &a) {
    for (const Argument &argument : a) {
        if (!argument.value.isNull()) {
            return argument.value;
        }
    }
    return {};
}
Value reversed(const Arguments &a) {
    if (a[0].value.isList()) {
        Value::List items = a[0].value.asList();
        std::reverse(items.begin(), items.end());
        return Value::list(std::move(items));
    }
    std::u32string text = decodeUtf8(a[0].value.asText());
    std::reverse(text.begin(), text.end());
    std::string encoded = encodeUtf8(text);
    Value result = Value::textLike(isSecret(a), encoded);
    wipe({reinterpret_cast<std::uint8_t *>(text.data()), text.size() * sizeof(char32_t)});
    wipe(encoded);
    return result;
}
Value sorted(const Arguments &a) {
    Value::List items = a[0].value.asList();
    std::stable_sort(items.begin(), items.end(), lessThan);
    return Value::list(std::move(items));
}
Value summed(const Arguments &a) {
    return sumOf(a[0].value.asList());
}
Value toArray(const Arguments &a) {
    return a[0].value.isList() ? a[0].value : Value::list({a[0].value});
}
Value toText(const Arguments &a) {
    if (a[0].value.isText()) {
        return a[0].value;
    }
    SecretText text;
    printCompactJson(a[0].value, text);
    return Value::textLike(a[0].value.holdsSecret(), text.view());
}
Value typeOf(const Arguments &a) {
    return Value::text(jmespathType(pythonTypeName(a[0])));
}

Value toNumber(const Arguments &a) {
    const Value &x = a[0].value;
    if (x.isNumber()) {
        return x;
    }
    if (!x.isText()) {
        return {};
    }
    std::string text(trimmed(x.asText()));
    std::string_view digits = text;
    if (digits.starts_with('+')) {
        digits.remove_prefix(1);
    }
    std::int64_t whole = 0;
    auto result = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    Value number;
    if (result.ec == std::errc() && result.ptr == digits.data() + digits.size()) {
        number = Value::integer(whole);
    } else {
        double real = 0;
        result = std::from_chars(digits.data(), digits.data() + digits.size(), real);
        if (result.ec == std::errc() && result.ptr == digits.data() + digits.size()) {
            number = Value::real(real);
        }
    }
    wipe(text);
    return number;
}

Value sortedBy(const Arguments &a) {
    const auto &items = a[0].value.asList();
    if (items.empty()) {
        return a[0].value;
    }
    const Argument first{evaluate(*a[1].expression, items.front()), nullptr};
    const std::string_view required = jmespathType(pythonTypeName(first));
    if (required != "number" && required != "string") {
        typeFault("sort_by", {items.front(), nullptr}, required, {"string", "number"});
    }
    const auto keyValues = keysOf("sort_by", a, {required});
    std::vector<std::size_t> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t x, std::size_t y) { return lessThan(keyValues[x], keyValues[y]); });
    Value::List result;
    for (const std::size_t index : order) {
        result.push_back(items[index]);
    }
    return Value::list(std::move(result));
}

Value maximumBy(const Arguments &a) {
    return extremeBy("max_by", a, true);
}
Value minimumBy(const Arguments &a) {
    return extremeBy("min_by", a, false);
}

} // namespace functions
} // namespace keyturn::cli::aws::jmespath
