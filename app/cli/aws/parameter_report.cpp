// SPDX-License-Identifier: Apache-2.0
// The checks that the AWS CLI makes before it sends anything, in its words.
#include "aws/request_builder.h"

#include "base/text.h"

namespace keyturn::cli::aws {
namespace {

using kms::Field;
using kms::FieldKind;

class Report {
public:
    void structure(std::span<const Field> fields, const Value &value, const std::string &name) {
        if (!value.isMap()) {
            return wrongType(name, value, "<class 'dict'>");
        }
        for (const Field &field : fields) {
            if (field.required && value.find(field.name) == nullptr) {
                add("Missing required parameter in " + shown(name) + ": \"" + std::string(field.name) + "\"");
            }
        }
        for (const auto &[member, content] : value.asMap()) {
            if (kms::findField(fields, member) == nullptr) {
                add("Unknown parameter in " + shown(name) + ": \"" + member +
                    "\", must be one of: " + namesOf(fields));
            }
        }
        for (const auto &[member, content] : value.asMap()) {
            if (const Field *field = kms::findField(fields, member)) {
                check(*field, content, name + "." + member);
            }
        }
    }
    std::string text() const { return join(m_lines, "\n"); }

private:
    void add(std::string line) { m_lines.push_back(std::move(line)); }
    static std::string shown(const std::string &name) {
        return name.empty() ? "input" : name.starts_with('.') ? name.substr(1) : name;
    }
    static std::string namesOf(std::span<const Field> fields) {
        std::vector<std::string> names;
        for (const Field &field : fields) {
            names.emplace_back(field.name);
        }
        return join(names, ", ");
    }
    void wrongType(const std::string &name, const Value &value, std::string_view valid) {
        add("Invalid type for parameter " + shown(name) +
            ", value: " + (m_hidden ? "(hidden)" : pythonText(value)) +
            ", type: " + std::string(pythonType(value)) + ", valid types: " + std::string(valid));
    }
    void length(const std::string &name, std::size_t actual, std::int64_t minimum) {
        if (minimum > 0 && static_cast<std::int64_t>(actual) < minimum) {
            add("Invalid length for parameter " + shown(name) + ", value: " + std::to_string(actual) +
                ", valid min length: " + std::to_string(minimum));
        }
    }
    void text(const Value &value, const std::string &name, std::int64_t minimum) {
        if (!value.isText()) {
            return wrongType(name, value, "<class 'str'>");
        }
        length(name, codePointCount(value.asText()), minimum);
    }
    void integer(const Field &field, const Value &value, const std::string &name) {
        if (value.kind() != Value::Kind::Integer && value.kind() != Value::Kind::Boolean) {
            return wrongType(name, value, "<class 'int'>");
        }
        const std::int64_t number =
            value.kind() == Value::Kind::Boolean ? value.asBoolean() : value.asInteger();
        if (field.minValue >= 0 && number < field.minValue) {
            add("Invalid value for parameter " + shown(name) + ", value: " + pythonText(value) +
                ", valid min value: " + std::to_string(field.minValue));
        }
    }
    void list(const Field &field, const Value &value, const std::string &name) {
        if (!value.isList()) {
            return wrongType(name, value, "<class 'list'>, <class 'tuple'>");
        }
        length(name, value.asList().size(), field.minItems);
        std::size_t index = 0;
        for (const Value &item : value.asList()) {
            const std::string itemName = name + "[" + std::to_string(index++) + "]";
            if (field.kind == FieldKind::StructureList) {
                structure(field.structure().fields, item, itemName);
            } else {
                text(item, itemName, field.minLength);
            }
        }
    }
    void map(const Value &value, const std::string &name) {
        if (!value.isMap()) {
            return wrongType(name, value, "<class 'dict'>");
        }
        for (const auto &[key, content] : value.asMap()) {
            text(content, name + "." + key, -1);
        }
    }
    void check(const Field &field, const Value &value, const std::string &name) {
        const bool outside = std::exchange(m_hidden, m_hidden || kms::holdsSecret(field));
        checkKind(field, value, name);
        m_hidden = outside;
    }
    void checkKind(const Field &field, const Value &value, const std::string &name) {
        switch (field.kind) {
        case FieldKind::Text:
        case FieldKind::SecretText:
        case FieldKind::Enumeration:
            return text(value, name, field.minLength);
        case FieldKind::Blob:
        case FieldKind::SecretBlob:
            if (!value.isText() && value.kind() != Value::Kind::Bytes) {
                wrongType(name, value, "<class 'bytes'>, <class 'bytearray'>, file-like object");
            }
            return;
        case FieldKind::Integer:
            return integer(field, value, name);
        case FieldKind::Boolean:
            if (value.kind() != Value::Kind::Boolean) {
                wrongType(name, value, "<class 'bool'>");
            }
            return;
        case FieldKind::Time:
            if (!timeOf(value)) {
                wrongType(name, value, "<class 'datetime.datetime'>, timestamp-string");
            }
            return;
        case FieldKind::TextList:
        case FieldKind::EnumerationList:
        case FieldKind::StructureList:
            return list(field, value, name);
        case FieldKind::TextMap:
            return map(value, name);
        case FieldKind::Structure:
            return structure(field.structure().fields, value, name);
        }
    }

    std::vector<std::string> m_lines;
    bool m_hidden = false; ///< inside a member that holds a secret: values are not quoted
};

} // namespace

std::string parameterReport(std::span<const Field> fields, const Value::Map &parameters) {
    Report report;
    report.structure(fields, Value::map(parameters), "");
    return report.text();
}

} // namespace keyturn::cli::aws
