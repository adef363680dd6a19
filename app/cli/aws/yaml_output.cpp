// SPDX-License-Identifier: Apache-2.0
#include "aws/yaml_output.h"

#include "aws/python_json.h"
#include "aws/yaml_emitter.h"
#include "aws/yaml_scalar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

namespace keyturn::cli::aws {
namespace {

using Place = YamlEmitter::Place;

/// Lists and maps are shared, not copied: the address of the content says whether two are the same one.
const void *identityOf(const Value &value) {
    return value.isList()  ? static_cast<const void *>(&value.asList())
           : value.isMap() ? static_cast<const void *>(&value.asMap())
                           : nullptr;
}

std::string realText(double value) {
    return std::isnan(value)   ? ".nan"
           : std::isinf(value) ? (value < 0 ? "-.inf" : ".inf")
                               : pythonFloat(value);
}

std::vector<const Value::Member *> sortedMembers(const Value::Map &members) {
    std::vector<const Value::Member *> sorted;
    for (const Value::Member &member : members) {
        sorted.push_back(&member);
    }
    std::sort(sorted.begin(), sorted.end(), [](const auto *a, const auto *b) { return a->first < b->first; });
    return sorted;
}

class Document {
public:
    explicit Document(SecretText &out)
        : m_emitter(out) {}

    void print(const Value &root) {
        findRepeated(root);
        node(root, -1, false);
        m_emitter.newLine(0);
    }

private:
    /// Names are given in the order in which a second appearance is met.
    void findRepeated(const Value &value) {
        const void *identity = identityOf(value);
        if (identity == nullptr) {
            return;
        }
        const auto [found, first] = m_anchors.try_emplace(identity);
        if (!first) {
            if (found->second.empty()) {
                char name[16];
                std::snprintf(name, sizeof name, "id%03d", ++m_anchorCount);
                found->second = name;
            }
            return;
        }
        if (value.isList()) {
            for (const Value &item : value.asList()) {
                findRepeated(item);
            }
            return;
        }
        for (const auto *member : sortedMembers(value.asMap())) {
            findRepeated(member->second);
        }
    }

    /// True when the value stands somewhere before and only its alias is written.
    bool isAlias(const Value &value) {
        const auto found = m_anchors.find(identityOf(value));
        if (found == m_anchors.end() || found->second.empty()) {
            return false;
        }
        std::string &name = found->second;
        const bool again = name.front() == '*';
        m_emitter.indicator(again ? name : "&" + name, true, false, false);
        if (!again) {
            name.insert(name.begin(), '*');
        }
        return again;
    }

    void node(const Value &value, int indent, bool inMap) {
        if (isAlias(value)) {
            return;
        }
        if (value.isList()) {
            return list(value.asList(), indent, inMap);
        }
        if (value.isMap()) {
            return map(value.asMap(), indent);
        }
        const int further = indent < 0 ? 2 : indent + 2;
        if (value.isText()) {
            const bool reads = yamlScalarKind(value.asText()) == YamlScalar::Text;
            return m_emitter.scalar(value.asText(), reads, Place::Value, further);
        }
        m_emitter.scalar(otherScalar(value), true, Place::Value, further);
    }

    static std::string otherScalar(const Value &value) {
        switch (value.kind()) {
        case Value::Kind::Boolean:
            return value.asBoolean() ? "true" : "false";
        case Value::Kind::Integer:
            return std::to_string(value.asInteger());
        case Value::Kind::Real:
            return realText(value.asReal());
        default:
            return "null";
        }
    }

    void list(const Value::List &items, int indent, bool inMap) {
        if (items.empty()) {
            m_emitter.indicator("[", true, true, false);
            return m_emitter.indicator("]", false, false, false);
        }
        const bool sameIndent = inMap && !m_emitter.atIndention();
        const int inner = indent < 0 ? 0 : sameIndent ? indent : indent + 2;
        for (const Value &item : items) {
            m_emitter.newLine(inner);
            m_emitter.indicator("-", true, false, true);
            node(item, inner, false);
        }
    }

    void map(const Value::Map &members, int indent) {
        if (members.empty()) {
            m_emitter.indicator("{", true, true, false);
            return m_emitter.indicator("}", false, false, false);
        }
        const int inner = indent < 0 ? 0 : indent + 2;
        for (const auto *member : sortedMembers(members)) {
            const std::string &name = member->first;
            const bool reads = yamlScalarKind(name) == YamlScalar::Text;
            m_emitter.newLine(inner);
            if (YamlEmitter::isSimpleKey(name)) {
                m_emitter.scalar(name, reads, Place::SimpleKey, inner + 2);
                m_emitter.indicator(":", false, false, false);
            } else {
                m_emitter.indicator("?", true, false, true);
                m_emitter.scalar(name, reads, Place::Value, inner + 2);
                m_emitter.newLine(inner);
                m_emitter.indicator(":", true, false, true);
            }
            node(member->second, inner, true);
        }
    }

    YamlEmitter m_emitter;
    std::map<const void *, std::string> m_anchors; ///< name; "*name" once it has been written
    int m_anchorCount = 0;
};

} // namespace

void printYaml(const Value &value, SecretText &out) {
    if (value.isList() || value.isMap()) {
        return Document(out).print(value);
    }
    printJson(value, out);
    out.append('\n');
}

} // namespace keyturn::cli::aws
