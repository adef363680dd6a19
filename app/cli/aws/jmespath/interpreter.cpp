// SPDX-License-Identifier: Apache-2.0
#include "aws/jmespath/interpreter.h"

#include "aws/jmespath/evaluate.h"
#include "aws/jmespath/parser.h"

#include <algorithm>

namespace keyturn::cli::aws::jmespath {
namespace {

bool isFalse(const Value &value) {
    switch (value.kind()) {
    case Value::Kind::Null:
        return true;
    case Value::Kind::Boolean:
        return !value.asBoolean();
    case Value::Kind::Text:
        return value.asText().empty();
    case Value::Kind::List:
        return value.asList().empty();
    case Value::Kind::Map:
        return value.asMap().empty();
    default:
        return false;
    }
}

/// 0 and 1 are no booleans here, though Python says so.
bool equals(const Value &left, const Value &right) {
    const auto isZeroOrOne = [](const Value &value) {
        return value.isNumber() && (value.asNumber() == 0 || value.asNumber() == 1);
    };
    if (isZeroOrOne(left)) {
        if (right.kind() == Value::Kind::Boolean) {
            return false;
        }
    } else if (isZeroOrOne(right) && left.kind() == Value::Kind::Boolean) {
        return false;
    }
    return left == right;
}

std::string_view operatorText(const std::string &name) {
    return name == "lt" ? "<" : name == "gt" ? ">" : name == "lte" ? "<=" : ">=";
}

Value compare(const std::string &name, const Value &left, const Value &right) {
    if (name == "eq" || name == "ne") {
        return Value::boolean(equals(left, right) == (name == "eq"));
    }
    const auto comparable = [](const Value &value) { return value.isNumber() || value.isText(); };
    if (!comparable(left) || !comparable(right)) {
        return {};
    }
    if (left.isText() != right.isText()) {
        const auto typeName = [](const Value &value) {
            return std::string(pythonTypeName({value, nullptr}));
        };
        throw SearchFault{"'" + std::string(operatorText(name)) + "' not supported between instances of '" +
                          typeName(left) + "' and '" + typeName(right) + "'"};
    }
    int order = 0;
    if (left.isText()) {
        order = left.asText().compare(right.asText());
    } else {
        const double a = left.asNumber();
        const double b = right.asNumber();
        order = a < b ? -1 : a > b ? 1 : 0;
    }
    if (name == "lt") {
        return Value::boolean(order < 0);
    }
    if (name == "gt") {
        return Value::boolean(order > 0);
    }
    return Value::boolean(name == "lte" ? order <= 0 : order >= 0);
}

Value sliced(const Node &node, const Value &value) {
    if (!value.isList()) {
        return {};
    }
    const auto &items = value.asList();
    const auto length = static_cast<std::int64_t>(items.size());
    const std::int64_t step = node.slice[2].value_or(1);
    if (step == 0) {
        throw SearchFault{"slice step cannot be zero"};
    }
    const auto bounded = [&](std::optional<std::int64_t> index, std::int64_t missing) {
        if (!index) {
            return missing;
        }
        const std::int64_t low = step > 0 ? 0 : -1;
        const std::int64_t high = step > 0 ? length : length - 1;
        return std::clamp(*index < 0 ? *index + length : *index, low, high);
    };
    const std::int64_t start = bounded(node.slice[0], step > 0 ? 0 : length - 1);
    const std::int64_t stop = bounded(node.slice[1], step > 0 ? length : -1);
    Value::List result;
    for (std::int64_t i = start; step > 0 ? i < stop : i > stop; i += step) {
        result.push_back(items[static_cast<std::size_t>(i)]);
    }
    return Value::list(std::move(result));
}

Value indexed(std::int64_t index, const Value &value) {
    if (!value.isList()) {
        return {};
    }
    const auto length = static_cast<std::int64_t>(value.asList().size());
    const std::int64_t position = index < 0 ? index + length : index;
    return position < 0 || position >= length ? Value() : value.asList()[static_cast<std::size_t>(position)];
}

Value flattened(const Value &value) {
    if (!value.isList()) {
        return {};
    }
    Value::List merged;
    for (const Value &item : value.asList()) {
        if (item.isList()) {
            merged.insert(merged.end(), item.asList().begin(), item.asList().end());
        } else {
            merged.push_back(item);
        }
    }
    return Value::list(std::move(merged));
}

void collect(const Node &right, const Value &item, Value::List &out) {
    Value result = evaluate(right, item);
    if (!result.isNull()) {
        out.push_back(std::move(result));
    }
}

Value projected(const Node &node, const Value &value) {
    const Value base = evaluate(node.children[0], value);
    Value::List collected;
    if (node.type == NodeType::ValueProjection) {
        if (!base.isMap()) {
            return {};
        }
        for (const auto &[name, item] : base.asMap()) {
            collect(node.children[1], item, collected);
        }
        return Value::list(std::move(collected));
    }
    if (!base.isList()) {
        return {};
    }
    for (const Value &item : base.asList()) {
        if (node.type != NodeType::FilterProjection || !isFalse(evaluate(node.children[2], item))) {
            collect(node.children[1], item, collected);
        }
    }
    return Value::list(std::move(collected));
}

Value selected(const Node &node, const Value &value) {
    if (value.isNull()) {
        return {};
    }
    if (node.type == NodeType::MultiSelectList) {
        Value::List items;
        for (const Node &child : node.children) {
            items.push_back(evaluate(child, value));
        }
        return Value::list(std::move(items));
    }
    Value::Map members;
    for (const Node &child : node.children) {
        set(members, child.name, evaluate(child.children[0], value));
    }
    return Value::map(std::move(members));
}

Value called(const Node &node, const Value &value) {
    std::vector<Argument> arguments;
    for (const Node &child : node.children) {
        if (child.type == NodeType::ExpressionReference) {
            arguments.push_back({Value(), &child.children[0]});
        } else {
            arguments.push_back({evaluate(child, value), nullptr});
        }
    }
    return callFunction(node.name, arguments);
}

Value chained(const Node &node, const Value &value) {
    Value result = value;
    for (const Node &child : node.children) {
        result = evaluate(child, result);
    }
    return result;
}

} // namespace

Value evaluate(const Node &node, const Value &value) {
    switch (node.type) {
    case NodeType::Literal:
        return node.value;
    case NodeType::Field: {
        const Value *member = value.isMap() ? value.find(node.name) : nullptr;
        return member != nullptr ? *member : Value();
    }
    case NodeType::Identity:
    case NodeType::Current:
        return value;
    case NodeType::Subexpression:
    case NodeType::IndexExpression:
    case NodeType::Pipe:
        return chained(node, value);
    case NodeType::Index:
        return indexed(node.number, value);
    case NodeType::Slice:
        return sliced(node, value);
    case NodeType::Flatten:
        return flattened(evaluate(node.children[0], value));
    case NodeType::Projection:
    case NodeType::ValueProjection:
    case NodeType::FilterProjection:
        return projected(node, value);
    case NodeType::Comparator: { // left first: its fault is the one that is told
        const Value left = evaluate(node.children[0], value);
        return compare(node.name, left, evaluate(node.children[1], value));
    }
    case NodeType::Or: {
        const Value left = evaluate(node.children[0], value);
        return isFalse(left) ? evaluate(node.children[1], value) : left;
    }
    case NodeType::And: {
        const Value left = evaluate(node.children[0], value);
        return isFalse(left) ? left : evaluate(node.children[1], value);
    }
    case NodeType::Not: // 0 counts as true
        return Value::boolean(isFalse(evaluate(node.children[0], value)));
    case NodeType::MultiSelectList:
    case NodeType::MultiSelectDict:
        return selected(node, value);
    case NodeType::KeyValue:
        return evaluate(node.children[0], value);
    case NodeType::Function:
        return called(node, value);
    case NodeType::ExpressionReference:
        break;
    }
    throw SearchFault{"an expression reference (&) may only be an argument of a function"};
}

Result<Query> Query::compile(std::string_view expression) {
    auto tree = parse(expression);
    if (!tree) {
        return failFrom(tree);
    }
    return Query(std::move(*tree));
}

Result<Value> Query::search(const Value &document) const {
    try {
        return evaluate(*m_tree, document);
    } catch (const SearchFault &fault) {
        return fail(ErrorCode::BadJson, fault.message);
    }
}

} // namespace keyturn::cli::aws::jmespath
