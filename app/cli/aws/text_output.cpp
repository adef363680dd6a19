// SPDX-License-Identifier: Apache-2.0
#include "aws/text_output.h"

#include <algorithm>
#include <optional>
#include <set>

namespace keyturn::cli::aws {
namespace {

bool isScalar(const Value &value) {
    return !value.isList() && !value.isMap();
}

void appendScalar(const Value &value, SecretText &out) {
    if (value.isText()) {
        out.append(value.asText());
    } else {
        out.append(pythonText(value));
    }
}

std::string upper(std::string_view name) {
    std::string text(name);
    for (char &c : text) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

using Identifier = std::optional<std::string>;
using Names = std::set<std::string>;

class TextPrinter {
public:
    explicit TextPrinter(SecretText &out)
        : m_out(out) {}

    void print(const Value &value, const Identifier &identifier, const Names *scalarNames) {
        if (value.isMap()) {
            printMap(value, identifier, scalarNames);
        } else if (value.isList()) {
            printList(value.asList(), identifier);
        } else {
            appendScalar(value, m_out);
            m_out.append('\n');
        }
    }

private:
    void printScalars(const Value::List &items, const Identifier &identifier) {
        bool first = true;
        for (const Value &item : items) {
            if (identifier) {
                m_out.append(upper(*identifier) + "\t");
            } else {
                m_out.append(first ? "" : "\t");
            }
            appendScalar(item, m_out);
            m_out.append(identifier ? "\n" : "");
            first = false;
        }
        m_out.append(identifier ? "" : "\n");
    }

    void printList(const Value::List &items, const Identifier &identifier) {
        if (items.empty()) {
            return;
        }
        if (std::any_of(items.begin(), items.end(), [](const Value &item) { return item.isMap(); })) {
            Names names;
            for (const Value &item : items) {
                if (!item.isMap()) {
                    continue;
                }
                for (const auto &[name, member] : item.asMap()) {
                    if (isScalar(member)) {
                        names.insert(name);
                    }
                }
            }
            for (const Value &item : items) {
                print(item, identifier, &names);
            }
            return;
        }
        Value::List scalars;
        std::copy_if(items.begin(), items.end(), std::back_inserter(scalars), isScalar);
        if (!scalars.empty()) {
            printScalars(scalars, identifier);
        }
        for (const Value &item : items) {
            if (!isScalar(item)) {
                print(item, identifier, nullptr);
            }
        }
    }

    void printMap(const Value &value, const Identifier &identifier, const Names *scalarNames) {
        std::vector<Value::Member> members = value.asMap();
        std::sort(members.begin(), members.end(),
                  [](const auto &a, const auto &b) { return a.first < b.first; });
        Names names;
        if (scalarNames != nullptr) {
            names = *scalarNames;
        } else {
            for (const auto &[name, member] : members) {
                if (isScalar(member)) {
                    names.insert(name);
                }
            }
        }
        bool first = true;
        for (const std::string &name : names) {
            m_out.append(first ? (identifier ? upper(*identifier) + "\t" : std::string())
                               : std::string("\t"));
            if (const Value *member = value.find(name)) {
                appendScalar(*member, m_out);
            }
            first = false;
        }
        m_out.append(names.empty() ? "" : "\n");
        for (const auto &[name, member] : members) {
            if (!names.contains(name)) {
                print(member, name, nullptr);
            }
        }
    }

    SecretText &m_out;
};

} // namespace

void printText(const Value &value, SecretText &out) {
    TextPrinter(out).print(value, std::nullopt, nullptr);
}

} // namespace keyturn::cli::aws
