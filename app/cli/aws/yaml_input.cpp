// SPDX-License-Identifier: Apache-2.0
#include "aws/yaml_input.h"

#include "aws/yaml_scalar.h"

#include "base/encoding.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <set>
#include <string>

#include <yaml-cpp/yaml.h>

namespace keyturn::cli::aws {
namespace {

constexpr int depthMax = 64;
constexpr int nodesMax = 20000; ///< aliases repeat what they name

std::string withoutUnderscores(const std::string &text) {
    std::string digits;
    for (const char c : text) {
        digits += c == '_' ? std::string() : std::string(1, c);
    }
    return digits;
}

Result<Value> refuse() {
    return fail(ErrorCode::Usage, "Invalid YAML received.");
}

Result<Value> integerOf(const std::string &plain) {
    std::string digits = withoutUnderscores(plain);
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) {
        digits.erase(0, 1);
    }
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0') {
        base = digits[1] == 'b' ? 2 : digits[1] == 'o' ? 8 : digits[1] == 'x' ? 16 : 10;
    }
    const char *begin = digits.data() + (base == 10 ? 0 : 2);
    const char *end = digits.data() + digits.size();
    std::int64_t value = 0;
    const auto read = std::from_chars(begin, end, value, base);
    return read.ec == std::errc() && read.ptr == end
               ? Result<Value>(Value::integer(negative ? -value : value))
               : refuse();
}

Value realOf(const std::string &plain) {
    const std::string digits = withoutUnderscores(plain);
    const std::string bare = digits.find_first_of("nNiI") == std::string::npos ? digits : "";
    if (!bare.empty()) {
        return Value::real(std::strtod(bare.c_str(), nullptr));
    }
    const double infinity = std::numeric_limits<double>::infinity();
    return Value::real(digits.find_first_of("aA") != std::string::npos
                           ? std::numeric_limits<double>::quiet_NaN()
                       : digits.starts_with('-') ? -infinity
                                                 : infinity);
}

Result<Value> scalarOf(const YAML::Node &node) {
    const std::string &text = node.Scalar();
    const std::string &tag = node.Tag();
    if (tag == "tag:yaml.org,2002:binary") {
        auto bytes = secretFromBase64(text);
        return bytes ? Result<Value>(Value::bytes(std::move(*bytes))) : refuse();
    }
    const bool plain = tag.empty() || tag == "?";
    if (!plain) {
        return tag == "!" || tag == "tag:yaml.org,2002:str" ? Result<Value>(Value::text(text)) : refuse();
    }
    switch (yamlScalarKind(text)) {
    case YamlScalar::Null:
        return Value();
    case YamlScalar::Boolean:
        return Value::boolean(text.front() == 't' || text.front() == 'T');
    case YamlScalar::Integer:
        return integerOf(text);
    case YamlScalar::Real:
        return realOf(text);
    default:
        return Value::text(text);
    }
}

class Reader {
public:
    Result<Value> read(const YAML::Node &node, int depth) {
        if (++m_nodes > nodesMax || depth > depthMax) {
            return refuse();
        }
        switch (node.Type()) {
        case YAML::NodeType::Scalar:
            return scalarOf(node);
        case YAML::NodeType::Sequence:
            return list(node, depth);
        case YAML::NodeType::Map:
            return map(node, depth);
        default:
            return Value();
        }
    }

private:
    Result<Value> list(const YAML::Node &node, int depth) {
        Value::List items;
        for (const YAML::Node &item : node) {
            auto value = read(item, depth + 1);
            if (!value) {
                return value;
            }
            items.push_back(std::move(*value));
        }
        return Value::list(std::move(items));
    }

    Result<Value> map(const YAML::Node &node, int depth) {
        Value::Map members;
        std::set<std::string> names;
        for (const auto &member : node) {
            auto value = read(member.second, depth + 1);
            if (!value) {
                return value;
            }
            if (!member.first.IsScalar() || !names.insert(member.first.Scalar()).second) {
                return refuse();
            }
            members.emplace_back(member.first.Scalar(), std::move(*value));
        }
        return Value::map(std::move(members));
    }

    int m_nodes = 0;
};

} // namespace

Result<Value> parseYaml(std::string_view text) {
    try {
        const auto documents = YAML::LoadAll(std::string(text));
        if (documents.empty()) {
            return Value();
        }
        return documents.size() == 1 ? Reader().read(documents.front(), 0) : refuse();
    } catch (const YAML::Exception &) {
        return refuse();
    }
}

} // namespace keyturn::cli::aws
